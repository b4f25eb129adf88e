"""Given names: which class a word belongs to, and how alike two words are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.engine import tables
from matching.engine.normalise import Token, fold, token
from matching.engine.sounds import is_belarusian, is_cyrillic, loosen

_NONE: frozenset[str] = frozenset()
UNKNOWN = "~"  # the class of a name that no table knows: its own loose form behind this sign
SHORTEST_TYPO = 4  # a shorter unlisted name is as likely another name as a slip of the pen


class GivenClass(NamedTuple):
    """What a word is as a given name. `classes` is never empty; `near` are the classes one slip away, `related` those
    of which a known one is sometimes written for the other (Іван, Ян). Іван-Павло is a name of its own; of its `halves`
    lists often tell one."""

    classes: frozenset[str]
    near: frozenset[str]
    is_known: bool
    is_short: bool
    sex: str
    related: frozenset[str] = frozenset()
    halves: frozenset[str] = frozenset()


class _Dictionary(NamedTuple):
    readings: dict[str, frozenset[str]]
    by_reading: dict[str, frozenset[str]]
    by_loose: dict[str, frozenset[str]]
    short: dict[str, frozenset[str]]
    short_spellings: frozenset[str]
    sex: dict[str, str]
    initials: dict[str, frozenset[str]]
    iotated: frozenset[str]
    spelled: tuple[str, ...]
    by_letters: dict[str, frozenset[str]]
    in_cyrillic: tuple[str, ...]
    in_latin: tuple[str, ...]


class _Collected(NamedTuple):
    forms: dict[str, set[str]]
    letters: dict[str, set[str]]
    loose: dict[str, set[str]]
    short: dict[str, set[str]]
    initials: dict[str, set[str]]
    iotated: set[str]


@cache
def _dictionary() -> _Dictionary:
    found = _Collected({}, {}, {}, {}, {}, set())
    sex = {name.name: name.sex for name in tables.given_names()}
    for name in tables.given_names():
        for form in name.same:
            _add(found, name.name, form, found.forms)
        for form in name.short:
            _add(found, name.name, form, found.short)
    readings: dict[str, set[str]] = {}
    for reading, names in found.forms.items():
        for listed in names:
            readings.setdefault(listed, set()).add(reading)
    frozen, letters = (
        {key: frozenset(value) for key, value in table.items()} for table in (found.forms, found.letters)
    )
    long = [key for key in letters if len(key) >= SHORTEST_TYPO - 1]
    return _Dictionary(
        {name: frozenset(each) for name, each in readings.items()},
        frozen,
        {key: frozenset(value) for key, value in found.loose.items()},
        {key: frozenset(value) for key, value in found.short.items()},
        frozenset(fold(form) for name in tables.given_names() for form in name.short),
        sex,
        {key: frozenset(value) for key, value in found.initials.items()},
        frozenset(found.iotated),
        tuple(key for key in frozen if len(key) >= SHORTEST_TYPO - 1),
        letters,
        tuple(key for key in long if is_cyrillic(key[0])),
        tuple(key for key in long if not is_cyrillic(key[0])),
    )


def _add(found: _Collected, name: str, form: str, into: dict[str, set[str]]) -> None:
    word = token(form, is_belarusian(form))
    if word is None:
        return
    # A listed form is well spelled: only its first reading counts, else German "ch" would make new names.
    into.setdefault(word.readings[0], set()).add(name)
    found.initials.setdefault(name, set()).add(initial(word.readings[0]))
    if _is_iotated(word):
        found.iotated.add(name)
    if into is found.forms:
        found.letters.setdefault(word.folded, set()).add(name)
        found.loose.setdefault(mid_loose(word.readings[0]), set()).add(name)


def mid_loose(reading: str) -> str:
    """The loose form with its ending vowel kept: without it Віктор and Вікторія would be one class."""
    return loosen(reading + "#")


def initial(reading: str) -> str:
    """The first sound, loosely: О. stands for Олександр and for Александр."""
    return loosen(reading[:1] + "##")[0]


def first_sounds(word: Token) -> frozenset[str]:
    """The loose first sound of each reading."""
    return frozenset(map(initial, word.readings))


_IOTATED = re.compile("[юяєїй]|[yij][uaeio]")


def _is_iotated(word: Token) -> bool:
    return _IOTATED.match(word.folded) is not None


def related_to(classes: frozenset[str]) -> frozenset[str]:
    """Other given names that are sometimes written for one of these (Ян for Іван), and are no forms of it."""
    if tables.related_names().keys().isdisjoint(classes):
        return _NONE
    return frozenset().union(*(tables.related_names().get(name, _NONE) for name in classes)) - classes


def sex_of(classes: frozenset[str]) -> str:
    """The sex that all these classes agree on, or ""."""
    known = {_dictionary().sex.get(name, "") for name in classes}
    return known.pop() if len(known) == 1 else ""


def first_sounds_of(given: GivenClass, word: Token) -> frozenset[str]:
    """The sounds with which the name begins in any language: М and Н for Микола."""
    names = given.classes | given.halves
    return first_sounds(word).union(*(_dictionary().initials.get(name, _NONE) for name in names))


def initials_of(word: Token, given: GivenClass | None, in_latin: bool) -> frozenset[str]:
    """Letters by which a list may shorten the name, or that an initial (no class) may be: М. and Н. for Микола; where a
    list is in Latin, Yu., Y. and I. for Юрій."""
    sounds = first_sounds(word) if given is None else first_sounds_of(given, word)
    names = _NONE if given is None else given.classes | given.halves
    is_iotated = _is_iotated(word) or not _dictionary().iotated.isdisjoint(names)
    return sounds.union("i" if in_latin and is_iotated else "")


@lru_cache(maxsize=1 << 15)
def known_given(word: Token) -> frozenset[str]:
    """The classes that tables give this word; empty when it is no given name that we know."""
    listed = _dictionary()
    full = union(listed.by_reading, word.readings)
    short = union(listed.short, word.readings)
    # Марія sounds like Мара, which is short for Марина: a full form is a short one only if it is spelled so.
    if full and word.folded not in listed.short_spellings:
        return full
    if full or short:
        return full | short
    loose = union(listed.by_loose, tuple(map(mid_loose, word.readings)))
    return loose if len(loose) == 1 else frozenset().union(*_halves(word))


def _halves(word: Token) -> list[frozenset[str]]:
    """Of Олександр-Богдан the classes of both names; of any other word none."""
    if "-" not in word.written:
        return []
    halves = [token(part, word.belarusian) for part in word.written.split("-")]
    if len(halves) != 2 or not all(half is not None and is_listed(half) for half in halves):
        return []
    return [known_given(half) for half in halves if half is not None]


@cache
def spelled_as(classes: frozenset[str] | None) -> frozenset[str]:
    """How all full forms of these given names sound; None: of all given names."""
    listed = _dictionary().readings
    return frozenset().union(*(listed.get(name, _NONE) for name in (listed if classes is None else classes)))


def is_spelled(text: str) -> bool:
    """The tables have a full given name of just these letters."""
    return fold(text) in _dictionary().by_letters


def is_listed(word: Token) -> bool:
    """The word is exactly a full given name of the tables."""
    return word.readings[0] in _dictionary().by_reading and len(word.folded) > 3


def union(table: dict[str, frozenset[str]], keys: tuple[str, ...]) -> frozenset[str]:
    """All that the table has under these keys."""
    if len(keys) == 1:
        return table.get(keys[0], _NONE)
    return frozenset().union(*(table.get(key, frozenset()) for key in keys))


@lru_cache(maxsize=1 << 15)
def given_class(word: Token) -> GivenClass:
    """What this word is as a given name."""
    classes = known_given(word)
    if classes:
        full, short = (
            union(table, word.readings) for table in (_dictionary().by_reading, _dictionary().short)
        )
        if full or short:
            return GivenClass(classes, _NONE, True, not full, sex_of(classes), related_to(classes))
        if halves := _halves(word):
            both = frozenset({"-".join(sorted(map(min, halves)))})
            return GivenClass(both, _NONE, True, False, sex_of(classes), halves=classes)
        # Known by its loose form alone: Михальо sounds like Мігай, and is a slip in Михайло.
        return GivenClass(classes, _one_slip_away(word) - classes, False, False, sex_of(classes))
    own = frozenset(UNKNOWN + loose for loose in word.loose)
    near = _one_slip_away(word)
    return GivenClass(own, near, False, False, sex_of(near))


@lru_cache(maxsize=1 << 15)
def given_classes(words: tuple[Token, ...]) -> tuple[GivenClass, ...]:
    """What the words are as given names; an initial is none."""
    return tuple(given_class(word) for word in words if not word.is_initial)


@lru_cache(maxsize=1 << 15)
def as_given(word: Token) -> int:
    """How surely a word is a given name. 3: a full one of the tables; 2: a short one, or in another spelling;
    1: loosely, or but for a slip; 0: nothing says so."""
    if is_listed(word):
        return 3
    found = given_class(word)
    if found.is_known:
        return 2
    return int(bool(found.near or known_given(word)))


def _one_slip_away(word: Token) -> frozenset[str]:
    reading, listed = word.readings[0], _dictionary()
    found = _slipped(reading, listed.spelled, listed.by_reading) if len(reading) >= SHORTEST_TYPO else _NONE
    # Where letters became one sound, a slip of one letter took more sounds: Владиир, Нкиолай, Nkiolay; Mioslav
    # sounds like Веслав besides.
    merged = len(word.folded) - len(reading) - word.folded.count("ь")
    if not merged or len(word.folded) < SHORTEST_TYPO:
        return found
    forms = listed.in_cyrillic if is_cyrillic(word.folded[0]) else listed.in_latin
    return found | _slipped(word.folded, forms, listed.by_letters)


def _slipped(word: str, forms: tuple[str, ...], classes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    hits = process.extract(word, forms, scorer=OSA.distance, score_cutoff=1, limit=4)
    return frozenset().union(*(classes[form] for form, _, _ in hits))


# -------------------------------------------------------------------------------------------- likeness


@lru_cache(maxsize=1 << 17)
def slips(one: Token, other: Token) -> int:
    """Fewest slips (a letter wrong, missing, doubled, two swapped) between any loose forms; 3 is many."""
    return min(OSA.distance(a, b, score_cutoff=2) for a in one.loose for b in other.loose)


@lru_cache(maxsize=1 << 17)
def likeness(one: Token, other: Token) -> float:
    """How alike two words sound, 0-1, over all their readings."""
    return max(OSA.normalized_similarity(a, b) for a in one.readings for b in other.readings)
