"""DO: a missing person is one entry of a list at most. What is said of each pair is divided between the entries.

It depends on nothing but what is stored of each pair by itself (`Match.alone`): so it is the same in whatever order
the batches came. That holds because whoever writes pairs of a list holds the list (`hold_lists`) until the end of
the transaction, and divides anew for every person of whom a pair has come, changed or gone.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from familylink.damage import Damaged
from matching import engine
from matching.models import ListEntry, Match, MatchState, SourceList
from matching.models.match import DECIDED, GONE

log = logging.getLogger(__name__)

Pair = tuple[uuid.UUID, uuid.UUID]  # missing person, entry

_LOCK = 0x4C495354  # the space of our advisory locks
_LOCKS = 256  # however many lists: two that share a lock only wait for each other
# Whom people have turned down rivals nobody that is undecided. A decided pair is compared with all there were when
# it was decided: that its rivals were turned down by deciding it is no new evidence.
_TURNED_DOWN = (MatchState.REJECTED, MatchState.SETTLED)


class Proposal(NamedTuple):
    """One pair worth a reviewer's look.

    As it is made, `ranked` is of the pair by itself: not calibrated, and as if the list had nobody else for the person;
    `divide` gives it back as it is to be said. `crowding`: `engine.crowding` of all rivals for the entry; `series`:
    that of the entry's list; `person_revision`: that of the facts compared.
    """

    person_id: uuid.UUID
    entry_id: uuid.UUID
    person_revision: int
    ranked: engine.Ranked
    crowding: float = 1.0
    series: uuid.UUID | None = None

    @property
    def pair(self) -> Pair:
        return self.person_id, self.entry_id


def hold_lists(series: Iterable[uuid.UUID]) -> None:
    """Until the end of the transaction nobody else writes pairs of the lists of these series. To be called before any
    row of theirs is locked, and once in a transaction, else two could wait for each other."""
    locks = sorted({one.int % _LOCKS for one in series})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, one) FROM unnest(%s::int[]) AS one", [_LOCK, locks])


def series_of(entries: Iterable[ListEntry]) -> dict[uuid.UUID, uuid.UUID]:
    """List -> its series, of the lists that these entries stand on."""
    lists = {entry.source_list_id for entry in entries}
    return dict(SourceList.objects.filter(pk__in=lists).values_list("pk", "series"))


def locked_beside(
    persons: Iterable[uuid.UUID], entries: Collection[uuid.UUID], series: Collection[uuid.UUID]
) -> dict[Pair, Match]:
    """Every match of these persons, and of the persons who have a match with one of these entries, with the lists of
    these series; locked."""
    theirs = Match.objects.filter(entry__in=entries).values_list("missing_person", flat=True)
    return locked_of({*persons, *theirs}, series)


def locked_of(persons: Collection[uuid.UUID], series: Collection[uuid.UUID]) -> dict[Pair, Match]:
    """Every match of these persons with the lists, locked in the order of the desk."""
    return _by_pair(_of(persons, series).select_for_update(of=("self",)).order_by("pk"))


def stored_of(persons: Collection[uuid.UUID], series: Collection[uuid.UUID]) -> dict[Pair, Match]:
    """Every match of these persons with the lists, to be read only."""
    return _by_pair(_of(persons, series))


def _of(persons: Collection[uuid.UUID], series: Collection[uuid.UUID]) -> QuerySet[Match]:
    matches = Match.objects.filter(missing_person__in=persons, entry__source_list__series__in=series)
    return matches.annotate(series=F("entry__source_list__series"))


def _by_pair(matches: Iterable[Match]) -> dict[Pair, Match]:
    return {(match.missing_person_id, match.entry_id): match for match in matches}


def as_stored(match: Match) -> Proposal:
    """The pair as it was last compared."""
    by_itself = match.alone
    if by_itself is None:  # of an earlier release
        by_itself = match.probability if match.uncalibrated is None else match.uncalibrated
    evidence = tuple(map(engine.Evidence.from_dict, match.evidence["evidence"]))
    comparison = engine.Comparison(match.points, evidence, tuple(match.evidence["caps"]), "")
    ranked = engine.Ranked(0, by_itself, match.band, comparison)
    series: uuid.UUID = vars(match)["series"]
    return Proposal(
        match.missing_person_id, match.entry_id, match.person_revision, ranked, match.crowding, series
    )


def divide(
    proposals: Iterable[Proposal],
    stored: Mapping[Pair, Match],
    judged: Collection[uuid.UUID],
    curves: engine.Curves,
) -> dict[Pair, Proposal]:
    """The proposals as they are to be said, made true by the curves, and the stored pairs that rival them.

    Of the entries that were `judged` the proposals count, and not what is stored of undecided pairs."""
    pairs = {pair: as_stored(match) for pair, match in stored.items() if _stands(match, judged)}
    states = {pair: match.state for pair, match in stored.items()}
    pairs |= {one.pair: one for one in proposals if states.get(one.pair) != MatchState.RETRACTED}
    of_one_person: dict[tuple[uuid.UUID, uuid.UUID | None], list[Proposal]] = defaultdict(list)
    for pair in sorted(pairs):
        of_one_person[pairs[pair].person_id, pairs[pair].series].append(pairs[pair])
    clusters = _clusters(
        one.entry_id for rivals in of_one_person.values() if len(rivals) > 1 for one in rivals
    )
    said: dict[Pair, Proposal] = {}
    for rivals in of_one_person.values():
        said |= _divided(rivals, states, clusters, curves)
    return said


def _stands(match: Match, judged: Collection[uuid.UUID]) -> bool:
    return match.state in DECIDED or (match.state not in GONE and match.entry_id not in judged)


def _divided(
    rivals: Sequence[Proposal],
    states: Mapping[Pair, str],
    clusters: Mapping[uuid.UUID, str],
    curves: engine.Curves,
) -> dict[Pair, Proposal]:
    undecided = [one for one in rivals if states.get(one.pair) not in _TURNED_DOWN]
    said = _said(undecided, clusters, curves)
    decided = {one.pair for one in rivals if states.get(one.pair) in DECIDED}
    if decided:
        said |= {pair: one for pair, one in _said(rivals, clusters, curves).items() if pair in decided}
    return said


def _said(
    rivals: Sequence[Proposal], clusters: Mapping[uuid.UUID, str], curves: engine.Curves
) -> dict[Pair, Proposal]:
    stakes = [engine.Stake(one.ranked, clusters.get(one.entry_id, ""), one.crowding) for one in rivals]
    said = engine.divided(stakes, curves)
    return {one.pair: one._replace(ranked=ranked) for one, ranked in zip(rivals, said, strict=True)}


def _clusters(entries: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Entry -> the cluster of its profile, which shows where a list names one man twice; "" for a damaged one."""
    ids = set(entries)
    found = ListEntry.objects.filter(pk__in=ids).only("profile") if ids else ()
    return {entry.pk: _cluster(entry) for entry in found}


def _cluster(entry: ListEntry) -> str:
    try:
        return engine.Profile.from_bytes(bytes(entry.profile)).cluster
    except (Damaged, ValueError):
        log.exception("the profile of entry %s is damaged", entry.pk)
        return ""
