"""Who of the staff may do what: groups with the least that each needs."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = {
    "reviewers": [
        "matching.view_match",
        "matching.decide_match",
        "matching.view_wave",
        "matching.view_exchange",
        "matching.view_sourcelist",
        "reports.view_report",
        "reports.view_missingperson",
        "notifications.view_notification",
        "notifications.view_sunkmessage",
    ],
    "importers": [
        "matching.view_exchange",
        "matching.add_exchange",
        "matching.change_exchange",
        "matching.view_wave",
        "matching.add_wave",
        "matching.change_wave",
        "matching.view_sourcelist",
        "matching.add_sourcelist",
        "matching.delete_sourcelist",
        "matching.commit_sourcelist",
    ],
}


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Permissions are made after all migrations; these roles need them now."""
    for label in ("matching", "reports", "notifications"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permission = apps.get_model("auth", "Permission")
    for name, wanted in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for path in wanted:
            label, codename = path.split(".")
            group.permissions.add(permission.objects.get(content_type__app_label=label, codename=codename))


def drop_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_news_needs_two_people"),
        ("reports", "0001_initial"),
        ("notifications", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, drop_roles)]
