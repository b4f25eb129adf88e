from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0012_a_wish_outlives_a_doubt"),
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
