from django.db import migrations, models

import familylink.sealing
from familylink.inserting import in_batches, update_all

AT_ONCE = 2000
NAMED = ("listentry", "refusedrow")
CLEAR_SHEET = {"max_length": 100, "blank": True, "db_column": "sheet"}


def field(of, name, new, column):
    """A column more, also where a migration that was killed while it sealed has left it already."""
    table, (column_name, _, _) = f"matching_{of}", column.partition(" ")
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}", f"ALTER TABLE {table} DROP COLUMN {column_name}"
            )
        ],
        state_operations=[migrations.AddField(model_name=of, name=name, field=new)],
    )


def seal(apps, schema_editor):
    """So many to a statement: whoever is kept waiting waits for a moment."""
    for of in NAMED:
        named = apps.get_model("matching", of)._default_manager.filter(sheet__isnull=True).exclude(sheet_in_clear="")
        for rows in in_batches(named.only("sheet_in_clear", "source_list_id"), AT_ONCE):
            for row in rows:
                place = f"{row.source_list_id} {row.sheet_in_clear}"
                row.sheet, row.sheet_index = row.sheet_in_clear, familylink.sealing.blind_index("sheet of a list", place)
            update_all(rows, ["sheet", "sheet_index"])
    lists = list(apps.get_model("matching", "SourceList")._default_manager.filter(reading__isnull=True).only("reading_in_clear"))
    for row in lists:
        row.reading = row.reading_in_clear
    update_all(lists, ["reading"])


# Columns beside those in the clear, which are emptied into them with the service running; the next migration takes these
# away. Not one transaction: what was sealed before a kill stays, and the next try goes on behind it.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0025_whom_a_correction_is_about'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name='listentry', name='one_entry_per_person_of_a_row'),
                *(migrations.RenameField(model_name=of, old_name='sheet', new_name='sheet_in_clear') for of in NAMED),
                *(migrations.AlterField(model_name=of, name='sheet_in_clear', field=models.CharField(**CLEAR_SHEET)) for of in NAMED),
                migrations.RenameField(model_name='sourcelist', old_name='reading', new_name='reading_in_clear'),
                migrations.AlterField(model_name='sourcelist', name='reading_in_clear', field=models.JSONField(default=dict, editable=False, db_column='reading')),
            ],
        ),
        migrations.AlterModelOptions(
            name='refusedrow',
            options={'ordering': ['sheet_index', 'row'], 'verbose_name': 'refused row', 'verbose_name_plural': 'refused rows'},
        ),
        *(field(of, 'sheet', familylink.sealing.SealedTextField(blank=True, db_column='sheet_name', null=True, verbose_name='sheet'), "sheet_name bytea") for of in NAMED),
        *(field(of, 'sheet_index', models.BinaryField(db_default=b'', default=bytes, max_length=32), r"sheet_index bytea NOT NULL DEFAULT '\x'") for of in NAMED),
        field('sourcelist', 'reading', familylink.sealing.SealedJSONField(db_column='how_read', editable=False, null=True), "how_read bytea"),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
