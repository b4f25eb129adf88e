from django.db import migrations


def add_switches(apps, schema_editor):
    """So that the desk has something to switch. A scope without a row is not stopped."""
    switch = apps.get_model("notifications", "SendingSwitch")
    switch.objects.bulk_create(
        [switch(scope=scope) for scope in ("all", "sms", "email")], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunPython(add_switches, migrations.RunPython.noop)]
