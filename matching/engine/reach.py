"""What a pair can come to at most, before anybody has looked at it: what can come to nothing need not be met."""

from __future__ import annotations

from math import log

from matching.engine.keys import ALPHABET, Key, beginnings
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.scoring import LEAST_SEARCHED, POINTS, THRESHOLDS, rarity

_WITHOUT_SURNAME = frozenset({"gf", "gfo", "gfp"})
_IN_ALPHABET = frozenset(ALPHABET)
_BESIDE = ("sex", "place", "unit", "rank")


def least_points(searched: int, prior: float = 0.5) -> float:
    """Points below which no pair reaches the lowest band among so many records, were it without any rival."""
    _, probability, points = THRESHOLDS[0]
    odds = probability / (1 - probability) * (1 - prior) / prior
    return max(points, log(odds * max(searched, LEAST_SEARCHED)))


def is_worth_asking(asker: Profile, key: Key, population: Population, least: float) -> bool:
    """Whether a pair that shares this key, and none that a surname is in, can have so many points.

    Those with an equal or nearly equal surname meet by it, so the surname here is another one. An alike one begins with
    the same letter, and of those with the same letter there are never too many to look at."""
    if key.kind not in _WITHOUT_SURNAME:
        return True
    father, _, letter = key.rest.partition("|")
    if any(letter in beginnings(spelling) for spelling in asker.spellings):
        return True
    given = max(rarity(population.given(key.word)), POINTS["given"]["alike"])
    fathers = max(rarity(population.father(father)), POINTS["patronymic"]["alike"])
    beside = sum(max(POINTS[fact].values()) for fact in _BESIDE if getattr(asker, fact))
    # One side has no year, and with `gfo` nothing of a date.
    date = POINTS["birth_date"]["day_month_same"] if asker.birth and key.kind != "gfo" else 0.0
    return given + fathers + _surname(asker) + date + beside >= least


def _surname(asker: Profile) -> float:
    """What a surname can be worth that none of its keys found and that begins with another letter."""
    return POINTS["surname"]["hardly_alike" if all(map(_asks_for_slips, asker.spellings)) else "alike"]


def _asks_for_slips(spelling: Spelling) -> bool:
    return all(_IN_ALPHABET.issuperset(loose) for word in spelling.surnames for loose in word.loose)
