"""From points to probability: every candidate competes with "nobody" and with its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from matching.engine import features
from matching.engine.comparing import Comparison, compare
from matching.engine.population import Population
from matching.engine.profiles import Profile
from matching.engine.scoring import BANDS, CAPS, LEAST_SEARCHED, OTHERS_REPORTED, THRESHOLDS
from matching.engine.weighing import Weights, weights

_NAMES = frozenset({"surname", "given", "patronymic"})
_MOST_POINTS = 60.0  # beyond this the exponential says nothing more


class Ranked(NamedTuple):
    """A rival in its place: `index` into the comparisons, `probability` 0-1, `band` ("": not stored).
    `uncalibrated` is the probability before a calibration; None: there was none."""

    index: int  # type: ignore[assignment]  # hides a tuple's method
    probability: float
    band: str
    comparison: Comparison
    uncalibrated: float | None = None


def rank(comparisons: Sequence[Comparison], *, searched: int, prior: float = 0.5) -> list[Ranked]:
    """The rivals for ONE found person, best first; ties keep the order given.

    `searched` is how many records were looked through, `prior` (0-1) the share of found people who are
    reported at all. P = (prior/N) e^points / ((1-prior) + the sum of that over all clusters + the pair's own others):
    duplicate reports of one person do not rob each other of probability, and a pair that a brother or a namesake
    explains better than the man himself has little. Never rank one report against many found people in one call:
    a cluster is of the reports, so those people would be taken for one.
    """
    weighed = [_weights(one) for one in comparisons]
    probabilities = _probabilities(weighed, [one.cluster for one in comparisons], searched, prior)
    return [
        _ranked(index, probabilities[index], comparisons[index]) for index in _best(probabilities, weighed)
    ]


def rank_profiles(
    wanted: Sequence[Profile],
    found: Profile,
    population: Population,
    *,
    searched: int,
    top: int = 0,
    prior: float = 0.5,
) -> list[Ranked]:
    """As `rank` of all comparisons of `found` with `wanted`, but only what somebody may look at is explained: rivals
    that reach a band, and besides them the best `top`. `index` is into `wanted`."""
    weighed = [weights(one, found, population) for one in wanted]
    probabilities = _probabilities(weighed, [one.cluster for one in wanted], searched, prior)
    _, least_probability, least_points = THRESHOLDS[0]
    return [
        _ranked(index, probabilities[index], compare(wanted[index], found, population))
        for place, index in enumerate(_best(probabilities, weighed))
        if place < top or (probabilities[index] >= least_probability and weighed[index][0] >= least_points)
    ]


def _weights(comparison: Comparison) -> Weights:
    names = [one.points for one in comparison.evidence if one.feature in _NAMES]
    return comparison.points, features.others_points(names)


def _probabilities(
    weighed: Sequence[Weights], clusters: Sequence[str], searched: int, prior: float
) -> list[float]:
    people = _people(clusters)
    best: dict[str, Weights] = {}
    for person, one in zip(people, weighed, strict=True):
        best[person] = max(one, best[person]) if person in best else one
    share = prior / max(searched, LEAST_SEARCHED)
    same = {person: share * exp(min(one[0], _MOST_POINTS)) for person, one in best.items()}
    total = (1 - prior) + sum(same.values())
    unreported = OTHERS_REPORTED * (1 - prior) / max(searched, LEAST_SEARCHED)
    # Others are counted against their own pair alone: a brother who is reported too makes the man no stranger.
    shown = {
        person: same[person] / (total + unreported * exp(min(one[1], _MOST_POINTS)))
        for person, one in best.items()
    }
    return [shown[person] for person in people]


def _best(probabilities: Sequence[float], weighed: Sequence[Weights]) -> list[int]:
    return sorted(range(len(weighed)), key=lambda index: (-probabilities[index], -weighed[index][0]))


def _people(clusters: Sequence[str]) -> list[str]:
    """Which of the rivals are one person: same cluster, where a missing father's name fits any single one.

    Two women of one name and birth date with different fathers are two, and neither may be certain through the
    other; a third report that names no father then fits neither surely and stands alone.
    """
    parted = [cluster.rpartition("|") for cluster in clusters]
    fathers: dict[str, set[str]] = {}
    for base, _, father in parted:
        if base:
            fathers.setdefault(base, set()).add(father)
    several = {base for base, named in fathers.items() if len(named - {""}) > 1}
    return [
        f"#{index}" if not base else clusters[index] if base in several else base
        for index, (base, _, _) in enumerate(parted)
    ]


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
