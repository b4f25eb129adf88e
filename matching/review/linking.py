"""Several reports about one man: two people of the staff link them, one takes it back. Never a score."""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from familylink.reports import intake, one_man, persons
from familylink.reports.models import FlagKind, MissingPerson, Report, ReportLink
from matching.models import Match, MatchState, Reopening
from matching.models.match import DECIDE
from matching.news import corrections
from matching.reopening import open_again
from matching.review import flags, letters, telling
from matching.review.locking import allowed, lock_confirmed, lock_persons, lock_reports
from matching.review.refusals import LinkProposed, LinkRefused, NoteRequired, SameReviewer

log = logging.getLogger(__name__)


@transaction.atomic
def propose_link(report_id: uuid.UUID, to_person_id: uuid.UUID, *, by: User, note: str) -> ReportLink:
    """One says that this report names the man of another one; nothing changes until a second agrees.

    Raises NoteRequired; LinkRefused for itself, for a link that stands, or away from a confirmed man, LinkProposed
    where a colleague has proposed the same from the other side.
    """
    allowed(by, DECIDE)
    if not note.strip():
        raise NoteRequired
    report = Report.objects.get(pk=report_id)
    lock_persons([report.missing_person_id, to_person_id])
    _refuse(report, to_person_id)
    return ReportLink.objects.create(
        report=report,
        from_person_id=report.missing_person_id,
        to_person_id=to_person_id,
        proposed_by=by,
        note=note.strip(),
    )


@transaction.atomic
def propose_links(person_id: uuid.UUID, to_person_id: uuid.UUID, *, by: User, note: str) -> list[ReportLink]:
    """`propose_link` for every open report of this man. Those that were linked to him are parted from him first: each
    is linked to the other one by itself, so that what it tells can be told apart later.

    Raises NoteRequired; LinkRefused, also where nobody searches for him: then nothing has changed.
    """
    linked_here = ReportLink.objects.in_force().filter(to_person=person_id)
    # All at once, in the house's order: taking a link back locks the report's own man as well.
    lock_persons([person_id, to_person_id, *linked_here.values_list("from_person", flat=True)])
    reports = list(Report.objects.open().filter(missing_person=person_id).order_by("filed_at", "pk"))
    if not reports or _confirmed(person_id):
        raise LinkRefused
    for link in linked_here:
        end_link(link.pk, by=by, note=note)
    return [propose_link(report.pk, to_person_id, by=by, note=note) for report in reports]


@transaction.atomic
def confirm_link(link_id: uuid.UUID, *, by: User) -> ReportLink:
    """Another one agrees: the report moves, what is known of its man comes with it, and its family is told what is
    confirmed, unless a flag on either man holds that.

    Verdicts given before are void, since more families would be told. Raises SameReviewer, LinkRefused.
    """
    allowed(by, DECIDE)
    link = _locked(link_id)
    if link.proposed_by_id == by.pk:
        raise SameReviewer
    if link.confirmed_at or link.ended_at or link.report.missing_person_id != link.from_person_id:
        raise LinkRefused
    if (
        _confirmed(link.from_person_id)
        or link.report.erased_at
        or _is_chained(link.report, link.to_person_id)
    ):
        raise LinkRefused
    link.added_names = _bring_facts(link)
    link.confirmed_by, link.confirmed_at = by, Now()
    link.save()
    _begin_anew(link, by)
    _move(link.report, link.to_person_id, by)
    _tell(link.to_person_id, by)
    return link


def links_awaiting_second() -> list[tuple[ReportLink, uuid.UUID]]:
    """Proposed links, the oldest first, each with a pair on whose page a second person agrees or declines.

    The family of such a report is told nothing before somebody has: a link that nobody sees would lose them.
    """
    links = list(ReportLink.objects.awaiting_second().select_related("report", "proposed_by"))
    pairs = Match.objects.filter(missing_person__in=[link.to_person_id for link in links])
    newest = dict(pairs.order_by("proposed_at").values_list("missing_person", "pk"))
    return [(link, newest[link.to_person_id]) for link in links if link.to_person_id in newest]


@transaction.atomic
def end_link(link_id: uuid.UUID, *, by: User, note: str) -> ReportLink:
    """Decline it, or take it back: the report is its own man's again. Raises NoteRequired, LinkRefused."""
    allowed(by, DECIDE)
    if not note.strip():
        raise NoteRequired
    link = _locked(link_id)
    if link.ended_at:
        raise LinkRefused
    link.ended_by, link.ended_at, link.ended_note = by, Now(), note.strip()
    link.save()
    if link.confirmed_at and link.report.missing_person_id == link.to_person_id:
        _begin_anew(link, by)
        corrections.unlink(link.report, _confirmed(link.to_person_id), by=by)
        _move(link.report, link.from_person_id, by, since=link.confirmed_at)
        _take_facts_back(link, by)
        _tell(link.from_person_id, by)
    return link


def _refuse(report: Report, to_person_id: uuid.UUID) -> None:
    if _is_proposed_back(report, to_person_id):
        raise LinkProposed
    standing = ReportLink.objects.standing()
    if report.missing_person_id == to_person_id or report.withdrawn_at:
        raise LinkRefused
    if standing.filter(report=report).exists() or _confirmed(report.missing_person_id):
        raise LinkRefused
    if _is_chained(report, to_person_id):
        raise LinkRefused


def _is_proposed_back(report: Report, to_person_id: uuid.UUID) -> bool:
    """Two pairs of one entry stand beside each other in the queue, so two colleagues propose the same from either page.
    Once one of the two is agreed to, nobody could agree to the other any more."""
    waiting = ReportLink.objects.awaiting_second()
    return waiting.filter(from_person=to_person_id, to_person=report.missing_person_id).exists()


def _is_chained(report: Report, to_person_id: uuid.UUID) -> bool:
    """Whether others are linked to this report's man, or the other man's own report is linked elsewhere: what each of
    three tells could not be told apart any more, and two could change places."""
    in_force = ReportLink.objects.in_force()
    is_joint = in_force.filter(to_person=report.missing_person_id).exists()
    return is_joint or in_force.filter(from_person=to_person_id).exists()


def _tell(person_id: uuid.UUID, by: User) -> None:
    """Whoever has come to a confirmed man hears it like the others."""
    for match in _confirmed(person_id):
        flags.raise_for_minor(match, by=by)
        telling.post(match, letters.plan(match))


def _locked(link_id: uuid.UUID) -> ReportLink:
    persons = ReportLink.objects.values_list("from_person", "to_person").get(pk=link_id)
    lock_persons(persons)
    lock_confirmed(persons)
    return ReportLink.objects.select_for_update(of=("self",)).select_related("report").get(pk=link_id)


def _confirmed(person_id: uuid.UUID) -> list[Match]:
    of_person = Match.objects.confirmed().filter(missing_person=person_id)
    return list(of_person.with_lists().select_related("missing_person"))


def _begin_anew(link: ReportLink, by: User) -> None:
    """Both men are matched anew; what was half decided about either starts again. Their reports are locked."""
    person_ids = [link.from_person_id, link.to_person_id]
    MissingPerson.objects.filter(pk__in=person_ids).update(revision=F("revision") + 1)
    half = Match.objects.filter(
        missing_person__in=person_ids, state__in=[MatchState.AWAITING_SECOND, MatchState.DISPUTED]
    )
    for match in half.select_for_update(of=("self",)).order_by("pk"):
        open_again(match, Reopening.Cause.LINK_CHANGED, by)
    lock_reports(person_ids)
    # Whoever held it may have taken news back. Nothing sealed: a damaged report can be linked and parted, too.
    link.report.refresh_from_db(fields=["news_round", "withdrawn_at", "missing_person"])


def _move(report: Report, to_person_id: uuid.UUID, by: User, *, since: datetime | None = None) -> None:
    """What holds news to this family back stays with it: whatever it has still to be told, and the flags."""
    from_person_id = report.missing_person_id
    corrections.go_with(report, since=since, by=by)
    Report.objects.filter(pk=report.pk).update(missing_person=to_person_id)
    report.missing_person_id = to_person_id
    flags.bring(from_person_id, to_person_id, by=by)


def _bring_facts(link: ReportLink) -> dict[str, Any]:
    """To the joint man all that is known of the report's own; what is remembered for taking it back."""
    own, joint = (MissingPerson.objects.get(pk=pk) for pk in (link.from_person_id, link.to_person_id))
    came = own.known().facts
    remembered = one_man.remembered(came, one_man.of_staff(joint, link.report))
    intake.change_person(joint.pk, one_man.united(joint.known().facts, came))
    return remembered


def _take_facts_back(link: ReportLink, by: User) -> None:
    """From the joint man all that only this report tells; his pairs that rested on it are compared anew. Where
    something cannot be read nothing is taken, and no news leaves before somebody has looked."""
    joint = MissingPerson.objects.get(pk=link.to_person_id)
    try:
        persons.take_away(joint, link.report)
    except one_man.UNREADABLE:
        log.exception("what came with link %s cannot be told apart", link.pk)
        note = _("Reports were taken apart, but one cannot be read: what it told may still stand here.")
        flags.raise_flag(joint.pk, kind=FlagKind.HOLD, by=by, note=note)
