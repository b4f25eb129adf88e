from django.db import migrations, models


# The index is built beside a running service; the constraint then only takes it over.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('reports', '0009_short_keys'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY one_person_per_number ON reports_missingperson (number)",
                    "DROP INDEX IF EXISTS one_person_per_number",
                ),
                migrations.RunSQL(
                    "ALTER TABLE reports_missingperson ADD CONSTRAINT one_person_per_number UNIQUE USING INDEX one_person_per_number",
                    "ALTER TABLE reports_missingperson DROP CONSTRAINT one_person_per_number",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name='missingperson',
                    constraint=models.UniqueConstraint(fields=('number',), name='one_person_per_number'),
                ),
            ],
        ),
    ]
