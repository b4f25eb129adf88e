"""Several reports about one man: two people of the staff link them, one takes it back. Never a score."""

import dataclasses
import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from familylink.reports import intake
from familylink.reports.models import MissingPerson, Report, ReportLink
from matching.engine import Name, Person
from matching.models import Match, MatchState, Reopening
from matching.models.match import DECIDE
from matching.news import corrections
from matching.reopening import open_again
from matching.review import letters, telling
from matching.review.locking import allowed, lock_persons
from matching.review.refusals import LinkRefused, NoteRequired, SameReviewer


@transaction.atomic
def propose_link(report_id: uuid.UUID, to_person_id: uuid.UUID, *, by: User, note: str) -> ReportLink:
    """One says that this report names the man of another one; nothing changes until a second agrees.

    Raises NoteRequired; LinkRefused for itself, for a link that stands, or away from a confirmed man.
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
def confirm_link(link_id: uuid.UUID, *, by: User) -> ReportLink:
    """Another one agrees: the report moves, its spellings come with it, and its family is told what is confirmed.

    Verdicts given before are void, since more families would be told. Raises SameReviewer, LinkRefused.
    """
    allowed(by, DECIDE)
    link = _locked(link_id)
    if link.proposed_by_id == by.pk:
        raise SameReviewer
    if link.confirmed_at or link.ended_at or link.report.missing_person_id != link.from_person_id:
        raise LinkRefused
    if _confirmed(link.from_person_id):
        raise LinkRefused
    added = _bring_facts(link.to_person_id, link.from_person_id)
    link.confirmed_by, link.confirmed_at, link.added_names = by, Now(), added
    link.save()
    _move(link.report, link.to_person_id, by)
    for match in _confirmed(link.to_person_id):
        telling.post(match, letters.plan(match))
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
        corrections.unlink(link.report, _confirmed(link.to_person_id), by=by)
        _move(link.report, link.from_person_id, by)
        _take_names_back(link.to_person_id, link.added_names or [])
    return link


def _refuse(report: Report, to_person_id: uuid.UUID) -> None:
    standing = ReportLink.objects.standing()
    if report.missing_person_id == to_person_id or report.withdrawn_at:
        raise LinkRefused
    if standing.filter(report=report).exists() or _confirmed(report.missing_person_id):
        raise LinkRefused


def _locked(link_id: uuid.UUID) -> ReportLink:
    persons = ReportLink.objects.values_list("from_person", "to_person").get(pk=link_id)
    lock_persons(persons)
    return ReportLink.objects.select_for_update(of=("self",)).select_related("report").get(pk=link_id)


def _confirmed(person_id: uuid.UUID) -> list[Match]:
    of_person = Match.objects.confirmed().filter(missing_person=person_id)
    return list(of_person.with_lists().select_related("missing_person"))


def _move(report: Report, to_person_id: uuid.UUID, by: User) -> None:
    """Both men are matched anew; what was half decided about either starts again."""
    touched = [report.missing_person_id, to_person_id]
    Report.objects.filter(pk=report.pk).update(missing_person=to_person_id)
    report.missing_person_id = to_person_id
    MissingPerson.objects.filter(pk__in=touched).update(revision=F("revision") + 1)
    half = Match.objects.filter(
        missing_person__in=touched, state__in=[MatchState.AWAITING_SECOND, MatchState.DISPUTED]
    )
    for match in half.select_for_update(of=("self",)).order_by("pk"):
        open_again(match, Reopening.Cause.LINK_CHANGED, by)


def _bring_facts(to_person_id: uuid.UUID, from_person_id: uuid.UUID) -> list[list[str]]:
    """The other report's spellings, and what only it knows, so that no list is missed; the names that were new."""
    known, theirs = (MissingPerson.objects.get(pk=pk).as_person() for pk in (to_person_id, from_person_id))
    new = [name for name in theirs.names if name not in known.names]
    facts = [field.name for field in dataclasses.fields(Person) if field.name != "names"]
    united = {fact: getattr(known, fact) or getattr(theirs, fact) for fact in facts}
    intake.change_person(to_person_id, dataclasses.replace(known, names=(*known.names, *new), **united))
    return [list(dataclasses.astuple(name)) for name in new]


def _take_names_back(person_id: uuid.UUID, added: list[list[str]]) -> None:
    known = MissingPerson.objects.get(pk=person_id).as_person()
    away = {Name(*parts) for parts in added}
    kept = tuple(name for name in known.names if name not in away)
    intake.change_person(person_id, dataclasses.replace(known, names=kept or known.names))
