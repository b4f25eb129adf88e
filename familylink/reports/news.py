"""ASK: news that a family is owed is called back, or written anew, before anybody could hear it; and owed anew.

News is owed in rounds, each under a reference of its own: what was cancelled under one stays cancelled.
"""

from django.db.models import F

from familylink.reports.models import Report
from familylink.reports.references import news_reference
from notifications import follow_ups, outbox


def call_back(report: Report, reason: str) -> bool:
    """Cancel the news owed to this family; True when all of it was stopped before it could leave.

    The caller holds the lock of the missing person.
    """
    return not outbox.cancel(reference=news_reference(report), reason=reason)


def renew(report: Report) -> None:
    """Before news is posted: where nothing stands of what was owed before, a new round begins.

    Else what is posted would be taken for what was cancelled, and the family would be lost. The caller holds the
    locks of the missing person and of the report.
    """
    if follow_ups.call_off_void(news_reference(report)):
        next_round(report)


def write_anew(report: Report) -> None:
    """What has not left has the code word and the language that the family has now.

    The caller holds the report's lock."""
    outbox.write_anew(
        reference=news_reference(report),
        language=report.language,
        context={"reference": report.reference, "code_word": report.code_word},
    )


def next_round(report: Report) -> None:
    """Later news gets a reference of its own: nothing of what was owed before is said of it."""
    Report.objects.filter(pk=report.pk).update(news_round=F("news_round") + 1)
    report.refresh_from_db(fields=["news_round"])
