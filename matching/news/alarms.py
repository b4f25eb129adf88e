"""DO: the two numbers that must be 0: a family approved and owed nothing; news that nobody has approved."""

import logging
import uuid

from django.db.models import Count, F

from familylink.reports.models import Flag, Report
from familylink.reports.references import news_reference_of
from matching.models import Decision, ListKind, MatchState, Verdict
from matching.news.basis import read_basis
from notifications import follow_ups, outbox, switches

logger = logging.getLogger(__name__)
NEWS = "news"


def approved_without_message() -> set[uuid.UUID]:
    """Reports that were open when two people confirmed their man, and that no message or call is owed for (any more).

    Not those about whom a flag says that nobody is told for now: the desk's first page names them."""
    reports = (
        Report.objects.open()
        .filter(
            missing_person__matches__state=MatchState.CONFIRMED,
            missing_person__matches__entry__source_list__kind=ListKind.RELEASED,
            filed_at__lte=F("missing_person__matches__decided_at"),
        )
        .exclude(missing_person__in=Flag.objects.holding().values("missing_person"))
    )
    approved = {
        news_reference_of(pk, news_round): pk
        for pk, news_round in reports.order_by().values_list("pk", "news_round")
    }
    owed = follow_ups.owed_references(approved)
    return {pk for reference, pk in approved.items() if reference not in owed}


def messages_without_approval() -> int:
    """News owed or sent that two people's "the same person" about one and the same evidence does not stand behind.

    What they said stays on record when it is corrected afterwards: that is a task for a person, and no such news.
    """
    bases = [read_basis(text) for text in outbox.live_bases(NEWS)]
    said = Decision.objects.filter(
        verdict=Verdict.SAME, match__in={basis.match_id for basis in bases if basis}
    )
    by_revision = said.order_by().values("match", "match_revision")
    by_two = by_revision.annotate(people=Count("reviewer", distinct=True)).filter(people__gte=2)
    approved = {(str(match), revision) for match, revision in by_two.values_list("match", "match_revision")}
    return sum(basis not in approved for basis in bases)


def watch() -> None:
    """Say both in the log; news that nobody approved stops all news until two people have looked."""
    if untold := approved_without_message():
        logger.error("%d reports approved and owed no message", len(untold))
    if unapproved := messages_without_approval():
        logger.error("%d messages of news without an approval", unapproved)
        switches.stop("message:news", reason="news_without_approval")
