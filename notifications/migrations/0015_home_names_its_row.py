from django.db import migrations

# A home is kept only if it is where the database lives now, and was not put back together with all other tables just
# before this update: then each of the earlier migrations was recorded by a transaction of its own. Otherwise the
# switch is thrown, as after any restore.
KEPT = """
    UPDATE notifications_home SET place = place || ':'
    WHERE place = (SELECT system_identifier FROM pg_control_system())
        || ':' || (SELECT timeline_id FROM pg_control_checkpoint())
        || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (SELECT count(DISTINCT xmin::text) FROM django_migrations
        WHERE app = 'notifications' AND name < '0012') > 1
"""
NAMED = "UPDATE notifications_home SET place = place || xmin::text WHERE place LIKE '%:'"
BEFORE = "UPDATE notifications_home SET place = substring(place FROM '^[0-9]+:[0-9]+:[0-9]+')"


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0014_a_birth_date_that_cannot_be_read'),
    ]

    operations = [
        migrations.RunSQL([KEPT, NAMED], BEFORE),
    ]
