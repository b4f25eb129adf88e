"""The keys by which two people may meet at all: what is not met is never compared.

A record is filed under few keys and asks with many: breadth costs time in asking, and no space in storing.
Each kind of key needs two facts to agree, except those that `is_broad` names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from matching.engine.dates import BirthDate
from matching.engine.names import father_of, given_classes, initials_of
from matching.engine.normalise import Token
from matching.engine.profiles import Profile, Spelling
from matching.engine.sounds import consonants

# One letter of the loose alphabet; words of other alphabets ask only for themselves.
ALPHABET = "abvgdiklmnprstufTCW"
_IN_ALPHABET = frozenset(ALPHABET)
_MAX_RANGE_YEARS = 12
KINDS = (
    "sg",
    "sf",
    "sy",
    "cg",
    "gfy",
    "s",
    "o",
    "so",
    "si",
    "gf",
    "gfo",
    "d",
)  # their order is kept in stores
BROAD = frozenset({"s", "o", "gf", "gfo"})


class Key(NamedTuple):
    """One key: its kind, a word, and what else must be equal."""

    kind: str
    word: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.word}|{self.rest}" if self.rest else f"{self.kind}:{self.word}"


def is_broad(key: str) -> bool:
    """Keys, or their kinds, that common people share with thousands: a surname alone, a given name with patronymic.
    A store may refuse to open them above a size, and must then say so."""
    return key.partition(":")[0] in BROAD


def stored_keys(profile: Profile) -> frozenset[str]:
    """Keys under which the profile is filed."""
    return frozenset(map(str, filed(profile)))


def query_keys(profile: Profile) -> frozenset[str]:
    """Keys with which the profile asks for others: also a year off, day and month swapped, a letter wrong."""
    return frozenset(map(str, asked_for(profile)))


def asked_for(profile: Profile) -> set[Key]:
    """As `query_keys`."""
    slipped = (
        Key("sg", near, given) for surname, given in slips_asked(profile) for near in one_slip_around(surname)
    )
    return asked(profile).union(slipped)


def filed(profile: Profile) -> set[Key]:
    """As `stored_keys`."""
    keys: set[Key] = set()
    years = _years(profile.birth, margin=0)
    kinds = ("gf",) if _is_dated(profile.birth) else ("gf", "gfo")
    for spelling in profile.spellings:
        keys.update(_shared(spelling, years))
        keys.update(_only_stored(spelling))
        keys.update(_without_surname(spelling, kinds))
    if profile.birth.is_full:
        keys.add(Key("d", str(profile.birth)))
    return keys


def asked(profile: Profile) -> set[Key]:
    """As `query_keys`, but for those with a letter of the surname wrong."""
    keys: set[Key] = set()
    years = _years(profile.birth, margin=1)
    kinds = ("gfo",) if _is_dated(profile.birth) else ("gf",)
    for spelling in profile.spellings:
        keys.update(_shared(spelling, years))
        keys.update(_only_asked(spelling))
        keys.update(_without_surname(spelling, kinds))
    keys.update(Key("d", str(date)) for date in _near_dates(profile.birth))
    return keys


def slips_asked(profile: Profile) -> set[tuple[str, str]]:
    """Surnames, each with a given name, that are asked for with any letter wrong."""
    return {
        (surname, given)
        for spelling in profile.spellings
        for surname in _surnames(spelling)
        for given in _given(spelling.given)
    }


def _shared(spelling: Spelling, years: range) -> list[Key]:
    givens, fathers = _given(spelling.given), _father(spelling.patronymic)
    keys = []
    for surname in _surnames(spelling):
        keys += [Key("sg", surname, given) for given in givens]
        keys += [Key("sf", surname, father) for father in fathers]
        keys += [Key("sy", surname, str(year)) for year in years]
        keys += [Key("cg", consonants(surname), given) for given in givens]
    for given in givens:
        keys += [Key("gfy", given, f"{father}|{year}") for father in fathers for year in years]
    return keys


def _only_stored(spelling: Spelling) -> list[Key]:
    kind = "so" if spelling.is_initial else "si"
    givens, initials = _given(spelling.given), _initials(spelling.given)
    keys = []
    for surname in _surnames(spelling):
        keys.append(Key("s", surname))
        if not spelling.given:
            keys.append(Key("o", surname))
        keys += [Key(kind, surname, letter) for letter in initials]
        if not _IN_ALPHABET.issuperset(surname):
            # Nobody who asks for slips puts in a letter of another alphabet, but each leaves one out.
            keys += [
                Key("sg", "".join(filter(_IN_ALPHABET.__contains__, surname)), given) for given in givens
            ]
    return keys


def _only_asked(spelling: Spelling) -> list[Key]:
    initials = _initials(spelling.given)
    kinds = ("so", "si") if spelling.is_initial else ("so",)
    keys = []
    for surname in _surnames(spelling):
        keys.append(Key("o", surname))
        if not spelling.given:
            keys.append(Key("s", surname))
        keys += [Key(kind, surname, letter) for kind in kinds for letter in initials]
    return keys


def _without_surname(spelling: Spelling, kinds: tuple[str, ...]) -> list[Key]:
    """Given name and patronymic: thousands share them, so whoever has a year asks with it (`gfy`), and besides only
    for those who have none (`gfo`). Before, nine candidates in ten had another surname and another date."""
    givens, fathers = _given(spelling.given), _father(spelling.patronymic)
    return [Key(kind, given, father) for kind in kinds for given in givens for father in fathers]


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
    near = {f"{left}{letter}{right}" for left, right in cuts for letter in ALPHABET}
    if len(word) >= 3:
        shorter = [(left, right[1:]) for left, right in cuts if right]
        near.update([left + right for left, right in shorter])
        near.update([f"{left}{letter}{right}" for left, right in shorter for letter in ALPHABET])
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
