from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


# Beside a running service.
class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('reports', '0017_ask_for_proof_again'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='contact',
            index=models.Index(condition=models.Q(('asked_at', None), ('confirmed_at__isnull', False), ('stopped_at', None)), fields=['confirmed_at'], name='contact_to_be_proven_again'),
        ),
    ]
