"""Whether two reports are of one man: two relatives may have reported him, each in a spelling of his own, one of them
without his birth date."""

from __future__ import annotations

from math import exp

from matching.engine import facts, features
from matching.engine.population import Population
from matching.engine.profiles import Profile
from matching.engine.scoring import LEAST_SEARCHED, MOST_POINTS, NAMESAKES_REPORTED, REPORTED_TWICE
from matching.engine.weighing import name_points


def chance_of_one(one: Profile, other: Profile, population: Population, searched: int) -> float:
    """How likely it is (0-1) that two of `searched` reports are of one man. Any contradiction makes them two."""
    names, birth = name_points(one.spellings, other.spellings, population), facts.birth_points(one, other)
    parts = (*names, birth, facts.sex(one.sex, other.sex).points)
    if min(parts) < 0:
        return 0.0
    among = max(searched, LEAST_SEARCHED)
    same = REPORTED_TWICE / among * exp(min(sum(parts), MOST_POINTS))
    another = NAMESAKES_REPORTED / among * exp(min(features.agreement(names, birth), MOST_POINTS))
    return same / (1 - REPORTED_TWICE + same + another)
