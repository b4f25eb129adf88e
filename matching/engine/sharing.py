"""A wanted person can be only one of the found: the other side of the rivalry that `rank` knows."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from matching.engine.calibration import AS_IT_IS, LEAST_SAID, Curves, date_stratum
from matching.engine.posterior import Ranked, band

_NEARLY_ONE = 1 - 1e-12
_DIGITS = 12  # beyond these a probability would depend on the order in which the rivals are added up


class Stake(NamedTuple):
    """One of several found people of a list who may all be ONE wanted person.

    `ranked`: the pair as `rank` says it, which knows of one found person at a time; `cluster`: that of the found
    profile; `crowding`: what the function of that name says of the rivals for this found person.
    """

    ranked: Ranked
    cluster: str = ""
    crowding: float = 1.0


def divided(stakes: Sequence[Stake], curves: Curves = AS_IT_IS) -> list[Ranked]:
    """The same pairs, in the order given, each with its probability now that the wanted person can be only one of these
    found ones; calibrated by the curves.

    All stakes are of ONE wanted person and ONE list. Entries of different lists must not be given together: without a
    full date nobody knows whether they are two men.

    A rival lowers what is said of a pair and never takes it out of the queue: whether a pair is stored would depend
    on which of them was matched first. More for one pair is never less for it.
    """
    people = _people([stake.cluster for stake in stakes])
    shares = _share([stake.ranked.probability for stake in stakes], people)
    said = [_kept(one, by_itself) for one, by_itself in zip(shares, stakes, strict=True)]
    truly = [_truly(one, stake, curves) for one, stake in zip(said, stakes, strict=True)]
    most = _most(people, truly)
    over = max(1.0, fsum(most.values()))
    return [
        _saying(stake, round(_kept(true / over, stake), _DIGITS), one if curves.of else None)
        for stake, true, one in zip(stakes, truly, said, strict=True)
    ]


def crowding(rivals: Sequence[Ranked], curves: Curves) -> float:
    """The number (1 or more) by which the calibrated probabilities of the rivals for ONE found person are divided.

    Each curve moves its rival by itself, so that together they could come to more than 1. Each person counts once.
    Rivals that may be one man may come to more than 1 before the curves as well, and are measured by that.
    """
    if not curves.of:
        return 1.0  # `rank` has divided a whole
    people = _people([one.comparison.cluster for one in rivals])
    said = [one.probability for one in rivals]
    truly = [_truly(one.probability, Stake(one), curves) for one in rivals]
    before, after = (max(1.0, fsum(_most(people, each).values())) for each in (said, truly))
    return max(1.0, after / before)


def calibrated(rivals: Sequence[Ranked], curves: Curves) -> list[Ranked]:
    """The rivals for ONE found person with calibrated probabilities, best first; no other entry of the list takes
    anything from them yet (`divided`)."""
    if not curves.of:
        return list(rivals)
    crowd = crowding(rivals, curves)
    said = [divided([Stake(one, crowding=crowd)], curves)[0] for one in rivals]
    return sorted(said, key=lambda one: (-one.probability, -one.comparison.points))


def share_between_entries(said: Sequence[float], clusters: Sequence[str]) -> list[float]:
    """What is said (0-1) of ONE wanted person and each of several found ones of ONE list, when he can be only one of
    them: a namesake on the same list takes from him, as a rival report does from the entry.

    `clusters` are those of the found profiles, since a list that names one man twice does not make him two.
    """
    return _share(said, _people(clusters))


def _share(said: Sequence[float], people: Sequence[str]) -> list[float]:
    odds = [min(one, _NEARLY_ONE) / (1 - min(one, _NEARLY_ONE)) for one in said]
    best = _most(people, odds)
    if len(best) <= 1:
        return list(said)
    # The exact sum: it is the same in any order, and what is taken out of it leaves no trace.
    total = [1.0, *best.values()]
    return [one / fsum([*total, -best[person], one]) for person, one in zip(people, odds, strict=True)]


def _kept(probability: float, stake: Stake) -> float:
    """Never below the lowest band if it stands there by itself."""
    return max(probability, min(stake.ranked.probability, LEAST_SAID))


def _truly(said: float, stake: Stake, curves: Curves) -> float:
    stratum = date_stratum(stake.ranked.comparison.evidence) if curves.of else ""
    return curves.at(stratum, said) / stake.crowding


def _most(people: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    most: dict[str, float] = {}
    for person, value in zip(people, values, strict=True):
        most[person] = max(value, most.get(person, 0.0))
    return most


def _saying(stake: Stake, probability: float, uncalibrated: float | None) -> Ranked:
    """The same pair with another probability, and the band that goes with it."""
    ranked = stake.ranked
    return ranked._replace(
        probability=probability,
        band=band(probability, ranked.comparison),
        uncalibrated=uncalibrated,
        alone=ranked.probability,
    )


def _people(clusters: Sequence[str]) -> list[str]:
    """Which of the found are one person: of one cluster, where a missing father's name fits any single one."""
    parted = [cluster.rpartition("|") for cluster in clusters]
    fathers: dict[str, set[str]] = {}
    for base, _, father in parted:
        fathers.setdefault(base, set()).add(father)
    several = {base for base, named in fathers.items() if len(named - {""}) > 1}
    return [
        f"#{index}" if not base else clusters[index] if base in several else base
        for index, (base, _, _) in enumerate(parted)
    ]
