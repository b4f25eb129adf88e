"""DO: how common names are among those sought, counted over sealed names, slice by slice.

A count starts when the last one no longer tells of the store, is resumed wherever it was stopped, and is used only
when it is whole: from then on it stays as it is, so that matching again gives the same numbers. It is always counted
anew, not added to: who was changed, withdrawn or erased is in the next one no more.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from numpy.typing import NDArray

from familylink import clock
from familylink.damage import Damaged
from familylink.reports.keys import PROFILE_VERSION
from familylink.reports.models import MissingPerson, Report
from familylink.sealing import counting_key
from matching import engine
from matching.models import CountedPerson, NameCount, NameSnapshot

log = logging.getLogger(__name__)

AT_ONCE = 5_000
LEAST_PERSONS = 1_000  # fewer tell nothing that the tables do not know better
GROWN = 1.25
OLD = timedelta(days=30)

Stored = tuple[uuid.UUID, bytes]  # id and sealed profile of a missing person


def count_next(*, at_once: int = AT_ONCE, least_persons: int = LEAST_PERSONS) -> bool:
    """Count another slice, or begin where a count is due; False when there is nothing to count.

    A slice and how far it came are one transaction: killed anywhere, nobody is left out or counted twice.
    """
    with transaction.atomic():
        snapshot = _under_way(least_persons)
        if snapshot is None:
            return False
        persons = _next_persons(snapshot.last_person, at_once)
        _count(snapshot, list(_forms(persons)))
        if len(persons) < at_once:
            _publish(snapshot)
            return False
        NameSnapshot.objects.filter(pk=snapshot.pk).update(last_person=persons[-1][0])
    return True


def latest() -> NameSnapshot | None:
    """The snapshot to measure by; None while there is none by the present rules: other rules have other forms."""
    return NameSnapshot.objects.published().filter(forms_version=PROFILE_VERSION).first()


def population(snapshot: NameSnapshot | None) -> engine.Population:
    """The tables, drawn to this snapshot. The same object for the same snapshot."""
    return engine.Population.from_tables() if snapshot is None else _population(snapshot.pk)


# ----------------------------------------------------------------------------------------------- counting


def _under_way(least_persons: int) -> NameSnapshot | None:
    """The count under way by the present rules, locked, or a new one if one is due. None: nothing to do, or
    somebody else is at it."""
    unpublished = NameSnapshot.objects.filter(published_at=None)
    unpublished.exclude(forms_version=PROFILE_VERSION).delete()
    if not unpublished.exists() and _is_due(least_persons):
        NameSnapshot.objects.bulk_create([NameSnapshot(forms_version=PROFILE_VERSION)], ignore_conflicts=True)
    return unpublished.select_for_update(skip_locked=True).first()


def _is_due(least_persons: int) -> bool:
    persons = MissingPerson.objects.sought().count()
    if persons < least_persons:
        return False
    last = latest()
    if last is None or last.published_at is None:
        return True
    has_changed = not last.person_count / GROWN <= persons <= last.person_count * GROWN
    return has_changed or clock.now() - last.published_at > OLD


def _next_persons(after: uuid.UUID | None, limit: int) -> Sequence[Stored]:
    # EXISTS person by person: "in all that have an open report" would be computed whole for every slice. Its own bound
    # keeps a merge of both indexes from walking the one from its start again.
    rest = Q() if after is None else Q(pk__gt=after)
    open_reports = Report.objects.open().filter(missing_person=OuterRef("pk"))
    if after is not None:
        open_reports = open_reports.filter(missing_person__gt=after)
    persons = MissingPerson.objects.filter(rest).filter(Exists(open_reports)).order_by("pk")
    return list(persons.values_list("pk", "profile")[:limit])


class _Counted(NamedTuple):
    """One person to count: a key that is equal for reports of the same person, and the forms of his name."""

    person: int
    surnames: list[int]
    givens: list[int]
    fathers: list[int]


def _forms(persons: Iterable[Stored]) -> Iterator[_Counted]:
    """One object stands for each row in turn: a model of each costs more than counting it."""
    person = MissingPerson()
    for person.pk, person.profile in persons:
        try:
            profile = engine.Profile.from_bytes(bytes(person.profile))
        except (Damaged, ValueError):
            log.exception("the profile of %s is damaged", person.pk)
            continue
        forms = engine.forms_to_count(profile)
        yield _Counted(
            counting_key(f"person:{engine.counted_as(profile, forms)}"),
            *([counting_key(f"{part}:{form}") for form in each] for part, each in forms._asdict().items()),
        )


def _count(snapshot: NameSnapshot, slice_: Sequence[_Counted]) -> None:
    new = _not_met(snapshot, [one.person for one in slice_])
    counted = [one for person, one in {one.person: one for one in slice_}.items() if person in new]
    bearers = Counter(form for one in counted for form in (*one.surnames, *one.givens, *one.fathers))
    forms = sorted(bearers)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {NameCount._meta.db_table} AS known (snapshot_id, form, bearers) "  # noqa: S608 -- our own
            "SELECT %s, * FROM unnest(%s::bigint[], %s::int[]) "
            "ON CONFLICT (snapshot_id, form) DO UPDATE SET bearers = known.bearers + excluded.bearers",
            [snapshot.pk, forms, [bearers[form] for form in forms]],
        )
    NameSnapshot.objects.filter(pk=snapshot.pk).update(
        person_count=F("person_count") + len(slice_),
        surname_total=F("surname_total") + sum(bool(one.surnames) for one in counted),
        given_total=F("given_total") + sum(bool(one.givens) for one in counted),
        father_total=F("father_total") + sum(bool(one.fathers) for one in counted),
    )


def _not_met(snapshot: NameSnapshot, persons: Iterable[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {CountedPerson._meta.db_table} (snapshot_id, person) "
            "SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING RETURNING person",
            [snapshot.pk, sorted(set(persons))],
        )
        return {person for (person,) in cursor.fetchall()}


def _publish(snapshot: NameSnapshot) -> None:
    CountedPerson.objects.filter(snapshot=snapshot).delete()
    # He who bears a name alone is not counted against himself, so that his name need not stand here at all.
    NameCount.objects.filter(snapshot=snapshot, bearers=1).delete()
    # The one before may still be being read by a worker that asked a moment ago.
    kept = NameSnapshot.objects.published().values("pk")[:1]
    NameCount.objects.exclude(snapshot=snapshot).exclude(
        snapshot__in=list(kept.values_list("pk", flat=True))
    ).delete()
    NameSnapshot.objects.filter(pk=snapshot.pk).update(published_at=Now())


# ------------------------------------------------------------------------------------------------ reading


class _Keyed:
    """Bearers by keyed hash: some hundred thousand forms in a few megabytes, and no name among them."""

    def __init__(self, part: str, forms: NDArray[np.int64], bearers: NDArray[np.int32]) -> None:
        self._part, self._forms, self._bearers = part, forms, bearers

    def get(self, form: str, nobody: int, /) -> int:
        key = counting_key(f"{self._part}:{form}")
        place = int(np.searchsorted(self._forms, key))
        is_known = place < len(self._forms) and self._forms[place] == key
        return int(self._bearers[place]) if is_known else nobody


@lru_cache(maxsize=2)
def _population(snapshot_id: int) -> engine.Population:
    snapshot = NameSnapshot.objects.get(pk=snapshot_id)
    counts = NameCount.objects.filter(snapshot=snapshot).order_by("form").values_list("form", "bearers")
    rows = np.array(list(counts), dtype=np.int64).reshape(-1, 2)
    forms, bearers = rows[:, 0].copy(), rows[:, 1].astype(np.int32)
    return engine.Population.smoothed(
        surnames=engine.Count(snapshot.surname_total, _Keyed("surnames", forms, bearers)),
        givens=engine.Count(snapshot.given_total, _Keyed("givens", forms, bearers)),
        fathers=engine.Count(snapshot.father_total, _Keyed("fathers", forms, bearers)),
    )
