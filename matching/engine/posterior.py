"""From points to probability: every candidate competes with "nobody" and with its rivals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, groupby, islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.engine import features
from matching.engine.comparing import Comparison
from matching.engine.heads import number_of
from matching.engine.scoring import (
    BANDS,
    CAPS,
    LEAST_POINTS,
    LEAST_SEARCHED,
    MOST_POINTS,
    OTHERS_REPORTED,
    THRESHOLDS,
)

Array = npt.NDArray[Any]
_WEIGHED = ("surname", "given", "patronymic", "birth_date")
_MOST_BESIDE = 8  # rivals that are held beside each other: of a common name there are hundreds
OneMan = Callable[[int, int], float]  # how likely it is (0-1) that the reports of two rows are of one man


class Ranked(NamedTuple):
    """One rival for a found person, ranked among the others.

    `index`: its place in what was ranked; `probability` (0-1) that the two are one man; `band` by its thresholds and
    caps, "" below the lowest (such a pair is not stored). `uncalibrated`: the probability before a calibration, None
    without one. `alone`: the probability before it was divided with others of the same list, None where it was not.
    """

    index: int  # type: ignore[assignment]  # hides a tuple's method
    probability: float
    band: str
    comparison: Comparison
    uncalibrated: float | None = None
    alone: float | None = None


def two_men(one: int, other: int) -> float:
    """The OneMan of who knows nothing that would make two rivals one man: always 0."""
    return 0.0


def rank(
    comparisons: Sequence[Comparison], *, searched: int, prior: float = 0.5, one_man: OneMan = two_men
) -> list[Ranked]:
    """The rivals for ONE found person, best first; ties keep the order given.

    `searched` is how many records (N) were looked through, `prior` (0-1) the share of found people who are reported at
    all, `one_man` is asked of the places of two comparisons how likely their reports are of one man.

    P = (prior/N) e^points / ((1-prior) + the sum of (prior/N) e^points over all clusters + the pair's own others).
    So duplicate reports of one person do not rob each other of probability, and a pair that a brother or a namesake
    explains better than the man himself has little of it.

    Never rank one report against many found people in one call: a cluster is of the reports, so those people would be
    taken for one.
    """
    weighed = np.array([_weights(one) for one in comparisons]).reshape(-1, 2)
    parted = [one.cluster.rpartition("|") for one in comparisons]
    clusters = np.array([[number_of(base), number_of(father)] for base, _, father in parted], dtype=np.uint64)
    found = np.zeros(len(comparisons), dtype=np.int64)
    rivals = Rivals(found, *weighed.T, *clusters.reshape(-1, 2).T)
    shown = probabilities(rivals, searched, prior, one_man)
    return [
        ranked(index, float(shown[index]), comparisons[index]) for index in best_first(rivals, shown).tolist()
    ]


def _weights(comparison: Comparison) -> tuple[float, float]:
    told = {one.feature: one.points for one in comparison.evidence}
    surname, given, patronymic, birth = (told.get(feature, 0.0) for feature in _WEIGHED)
    return comparison.points, features.agreement((surname, given, patronymic), birth)


class Rivals(NamedTuple):
    """Rivals for some found people as five columns of equal length, a row for each rival.

    `found`: the place of the found person, in rising order; `points` and `others`: as `pairs.Weighed` (natural
    logarithms); `cluster` and `father`: numbers that stand for the two parts of the wanted person's cluster, or 0.
    """

    found: Array
    points: Array
    others: Array
    cluster: Array
    father: Array


def probabilities(rivals: Rivals, searched: int, prior: float, one_man: OneMan) -> Array:
    """P (0-1) of each row, as `rank` describes it, among the rows of the same found person."""
    if not len(rivals.found):
        return np.zeros(0)
    share = prior / max(searched, LEAST_SEARCHED)
    unreported = OTHERS_REPORTED * (1 - prior) / max(searched, LEAST_SEARCHED)
    leaders = _leaders(rivals)
    same = share * np.exp(np.minimum(rivals.points, MOST_POINTS))
    # Whom nobody would look at takes no share: it must not matter whether he was reported before or after.
    is_rival = (leaders == np.arange(len(leaders))) & (rivals.points >= LEAST_POINTS)
    counted = np.where(is_rival, same, 0.0)
    starts = np.flatnonzero(np.diff(rivals.found, prepend=-1))
    total = (1 - prior) + np.add.reduceat(counted, starts)
    totals = np.repeat(total, np.diff(starts, append=len(leaders)))
    # Others are counted against their own pair alone: a brother who is reported too makes the man no stranger.
    others = unreported * np.exp(np.minimum(rivals.others, MOST_POINTS))
    alone = same / (totals + others)
    unrivalled = same / (1 - prior + same + others)
    for rows in _contenders(rivals, np.where(is_rival, unrivalled, 0.0)):
        theirs = same[rows].tolist(), totals[rows].tolist(), others[rows].tolist()
        alone[rows] = _shares(rows, *theirs, one_man)
    shown: Array = alone[leaders]
    return shown


def _contenders(rivals: Rivals, unrivalled: Array) -> Iterator[list[int]]:
    """For each found person with several serious rivals the rows of these, best first. Serious is who would reach the
    lowest band had nobody else been reported (`unrivalled`)."""
    at = np.flatnonzero(unrivalled >= THRESHOLDS[0][1])
    at = at[np.lexsort((-unrivalled[at], rivals.found[at]))]
    for _, rows in groupby(at.tolist(), key=rivals.found.__getitem__):
        best = list(islice(rows, _MOST_BESIDE))
        if len(best) > 1:
            yield best


def _shares(
    rows: Sequence[int],
    same: Sequence[float],
    totals: Sequence[float],
    others: Sequence[float],
    one_man: OneMan,
) -> list[float]:
    """P (0-1) of each contender when others may be the same man: they take nothing from each other, and what speaks
    for one of them speaks for all."""
    places = range(len(rows))
    chances = [[0.0] * len(rows) for _ in places]
    for one, other in combinations(places, 2):
        chances[one][other] = chances[other][one] = one_man(rows[one], rows[other])
    shares = []
    for own in places:
        lead, theirs = same[own], same[own]
        mates: list[tuple[int, float]] = []
        for mate in places:
            # Who is one man with another of them is one with me as well only so far as those two are one.
            limits = [1 - abs(chance - chances[other][mate]) for other, chance in mates]
            chance = min([chances[own][mate], *limits])
            if chance:
                mates.append((mate, chance))
                lead = max(lead, chance * same[mate] + (1 - chance) * same[own])
                theirs += chance * same[mate]
        shares.append(lead / (totals[own] - theirs + lead + others[own]))
    return shares


def best_first(rivals: Rivals, shown: Array) -> Array:
    """The rows in order: found person by found person, the likeliest first; on a tie as given."""
    return np.lexsort((-rivals.points, -shown, rivals.found))


def _leaders(rivals: Rivals) -> Array:
    """For each rival the row of the likeliest report of the same person, which speaks for all of them.

    One person are those of one cluster, where a missing father's name fits any single one. Two women of one name and
    birth date with different fathers are two, and neither may be certain through the other; a third report that names
    no father then fits neither surely and stands alone.
    """
    leaders = np.arange(len(rivals.found))
    named = np.flatnonzero(rivals.cluster)
    order = named[np.lexsort((rivals.cluster[named], rivals.found[named]))]
    again = _equals_next(rivals.found[order]) & _equals_next(rivals.cluster[order])
    bounds = np.flatnonzero(np.diff(again.astype(np.int8), prepend=0, append=0))
    for first, last in zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=True):
        for rows in _persons(order[first : last + 1].tolist(), rivals):
            leaders[rows] = max(rows, key=lambda row: (rivals.points[row], rivals.others[row]))
    return leaders


def _equals_next(column: Array) -> Array:
    equals: Array = column[:-1] == column[1:]
    return equals


def _persons(rows: list[int], rivals: Rivals) -> list[list[int]]:
    """Rows of one cluster, parted into people."""
    by_father: dict[int, list[int]] = {}
    for row in rows:
        by_father.setdefault(int(rivals.father[row]), []).append(row)
    return list(by_father.values()) if len(by_father.keys() - {0}) > 1 else [rows]


def ranked(index: int, probability: float, comparison: Comparison) -> Ranked:
    """A rival with its band; `probability` (0-1) is rounded."""
    # Beyond this many digits it would depend on the order in which the rivals were added up.
    said = round(probability, 12)
    return Ranked(index, said, band(said, comparison), comparison)


def band_of(probability: float) -> str:
    """The band of this probability (0-1) by itself, whatever points and caps say; below all of them the lowest."""
    reached = [name for name, least_probability, _ in THRESHOLDS if probability >= least_probability]
    return reached[-1] if reached else BANDS[0]


def band(probability: float, comparison: Comparison) -> str:
    """The highest band whose thresholds of probability and points are met, or a lower one where a cap says so; "" below
    all thresholds."""
    reached = -1
    for level, (_, least_probability, least_points) in enumerate(THRESHOLDS):
        if probability >= least_probability and comparison.points >= least_points:
            reached = level
    if reached < 0:
        return ""
    ceiling = min((BANDS.index(CAPS[code]) for code in comparison.caps), default=len(BANDS) - 1)
    return BANDS[min(reached, ceiling)]
