"""DO: compare list entries with every missing person who is sought, and store what is worth a look.

A pair is always judged in the light of all the rivals for its entry, whichever side of it came last.
"""

import functools
import time
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import F

from familylink.reports.models import Report
from familylink.reports.refiling import profile_of
from matching import candidates, engine, rivalry, yardstick
from matching.models import ListEntry
from matching.proposals import lock_judged, next_judging, overtaken_by_a_change, propose_matches
from matching.rivalry import Proposal
from matching.yardstick import Yardstick

_COUNTED_FOR_SECONDS = 60


class Outcome(NamedTuple):
    """What one pass over some entries came to."""

    candidates: int
    new_matches: int


def match_entries(entries: Sequence[ListEntry]) -> Outcome:
    """Compare these entries with every sought person that shares a key, and store what is worth a look."""
    if not entries:  # most new reports are on no list
        return Outcome(0, 0)
    measured_by, judging = yardstick.in_force(), next_judging()
    judged = judge_entries(entries, measured_by)
    with transaction.atomic():
        series = judged.series.values()
        newest = lock_judged(entries, series, judging)
        overtaken = newest & overtaken_by_a_change(judged.proposals)
        new = propose_matches(newest - overtaken, series, judged.proposals, measured_by)
        _mark_too_common([entry for entry in entries if entry.pk in newest], judged.too_common)
    if overtaken:
        new += match_entries([entry for entry in entries if entry.pk in overtaken]).new_matches
    return Outcome(judged.candidates, new)


class Judged(NamedTuple):
    """What comparing some entries has come to, before anything is stored.

    `proposals`: pairs that reach a band; `candidates`: how many pairs met; `too_common`: ids of entries of which some
    key was too common to follow; `series`: list -> its series.
    """

    proposals: list[Proposal]
    candidates: int
    too_common: set[uuid.UUID]
    series: dict[uuid.UUID, uuid.UUID]


def judge_entries(entries: Sequence[ListEntry], measured_by: Yardstick) -> Judged:
    """Compare these entries with every sought person that shares a key, by this yardstick. Nothing is stored."""
    population, searched = measured_by.population, _searched(int(time.monotonic() // _COUNTED_FOR_SECONDS))
    profiles = [profile_of(entry) for entry in entries]
    met = candidates.persons_for(profiles, worth_asking(population, engine.least_points(searched)))
    persons = candidates.persons(met.numbers)
    are_here, places = persons.places(met.numbers)
    pairs, columns = engine.Pairs(places, met.askers[are_here]), engine.Columns.of(profiles)
    weighed = engine.weigh_pairs(persons.columns, columns, pairs, population)
    pairs, weighed = _of_sought(persons, pairs, weighed)
    ranked = engine.rank_weighed(
        persons.columns, columns, pairs, weighed, population, engine.Asked(searched=searched)
    )
    series, proposals = rivalry.series_of(entries), list[Proposal]()
    for place, rivals in ranked:
        entry, crowding = entries[place], engine.crowding(rivals, measured_by.curves)
        proposals += [
            Proposal(
                uuid.UUID(persons.ids[one.index]),
                entry.pk,
                persons.revisions[one.index],
                one,
                crowding,
                series.get(entry.source_list_id),
            )
            for one in rivals
            if one.band
        ]
    return Judged(proposals, len(met.numbers), {entries[place].pk for place in met.too_common}, series)


def _of_sought(
    persons: candidates.Records, pairs: engine.Pairs, weighed: engine.Weighed
) -> tuple[engine.Pairs, engine.Weighed]:
    """The pairs that matter, with their points: without those of too few points to be looked at or to take a share from
    others, and without persons whom nobody looks for any more. The points come first, so that the database is asked of
    a few persons and not of hundreds."""
    may_matter = weighed.points >= engine.LEAST_POINTS
    places = np.unique(pairs.wanted[may_matter])
    sought = candidates.sought([persons.ids[place] for place in places.tolist()])
    unsought = [place for place in places.tolist() if persons.ids[place] not in sought]
    stays = may_matter & ~np.isin(pairs.wanted, unsought)
    return engine.Pairs(*(part[stays] for part in pairs)), engine.Weighed(*(part[stays] for part in weighed))


@functools.lru_cache(maxsize=1)
def _searched(period: int) -> int:
    """About how many reports are open, counted once in each `period`: counting a million takes longer than comparing a
    batch with them, and a probability does not feel a few more or less."""
    return Report.objects.open().count()


def _mark_too_common(entries: Iterable[ListEntry], too_common: set[uuid.UUID]) -> None:
    changed = [entry.pk for entry in entries if entry.is_too_common != (entry.pk in too_common)]
    if changed:
        ListEntry.objects.filter(pk__in=changed).update(is_too_common=~F("is_too_common"))


def worth_asking(population: engine.Population, least: float) -> candidates.Wanted:
    """`engine.worth_asking` of each asker, as `candidates` wants it."""
    return lambda asker: engine.worth_asking(asker, population, least)
