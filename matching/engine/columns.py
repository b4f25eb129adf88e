"""Many people side by side as columns of numbers, with no object for any of them until somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.engine.heads import HEAD, SPELLING
from matching.engine.profiles import PRESENT, Profile, Spelling, spelling_of

Array = npt.NDArray[Any]
_WORDS = frozenset(SPELLING.names or ())


# Words and people met before, by what stands for them: a wave meets the same given names in every batch.
_known: dict[tuple[str, int], Any] = {}
_MOST_KNOWN = 50_000
_MOST_PEOPLE = 1 << 12
_LONGEST = 40


def as_present(stored: bytes) -> bytes:
    """The bytes that `Profile.to_bytes` would write now for a profile that an earlier version stored; those of the
    present version as they are. ValueError for what is no profile."""
    return stored if stored.startswith(PRESENT) else Profile.from_bytes(stored).to_bytes()


class Sounds(NamedTuple):
    """How the surname of each spelling sounds, a row for each spelling.

    `counts`: how many readings it has, 0 where it is no single plain word; `loose` and `readings`: two matrices of
    bytes, a column for each reading, empty beyond `counts`.
    """

    counts: Array
    loose: Array
    readings: Array

    @property
    def most(self) -> int:
        """The most readings that any of these surnames has."""
        return int(self.loose.shape[1])


class Columns:
    """Some people, by their places from 0: what is compared of them as numpy columns, and the rest when asked for.

    `heads` has a row (HEAD) for each person; `spellings` a row (SPELLING) for each spelling of each person, one person
    after the other: those of the person at `place` are `counts[place]` rows from `firsts[place]` on.
    `person(place)` makes the whole profile, `spelling(place, number)` one of its spellings.
    """

    def __init__(
        self,
        heads: Array,
        spellings: Array,
        person: Callable[[int], Profile],
        spelling: Callable[[int, int], Spelling],
    ) -> None:
        self.heads, self.spellings = heads, spellings
        self.person, self.spelling = lru_cache(maxsize=_MOST_PEOPLE)(person), spelling
        self.counts = heads["spellings"].astype(np.int64)
        self.firsts = np.cumsum(self.counts) - self.counts
        self.are_single = len(heads) == len(spellings)

    def __len__(self) -> int:
        return len(self.heads)

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> Columns:
        """Columns of compiled people."""
        heads = [one.head() for one in profiles]
        return cls._of_present(
            heads, 0, profiles.__getitem__, lambda place, number: profiles[place].spellings[number]
        )

    @classmethod
    def of_bytes(cls, stored: Iterable[bytes]) -> Columns:
        """Columns of what `Profile.to_bytes` wrote, now or earlier. ValueError for what is no profile."""
        return cls.of_present(list(map(as_present, stored)))

    @classmethod
    def of_present(cls, stored: Sequence[bytes]) -> Columns:
        """Columns of stored profiles, each as `as_present` gives it; no profile is made before it is asked for."""
        return cls._of_present(
            stored,
            len(PRESENT),
            lambda place: Profile.from_bytes(stored[place]),
            lambda place, number: spelling_of(stored[place], number),
        )

    @classmethod
    def _of_present(
        cls,
        stored: Sequence[bytes],
        start: int,
        person: Callable[[int], Profile],
        spelling: Callable[[int, int], Spelling],
    ) -> Columns:
        behind, each = start + HEAD.itemsize, SPELLING.itemsize
        heads = b"".join([one[start:behind] for one in stored])
        spellings = b"".join([one[behind : behind + one[start] * each] for one in stored])
        return cls(np.frombuffer(heads, HEAD), np.frombuffer(spellings, SPELLING), person, spelling)

    def column(self, name: str) -> Array:
        """The column of that name, of the spellings or else of the heads; the value 0 means "not given"."""
        return (self.spellings if name in _WORDS else self.heads)[name]

    def bearers(self, name: str, values: Array, rows: Array) -> list[Any]:
        """For each of `rows`, which has the value beside it in `values`, somebody to ask the rules about: a Spelling
        where the column is of the spellings, else a Profile. It may be anybody with the same value, since a rule about
        this column answers the same for all of them."""
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        keys = [(name, value) for value in values.tolist()]
        bearers = list(map(_known.get, keys))
        new = [place for place, bearer in enumerate(bearers) if bearer is None]
        met = self._spellings_in(rows[new]) if name in _WORDS else map(self.person, rows[new].tolist())
        for place, bearer in zip(new, met, strict=True):
            bearers[place] = _known[keys[place]] = bearer
        return bearers

    @cached_property
    def sounds(self) -> Sounds:
        """The sounds of every surname; for the side of few people, since each is looked at."""
        rows = list(map(_sounds_of, self._spellings_in(np.arange(len(self.spellings)))))
        counts = np.array([len(row) for row in rows], dtype=np.int64)
        most = int(counts.max(initial=0))
        shape = (len(rows), most)
        loose, readings = np.zeros(shape, f"S{_LONGEST}"), np.zeros(shape, f"S{_LONGEST}")
        for place, row in enumerate(rows):
            for number, (one, other) in enumerate(row):
                loose[place, number], readings[place, number] = one, other
        return Sounds(counts, loose, readings)

    def _spellings_in(self, rows: Array) -> Iterator[Spelling]:
        """The spellings of these rows of the long column."""
        places = np.searchsorted(self.firsts, rows, side="right") - 1
        for place, number in zip(places.tolist(), (rows - self.firsts[places]).tolist(), strict=True):
            yield self.spelling(place, number)


def _sounds_of(spelling: Spelling) -> list[tuple[bytes, bytes]]:
    """Loose form and reading together, each at least once."""
    if len(spelling.surnames) != 1:
        return []
    (word,) = spelling.surnames
    pairs = list(zip_longest(word.loose, word.readings, fillvalue=word.loose[0]))
    if not all(
        one.isascii() and other.isascii() and max(len(one), len(other)) <= _LONGEST for one, other in pairs
    ):
        return []
    return [(one.encode(), other.encode()) for one, other in pairs]


def each_once(ordered: Array) -> Array:
    """Each of some values in order once: numpy's `unique` takes two to four times as long, sorting included."""
    each: Array = ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]
    return each


def crossed(
    firsts: Array, counts: Array, other_firsts: Array, other_counts: Array
) -> tuple[Array, Array, Array]:
    """Pairs of ranges of rows written out as pairs of rows, each row of one range with each of the other.

    A range has its first row in `firsts` and its length in `counts`. Returns three columns of equal length: the number
    of the pair of ranges, the row on this side, the row on the other side.
    """
    sizes = counts * other_counts
    pairs = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(pairs)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    here, there = np.divmod(within, other_counts[pairs])
    return pairs, firsts[pairs] + here, other_firsts[pairs] + there
