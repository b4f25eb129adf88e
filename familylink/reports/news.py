"""ASK: call back news that a family is owed, before anybody could hear it."""

from django.db.models import F

from familylink.reports.models import Report
from familylink.reports.references import news_reference
from notifications import outbox


def call_back(report: Report, reason: str) -> bool:
    """Cancel the news owed to this family; True when all of it was stopped before it could leave.

    Then a new round begins, so that the family may be told after a new decision. The caller holds the lock of
    the missing person.
    """
    reference = news_reference(report)
    was_owed = outbox.state_of(reference)
    if outbox.cancel(reference=reference, reason=reason):
        return False
    if was_owed:
        next_round(report)
    return True


def next_round(report: Report) -> None:
    """What was owed before is void: the family may be told anew."""
    Report.objects.filter(pk=report.pk).update(news_round=F("news_round") + 1)
    report.refresh_from_db(fields=["news_round"])
