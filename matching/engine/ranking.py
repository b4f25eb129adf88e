"""The rivals of many found people weighed, ranked and, where somebody may look at them, explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from matching.engine.columns import Array, Columns
from matching.engine.comparing import compare
from matching.engine.duplicates import chance_of_one
from matching.engine.pairs import Pairs, Weighed, weigh_pairs
from matching.engine.population import Population
from matching.engine.posterior import Ranked, Rivals, best_first, probabilities, ranked
from matching.engine.profiles import Profile
from matching.engine.scoring import THRESHOLDS


class Asked(NamedTuple):
    """`searched`: how many records were looked through. `top`: so many of each found person's best rivals are shown
    whatever they reach. `prior`: the share (0-1) of found people who are reported at all."""

    searched: int
    top: int = 0
    prior: float = 0.5


def rank_profiles(
    wanted: Sequence[Profile],
    found: Profile,
    population: Population,
    *,
    searched: int,
    top: int = 0,
    prior: float = 0.5,
) -> list[Ranked]:
    """The rivals for `found` among all of `wanted`, as `rank` would give them, but only those that somebody may look
    at: who reaches a band, and whatever they reach the best `top`. `Ranked.index` is the place in `wanted`."""
    everyone = Pairs(np.arange(len(wanted)), np.zeros(len(wanted), dtype=np.int64))
    columns = Columns.of(wanted), Columns.of([found])
    return dict(rank_pairs(*columns, everyone, population, Asked(searched, top, prior))).get(0, [])


def rank_pairs(
    wanted: Columns, found: Columns, pairs: Pairs, population: Population, asked: Asked
) -> Iterator[tuple[int, list[Ranked]]]:
    """Of the found people those who have rivals to show: the place among the found, and their rivals, as
    `rank_profiles` gives them.

    `pairs` are those that met. They come in the order of the found; those of one found person in the order that breaks
    ties.
    """
    weighed = weigh_pairs(wanted, found, pairs, population)
    return rank_weighed(wanted, found, pairs, weighed, population, asked)


def rank_weighed(
    wanted: Columns, found: Columns, pairs: Pairs, weighed: Weighed, population: Population, asked: Asked
) -> Iterator[tuple[int, list[Ranked]]]:
    """As `rank_pairs`, of pairs that are weighed already."""
    heads = wanted.heads[pairs.wanted]
    rivals = Rivals(pairs.found, *weighed, heads["cluster"], heads["father"])

    def one_man(row: int, other: int) -> float:
        one, another = (wanted.person(int(pairs.wanted[at])) for at in (row, other))
        return chance_of_one(one, another, population, asked.searched)

    shown = probabilities(rivals, asked.searched, asked.prior, one_man)
    chosen = _chosen(rivals, shown, asked.top)
    for place, rows in groupby(chosen.tolist(), key=pairs.found.__getitem__):
        person = found.person(int(place))
        yield (
            int(place),
            [
                _explained(wanted, int(pairs.wanted[row]), person, float(shown[row]), population)
                for row in rows
            ],
        )


def _chosen(rivals: Rivals, shown: Array, top: int) -> Array:
    """Rows that somebody may look at, best first."""
    order = best_first(rivals, shown)
    found = rivals.found[order]
    _, least_probability, least_points = THRESHOLDS[0]
    reach = (shown[order] >= least_probability) & (rivals.points[order] >= least_points)
    place = np.arange(len(order)) - np.searchsorted(found, found)
    chosen: Array = order[reach | (place < top)]
    return chosen


def _explained(
    wanted: Columns, index: int, found: Profile, probability: float, population: Population
) -> Ranked:
    return ranked(index, probability, compare(wanted.person(index), found, population))
