"""The keys by which two people may meet at all: what is not met is never compared.

A record is filed under few keys and asks with many: breadth costs time in asking, and no space in storing.
Each kind of key needs two facts to agree, except those that `is_broad` names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from matching.engine.key_parts import (
    IN_ALPHABET,
    Beside,
    When,
    asked_beside_surname,
    fathers_when,
    filed_beside_surname,
    givens_of,
    sounded,
    when_asked,
    when_filed,
    with_father,
    with_given,
)
from matching.engine.profiles import Profile, Spelling
from matching.engine.slips import ends_around, one_slip_around
from matching.engine.surnames import first_letters

NO_LETTER = frozenset({""})
ANY_LETTER = IN_ALPHABET | NO_LETTER
KINDS = (
    "sg",
    "sf",
    "siy",
    "siyp",
    "cg",
    "gfy",
    "o",
    "so",
    "si",
    "gf",
    "gfo",
    "gfp",
    "dg",
    "ds",
    "gfyp",
)  # their order is kept in stores
# Given name, father and sometimes a year, with the first letter of a surname that else may be any.
WITHOUT_SURNAME = frozenset({"gf", "gfo", "gfp", "gfy", "gfyp"})
BROAD = frozenset({"o", "so", "si", "gf", "gfo", "gfp"})
Key: TypeAlias = tuple[str, Beside]  # its word, and what must be equal beside it


def kind_of(key: Key) -> str:
    _, (kind, _, _) = key
    return kind


def text_of(key: Key) -> str:
    word, (kind, rest, letter) = key
    behind = [rest] if rest else []
    return "|".join([f"{kind}:{word}", *behind, *([] if letter is None else [letter])])


def is_broad(key: str) -> bool:
    """Keys, or their kinds, that common people share with thousands: a surname with a letter, a given name with
    patronymic and a letter. A store may refuse to open them above a size, and must then say so."""
    return key.partition(":")[0] in BROAD


def stored_keys(profile: Profile) -> frozenset[str]:
    """Keys under which the profile is filed."""
    return frozenset(map(text_of, filed(profile)))


def query_keys(profile: Profile) -> frozenset[str]:
    """Keys with which the profile asks for others: also a year off, day and month swapped, a letter wrong."""
    return frozenset(map(text_of, asked_for(profile)))


def asked_for(profile: Profile) -> set[Key]:
    """As `query_keys`."""
    slipped = (
        (near, ("sg", given, None))
        for surname, given in slips_asked(profile)
        for near in one_slip_around(surname)
    )
    renamed = (with_letter(key, letter) for key in renamed_asked(profile) for letter in ANY_LETTER)
    return asked(profile).union(slipped, renamed)


def filed(profile: Profile) -> set[Key]:
    """As `stored_keys`."""
    keys: list[Key] = []
    when = when_filed(profile.birth)
    for spelling in profile.spellings:
        letters = beginnings(spelling)
        besides = filed_beside_surname(spelling.given, when.kinds, when.years)
        keys += _with_surname(spelling, besides, is_asked=False)
        keys += _with_plain_surname(spelling)
        keys += _without_surname(spelling, when, letters, is_asked=False)
        keys += _by_date(spelling, when, letters, is_asked=False)
    return set(keys)


def asked(profile: Profile) -> set[Key]:
    """As `query_keys`, but for those with a letter of the surname wrong, or with another surname."""
    keys: list[Key] = []
    when = when_asked(profile.birth)
    for spelling in profile.spellings:
        letters = beginnings(spelling) | NO_LETTER
        if beginnings(spelling) >= NO_LETTER:  # where one has no surname, that of the other says nothing
            letters = ANY_LETTER
        besides = asked_beside_surname(spelling.given, when.kinds, when.years)
        keys += _with_surname(spelling, besides, is_asked=True)
        keys += _with_other_ends(spelling)
        keys += _without_surname(spelling, when, letters, is_asked=True)
        keys += _by_date(spelling, when, letters, is_asked=True)
    return set(keys)


def slips_asked(profile: Profile) -> set[tuple[str, str]]:
    """Surnames, each with a given name, that are asked for with any letter wrong."""
    return {
        (surname, given)
        for spelling in profile.spellings
        for surname in sounded(spelling.surnames).loose
        for given in givens_of(spelling.given)
    }


def renamed_asked(profile: Profile) -> set[Key]:
    """Keys of whoever has another surname, each to be asked `with_letter` after letter."""
    when = when_asked(profile.birth)
    return {
        key
        for spelling in profile.spellings
        for key in _without_surname(spelling, when, (None,), is_asked=False)
    }


def with_letter(key: Key, letter: str) -> Key:
    word, (kind, rest, _) = key
    return word, (kind, rest, letter)


def _with_surname(spelling: Spelling, besides: tuple[Beside, ...], is_asked: bool) -> list[Key]:
    surname, besides = sounded(spelling.surnames), besides + with_father(spelling.patronymic, is_asked)
    keys = [(word, beside) for word in surname.loose for beside in besides]
    besides = with_given(spelling.given, "cg", is_asked)
    return keys + [(word, beside) for word in surname.consonants for beside in besides]


def _with_plain_surname(spelling: Spelling) -> list[Key]:
    """Nobody who asks for slips puts in a letter of another alphabet, but each leaves one out."""
    besides = with_given(spelling.given)
    return [(word, beside) for word in sounded(spelling.surnames).plain for beside in besides]


def _with_other_ends(spelling: Spelling) -> list[Key]:
    besides = with_given(spelling.given)
    return [(near, beside) for word in spelling.surnames for near in ends_around(word) for beside in besides]


def _by_date(spelling: Spelling, when: When, letters: Iterable[str], is_asked: bool) -> list[Key]:
    """A full date with a given name, or with the first letter of a surname: a million men have seventy of a day, and
    nine in ten of them neither."""
    keys: list[Key] = []
    for date in when.dates:
        keys += [(given, ("dg", date, None)) for given in givens_of(spelling.given, is_asked)]
        keys += [(letter, ("ds", date, None)) for letter in letters]
    return keys


def _without_surname(
    spelling: Spelling, when: When, letters: Iterable[str | None], is_asked: bool
) -> list[Key]:
    """Given name and patronymic, with the first letter of a surname that else may be any: thousands share them."""
    besides = fathers_when(spelling.patronymic, when.without_surname, is_asked)
    return [
        (given, (kind, rest, letter))
        for given in givens_of(spelling.given, is_asked)
        for kind, rest in besides
        for letter in letters
    ]


def beginnings(spelling: Spelling) -> frozenset[str]:
    """With which letters of the alphabet the surname may begin; with none ("") when it is not given, or in another."""
    letters = first_letters(spelling.surnames)
    if letters and letters <= IN_ALPHABET:
        return letters
    return (letters & IN_ALPHABET) | NO_LETTER
