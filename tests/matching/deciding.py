"""What the tests of the review desk do again and again."""

from datetime import timedelta
from typing import Any

import pgtrigger
from django.db.models import F, QuerySet

from familylink.reports.models import Report, ReportLink
from matching import review
from matching.models import Decision, Match, Verdict
from notifications import recovery
from notifications.models import Attempt, Notification, Template
from notifications.transports import memory
from notifications.wording import retire
from tests.factories import SON_ON_LIST, a_committed_list, a_report, a_reviewer, match_all


def verdict(match: Match, reviewer: Any, verdict: str = Verdict.SAME, **told: Any) -> Match:
    match.refresh_from_db()
    return review.decide(
        match.pk, reviewer=reviewer, verdict=verdict, **{"revision": match.revision, "note": "так", **told}
    )


def a_man_on_two_lists() -> QuerySet[Match]:
    """The two pairs of one report with two lists of the released."""
    report = a_report()
    a_committed_list()
    a_committed_list(SON_ON_LIST, "Інший Рядок Списку;01.01.1970")
    match_all()
    return Match.objects.filter(missing_person=report.missing_person_id)


def weak_pairs(count: int) -> list[Match]:
    """Men of common names, with nothing else known."""
    surnames = ("Шевченко", "Бондаренко", "Ткаченко")[:count]
    for surname in surnames:
        a_report(surname=surname, given="Олексій", patronymic="Іванович", birth="")
    a_committed_list(*(f"{surname} Олексій Іванович;" for surname in surnames))
    match_all()
    return list(Match.objects.filter(band="possible", state="open"))


def confirmed(match: Match) -> Match:
    """The workers have compared all that is told, and two reviewers said that it is the same person."""
    match_all()
    for reviewer in (a_reviewer(), a_reviewer()):
        verdict(match, reviewer)
    match.refresh_from_db()
    return match


def rejected(match: Match) -> Match:
    for reviewer in (a_reviewer(), a_reviewer()):
        verdict(match, reviewer, Verdict.DIFFERENT)
    match.refresh_from_db()
    return match


def news() -> QuerySet[Notification]:
    return Notification.objects.filter(message=review.NEWS)


def live_news() -> QuerySet[Notification]:
    return news().exclude(state="cancelled")


def linked(report: Report, to: Report, **by: Any) -> ReportLink:
    """Two people said that both reports are about one man."""
    link = review.propose_link(
        report.pk, to.missing_person_id, by=by.get("first") or a_reviewer(), note="мати й дружина"
    )
    return review.confirm_link(link.pk, by=by.get("second") or a_reviewer())


def parted(link: ReportLink) -> ReportLink:
    """One said that they are not."""
    return review.end_link(link.pk, by=a_reviewer(), note="двоє різних")


def has_left() -> None:
    """The provider has taken every message that is owed."""
    for row in live_news().filter(state__in=["queued", "held"]):
        Attempt.objects.create(
            notification=row, n=1, fence=0, transport="sink", outcome="accepted", finished_at=row.posted_at
        )
        Notification.objects.filter(pk=row.pk).move("accepted")


def retired(message: str) -> None:
    """Nobody has approved another wording of this SMS since."""
    for wording in Template.objects.in_force().filter(message=message, channel="sms"):
        retire(wording.pk)


def grow_old(decisions: QuerySet[Decision], minutes: int) -> None:
    """As if they had been given so long ago."""
    with pgtrigger.ignore("matching.Decision:decisions_only_added"):
        decisions.update(decided_at=F("decided_at") - timedelta(minutes=minutes))


def told() -> list[str]:
    """Whom news has reached, in order."""
    recovery.sweep()
    return [sent.to for sent in memory.sent if "новина" in sent.body]
