"""How good a matching was, from what it said and what was true. Pure numbers: no file, no engine.

One `Judged` is one person of a list. Measures of probabilities are of the first place only: what a reviewer reads
first. A row without any candidate says nothing and is in none of them; it still costs recall.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

BINS = 10
LEAST_PRECISION = 0.95

Said = tuple[float, bool]  # probability (0-1) of a first place, and whether it is the right one


@dataclass(frozen=True, slots=True)
class Judged:
    """One person of the list: `place` of the first right report from 1 (0: not shown), `said` of the first place
    (None: no candidate), `is_met` when a right report was among all candidates, `wrong_kind` what a wrong first
    place really is, `strata` the groups that the row belongs to."""

    is_reported: bool
    is_met: bool = False
    candidates: int = 0
    place: int = 0
    said: float | None = None
    wrong_kind: str = ""
    strata: tuple[str, ...] = ()


class Bin(NamedTuple):
    """First places of like probability: how many, what was said on average, how many were right (0-1)."""

    rows: int
    said: float
    right: float


class Point(NamedTuple):
    """Had all first places from some probability up been accepted."""

    recall: float
    precision: float


class WrongKind(NamedTuple):
    """Wrong first places of one kind: how many, and the mean and the highest probability said."""

    rows: int
    said: float
    highest: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Recalls are shares (0-1) of the reported; `None` where there is nobody to measure on."""

    entries: int
    reported: int
    recall_at_1: float | None
    recall_at_10: float | None
    recall_at_precision_95: float | None
    blocking_recall: float | None
    candidates_per_entry: float | None
    ece: float | None
    brier: float | None


def measure(rows: Sequence[Judged]) -> Measures:
    """All measures of these rows."""
    reported = [row for row in rows if row.is_reported]
    said = first_places(rows)
    return Measures(
        len(rows),
        len(reported),
        _share(sum(row.place == 1 for row in reported), len(reported)),
        _share(sum(1 <= row.place <= 10 for row in reported), len(reported)),
        recall_at_precision(said, len(reported)),
        _share(sum(row.is_met for row in reported), len(reported)),
        _share(sum(row.candidates for row in rows), len(rows)),
        calibration_error(said),
        _share(sum((probability - is_right) ** 2 for probability, is_right in said), len(said)),
    )


def by_stratum(rows: Sequence[Judged]) -> dict[str, Measures]:
    """The measures of every group, by its name."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        for stratum in row.strata:
            groups[stratum].append(row)
    return {stratum: measure(groups[stratum]) for stratum in sorted(groups)}


def wrong_kinds(rows: Iterable[Judged]) -> dict[str, WrongKind]:
    """What stood wrongly in the first place, the most frequent kind first."""
    said: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.said is not None and row.place != 1:
            said[row.wrong_kind].append(row.said)
    often = Counter({kind: len(values) for kind, values in said.items()}).most_common()
    return {kind: WrongKind(count, sum(said[kind]) / count, max(said[kind])) for kind, count in often}


def first_places(rows: Iterable[Judged]) -> list[Said]:
    return [(row.said, row.place == 1) for row in rows if row.said is not None]


def reliability(said: Iterable[Said]) -> list[Bin]:
    """Ten bins of equal width, the empty ones left out."""
    bins: list[list[Said]] = [[] for _ in range(BINS)]
    for probability, is_right in said:
        bins[min(int(probability * BINS), BINS - 1)].append((probability, is_right))
    return [_bin(one) for one in bins if one]


def _bin(said: Sequence[Said]) -> Bin:
    count = len(said)
    return Bin(count, sum(one for one, _ in said) / count, sum(is_right for _, is_right in said) / count)


def calibration_error(said: Sequence[Said]) -> float | None:
    """Expected calibration error: how far what is said is from what is right, on average over the rows."""
    return _share(sum(one.rows * abs(one.said - one.right) for one in reliability(said)), len(said))


def precision_recall(said: Iterable[Said], reported: int) -> Iterator[Point]:
    """A point for each probability said, the highest first; equal probabilities are accepted together."""
    right = accepted = 0
    for _, group in groupby(sorted(said, key=itemgetter(0), reverse=True), key=itemgetter(0)):
        together = [is_right for _, is_right in group]
        right += sum(together)
        accepted += len(together)
        yield Point(right / max(reported, 1), right / accepted)


def recall_at_precision(said: Iterable[Said], reported: int, least: float = LEAST_PRECISION) -> float | None:
    """The largest share of the reported found in first places while at least `least` of the accepted are right."""
    if not reported:
        return None
    return max(
        (one.recall for one in precision_recall(said, reported) if one.precision >= least), default=0.0
    )


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
