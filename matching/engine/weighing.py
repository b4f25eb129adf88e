"""The points of a pair without the sentences: what every candidate gets before a few of them are explained."""

from __future__ import annotations

from itertools import product

from matching.engine import facts, features, surnames
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.scoring import POINTS

# What speaks for one man, and what would be seen as well if the two were relatives or namesakes. A plain tuple:
# one is made for every candidate.
Weights = tuple[float, float]


def weigh(wanted: Profile, found: Profile, population: Population) -> float:
    """Exactly `compare(wanted, found, population).points`, several times faster."""
    return weights(wanted, found, population)[0]


def weights(wanted: Profile, found: Profile, population: Population) -> Weights:
    """The points that the two are one man, and the points that they are two, relatives or namesakes, who share what
    agrees of the names (`features.agreement`)."""
    names = name_points(wanted.spellings, found.spellings, population)
    birth = facts.birth_points(wanted, found)
    points = (
        *names,
        birth,
        facts.sex(wanted.sex, found.sex).points,
        facts.place(wanted, found).points if wanted.place and found.place else 0.0,
        facts.unit(wanted, found).points if wanted.unit and found.unit else 0.0,
        POINTS["rank"][facts.rank_level(wanted.rank, found.rank)] if wanted.rank and found.rank else 0.0,
    )
    return sum(points), features.agreement(names, birth)


NamePoints = tuple[float, float, float]


def name_points(
    wanted: tuple[Spelling, ...], found: tuple[Spelling, ...], population: Population
) -> NamePoints:
    """The points of surname, given name and patronymic for the two spellings that agree best."""
    if len(wanted) == len(found) == 1:
        return _points(wanted[0], found[0], population)
    return max((_points(*pair, population) for pair in product(wanted, found)), key=sum)


def _points(wanted: Spelling, found: Spelling, population: Population) -> NamePoints:
    return (
        surnames.surname_points(wanted, found, population),
        features.given(wanted, found, population).points,
        features.patronymic(wanted, found, population).points,
    )
