from django.db import migrations, models


# Columns whose default is a constant rewrite no row.
class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0017_count_and_page_by_index'),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE matching_judging", "DROP SEQUENCE matching_judging"),
        migrations.AddField(
            model_name='listentry',
            name='judged',
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='match',
            name='alone',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='match',
            name='crowding',
            field=models.FloatField(db_default=1.0, default=1.0),
        ),
    ]
