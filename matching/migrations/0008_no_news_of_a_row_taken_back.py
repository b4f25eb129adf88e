"""No news about a row that a corrected list has taken back, and who may settle what a family must be told.

FOR SHARE: a list that takes the row back at this moment waits for us, or we for it and then find the row gone.
"""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FUNCTION = """
CREATE OR REPLACE FUNCTION matching_news_needs_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM matching_match m
        JOIN matching_listentry e ON e.id = m.entry_id
        JOIN matching_sourcelist l ON l.id = e.source_list_id
        WHERE m.state = 'confirmed' AND l.kind = 'released'{standing}
          AND m.missing_person_id = substring(NEW.reference from '^person-([0-9a-f-]{{36}})-report-')::uuid{lock};
    IF NOT FOUND THEN
        RAISE EXCEPTION 'news to a family needs a match that two people confirmed, on a list of the released'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FORWARD = FUNCTION.format(standing=" AND e.removed_at IS NULL", lock=" FOR SHARE OF e")
BACKWARD = FUNCTION.format(standing="", lock="")
MAY_SETTLE = "settle_correction"


def let_reviewers_settle(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    config = apps.get_app_config("matching")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="matching", codename__in=[MAY_SETTLE, "view_correction"]
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="reviewers"):
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_versions_of_lists")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(let_reviewers_settle, migrations.RunPython.noop),
    ]
