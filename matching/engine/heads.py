"""The fixed-width head of a stored profile: what nearly every candidate is told apart by, as numbers and short bytes.

Thousands of heads lie side by side as columns (`columns.py`), with no object for any of them. Equal words have equal
numbers, so that two words are compared once, however many pairs of people bear them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from matching.engine.names import given_classes, is_listed
from matching.engine.normalise import Token
from matching.engine.patronymics import father_of, patronymic_sign

if TYPE_CHECKING:
    from matching.engine.profiles import Profile, Spelling

SEXES = ("", "m", "f")
_SHORT = 16  # bytes of a surname's sounds that are kept here; a longer one is read from the profile
HEAD = np.dtype(
    [
        ("spellings", "u1"),
        ("sex", "u1"),
        ("month", "u1"),
        ("day", "u1"),
        ("year", "<u2"),
        ("year_to", "<u2"),
        ("rank", "u1"),
        ("place", "<u8"),
        ("unit", "<u8"),
        ("cluster", "<u8"),
        ("father", "<u8"),
    ]
)
SPELLING = np.dtype(
    [
        ("surnames", "<u8"),
        ("given", "<u8"),
        ("patronymic", "<u8"),
        # As bits what the given names and the father are called, each of which tables know; else 0. Two words with no
        # bit in common are two names, and most pairs are told apart by that.
        ("givens", "<u8"),
        ("fathers", "<u8"),
        ("is_other_name", "?"),  # the surname is a given name or a patronymic as well, and as common as those
        # Both are empty where the surname has several readings, or is no single word.
        ("loose", f"S{_SHORT}"),
        ("reading", f"S{_SHORT}"),
    ]
)
_HEAD = struct.Struct("<4B2HB4Q")
_SPELLING = struct.Struct(f"<5Q?{_SHORT}s{_SHORT}s")
_BITS = 64
_MOST_YEARS = 0xFFFF
_NO_SOUNDS = (b"", b"")


def packed_head(profile: Profile) -> bytes:
    """The profile's head as bytes: one HEAD, then a SPELLING for each of its spellings."""
    birth, written = profile.birth, profile.written
    cluster, _, father = profile.cluster.rpartition("|")
    head = _HEAD.pack(
        len(profile.spellings),
        SEXES.index(profile.sex),
        birth.month or 0,
        birth.day or 0,
        _fitting(birth.year),
        _fitting(birth.year_to),
        profile.rank,
        number_of(written.place) if profile.place else 0,
        number_of(written.unit) if profile.unit else 0,
        number_of(cluster),
        number_of(father),
    )
    return head + b"".join(map(_packed_spelling, profile.spellings))


def head_size(spellings: int, each: int = SPELLING.itemsize) -> int:
    """The length in bytes of a head with so many spellings, `each` of which takes so many bytes."""
    return HEAD.itemsize + spellings * each


def _fitting(year: int | None) -> int:
    return min(max(year or 0, 0), _MOST_YEARS)


def _packed_spelling(spelling: Spelling) -> bytes:
    surnames, is_other, *sounds = _of_surnames(spelling.surnames)
    given, givens = _of_given(spelling.given)
    patronymic, fathers = _of_patronymic(spelling.patronymic)
    return _SPELLING.pack(surnames, given, patronymic, givens, fathers, is_other, *sounds)


@lru_cache(maxsize=1 << 16)
def _of_surnames(words: tuple[Token, ...]) -> tuple[int, bool, bytes, bytes]:
    return number_of(marked(words)), any(map(is_other_name, words)), *_sounds(words)


@lru_cache(maxsize=1 << 15)
def _of_given(words: tuple[Token, ...]) -> tuple[int, int]:
    classes = given_classes(words)
    are_known = len(classes) == len(words) and all(given.is_known for given in classes)
    return number_of(marked(words)), _bits(
        each.classes | each.related | each.halves for each in classes
    ) if are_known else 0


@lru_cache(maxsize=1 << 15)
def _of_patronymic(word: Token | None) -> tuple[int, int]:
    if word is None:
        return 0, 0
    father = father_of(word)
    bits = (
        _bits([father.classes, father.near, father.related]) if father is not None and father.is_known else 0
    )
    return number_of(marked([word])), bits


def _bits(names: Iterable[frozenset[str]]) -> int:
    bits = 0
    for name in frozenset().union(*names):
        bits |= 1 << number_of(name) % _BITS
    return bits


@lru_cache(maxsize=1 << 15)
def is_other_name(surname: Token) -> bool:
    """The word is a given name or a patronymic as well: `surnames.surname_share` counts those who bear it as such."""
    return is_listed(surname) or patronymic_sign(surname) >= 2


def _sounds(surnames: tuple[Token, ...]) -> tuple[bytes, bytes]:
    """Loose form and reading of a surname that has one of each."""
    if len(surnames) != 1 or len(surnames[0].readings) != 1:
        return _NO_SOUNDS
    loose, reading = surnames[0].loose[0], surnames[0].readings[0]
    if not loose.isascii() or not reading.isascii() or max(len(loose), len(reading)) > _SHORT:
        return _NO_SOUNDS
    return loose.encode(), reading.encode()


def marked(words: Iterable[Token]) -> str:
    """One text from which these very words can be made again: separated by spaces, a tab before each that is read as
    Belarusian."""
    return " ".join([f"\t{word.source}" if word.belarusian else word.source for word in words])


@lru_cache(maxsize=1 << 17)
def number_of(text: str) -> int:
    """A number of 64 bits that stands for the text, 0 for none. Not secret: it is only kept sealed."""
    return (
        int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        if text
        else 0
    )
