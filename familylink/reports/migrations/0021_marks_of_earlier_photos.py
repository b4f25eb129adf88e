import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


# Beside a running service. Photos that came before 0019 have no marks, like one on which nothing is to be seen: both
# are looked at by the sweep, which is done with the latter at once.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('reports', '0020_what_roles_may'),
    ]

    operations = [
        migrations.AlterField(
            model_name='picture',
            name='marks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, editable=False, null=True, size=None),
        ),
        AddIndexConcurrently(
            model_name='picture',
            index=models.Index(condition=models.Q(('kind', 'photo'), ('marks', None)), fields=['id'], name='photos_to_be_marked'),
        ),
        migrations.RunSQL(
            "UPDATE reports_picture SET marks = NULL WHERE kind = 'photo' AND marks = '{}'",
            "UPDATE reports_picture SET marks = '{}' WHERE marks IS NULL",
        ),
    ]
