from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


# Beside a running service.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('reports', '0021_marks_of_earlier_photos'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='missingperson',
            index=models.Index(condition=models.Q(('matched_revision', None), ('matched_revision__lt', models.F('revision')), _connector='OR'), fields=['match_failures', '-matched_revision', 'created_at'], name='person_by_urgency'),
        ),
        RemoveIndexConcurrently(
            model_name='missingperson',
            name='person_awaiting_matching',
        ),
    ]
