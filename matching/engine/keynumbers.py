"""Keys as pairs of 64-bit numbers, made for many people at once, with all words one letter away as arithmetic.

A key's first number spells its word in digits to the base 20, so that a wrong letter is a sum; the second stands for
the kind of the key and what else must be equal, and begins with the kind. A store makes of both whatever it files
under, best in the order of the kinds: most keys asked for are of one kind, and then they lie close together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from matching.engine.columns import Array
from matching.engine.heads import number_of
from matching.engine.keys import (
    ANY_LETTER,
    BROAD,
    KINDS,
    WITHOUT_SURNAME,
    Key,
    asked,
    filed,
    kind_of,
    renamed_asked,
    slips_asked,
)
from matching.engine.profiles import Profile
from matching.engine.slips import ALPHABET, one_slip_around

_BASE = 20  # the letters of the alphabet and none
_TWENTY = np.uint64(_BASE)
_LONGEST = 13  # letters of a word to which a slip may add one, and both fit into 64 bits
_DIGITS = {letter: digit for digit, letter in enumerate(ALPHABET, start=1)}
_IN_BASE = str.maketrans(ALPHABET, "123456789abcdefghij")
_KIND_BITS = 4
_KIND_NUMBERS = {kind: number << (64 - _KIND_BITS) for number, kind in enumerate(KINDS)}
_BEHIND_KIND = np.uint64((1 << (64 - _KIND_BITS)) - 1)
_MOST_NUMBERS = 1 << 16
_LETTERS = np.arange(1, len(ALPHABET) + 1, dtype=np.uint64)
Wanted = Callable[[Key], bool]
_POWERS = np.array([_BASE**place for place in range(_LONGEST + 1)], dtype=np.uint64)


class KeyNumbers(NamedTuple):
    """Keys of some people as four columns of equal length, a row for each key.

    `owners`: the place of the profile whose key it is; `words` and `rests`: its two numbers (uint64); `are_broad`:
    whether it `is_broad`.
    """

    owners: Array
    words: Array
    rests: Array
    are_broad: Array


def mixed(words: Array, rests: Array) -> Array:
    """The two numbers of each key as one of 64 bits, by no secret: for an index in memory, never for a store."""
    kinds = rests & ~_BEHIND_KIND
    mixed = words * np.uint64(0x9E3779B97F4A7C15) ^ rests
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    return kinds | ((mixed ^ (mixed >> np.uint64(29))) & _BEHIND_KIND)


def stored_numbers(profiles: Sequence[Profile]) -> KeyNumbers:
    """The `stored_keys` of each profile, as numbers."""
    return _numbered(map(filed, profiles))


def query_numbers(
    profiles: Sequence[Profile], wanted: Callable[[Profile], Wanted] = lambda profile: lambda key: True
) -> KeyNumbers:
    """The `query_keys` of each profile, as numbers. Of the keys WITHOUT_SURNAME only those that `wanted(profile)` says
    are worth asking with (`reach.worth_asking`)."""
    are_wanted = list(map(wanted, profiles))
    keys = [
        [key for key in asked(one) if kind_of(key) not in WITHOUT_SURNAME or is_wanted(key)]
        for one, is_wanted in zip(profiles, are_wanted, strict=True)
    ]
    return _joined(_numbered(keys), _renamed(profiles, are_wanted), _slipped(profiles))


def numbers_of(keys: Iterable[Key]) -> tuple[list[int], list[int]]:
    """The first and the second numbers of keys."""
    each = list(keys)
    rests = [_rests[kind, rest] ^ _letters[letter] for _, (kind, rest, letter) in each]
    return [_words[word] for word, _ in each], rests


def word_number(word: str) -> int:
    """The word to the base 20, first letter first; for a long one, or of another alphabet, a number like any other."""
    if len(word) > _LONGEST + 1 or not _is_plain(word):
        return number_of(word)
    return int(word[::-1].translate(_IN_BASE) or "0", _BASE)


def _rest_number(named: tuple[str, str]) -> int:
    kind, rest = named
    return _KIND_NUMBERS[kind] | number_of(f"{kind}|{rest}") >> _KIND_BITS


def _letter_number(letter: str | None) -> int:
    return 0 if letter is None else number_of(f"|{letter}") >> _KIND_BITS


class _Numbers(dict[Any, int]):
    """Numbers made before: looked up at every key of every person, where a cache of functions takes twice as long."""

    def __init__(self, number: Callable[[Any], int]) -> None:
        self._number = number

    def __missing__(self, named: Any) -> int:
        if len(self) >= _MOST_NUMBERS:
            self.clear()
        number = self[named] = self._number(named)
        return number


_ANY_LETTER = np.array([_letter_number(one) for one in sorted(ANY_LETTER)], dtype=np.uint64)
_words, _rests, _letters = _Numbers(word_number), _Numbers(_rest_number), _Numbers(_letter_number)


def _numbered(keys: Iterable[Iterable[Key]]) -> KeyNumbers:
    each = list(map(list, keys))
    owners = np.repeat(np.arange(len(each)), np.array([len(own) for own in each], dtype=np.int64))
    flat = [key for own in each for key in own]
    words, rests = numbers_of(flat)
    broad = np.array([kind_of(key) in BROAD for key in flat], dtype=bool)
    return KeyNumbers(owners, np.array(words, dtype=np.uint64), np.array(rests, dtype=np.uint64), broad)


def _renamed(profiles: Sequence[Profile], are_wanted: Sequence[Wanted]) -> KeyNumbers:
    """Whether they are wanted is asked once for all letters, of which the own ones are asked for anyway."""
    owners, words, rests, are_broad = _numbered(
        filter(is_wanted, renamed_asked(one)) for one, is_wanted in zip(profiles, are_wanted, strict=True)
    )
    lettered = (rests & _BEHIND_KIND)[:, None] ^ _ANY_LETTER | (rests & ~_BEHIND_KIND)[:, None]
    owners, words, are_broad = (np.repeat(column, len(_ANY_LETTER)) for column in (owners, words, are_broad))
    return KeyNumbers(owners, words, lettered.reshape(-1), are_broad)


def _joined(*parts: KeyNumbers) -> KeyNumbers:
    return KeyNumbers(*map(np.concatenate, zip(*parts, strict=True)))


# ------------------------------------------------------------------------------------------------- slips


def _slipped(profiles: Sequence[Profile]) -> KeyNumbers:
    asked_for = [(place, *pair) for place, one in enumerate(profiles) for pair in slips_asked(one)]
    surnames = {surname: row for row, surname in enumerate(dict.fromkeys(pair[1] for pair in asked_for))}
    near, firsts = all_near(list(surnames))
    rows = np.array([surnames[surname] for _, surname, _ in asked_for], dtype=np.int64)
    sizes = np.diff(firsts)[rows]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    owners = np.array([place for place, _, _ in asked_for], dtype=np.int64)
    rests = np.array([_rests["sg", given] for _, _, given in asked_for], dtype=np.uint64)
    words = near[np.repeat(firsts[rows], sizes) + within]
    return KeyNumbers(
        np.repeat(owners, sizes), words, np.repeat(rests, sizes), np.zeros(len(words), dtype=bool)
    )


def all_near(words: Sequence[str]) -> tuple[Array, Array]:
    """The numbers of `one_slip_around` for all words in one column, and where those of each word begin in it: one place
    more than there are words, the last of them the end."""
    short = [row for row, word in enumerate(words) if 2 <= len(word) <= _LONGEST and _is_plain(word)]
    rows, numbers = _near_short([words[row] for row in short])
    rows = np.array(short, dtype=np.int64)[rows]
    for row in set(range(len(words))).difference(short):
        others = list(map(word_number, one_slip_around(words[row])))
        rows = np.append(rows, np.full(len(others), row))
        numbers = np.append(numbers, np.array(others, dtype=np.uint64))
    order = np.argsort(rows, kind="stable")
    return numbers[order], np.searchsorted(rows[order], np.arange(len(words) + 1))


def _is_plain(word: str) -> bool:
    return all(map(_DIGITS.__contains__, word))


def _near_short(words: Sequence[str]) -> tuple[Array, Array]:
    """Numbers of all words one letter away, and the row of the word that each is near to: at each letter one more
    before it, another one, none, or swapped with the next."""
    sizes = np.array([len(word) for word in words], dtype=np.int64)[:, None]
    digits = np.zeros((len(words), _LONGEST + 1), dtype=np.uint64)
    for row, word in enumerate(words):
        digits[row, : len(word)] = [_DIGITS[letter] for letter in word]
    here = digits * _POWERS
    upto = np.cumsum(here, axis=1)
    before, whole = upto - here, upto[:, -1]
    behind, places = whole[:, None] - upto, np.arange(_LONGEST)
    following = digits[:, 1:] * _POWERS[:-1]
    inside = (sizes > places) & (sizes >= 3)
    found = [
        _with_letters(before + (here + behind) * _TWENTY, sizes >= np.arange(_LONGEST + 1)),
        _with_letters(before + behind, inside),
        _each((before + behind // _TWENTY)[:, :-1], inside),
        _each(
            (before + here * _TWENTY + behind)[:, :-1] + following - following * _TWENTY,
            inside & (sizes > places + 1),
        ),
    ]
    rows, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
    others = numbers != whole[rows]
    return rows[others], numbers[others]


def _each(numbers: Array, valid: Array) -> tuple[Array, Array]:
    return np.nonzero(valid)[0], numbers[valid]


def _with_letters(numbers: Array, valid: Array) -> tuple[Array, Array]:
    """Each valid number with every letter at its place."""
    rows, places = np.nonzero(valid)
    lettered = numbers[rows, places][:, None] + _POWERS[places][:, None] * _LETTERS
    return np.repeat(rows, len(_LETTERS)), lettered.reshape(-1)
