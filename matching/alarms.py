"""DO: the two numbers that must be 0: a family approved and owed nothing; news that nobody has approved."""

import logging
import re

from django.db.models import Exists, F, OuterRef

from familylink.reports.models import Report
from familylink.reports.references import news_reference_of
from matching.models import ListKind, Match, MatchState
from notifications import follow_ups, outbox, switches

logger = logging.getLogger(__name__)
NEWS = "news"
_REPORT = re.compile(r"news-report-([0-9a-f-]{36})(?:-[0-9]+)?")


def approved_without_message() -> int:
    """Reports that were open when two people confirmed their man, and that no message or call is owed for."""
    reports = Report.objects.open().filter(
        missing_person__matches__state=MatchState.CONFIRMED,
        missing_person__matches__entry__source_list__kind=ListKind.RELEASED,
        filed_at__lte=F("missing_person__matches__decided_at"),
    )
    known = follow_ups.known_references() | outbox.live_references(NEWS)
    owed = set(reports.order_by().values_list("pk", "news_round"))
    return sum(news_reference_of(*report) not in known for report in owed)


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
