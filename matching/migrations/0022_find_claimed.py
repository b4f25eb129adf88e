from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who looks at what right now is counted on every dashboard; built beside running work."""

    atomic = False

    dependencies = [("matching", "0021_from_where")]

    operations = [
        AddIndexConcurrently(
            "match",
            models.Index(
                fields=["claimed_until"],
                name="match_claimed",
                condition=models.Q(claimed_until__isnull=False),
            ),
        ),
    ]
