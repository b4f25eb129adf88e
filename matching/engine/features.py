"""What given names and patronymics say (`surnames` has the surname): one small pure function each. Silence says
nothing; contradiction counts against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from matching.engine.cut_short import cut_fits, is_cut
from matching.engine.evidence import Evidence, count_text, fixed, silent, written
from matching.engine.names import GivenClass, given_classes, initials_of, likeness, slips
from matching.engine.normalise import Token
from matching.engine.patronymics import FatherClass, father_of
from matching.engine.population import Population
from matching.engine.profiles import Spelling
from matching.engine.scoring import (
    OTHER_LANGUAGE_COST,
    POINTS,
    SHORT_FORM_COST,
    SPOILT_BUT_ALIKE,
    TWIN,
    rarity,
    slip,
)
from matching.engine.sounds import is_cyrillic
from matching.engine.surnames import spelling_level

_CACHE = 1 << 16
_NONE: frozenset[str] = frozenset()


# -------------------------------------------------------------------------------------------------- given


def given(wanted: Spelling, found: Spelling, population: Population) -> Evidence:
    """Whether the given names are one name, in whatever language and length."""
    if not wanted.given or not found.given:
        return silent("given", written(wanted.given), written(found.given))
    return _given(wanted.given, found.given, population)


# Words are compared by identity and classes by what they hold: as keys of a cache the words are far cheaper.
@lru_cache(maxsize=_CACHE)
def _given(wanted: tuple[Token, ...], found: tuple[Token, ...], population: Population) -> Evidence:
    wanted_classes, found_classes = given_classes(wanted), given_classes(found)
    if not wanted_classes or not found_classes:
        classes = frozenset().union(*(each.classes for each in (*wanted_classes, *found_classes)))
        pair, classes_of = (wanted[0], found[0]), (wanted_classes, found_classes)
        fits = _share_initial(pair, [each[0] if each else None for each in classes_of])
        return _initial("given", fits, pair, classes, (written(wanted), written(found)))
    pairs = [
        _one_given(one, one_class, other, other_class, population)
        for one, one_class in zip(wanted, wanted_classes, strict=False)
        for other, other_class in zip(found, found_classes, strict=False)
    ]
    return max(pairs, key=lambda evidence: evidence.points)


def _initial(
    feature: str, fits: bool, pair: tuple[Token, Token], classes: frozenset[str], shown: tuple[str, str]
) -> Evidence:
    """What an initial says, or a word cut short. `classes` are the names that the whole word of the two may be."""
    if not any(map(is_cut, pair)):
        return fixed(feature, "initial" if fits else "initial_differs", *shown)
    if fits and cut_fits(*pair, classes):
        return Evidence(feature, "initial", POINTS[feature]["cut_short"], *shown, f"{feature}.cut_short")
    differs = fixed(feature, "initial_differs", *shown)
    return replace(differs, code=f"{feature}.cut_short_differs")


def _share_initial(pair: tuple[Token, Token], classes: Sequence[GivenClass | None]) -> bool:
    """Whether one may be short for the other; the initial itself has no class."""
    in_latin = not all(is_cyrillic(word.folded[0]) for word in pair)
    one, other = (initials_of(word, given, in_latin) for word, given in zip(pair, classes, strict=True))
    return not one.isdisjoint(other)


def _one_given(
    wanted: Token, wanted_class: GivenClass, found: Token, found_class: GivenClass, population: Population
) -> Evidence:
    shared = wanted_class.classes & found_class.classes
    if shared:
        share = max(map(population.given, shared))
        level, cost = _given_level(wanted, wanted_class, found, found_class)
        points = rarity(share) - cost
        return Evidence("given", level, points, wanted.written, found.written, f"given.{level}")
    if half := (wanted_class.classes & found_class.halves) | (found_class.classes & wanted_class.halves):
        points = rarity(max(map(population.given, half))) - SHORT_FORM_COST
        return Evidence("given", "short_form", points, wanted.written, found.written, "given.one_of_two")
    are_related = bool(wanted_class.classes & found_class.related)
    if are_related or _is_given_slip(wanted, wanted_class, found, found_class):
        one, other = (given.classes | given.near for given in (wanted_class, found_class))
        share = max(map(population.given, one & other or one | other))
        points = slip(POINTS["given"]["alike"], share)
        level = "related" if are_related else "alike"
        return Evidence("given", level, points, wanted.written, found.written, f"given.{level}")
    are_known = wanted_class.is_known and found_class.is_known
    level = "differs" if are_known else _level_of_unknown(wanted, found)
    return fixed("given", level, wanted.written, found.written)


def _level_of_unknown(wanted: Token, found: Token) -> str:
    """A word that no table knows is sooner spoilt than another name, if it is anything like the other."""
    is_spoilt = likeness(wanted, found) >= SPOILT_BUT_ALIKE or (
        _are_three(wanted, found) and slips(wanted, found) <= 1
    )
    return "somewhat_alike" if is_spoilt else "differs"


def _are_three(wanted: Token, found: Token) -> bool:
    """Letters enough for a slip to be one: Аег / Алег."""
    return min(len(wanted.loose[0]), len(found.loose[0])) >= 3


def _given_level(
    wanted: Token, wanted_class: GivenClass, found: Token, found_class: GivenClass
) -> tuple[str, float]:
    level, cost = spelling_level(wanted, found)
    if cost == OTHER_LANGUAGE_COST and (wanted_class.is_short or found_class.is_short):
        return "short_form", SHORT_FORM_COST
    return level, cost


def _is_given_slip(wanted: Token, wanted_class: GivenClass, found: Token, found_class: GivenClass) -> bool:
    """One of them is no name that tables know, and one letter makes it the other."""
    if wanted_class.is_known and found_class.is_known:
        return False
    if (wanted_class.near | wanted_class.classes) & (found_class.near | found_class.classes):
        return True
    return min(len(wanted.loose[0]), len(found.loose[0])) >= 4 and slips(wanted, found) <= 1


# --------------------------------------------------------------------------------------------- patronymic


def patronymic(wanted: Spelling, found: Spelling, population: Population) -> Evidence:
    """Whether both have one father, in whatever language; a son and a daughter differ."""
    if wanted.patronymic is None or found.patronymic is None:
        one, other = (written([word] if word else []) for word in (wanted.patronymic, found.patronymic))
        return silent("patronymic", one, other)
    return _patronymic(wanted.patronymic, found.patronymic, population)


@lru_cache(maxsize=_CACHE)
def _patronymic(wanted: Token, found: Token, population: Population) -> Evidence:
    father, other = father_of(wanted), father_of(found)
    if father is None or other is None:
        whole = father or other
        classes = whole.classes if whole is not None else frozenset()
        pair = wanted, found
        fits = _share_initial(
            pair, [each and GivenClass(each.classes, _NONE, True, False, "") for each in (father, other)]
        )
        return _initial("patronymic", fits, pair, classes, (wanted.written, found.written))
    shared = father.classes & other.classes
    if father.sex and other.sex and father.sex != other.sex and shared:
        return fixed("patronymic", "sex_differs", wanted.written, found.written)
    if shared:
        level, cost = spelling_level(wanted, found)
        points = rarity(max(map(population.father, shared))) - cost
        return Evidence("patronymic", level, points, wanted.written, found.written, f"patronymic.{level}")
    are_related = bool(father.classes & other.related)
    if are_related or _is_father_slip(wanted, father, found, other):
        one, two = (each.classes | each.near for each in (father, other))
        points = slip(POINTS["patronymic"]["alike"], max(map(population.father, one & two or one | two)))
        level = "related" if are_related else "alike"
        return Evidence("patronymic", level, points, wanted.written, found.written, f"patronymic.{level}")
    level = "differs" if _are_known(father, other) else _level_of_unknown(wanted, found)
    return fixed("patronymic", level, wanted.written, found.written)


def _is_father_slip(wanted: Token, father: FatherClass, found: Token, other: FatherClass) -> bool:
    if (father.near | father.classes) & (other.near | other.classes):
        return True
    is_long = max(len(father.stem), len(other.stem)) >= 3
    return not _are_known(father, other) and is_long and slips(wanted, found) <= 1


def _are_known(father: FatherClass, other: FatherClass) -> bool:
    return not any(name.startswith("~") for name in father.classes | other.classes)


# ---------------------------------------------------------------------------------------------- full name


@lru_cache(maxsize=_CACHE)
def namesakes(bearers: int) -> Evidence:
    """How many bear what agrees of the name. No points of its own: what kin and namesakes share is weighed as an
    alternative to the man himself (`agreement`)."""
    return Evidence(
        "full_name", "namesakes", 0.0, "", "", "full_name.namesakes", {"bearers": count_text(bearers)}
    )


def agreement(names: tuple[float, float, float], birth: float) -> float:
    """The points of surname, given name and patronymic for two men who are brothers, father and son, or namesakes: what
    agrees speaks for that too, and what differs, as the date does, speaks not against it. Brothers may be twins."""
    agreeing = 0.0
    for one in names:  # a generator would cost every candidate twice as much
        if one > 0:
            agreeing += one
    is_twin = birth == POINTS["birth_date"]["same"] and names[1] <= POINTS["given"]["initial_differs"]
    return agreeing + TWIN if is_twin else agreeing
