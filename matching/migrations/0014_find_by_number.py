from django.db import migrations, models


# The index is built beside a running service; the constraint then only takes it over.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0013_short_keys'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY one_entry_per_number ON matching_listentry (number)",
                    "DROP INDEX IF EXISTS one_entry_per_number",
                ),
                migrations.RunSQL(
                    "ALTER TABLE matching_listentry ADD CONSTRAINT one_entry_per_number UNIQUE USING INDEX one_entry_per_number",
                    "ALTER TABLE matching_listentry DROP CONSTRAINT one_entry_per_number",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name='listentry',
                    constraint=models.UniqueConstraint(fields=('number',), name='one_entry_per_number'),
                ),
            ],
        ),
    ]
