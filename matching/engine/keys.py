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
# What must agree for two to meet by a key of each kind. Their order is kept in stores.
KINDS = (
    "sg",  # surname and given name
    "sf",  # surname and father's name
    "siy",  # surname, initial and year of birth
    "siyp",  # as "siy": filed by those who have only a part of the date, for those who ask with a full one
    "cg",  # consonants of the surname, and given name
    "gfy",  # given name, father's name, year of birth, first letter of the surname; filed by those with a full date
    "o",  # surname only: filed by those without a given name
    "so",  # surname and initial: filed by those who have no more than an initial
    "si",  # surname and initial: filed by those with a given name, for those who ask with no more than an initial
    "gf",  # given name, father's name, first letter of the surname: filed by all, for those who ask without a year
    "gfo",  # as "gf": filed by those without any date, for those who ask with a year
    "gfp",  # as "gf": filed by those with a date but no (narrow) year, for those who ask with a year
    "dg",  # full birth date and given name
    "ds",  # full birth date and first letter of the surname
    "gfyp",  # as "gfy": filed by those who have a year and no full date
)
# Of any surname but for its first letter.
WITHOUT_SURNAME = frozenset({"gf", "gfo", "gfp", "gfy", "gfyp"})
BROAD = frozenset({"o", "so", "si", "gf", "gfo", "gfp"})
Key: TypeAlias = tuple[str, Beside]  # its word, and what must be equal beside it


def kind_of(key: Key) -> str:
    """One of KINDS."""
    _, (kind, _, _) = key
    return kind


def text_of(key: Key) -> str:
    """The key as one text, "kind:word|rest|letter": two keys are equal where their texts are."""
    word, (kind, rest, letter) = key
    behind = [rest] if rest else []
    return "|".join([f"{kind}:{word}", *behind, *([] if letter is None else [letter])])


def is_broad(key: str) -> bool:
    """Whether thousands may share this key (as a text, or its kind alone): a surname with an initial, a given name with
    a patronymic and a letter. A store may refuse to follow such a key above a size, and must then say so."""
    return key.partition(":")[0] in BROAD


def stored_keys(profile: Profile) -> frozenset[str]:
    """Keys under which the profile is filed."""
    return frozenset(map(text_of, filed(profile)))


def query_keys(profile: Profile) -> frozenset[str]:
    """Keys with which the profile asks for others: also a year off, day and month swapped, a letter wrong."""
    return frozenset(map(text_of, asked_for(profile)))


def asked_for(profile: Profile) -> set[Key]:
    """The `query_keys` as tuples, all of them: `asked`, and those of `slips_asked` and `renamed_asked` written out."""
    slipped = (
        (near, ("sg", given, None))
        for surname, given in slips_asked(profile)
        for near in one_slip_around(surname)
    )
    renamed = (with_letter(key, letter) for key in renamed_asked(profile) for letter in ANY_LETTER)
    return asked(profile).union(slipped, renamed)


def filed(profile: Profile) -> set[Key]:
    """The `stored_keys` as tuples."""
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
    """The `query_keys` as tuples, without those for a slip in the surname (`slips_asked`) or for another surname
    (`renamed_asked`): these two are so many that whoever asks for thousands makes them as numbers (`keynumbers`)."""
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
    """Pairs of a surname (loose form) and a given name (class): asked for as "sg" with every slip in the surname."""
    return {
        (surname, given)
        for spelling in profile.spellings
        for surname in sounded(spelling.surnames).loose
        for given in givens_of(spelling.given)
    }


def renamed_asked(profile: Profile) -> set[Key]:
    """Keys by which somebody with quite another surname is found. They have no letter yet: each is asked for once
    `with_letter` for every one of ANY_LETTER."""
    when = when_asked(profile.birth)
    return {
        key
        for spelling in profile.spellings
        for key in _without_surname(spelling, when, (None,), is_asked=False)
    }


def with_letter(key: Key, letter: str) -> Key:
    """The same key for surnames that begin with this letter; "" for whoever has no surname."""
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
