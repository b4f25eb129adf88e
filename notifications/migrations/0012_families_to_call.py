from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0011_alter_recipient_stop_reason"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="followup",
            options={
                "permissions": [("record_call", "May see whom to call and record calls")],
                "verbose_name": "family to call",
                "verbose_name_plural": "families to call",
            },
        ),
    ]
