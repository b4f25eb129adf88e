"""The order in which the desk locks rows: person, entry, pairs, reports. Whoever keeps it waits and never deadlocks."""

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q

from familylink.reports.models import MissingPerson, Report
from matching.models import ListEntry, Match
from matching.models.match import DECIDE, LEAD
from matching.review.refusals import LeadNeeded, NotYours, TakenBackByTheList


def lock_persons(ids: Iterable[uuid.UUID]) -> None:
    """Whoever withdraws a report, raises a flag or decides about this person comes after us."""
    persons = MissingPerson.objects.filter(pk__in=set(ids)).order_by("pk")
    list(persons.select_for_update(no_key=True).values_list("pk"))


def lock_confirmed(person_ids: Iterable[uuid.UUID]) -> None:
    """Whoever takes a row back that these men are confirmed in does so wholly before us or after us."""
    confirmed = Match.objects.confirmed().filter(missing_person__in=set(person_ids))
    entries = ListEntry.objects.filter(pk__in=confirmed.values("entry")).order_by("pk")
    list(entries.select_for_update(no_key=True).values_list("pk"))


def lock_reports(person_ids: Iterable[uuid.UUID]) -> None:
    """Whoever takes back what was confirmed of these men does so before us or after us."""
    reports = Report.objects.filter(missing_person__in=set(person_ids)).order_by("pk")
    list(reports.select_for_update(no_key=True).values_list("pk"))


def lock_match(match_id: uuid.UUID, *, with_rivals: bool = False) -> tuple[Match, list[Match]]:
    """The pair with its entry and list, and its rivals on both sides, all locked. Raises Match.DoesNotExist.

    With rivals also the other rows of the wave about the same man: of two who confirm him for two families, each on
    another list, the second finds what the first has done.
    """
    person_id, entry_id = Match.objects.values_list("missing_person", "entry").get(pk=match_id)
    lock_persons([person_id])
    entries = ListEntry.objects.of_man(entry_id) if with_rivals else ListEntry.objects.filter(pk=entry_id)
    list(entries.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    beside = Q(missing_person=person_id) | Q(entry=entry_id)
    pairs = Match.objects.filter(beside if with_rivals else Q(pk=match_id))
    rows = pairs.with_lists().select_related("missing_person").select_for_update(of=("self",)).order_by("pk")
    found = {match.pk: match for match in rows}
    return found.pop(match_id), list(found.values())


def still_listed(match: Match) -> None:
    """A corrected list that takes the row back comes wholly before or after us. Raises TakenBackByTheList."""
    if match.entry.removed_at is not None:
        raise TakenBackByTheList


def allowed(user: User, permission: str = DECIDE) -> None:
    """By the database as it is now, not as it was when the page was opened. Raises NotYours, LeadNeeded."""
    now = User.objects.filter(pk=user.pk, is_active=True).first()
    if now is None or not now.has_perm(permission):
        raise LeadNeeded if permission == LEAD and now and now.has_perm(DECIDE) else NotYours
