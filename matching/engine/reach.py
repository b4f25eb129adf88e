"""What a pair can come to at most, before anybody has looked at it: what can come to nothing need not be met."""

from __future__ import annotations

from math import log

from matching.engine.keys import ALPHABET, NO_LETTER, WITHOUT_SURNAME, Key, beginnings, parted
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.scoring import LEAST_SEARCHED, POINTS, THRESHOLDS, rarity

_IN_ALPHABET = frozenset(ALPHABET)
_DATES, _SURNAMES = POINTS["birth_date"], POINTS["surname"]
_BESIDE = ("sex", "place", "unit", "rank")


def least_points(searched: int, prior: float = 0.5) -> float:
    """Points below which no pair reaches the lowest band among so many records, were it without any rival."""
    _, probability, points = THRESHOLDS[0]
    odds = probability / (1 - probability) * (1 - prior) / prior
    return max(points, log(odds * max(searched, LEAST_SEARCHED)))


def is_worth_asking(asker: Profile, key: Key, population: Population, least: float) -> bool:
    """Whether a pair that shares this key, and none that a surname is in, can have so many points.

    Those with an equal or nearly equal surname meet by it, so the surname here is another one; and those with a full
    date that is the same, or has day and month swapped, meet by that. A key without a letter is for any letter."""
    if key.kind not in WITHOUT_SURNAME:
        return True
    beside, letter = parted(key.kind, key.rest)
    father = beside.partition("|")[0]
    given = max(rarity(population.given(key.word)), POINTS["given"]["alike"])
    fathers = max(rarity(population.father(father)), POINTS["patronymic"]["alike"])
    others = sum(max(POINTS[fact].values()) for fact in _BESIDE if getattr(asker, fact))
    return given + fathers + _surname(asker, letter) + _date(asker, key.kind) + others >= least


def _date(asker: Profile, kind: str) -> float:
    """What the dates can be worth beside a key of this kind."""
    if kind == "gfy":  # the other has a full date
        return _DATES["one_digit" if asker.birth.is_full else "year_month_same"]
    if kind == "gfyp":  # the other has a part of one, with the year
        return _DATES["year_month_same"]
    # One side has no year, and with `gfo` nothing of a date.
    return _DATES["day_month_same"] if asker.birth and kind != "gfo" else 0.0


def _surname(asker: Profile, letter: str | None) -> float:
    """What a surname can be worth that none of its keys found, by the letter it begins with: "" for none, None for any
    but the asker's own."""
    if not all(map(_asks_for_slips, asker.spellings)):
        return _SURNAMES["alike"]
    own = frozenset().union(*map(beginnings, asker.spellings))
    if letter and letter in own:
        return max(_SURNAMES["alike_short"], _SURNAMES["somewhat_alike"])
    return 0.0 if letter == "" or NO_LETTER <= own else _SURNAMES["hardly_alike"]


def _asks_for_slips(spelling: Spelling) -> bool:
    return all(_IN_ALPHABET.issuperset(loose) for word in spelling.surnames for loose in word.loose)
