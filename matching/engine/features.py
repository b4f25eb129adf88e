"""What names say: one small pure function per part. Silence says nothing; contradiction counts against."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from matching.engine.evidence import Evidence, fixed, silent
from matching.engine.names import (
    FatherClass,
    GivenClass,
    father_class,
    father_of,
    given_classes,
    initial,
    initials_of,
    likeness,
    patronymic_sign,
    slips,
)
from matching.engine.normalise import Token, consonants, is_cyrillic
from matching.engine.population import Population
from matching.engine.profiles import Spelling
from matching.engine.scoring import (
    HALF_COST,
    HARDLY_ALIKE,
    LONG_ENOUGH_TO_SLIP,
    OTHER_LANGUAGE_COST,
    OTHER_SPELLING_COST,
    PATRONYMIC_AS_SURNAME,
    POINTS,
    SHORT_FORM_COST,
    SOMEWHAT_ALIKE,
    SPOILT_BUT_ALIKE,
    rarity,
)

_CACHE = 1 << 16


def _written(words: Iterable[Token]) -> str:
    return " ".join(word.written for word in words)


# ------------------------------------------------------------------------------------------------- surname


def surname(wanted: Spelling, found: Spelling, population: Population) -> Evidence:
    """How nearly the surnames are one, over all halves and former surnames."""
    if not wanted.surnames or not found.surnames:
        return silent("surname", _written(wanted.surnames[:1]), _written(found.surnames[:1]))
    return _surname(wanted.surnames, found.surnames, population)


@lru_cache(maxsize=_CACHE)
def _surname(wanted: tuple[Token, ...], found: tuple[Token, ...], population: Population) -> Evidence:
    best = _one_surname(wanted[0], found[0], population)
    for one in wanted:
        for other in found:
            if (one, other) != (wanted[0], found[0]):
                half = _one_surname(one, other, population)
                if half.level.startswith("same") and half.points - HALF_COST > best.points:
                    best = _half(half, wanted[0].written, found[0].written)
    return best


def _half(whole: Evidence, wanted: str, found: str) -> Evidence:
    return Evidence(
        "surname", "one_of_two", whole.points - HALF_COST, wanted, found, "surname.one_of_two", whole.params
    )


def _one_surname(wanted: Token, found: Token, population: Population) -> Evidence:
    shared = set(wanted.loose).intersection(found.loose)
    if shared and not _is_false_friend(wanted, found):
        share = max(surname_share(wanted, population), surname_share(found, population))
        level, cost = _spelling_level(wanted, found)
        params = {"one_in": count_text(1 / share)}
        code = f"surname.{level}.in_reports" if population.is_of_reports else f"surname.{level}"
        points = rarity(share) - cost
        return Evidence("surname", level, points, wanted.written, found.written, code, params)
    return _alike_surname(wanted, found)


def _spelling_level(wanted: Token, found: Token) -> tuple[str, float]:
    """Level of two words known to be one name, and what their difference in spelling costs."""
    if wanted.folded == found.folded:
        return "same", 0.0
    if not set(wanted.readings).isdisjoint(found.readings):
        return "same_in_other_language", OTHER_SPELLING_COST
    return "same_in_other_language", OTHER_LANGUAGE_COST


@lru_cache(maxsize=_CACHE)
def surname_share(word: Token, population: Population) -> float:
    """Share of people who bear the surname, 0-1: that of its commonest reading."""
    share = max(map(population.surname, word.loose))
    if patronymic_sign(word) < 2:
        return share
    fathers = max(map(population.father, father_class(word).classes))
    return max(share, fathers * PATRONYMIC_AS_SURNAME)


def _is_false_friend(wanted: Token, found: Token) -> bool:
    """Козак / Косак, Гарін / Харін: one loose form, but within one script nobody writes one for the other."""
    if not (is_cyrillic(wanted.folded[0]) and is_cyrillic(found.folded[0])):
        return False
    return _bones(wanted.readings[0]) != _bones(found.readings[0])


def _bones(reading: str) -> str:
    return consonants(reading.replace("ts", "T").replace("WC", "W"))


def _alike_surname(wanted: Token, found: Token) -> Evidence:
    if _are_far_apart(wanted, found):
        return fixed("surname", "differs", wanted.written, found.written)
    length = min(len(wanted.loose[0]), len(found.loose[0]))
    if length >= 2 and slips(wanted, found) <= 1:
        level = "alike" if length >= LONG_ENOUGH_TO_SLIP else "alike_short"
        points = POINTS["surname"][level]
        return Evidence("surname", "alike", points, wanted.written, found.written, "surname.alike")
    alike = likeness(wanted, found)
    level = (
        "somewhat_alike"
        if alike >= SOMEWHAT_ALIKE
        else "hardly_alike"
        if alike >= HARDLY_ALIKE
        else "differs"
    )
    return fixed("surname", level, wanted.written, found.written)


def surname_points(wanted: Spelling, found: Spelling, population: Population) -> float:
    """The points of `surname` without its sentence: most candidates met over a date, and differ at a glance."""
    if not wanted.surnames or not found.surnames:
        return 0.0
    if len(wanted.surnames) == len(found.surnames) == 1 and are_unlike(wanted.surnames[0], found.surnames[0]):
        return POINTS["surname"]["differs"]
    return _surname(wanted.surnames, found.surnames, population).points


def are_unlike(wanted: Token, found: Token) -> bool:
    """True only where `surname` says "differs", and never cached: no two such pairs are the same."""
    if wanted.loose[0] == found.loose[0] or not set(wanted.loose).isdisjoint(found.loose):
        return False
    if _are_far_apart(wanted, found):
        return True
    if any(OSA.distance(one, other, score_cutoff=1) <= 1 for one in wanted.loose for other in found.loose):
        return False
    # The cut-off is only there for speed; a little lower, since it is rounded and the threshold must not be.
    return not any(
        OSA.normalized_similarity(one, other, score_cutoff=HARDLY_ALIKE - 0.01) >= HARDLY_ALIKE
        for one in wanted.readings
        for other in found.readings
    )


def _are_far_apart(wanted: Token, found: Token) -> bool:
    """Most candidates that met over a date alone: told apart without measuring every pair of readings."""
    if len(wanted.readings) > 1 or len(found.readings) > 1:
        return False
    return OSA.normalized_similarity(wanted.loose[0], found.loose[0], score_cutoff=0.4) == 0.0


def count_text(number: float) -> str:
    """12,345 as "12 000": nobody knows it closer than two digits."""
    rounded = int(float(f"{number:.1e}")) if number >= 100 else round(number)
    return f"{rounded:,}".replace(",", " ")


# -------------------------------------------------------------------------------------------------- given


def given(wanted: Spelling, found: Spelling, population: Population) -> Evidence:
    """Whether the given names are one name, in whatever language and length."""
    if not wanted.given or not found.given:
        return silent("given", _written(wanted.given), _written(found.given))
    return _given(wanted.given, found.given, population)


# Words are compared by identity and classes by what they hold: as keys of a cache the words are far cheaper.
@lru_cache(maxsize=_CACHE)
def _given(wanted: tuple[Token, ...], found: tuple[Token, ...], population: Population) -> Evidence:
    wanted_classes, found_classes = given_classes(wanted), given_classes(found)
    if not wanted_classes or not found_classes:
        fits = bool(_letters(wanted, wanted_classes) & _letters(found, found_classes))
        return fixed("given", "initial" if fits else "initial_differs", _written(wanted), _written(found))
    pairs = [
        _one_given(one, one_class, other, other_class, population)
        for one, one_class in zip(wanted, wanted_classes, strict=False)
        for other, other_class in zip(found, found_classes, strict=False)
    ]
    return max(pairs, key=lambda evidence: evidence.points)


def _letters(words: tuple[Token, ...], classes: tuple[GivenClass, ...]) -> frozenset[str]:
    return initials_of(classes[0], words[0]) if classes else frozenset(map(initial, words[0].readings))


def _one_given(
    wanted: Token, wanted_class: GivenClass, found: Token, found_class: GivenClass, population: Population
) -> Evidence:
    shared = wanted_class.classes & found_class.classes
    if shared:
        share = max(map(population.given, shared))
        level, cost = _given_level(wanted, wanted_class, found, found_class)
        points = rarity(share) - cost
        return Evidence("given", level, points, wanted.written, found.written, f"given.{level}")
    if _is_given_slip(wanted, wanted_class, found, found_class):
        return fixed("given", "alike", wanted.written, found.written)
    are_known = wanted_class.is_known and found_class.is_known
    level = "differs" if are_known else _level_of_unknown(wanted, found)
    return fixed("given", level, wanted.written, found.written)


def _level_of_unknown(wanted: Token, found: Token) -> str:
    """A word that no table knows is sooner spoilt than another name, if it is anything like the other."""
    return "somewhat_alike" if likeness(wanted, found) >= SPOILT_BUT_ALIKE else "differs"


def _given_level(
    wanted: Token, wanted_class: GivenClass, found: Token, found_class: GivenClass
) -> tuple[str, float]:
    level, cost = _spelling_level(wanted, found)
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
        one, other = (_written([word] if word else []) for word in (wanted.patronymic, found.patronymic))
        return silent("patronymic", one, other)
    return _patronymic(wanted.patronymic, found.patronymic, population)


@lru_cache(maxsize=_CACHE)
def _patronymic(wanted: Token, found: Token, population: Population) -> Evidence:
    father, other = father_of(wanted), father_of(found)
    if father is None or other is None:
        fits = bool(_father_letters(wanted, father) & _father_letters(found, other))
        return fixed("patronymic", "initial" if fits else "initial_differs", wanted.written, found.written)
    shared = father.classes & other.classes
    if father.sex and other.sex and father.sex != other.sex and shared:
        return fixed("patronymic", "sex_differs", wanted.written, found.written)
    if shared:
        level, cost = _spelling_level(wanted, found)
        points = rarity(max(map(population.father, shared))) - cost
        return Evidence("patronymic", level, points, wanted.written, found.written, f"patronymic.{level}")
    if _is_father_slip(wanted, father, found, other):
        return fixed("patronymic", "alike", wanted.written, found.written)
    level = "differs" if _are_known(father, other) else _level_of_unknown(wanted, found)
    return fixed("patronymic", level, wanted.written, found.written)


def _father_letters(word: Token, father: FatherClass | None) -> frozenset[str]:
    own = frozenset(map(initial, word.readings))
    if father is None:
        return own
    return own | initials_of(GivenClass(father.classes, frozenset(), True, False, ""), word)


def _is_father_slip(wanted: Token, father: FatherClass, found: Token, other: FatherClass) -> bool:
    if (father.near | father.classes) & (other.near | other.classes):
        return True
    return not _are_known(father, other) and len(father.stem) >= 3 and slips(wanted, found) <= 1


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


def agreement(names: Iterable[float]) -> float:
    """The points of the names for two men who are brothers, father and son, or namesakes: what agrees speaks for
    that too, and what differs, as the date does, speaks not against it."""
    agreeing = 0.0
    for one in names:  # a generator would cost every candidate twice as much
        if one > 0:
            agreeing += one
    return agreeing
