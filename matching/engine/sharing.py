"""A wanted person can be only one of the found: the other side of the rivalry that `rank` knows."""

from __future__ import annotations

from collections.abc import Sequence

from matching.engine.posterior import Ranked, band

_NEARLY_ONE = 1 - 1e-12


def share_between_entries(said: Sequence[float], clusters: Sequence[str]) -> list[float]:
    """What is said (0-1) of ONE wanted person and each of several found ones of ONE list, when he can be only one of
    them: a namesake on the same list takes from him, as a rival report does from the entry.

    `said` is what `rank` says, which knows of one found person at a time; `clusters` are those of the found profiles,
    since a list that names one man twice does not make him two. Entries of different lists must not be given
    together: without a full date nobody knows whether they are two men.
    """
    people = _people(clusters)
    odds = [min(one, _NEARLY_ONE) / (1 - min(one, _NEARLY_ONE)) for one in said]
    best: dict[str, float] = {}
    for person, one in zip(people, odds, strict=True):
        best[person] = max(one, best.get(person, 0.0))
    if len(best) <= 1:
        return list(said)
    total = 1 + sum(best.values())
    return [one / (total - best[person] + one) for person, one in zip(people, odds, strict=True)]


def saying(ranked: Ranked, probability: float) -> Ranked:
    """The same pair with another probability, and the band that goes with it."""
    return ranked._replace(probability=probability, band=band(probability, ranked.comparison))


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
