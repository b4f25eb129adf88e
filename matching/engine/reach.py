"""What a pair can come to at most, before anybody has looked at it: what can come to nothing need not be met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import log

from matching.engine.dates import BirthDate
from matching.engine.key_parts import IN_ALPHABET
from matching.engine.keys import WITHOUT_SURNAME, Key, beginnings
from matching.engine.names import GivenClass
from matching.engine.patronymics import FatherClass
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.scoring import LEAST_SEARCHED, POINTS, THRESHOLDS, rarity

_DATES, _SURNAMES = POINTS["birth_date"], POINTS["surname"]
_BESIDE = ("sex", "place", "unit", "rank")


def least_points(searched: int, prior: float = 0.5) -> float:
    """Points (natural logarithm) below which no pair reaches the lowest band when `searched` records were looked
    through, even without any rival; `prior` as in `rank`."""
    _, probability, points = THRESHOLDS[0]
    odds = probability / (1 - probability) * (1 - prior) / prior
    return max(points, log(odds * max(searched, LEAST_SEARCHED)))


def worth_asking(asker: Profile, population: Population, least: float) -> Callable[[Key], bool]:
    """A function that says of one key of the asker whether a pair that shares this key, and none with a surname in it,
    can come to `least` points. If not, nothing is lost by not asking with the key.

    Those with an equal or nearly equal surname meet by it, so the surname here is another one; and those with a full
    date that is the same, or has day and month swapped, meet by that. A key without a letter is for any but the own."""
    dates = _dates(asker.birth)
    own_letter, no_letter, other_letter = _surnames(asker)
    own = frozenset().union(*map(beginnings, asker.spellings))
    others = sum([max(POINTS[fact].values()) for fact in _BESIDE if getattr(asker, fact)])

    givens = _only_related([one for each in asker.spellings for one in each.given_classes])
    fathers = _only_related([each.father for each in asker.spellings if each.father is not None])

    @cache
    def names(given: str, father: str) -> float:
        # Whoever bears a related name agrees no more than if it were a letter wrong, however rare that is.
        points, of_father = POINTS["given"]["alike"], POINTS["patronymic"]["alike"]
        if given not in givens:
            points = max(points, rarity(population.given(given)))
        if father not in fathers:
            of_father = max(of_father, rarity(population.father(father)))
        return points + of_father

    def is_worth(key: Key) -> bool:
        given, (kind, rest, letter) = key
        if kind not in WITHOUT_SURNAME:
            return True
        surname = no_letter if letter == "" else own_letter if letter in own else other_letter
        father, *_ = rest.partition("|")
        return names(given, father) + surname + dates[kind] + others >= least

    return is_worth


def _only_related(known: Sequence[GivenClass | FatherClass]) -> frozenset[str]:
    """The names that are asked for because one of these is written for them now and then, and that none of them is."""
    return frozenset().union(*(one.related for one in known)).difference(*(one.classes for one in known))


def _dates(birth: BirthDate) -> dict[str, float]:
    """What the dates can be worth beside a key of each kind."""
    # One side has no year, and with `gfo` nothing of a date.
    part = _DATES["day_month_same"] if birth else 0.0
    full = _DATES["one_digit" if birth.is_full else "year_month_same"]
    return {"gf": part, "gfo": 0.0, "gfp": part, "gfy": full, "gfyp": _DATES["year_month_same"]}


def _surnames(asker: Profile) -> tuple[float, float, float]:
    """What a surname can be worth that none of its keys found: if it begins with a letter of the asker's, if there is
    none, and if it begins with another."""
    if not all(map(_asks_for_slips, asker.spellings)):
        return (_SURNAMES["alike"],) * 3
    alike = max(_SURNAMES["alike_unasked"], _SURNAMES["somewhat_alike"])
    is_given = all(spelling.surnames for spelling in asker.spellings)
    return alike, 0.0, _SURNAMES["hardly_alike"] if is_given else 0.0


def _asks_for_slips(spelling: Spelling) -> bool:
    return all(IN_ALPHABET.issuperset(loose) for word in spelling.surnames for loose in word.loose)
