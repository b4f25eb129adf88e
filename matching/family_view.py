"""What a family may know of the matching: which waves they were checked against, and news only when two agreed."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Max, Sum

from familylink.reports.models import MissingPerson
from matching.models import ListKind, ListState, Match, Wave


class CheckedWave(NamedTuple):
    """One wave that a missing person was compared with: its lists' people, and when that was done."""

    wave: Wave
    people: int
    checked_at: dt.datetime


def checked_waves(person: MissingPerson) -> list[CheckedWave]:
    """Waves whose official lists this person has been compared with, newest first.

    A person filed before a list was committed is covered by that list's run; one filed after, by the
    matching of the person. So a finished run and a person matched at least once are a completed check.
    """
    if person.matched_at is None:
        return []
    waves = (
        Wave.objects.filter(
            lists__kind=ListKind.RELEASED,
            lists__state=ListState.COMMITTED,
            lists__runs__finished_at__isnull=False,
        )
        .annotate(people=Sum("lists__entry_count"), finished_at=Max("lists__runs__finished_at"))
        .order_by("-occurred_on", "-stage")
    )
    return [
        CheckedWave(wave, wave.people, max(wave.finished_at, person.created_at, _first(person, wave)))
        for wave in waves
    ]


def _first(person: MissingPerson, wave: Wave) -> dt.datetime:
    """A person who came after the run was checked when they themselves were matched."""
    assert person.matched_at is not None
    finished: dt.datetime = wave.finished_at  # type: ignore[attr-defined]  # annotated above
    return person.matched_at if person.created_at > finished else finished


def has_news(person: MissingPerson) -> bool:
    """Two reviewers confirmed this person on a list of the released."""
    return confirmed_on(person) is not None


def confirmed_on(person: MissingPerson) -> Match | None:
    """The confirmed match with a list of the released, if there is one."""
    confirmed = Match.objects.confirmed().filter(
        missing_person=person, entry__source_list__kind=ListKind.RELEASED
    )
    return confirmed.select_related("entry__source_list__wave").order_by("decided_at").first()
