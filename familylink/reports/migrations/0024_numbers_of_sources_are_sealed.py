from importlib import import_module

from django.db import migrations, models

from familylink.inserting import in_batches, update_all

before = import_module("familylink.reports.migrations.0023_seal_numbers_of_sources")


def seal_the_rest(apps, schema_editor):
    """What was filed since, while nobody files another."""
    schema_editor.execute("LOCK TABLE reports_report IN SHARE ROW EXCLUSIVE MODE")
    before.seal(apps, schema_editor)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table may not be altered yet


def open_again(apps, schema_editor):
    numbered = apps.get_model("reports", "Report").objects.filter(source_reference__isnull=False)
    for rows in in_batches(numbered.only("source_reference"), before.AT_ONCE):
        for row in rows:
            row.source_reference_in_clear = row.source_reference
        update_all(rows, ["source_reference_in_clear"])


# One transaction: no number is lost between its two columns. A report that is sent meanwhile waits for it.
class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0023_seal_numbers_of_sources'),
    ]

    operations = [
        migrations.RunSQL(
            "DROP INDEX an_imported_report_comes_in_once",
            "CREATE UNIQUE INDEX an_imported_report_comes_in_once ON reports_report (source, source_reference) WHERE NOT (source_reference = '')",
        ),
        migrations.RunPython(seal_the_rest, open_again),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('source', 'source_index'), name='an_imported_report_comes_in_once'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['number_index'], name='report_of_number'),
        ),
        migrations.RemoveField(model_name='report', name='source_reference_in_clear'),
    ]
