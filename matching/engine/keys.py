"""The keys by which two people may meet at all: what is not met is never compared.

A record is filed under few keys and asks with many: breadth costs time in asking, and no space in storing.
Each kind of key needs two facts to agree, except those that `is_broad` names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from matching.engine.dates import BirthDate
from matching.engine.names import father_of, given_classes, initials_of
from matching.engine.normalise import Token, consonants
from matching.engine.profiles import Profile, Spelling

# One letter of the loose alphabet; words of other alphabets ask only for themselves.
_ALPHABET = "abvgdiklmnprstufTCW"
_IN_ALPHABET = frozenset(_ALPHABET)
_MAX_RANGE_YEARS = 12
_BROAD = ("s:", "o:", "gf:", "gfo:")


def is_broad(key: str) -> bool:
    """Keys that common people share with thousands: a surname alone, a given name with patronymic.
    A store may refuse to open them above a size, and must then say so."""
    return key.startswith(_BROAD)


def stored_keys(profile: Profile) -> frozenset[str]:
    """Keys under which the profile is filed."""
    keys: set[str] = set()
    years = _years(profile.birth, margin=0)
    filed = ("gf",) if _is_dated(profile.birth) else ("gf", "gfo")
    for spelling in profile.spellings:
        keys.update(_shared(spelling, years))
        keys.update(_only_stored(spelling))
        keys.update(_without_surname(spelling, filed))
    if profile.birth.is_full:
        keys.add(f"d:{profile.birth}")
    return frozenset(keys)


def query_keys(profile: Profile) -> frozenset[str]:
    """Keys with which the profile asks for others: also a year off, day and month swapped, a letter wrong."""
    keys: set[str] = set()
    years = _years(profile.birth, margin=1)
    asked = ("gfo",) if _is_dated(profile.birth) else ("gf",)
    for spelling in profile.spellings:
        keys.update(_shared(spelling, years))
        keys.update(_only_asked(spelling))
        keys.update(_without_surname(spelling, asked))
    keys.update(f"d:{date}" for date in _near_dates(profile.birth))
    return frozenset(keys)


def _shared(spelling: Spelling, years: range) -> list[str]:
    givens, fathers = _given(spelling.given), _father(spelling.patronymic)
    keys = []
    for surname in _surnames(spelling):
        keys += [f"sg:{surname}|{given}" for given in givens]
        keys += [f"sf:{surname}|{father}" for father in fathers]
        keys += [f"sy:{surname}|{year}" for year in years]
        keys += [f"cg:{consonants(surname)}|{given}" for given in givens]
    for given in givens:
        keys += [f"gfy:{given}|{father}|{year}" for father in fathers for year in years]
    return keys


def _only_stored(spelling: Spelling) -> list[str]:
    kind = "so" if spelling.is_initial else "si"
    initials = _initials(spelling.given)
    keys = []
    for surname in _surnames(spelling):
        keys.append(f"s:{surname}")
        if not spelling.given:
            keys.append(f"o:{surname}")
        keys += [f"{kind}:{surname}|{letter}" for letter in initials]
    return keys


def _only_asked(spelling: Spelling) -> list[str]:
    givens, initials = _given(spelling.given), _initials(spelling.given)
    kinds = ("so", "si") if spelling.is_initial else ("so",)
    keys = []
    for surname in _surnames(spelling):
        keys.append(f"o:{surname}")
        if not spelling.given:
            keys.append(f"s:{surname}")
        keys += [f"{kind}:{surname}|{letter}" for kind in kinds for letter in initials]
        keys += [f"sg:{near}|{given}" for given in givens for near in one_slip_around(surname)]
    return keys


def _without_surname(spelling: Spelling, kinds: tuple[str, ...]) -> list[str]:
    """Given name and patronymic: thousands share them, so whoever has a year asks with it (`gfy`), and besides only
    for those who have none (`gfo`). Before, nine candidates in ten had another surname and another date."""
    givens, fathers = _given(spelling.given), _father(spelling.patronymic)
    return [f"{kind}:{given}|{father}" for kind in kinds for given in givens for father in fathers]


def _surnames(spelling: Spelling) -> tuple[str, ...]:
    if len(spelling.surnames) == 1:
        return spelling.surnames[0].loose
    return tuple(dict.fromkeys(loose for word in spelling.surnames for loose in word.loose))


@lru_cache(maxsize=1 << 15)
def _given(words: tuple[Token, ...]) -> frozenset[str]:
    return frozenset().union(*(given.classes | given.near for given in given_classes(words)))


@lru_cache(maxsize=1 << 15)
def _father(word: Token | None) -> frozenset[str]:
    father = father_of(word)
    return father.classes | father.near if father is not None else frozenset()


@lru_cache(maxsize=1 << 15)
def _initials(words: tuple[Token, ...]) -> frozenset[str]:
    if not words:
        return frozenset()
    if words[0].is_initial:
        return frozenset(reading[0] for reading in words[0].loose)
    return initials_of(given_classes(words)[0], words[0])


@lru_cache(maxsize=1 << 12)
def one_slip_around(word: str) -> frozenset[str]:
    """All words one letter away (wrong, missing, added, two swapped). Symmetric: of two words one slip apart
    each finds the other, or, where one has a single letter, neither does."""
    if len(word) < 2 or not _IN_ALPHABET.issuperset(word):
        return frozenset()
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = {f"{left}{letter}{right}" for left, right in cuts for letter in _ALPHABET}
    if len(word) >= 3:
        shorter = [(left, right[1:]) for left, right in cuts if right]
        near.update([left + right for left, right in shorter])
        near.update([f"{left}{letter}{right}" for left, right in shorter for letter in _ALPHABET])
        near.update([left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1])
    near.discard(word)
    return frozenset(near)


def _is_dated(birth: BirthDate) -> bool:
    """The year is known nearly enough for all its years to be keys."""
    return birth.year is not None and (birth.year_to or birth.year) - birth.year <= _MAX_RANGE_YEARS


def _years(birth: BirthDate, margin: int) -> range:
    if birth.year is None:
        return range(0)
    last = birth.year if birth.year_to is None else min(birth.year_to, birth.year + _MAX_RANGE_YEARS)
    return range(birth.year - margin, last + margin + 1)


def _near_dates(birth: BirthDate) -> Iterator[BirthDate]:
    """The date itself, and with day and month swapped."""
    if not birth.is_full:
        return
    yield birth
    if birth.day is not None and birth.day <= 12:
        yield BirthDate(birth.year, birth.day, birth.month)
