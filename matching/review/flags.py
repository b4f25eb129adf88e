"""Flags on a missing person. A blocking one calls back what has not left, and the database lets nothing new out."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from familylink.damage import in_words, opens
from familylink.reports.models import BLOCKING, Flag, FlagKind, Report
from familylink.reports.news import call_back
from matching.models import Match
from matching.models.match import DECIDE, LEAD
from matching.news.grown_up import minor_doubt
from matching.review import letters, telling
from matching.review.locking import allowed, lock_confirmed, lock_persons
from matching.review.refusals import NoteRequired
from notifications import reasons


@transaction.atomic
def raise_flag(person_id: uuid.UUID, *, kind: str, by: User, note: str) -> Flag:
    """Any reviewer raises one, with a reason. Raising one that stands already changes nothing.

    Raises NoteRequired, NotYours.
    """
    allowed(by, DECIDE)
    if not note.strip():
        raise NoteRequired
    lock_persons([person_id])
    lock_confirmed([person_id])
    standing = Flag.objects.standing().filter(missing_person=person_id, kind=FlagKind(kind)).first()
    if standing:
        return standing
    return _raise(person_id, kind, note.strip(), by)


def raise_for_minor(match: Match, *, by: User) -> None:
    """On whoever turns out to be one after he was confirmed: what has not left stays, and his families are called."""
    if doubt := minor_doubt(match):
        note = _("What was told of him since he was confirmed lets him be a minor.")
        if doubt == reasons.BIRTH_DATE_DAMAGED:
            note = reasons.in_words(doubt)
        raise_flag(match.missing_person_id, kind=FlagKind.MINOR, by=by, note=note)


def bring(from_person_id: uuid.UUID, to_person_id: uuid.UUID, *, by: User) -> None:
    """A report has moved from one man to another, and what held its news back still does: only a lead says that it may
    go. The caller holds the locks of both."""
    there = Flag.objects.blocking().filter(missing_person=to_person_id).values_list("kind", flat=True)
    here = Flag.objects.blocking().filter(missing_person=from_person_id)
    for flag in here.exclude(kind__in=list(there)):
        _raise(to_person_id, flag.kind, flag.note if opens(flag, "note") else in_words(flag), by)


@transaction.atomic
def lower_flag(flag_id: uuid.UUID, *, by: User, note: str) -> Flag:
    """A lead lowers it, with a reason. Nobody is told by that alone: somebody reads the plan and asks to `tell`.

    Raises NoteRequired, LeadNeeded.
    """
    allowed(by, LEAD)
    if not note.strip():
        raise NoteRequired
    flag = Flag.objects.select_for_update().get(pk=flag_id)
    if flag.lowered_at is None:
        flag.lowered_by, flag.lowered_note, flag.lowered_at = by, note.strip(), Now()
        flag.save()
    return flag


def _raise(person_id: uuid.UUID, kind: str, note: str, by: User) -> Flag:
    flag = Flag.objects.create(missing_person_id=person_id, kind=kind, note=note, raised_by=by)
    if kind in BLOCKING:
        _stop_news(person_id)
    if kind == FlagKind.MINOR:
        _have_them_called(person_id)
    return flag


def _stop_news(person_id: uuid.UUID) -> None:
    """What has left was true and stays so."""
    for report in (
        Report.objects.filter(missing_person=person_id).order_by("pk").select_for_update(no_key=True)
    ):
        call_back(report, "flag_raised")


def _have_them_called(person_id: uuid.UUID) -> None:
    """He is confirmed already, and his families were to hear it by message: now somebody must call them."""
    for match in Match.objects.confirmed().filter(missing_person=person_id).with_lists():
        telling.post(match, letters.plan(match))
