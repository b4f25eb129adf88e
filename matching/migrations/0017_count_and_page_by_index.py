from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

UNDECIDED = models.Q(state__in=("open", "awaiting_second", "disputed"))
SEEN_IN_THE_QUEUE = ["state", "revision", "band"]


class Migration(migrations.Migration):
    """Counts and pages of a long queue come from narrow indexes; built beside running work."""

    atomic = False

    dependencies = [("matching", "0016_questions")]

    operations = [
        AddIndexConcurrently(
            "match",
            models.Index(
                fields=["-probability", "-points", "id"],
                include=SEEN_IN_THE_QUEUE,
                name="match_best_waiting",
                condition=UNDECIDED,
            ),
        ),
        AddIndexConcurrently(
            "match",
            models.Index(
                fields=["proposed_at", "-id"],
                include=SEEN_IN_THE_QUEUE,
                name="match_oldest_waiting",
                condition=UNDECIDED,
            ),
        ),
        AddIndexConcurrently(
            "match",
            models.Index(
                fields=["entry"],
                include=["state", "band"],
                name="match_waiting_of_entry",
                condition=UNDECIDED,
            ),
        ),
        AddIndexConcurrently(
            "match",
            models.Index(
                fields=["new_evidence_at"],
                name="match_new_evidence",
                condition=models.Q(new_evidence_at__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            "decision",
            models.Index(
                fields=["-decided_at"],
                include=["match", "match_revision", "verdict", "reviewer"],
                name="decisions_by_time",
            ),
        ),
        RemoveIndexConcurrently("match", "match_next_in_queue"),
        RemoveIndexConcurrently("decision", "decisions_newest"),
    ]
