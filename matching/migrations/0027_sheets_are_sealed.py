from importlib import import_module

from django.db import migrations, models

from familylink.inserting import in_batches, update_all

before = import_module("matching.migrations.0026_seal_names_of_sheets")


def seal_the_rest(apps, schema_editor):
    """What was written since, while nobody writes another."""
    for name in (*before.NAMED, "sourcelist"):
        schema_editor.execute(f"LOCK TABLE matching_{name} IN SHARE ROW EXCLUSIVE MODE")
    # A list may have been told since to be read in another way.
    apps.get_model("matching", "SourceList").objects.update(reading=None)
    before.seal(apps, schema_editor)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table may not be altered yet


def open_again(apps, schema_editor):
    for of in before.NAMED:
        named = apps.get_model("matching", of)._default_manager.filter(sheet__isnull=False)
        for rows in in_batches(named.only("sheet"), before.AT_ONCE):
            for row in rows:
                row.sheet_in_clear = row.sheet
            update_all(rows, ["sheet_in_clear"])
    for row in apps.get_model("matching", "SourceList").objects.filter(reading__isnull=False).only("reading"):
        row.reading_in_clear = row.reading
        row.save(update_fields=["reading_in_clear"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# One transaction: no name is lost between its two columns. Lists can be read meanwhile and are written after it.
class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0026_seal_names_of_sheets'),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE matching_listentry DROP CONSTRAINT one_entry_per_person_of_a_row",
            "ALTER TABLE matching_listentry ADD CONSTRAINT one_entry_per_person_of_a_row UNIQUE (source_list_id, sheet, row, part)",
        ),
        migrations.RunPython(seal_the_rest, open_again),
        migrations.AddConstraint(
            model_name='listentry',
            constraint=models.UniqueConstraint(fields=('source_list', 'sheet_index', 'row', 'part'), name='one_entry_per_person_of_a_row'),
        ),
        *(migrations.RemoveField(model_name=of, name='sheet_in_clear') for of in before.NAMED),
        migrations.RemoveField(model_name='sourcelist', name='reading_in_clear'),
    ]
