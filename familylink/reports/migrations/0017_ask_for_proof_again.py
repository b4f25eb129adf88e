from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0016_from_where'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='asked_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='asked to confirm it again at'),
        ),
    ]
