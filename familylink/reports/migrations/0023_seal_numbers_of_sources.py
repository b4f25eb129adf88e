from django.db import migrations, models

import familylink.sealing
from familylink.inserting import in_batches, update_all

AT_ONCE = 2000


def seal(apps, schema_editor):
    """So many to a statement: whoever is kept waiting waits for a moment."""
    named = apps.get_model("reports", "Report").objects.filter(source_index=None).exclude(source_reference_in_clear="")
    for rows in in_batches(named.only("source", "source_reference_in_clear"), AT_ONCE):
        for row in rows:
            reference = row.source_reference_in_clear
            number = (reference.rpartition("~")[0] or reference) if row.source == "import" else ""
            row.source_reference = reference
            row.source_index = familylink.sealing.blind_index("report at its source", f"{row.source} {reference}")
            row.number_index = familylink.sealing.blind_index("number at the source", number) if number else None
        update_all(rows, ["source_reference", "source_index", "number_index"])


# Columns beside the one in the clear, which is emptied into them with the service running; the next migration takes it
# away. Not one transaction: what was sealed before a kill stays, and the next try goes on behind it.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('reports', '0022_match_the_new_first'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name='report', name='an_imported_report_comes_in_once'),
                migrations.RenameField(model_name='report', old_name='source_reference', new_name='source_reference_in_clear'),
                migrations.AlterField(
                    model_name='report',
                    name='source_reference_in_clear',
                    field=models.CharField(blank=True, db_column='source_reference', max_length=100),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            # A migration that was killed while it sealed has left them already.
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE reports_report ADD COLUMN IF NOT EXISTS {column} bytea", f"ALTER TABLE reports_report DROP COLUMN {column}"
                )
                for column in ("number_at_source", "source_index", "number_index")
            ],
            state_operations=[
                migrations.AddField(
                    model_name='report',
                    name='source_reference',
                    field=familylink.sealing.SealedTextField(blank=True, db_column='number_at_source', null=True, verbose_name='number at the source'),
                ),
                migrations.AddField(model_name='report', name='source_index', field=models.BinaryField(max_length=32, null=True)),
                migrations.AddField(model_name='report', name='number_index', field=models.BinaryField(max_length=32, null=True)),
            ],
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
