"""From points to probability: every candidate competes with "nobody" and with its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from matching.engine.comparing import Comparison
from matching.engine.scoring import BANDS, CAPS, LEAST_SEARCHED, THRESHOLDS

_MOST_POINTS = 60.0  # beyond this the exponential says nothing more


class Ranked(NamedTuple):
    """A rival in its place: `index` into the comparisons, `probability` 0-1, `band` ("": not stored)."""

    index: int  # type: ignore[assignment]  # hides a tuple's method
    probability: float
    band: str
    comparison: Comparison


def rank(comparisons: Sequence[Comparison], *, searched: int, prior: float = 0.5) -> list[Ranked]:
    """The rivals for ONE found person, best first; ties keep the order given.

    `searched` is how many records were looked through, `prior` (0-1) the share of found people who are
    reported at all. P = (prior/N) e^points / ((1-prior) + the sum of that over all clusters): duplicate reports of one
    person do not rob each other of probability. Never rank one report against many found people in one call:
    a cluster is of the reports, so those people would be taken for one.
    """
    share = prior / max(searched, LEAST_SEARCHED)
    odds = [share * exp(min(one.points, _MOST_POINTS)) for one in comparisons]
    people = _people([one.cluster for one in comparisons])
    clusters: dict[str, float] = {}
    for person, weight in zip(people, odds, strict=True):
        clusters[person] = max(weight, clusters.get(person, 0.0))
    total = (1 - prior) + sum(clusters.values())
    ranked = [_ranked(index, clusters[people[index]] / total, one) for index, one in enumerate(comparisons)]
    return sorted(ranked, key=lambda one: (-one.probability, -one.comparison.points, one.index))


def _people(clusters: Sequence[str]) -> list[str]:
    """Which of the rivals are one person: same cluster, where a missing father's name fits any single one.

    Two women of one name and birth date with different fathers are two, and neither may be certain through the
    other; a third report that names no father then fits neither surely and stands alone.
    """
    fathers: dict[str, set[str]] = {}
    for cluster in clusters:
        base, _, father = cluster.rpartition("|")
        fathers.setdefault(base, set()).update({father} - {""})
    found = []
    for index, cluster in enumerate(clusters):
        base = cluster.rpartition("|")[0]
        found.append(f"#{index}" if not cluster else base if len(fathers[base]) < 2 else cluster)
    return found


def _ranked(index: int, probability: float, comparison: Comparison) -> Ranked:
    return Ranked(index, probability, band(probability, comparison), comparison)


def band(probability: float, comparison: Comparison) -> str:
    """The highest band whose thresholds are met, lowered by the caps; "" below all."""
    reached = -1
    for level, (_, least_probability, least_points) in enumerate(THRESHOLDS):
        if probability >= least_probability and comparison.points >= least_points:
            reached = level
    if reached < 0:
        return ""
    ceiling = min((BANDS.index(CAPS[code]) for code in comparison.caps), default=len(BANDS) - 1)
    return BANDS[min(reached, ceiling)]
