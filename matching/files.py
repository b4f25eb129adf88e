"""Two spreadsheets matched with no database: the same readers and the same engine as a wave."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.engine import (
    Asked,
    Columns,
    NoName,
    Pairs,
    Person,
    Population,
    Profile,
    Ranked,
    Stake,
    cap_sentence,
    divided,
    filed,
    least_points,
    mixed,
    numbers_of,
    profile,
    query_numbers,
    rank_pairs,
    worth_asking,
)
from matching.engine.words import Table as Sentences
from matching.engine.words import say
from matching.lists import Recognition, Rows, Table, harmless, read_rows, read_table, recognise

# A key like a common surname alone may hold thousands of reports; beyond this it is left out, and said so.
MAX_BEHIND_BROAD_KEY = 4_000
_LOOKS = 4  # places a key, or more, of `may_be`: at most one look in five leads nowhere
AT_ONCE = 200  # rows of the list ranked together: fewer cost more each, and more are told of later

Array = npt.NDArray[Any]

TOO_COMMON: Sentences = {
    "too_common": {
        "uk": "це ім'я надто поширене, щоб порівняти з усіма заявами: потрібна дата народження",
        "en": "this name is too common to compare with every report: it needs a birth date",
        "ru": "это имя слишком распространено, чтобы сравнить со всеми заявлениями: нужна дата рождения",
    }
}


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """One file as read: how it was understood, its people and what was refused."""

    table: Table
    recognition: Recognition
    rows: Rows


class Best(NamedTuple):
    """Of one listed person how many candidates there are, and the best of them, best first; `is_too_common` when a key
    of his is shared by too many reports to follow, so that the one sought may not be among them."""

    candidates: int
    ranked: tuple[Ranked, ...]
    is_too_common: bool


NOBODY = Best(0, (), is_too_common=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """What one data row of a list led to: `ranked.index` is the place of a report in the index."""

    data_row: int
    candidates: int
    ranked: tuple[Ranked, ...]
    is_too_common: bool = False


class Met(NamedTuple):
    """Pairs that share a key, and the listed persons (their places) of whom a key was too common to follow."""

    pairs: Pairs
    too_common: frozenset[int]


def read_people(content: bytes, filename: str) -> PeopleFile:
    """Read a file of reports or a list. Raises Unreadable."""
    table = read_table(content, filename, max_rows=1_000_000)
    recognition = recognise(table)
    return PeopleFile(table, recognition, read_rows(table, recognition))


class ReportIndex:
    """Reports in memory, filed under their keys."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._stored: list[bytes] = []
        self._words, self._rests, self._places = array("Q"), array("Q"), array("q")
        self._filed: _Filed | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, report_id: str, person: Person) -> bool:
        """File one report; False when its name has no letter to go by."""
        try:
            compiled = profile(person)
        except NoName:
            return False
        words, rests = numbers_of(filed(compiled))
        self._words.extend(words)
        self._rests.extend(rests)
        self._places.extend([len(self.ids)] * len(words))
        self.ids.append(report_id)
        self._stored.append(compiled.to_bytes())
        self._filed = None
        return True

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
        each = np.unique(np.repeat(askers[followed], sizes) * len(self.columns) + places)
        found, wanted = np.divmod(each, len(self.columns))
        return Pairs(wanted, found)


def _ends(keys: Array, places: int) -> Array:
    """Of each key its last bits, as a number below `places`, which is a power of two."""
    return keys & np.uint64(places - 1)


def index_reports(rows: Rows) -> ReportIndex:
    """All reports of a file; one without `report_id` is called by the number of its data row."""
    index = ReportIndex()
    numbers = rows.data_numbers()
    for row in rows.people:
        index.add(row.report_id or str(numbers[row.sheet, row.number]), row.person)
    return index


def match_list(
    index: ReportIndex,
    rows: Rows,
    *,
    top: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Listed]:
    """The best `top` reports for each person of a list; `progress` hears of rows done and rows in all.

    Nothing comes before the last row is done: a report that another row claims as well is said of both."""
    population = Population.from_tables()
    numbers = rows.data_numbers()
    found: list[Listed] = []
    clusters: list[str] = []
    for first in range(0, len(rows.people), AT_ONCE):
        part = rows.people[first : first + AT_ONCE]
        compiled = [_compiled(row.person) for row in part]
        for row, one, best in zip(part, compiled, _best(index, compiled, population, top), strict=True):
            found.append(Listed(numbers[row.sheet, row.number], *best))
            clusters.append(one.cluster if one is not None else "")
            progress(len(found), len(rows.people))
    yield from _one_row_each(found, clusters)


def _best(
    index: ReportIndex, people: Sequence[Profile | None], population: Population, top: int
) -> Iterator[Best]:
    best = iter(index.best([one for one in people if one is not None], population, top))
    return (next(best) if one is not None else NOBODY for one in people)


def _one_row_each(listed: Sequence[Listed], clusters: Sequence[str]) -> Iterator[Listed]:
    """What is said of each report, when at most one man of the list is meant by it."""
    claims: dict[int, list[tuple[int, Stake]]] = {}
    for place, row in enumerate(listed):
        for ranked in row.ranked:
            claims.setdefault(ranked.index, []).append((place, Stake(ranked, clusters[place])))
    now: dict[tuple[int, int], Ranked] = {}
    for report, rivals in claims.items():
        said = divided([stake for _, stake in rivals])
        now |= {(place, report): one for (place, _), one in zip(rivals, said, strict=True)}
    for place, row in enumerate(listed):
        said_anew = [now[place, one.index] for one in row.ranked]
        best_first = sorted(said_anew, key=lambda one: (-one.probability, -one.comparison.points))
        yield replace(row, ranked=tuple(best_first))


def _compiled(person: Person) -> Profile | None:
    try:
        return profile(person)
    except NoName:
        return None


def why(ranked: Ranked, language: str) -> str:
    """The evidence as sentences: what speaks for and against, then what held the match down."""
    said = [seen.sentence(language) for seen in ranked.comparison.evidence if seen.level != "not_given"]
    return "; ".join([*said, *(cap_sentence(code, language) for code in ranked.comparison.caps)])


def as_cells(listed: Listed, ids: Sequence[str], language: str) -> Iterator[tuple[str, ...]]:
    """Lines of MATCHES: list_row, report_id, rank, probability, band, points, why."""
    doubt = f"; {say(TOO_COMMON, 'too_common', language)}" if listed.is_too_common else ""
    for place, ranked in enumerate(listed.ranked, 1):
        yield (
            str(listed.data_row),
            harmless(ids[ranked.index]),
            str(place),
            f"{ranked.probability:.4f}",
            ranked.band,
            f"{ranked.comparison.points:.2f}",
            harmless(why(ranked, language) + doubt),
        )
