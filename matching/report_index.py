"""Reports in memory, filed under their keys: who may be whom, with no database; and how common their names are."""

from __future__ import annotations

import os
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.engine import (
    Asked,
    Columns,
    Count,
    Forms,
    NoName,
    Pairs,
    Person,
    Population,
    Profile,
    Ranked,
    counted_as,
    each_once,
    filed,
    forms_to_count,
    least_points,
    mixed,
    numbers_of,
    profile,
    query_numbers,
    rank_pairs,
    worth_asking,
)

# A key like a common surname alone may hold thousands of reports; beyond this it is left out, and said so.
MAX_BEHIND_BROAD_KEY = 4_000
_LOOKS = 4  # places a key, or more, of `may_be`: at most one look in five leads nowhere
READY_AT_ONCE = 5_000  # reports that a child makes ready before it hands them over
LEAST_FOR_CHILDREN = 20_000  # fewer are ready before children have started

Array = npt.NDArray[Any]


class Best(NamedTuple):
    """What came of one listed person: how many `candidates` there are, and the best of them (`ranked`), best first.
    `is_too_common`: some key of his is shared by too many reports to follow, so the right one may be missing."""

    candidates: int
    ranked: tuple[Ranked, ...]
    is_too_common: bool


class Met(NamedTuple):
    """Pairs that share a key, and the listed persons (their places) of whom a key was too common to follow."""

    pairs: Pairs
    too_common: frozenset[int]


class ReportIndex:
    """Reports in memory, filed under their keys."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._stored: list[bytes] = []
        self._words, self._rests, self._places = array("Q"), array("Q"), array("q")
        self._tally = _Tally()
        self._filed: _Filed | None = None
        self._population: Population | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, report_id: str, person: Person) -> bool:
        """File one report; False when its name has no letter to go by."""
        before = len(self)
        self._file([report_id], _Ready.of([person]))
        return len(self) > before

    def add_all(self, ids: Sequence[str], people: Sequence[Person]) -> None:
        """File many, but for those whose names have no letter to go by; made ready on all processors there are."""
        for first, ready in _made_ready(people):
            self._file(ids[first : first + READY_AT_ONCE], ready)

    def _file(self, ids: Sequence[str], ready: _Ready) -> None:
        for place, keys in zip(ready.named, ready.sizes, strict=True):
            self._places.extend([len(self.ids)] * keys)
            self.ids.append(ids[place])
        self._stored += ready.stored
        self._words += ready.words
        self._rests += ready.rests
        self._tally.add(ready.counted)
        self._filed = self._population = None

    def population(self) -> Population:
        """The tables, drawn to how common names are among these reports. The same object until more are filed."""
        if self._population is None:
            self._population = self._tally.population()
        return self._population

    def candidates(self, found: Sequence[Profile], population: Population) -> Met:
        """Places of the reports that share a key with each of `found`, in the order they were added; of broad keys one
        that is worth asking with."""
        least = least_points(len(self))
        asked = query_numbers(found, lambda asker: worth_asking(asker, population, least))
        firsts, sizes = self._all_filed().behind(mixed(asked.words, asked.rests))
        crowded = np.flatnonzero(asked.are_broad & (sizes > MAX_BEHIND_BROAD_KEY))
        sizes[crowded] = 0
        pairs = self._all_filed().pairs(asked.owners, firsts, sizes)
        return Met(pairs, frozenset(asked.owners[crowded].tolist()))

    def best(self, found: Sequence[Profile], population: Population, top: int) -> list[Best]:
        """For each listed person the best `top` candidates."""
        pairs, too_common = self.candidates(found, population)
        counts = np.bincount(pairs.found, minlength=len(found)).tolist()
        asked = Asked(searched=len(self), top=top)
        columns = self._all_filed().columns, Columns.of(found)
        best = dict(rank_pairs(*columns, pairs, population, asked))
        return [
            Best(count, tuple(best.get(place, [])[:top]), place in too_common)
            for place, count in enumerate(counts)
        ]

    def _all_filed(self) -> _Filed:
        if self._filed is None:
            keys = mixed(np.array(self._words), np.array(self._rests))
            self._filed = _Filed.of(keys, np.array(self._places), Columns.of_present(self._stored))
        return self._filed


class _Ready(NamedTuple):
    """Some people made ready for filing: the places of those whose names have a letter, and of each of these how many
    keys, the two numbers of each key, and what a store would keep; `counted` are the forms of each name once."""

    named: list[int]
    sizes: list[int]
    words: array[int]
    rests: array[int]
    stored: list[bytes]
    counted: dict[int, Forms]

    @classmethod
    def of(cls, people: Iterable[Person]) -> _Ready:
        ready = cls([], [], array("Q"), array("Q"), [], {})
        for place, person in enumerate(people):
            try:
                compiled = profile(person)
            except NoName:
                continue
            words, rests = numbers_of(filed(compiled))
            ready.named.append(place)
            ready.sizes.append(len(words))
            ready.words.extend(words)
            ready.rests.extend(rests)
            ready.stored.append(compiled.to_bytes())
            forms = forms_to_count(compiled)
            ready.counted[hash(counted_as(compiled, forms))] = forms
        return ready


class _Tally:
    """How many bear each form of a name, each man once."""

    def __init__(self) -> None:
        self._men: set[int] = set()
        self._totals = [0] * len(Forms._fields)
        self._bearers: list[Counter[str]] = [Counter() for _ in Forms._fields]

    def add(self, counted: Mapping[int, Forms]) -> None:
        new = [forms for man, forms in counted.items() if man not in self._men]
        self._men.update(counted)
        for part, each in enumerate(zip(*new, strict=True)):
            self._totals[part] += sum(map(bool, each))
            self._bearers[part].update(chain.from_iterable(each))

    def population(self) -> Population:
        surnames, givens, fathers = map(Count, self._totals, self._bearers)
        return Population.smoothed(surnames=surnames, givens=givens, fathers=fathers)


def _made_ready(people: Sequence[Person]) -> Iterator[tuple[int, _Ready]]:
    """Part by part, each with the place where it begins."""
    firsts, processors = range(0, len(people), READY_AT_ONCE), _processors()
    if processors == 1 or len(people) < LEAST_FOR_CHILDREN:
        yield from ((first, _Ready.of(people[first : first + READY_AT_ONCE])) for first in firsts)
        return
    # A forked child finds the people where they are: handing them over would cost a third of the work.
    children = ProcessPoolExecutor(processors, get_context("fork"), _inherited.extend, (people,))
    with children:
        yield from zip(firsts, children.map(_part, firsts), strict=True)


def _processors() -> int:
    """Those that this process may use; elsewhere than here a process that has loaded libraries is not safely forked."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


_inherited: list[Person] = []  # in a child


def _part(first: int) -> _Ready:
    return _Ready.of(_inherited[first : first + READY_AT_ONCE])


class _Filed(NamedTuple):
    """Each key once and in order, where the places of its reports begin (and the last end), those places, and all
    reports as columns. `may_be` is true at the end of every key: most keys that are asked for are nobody's, and
    one look shows it."""

    may_be: Array
    keys: Array
    firsts: Array
    places: Array
    columns: Columns

    @classmethod
    def of(cls, keys: Array, places: Array, columns: Columns) -> _Filed:
        order = np.argsort(keys, kind="stable")
        each, firsts = np.unique(keys[order], return_index=True)
        may_be = np.zeros(1 << (_LOOKS * len(each)).bit_length(), dtype=bool)
        may_be[_ends(each, len(may_be))] = True
        return cls(may_be, each, np.append(firsts, len(keys)), places[order], columns)

    def behind(self, keys: Array) -> tuple[Array, Array]:
        """Of each key where its reports begin, and how many they are."""
        firsts, sizes = np.zeros((2, len(keys)), dtype=np.int64)
        asked = np.flatnonzero(self.may_be[_ends(keys, len(self.may_be))])
        asked = asked[np.argsort(keys[asked])]  # a walk through the index in its order reads it once
        at = np.searchsorted(self.keys[:-1], keys[asked])
        at, asked = (part[self.keys[at] == keys[asked]] for part in (at, asked))
        firsts[asked], sizes[asked] = self.firsts[at], self.firsts[at + 1] - self.firsts[at]
        return firsts, sizes

    def pairs(self, askers: Array, firsts: Array, sizes: Array) -> Pairs:
        """Each pair of an asker and a report once, in order."""
        followed = np.flatnonzero(sizes)
        sizes = sizes[followed]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        places = self.places[np.repeat(firsts[followed], sizes) + within]
        each = each_once(np.sort(np.repeat(askers[followed], sizes) * len(self.columns) + places))
        found, wanted = np.divmod(each, len(self.columns))
        return Pairs(wanted, found)


def _ends(keys: Array, places: int) -> Array:
    """Of each key its last bits, as a number below `places`, which is a power of two."""
    return keys & np.uint64(places - 1)
