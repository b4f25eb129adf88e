"""DO: the two numbers that must be 0: a family approved and owed nothing; news that nobody has approved."""

import logging
import re

from django.db.models import Exists, OuterRef

from familylink.reports.models import Report
from familylink.reports.references import news_reference
from matching.models import ListKind, Match
from matching.models.match import MatchQuerySet
from notifications import follow_ups, outbox, switches

logger = logging.getLogger(__name__)
NEWS = "news"
_REPORT = re.compile(r"news-report-([0-9a-f-]{36})(?:-[0-9]+)?")


def approved_without_message() -> int:
    """Reports that were open when two people confirmed their man, and that no message or call is owed for."""
    decided = dict(_approved().values_list("missing_person_id", "decided_at"))
    reports = Report.objects.open().filter(missing_person__in=_approved().values("missing_person"))
    known = follow_ups.known_references() | outbox.live_references(NEWS)
    return sum(
        news_reference(report) not in known
        for report in reports.only("pk", "missing_person_id", "filed_at", "news_round")
        if report.filed_at <= (decided[report.missing_person_id] or report.filed_at)
    )


def messages_without_approval() -> int:
    """News owed or sent for a man about whom no two people's confirmation was ever made."""
    named = [_REPORT.fullmatch(reference) for reference in outbox.live_references(NEWS)]
    decided = Match.objects.filter(missing_person=OuterRef("missing_person"), decided_at__isnull=False)
    told = Report.objects.filter(Exists(decided), pk__in=[report[1] for report in named if report])
    known = {str(pk) for pk in told.values_list("pk", flat=True)}
    return sum(report is None or report[1] not in known for report in named)


def watch() -> None:
    """Say both in the log; news that nobody approved stops all news until two people have looked."""
    if untold := approved_without_message():
        logger.error("%d reports approved and owed no message", untold)
    if unapproved := messages_without_approval():
        logger.error("%d messages of news without an approval", unapproved)
        switches.stop("message:news", reason="news_without_approval")


def _approved() -> MatchQuerySet:
    return Match.objects.confirmed().filter(entry__source_list__kind=ListKind.RELEASED)
