"""The keys by which two people may meet at all: what is not met is never compared.

A record is filed under few keys and asks with many: breadth costs time in asking, and no space in storing.
Each kind of key needs two facts to agree, except those that `is_broad` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from matching.engine.dates import BirthDate
from matching.engine.names import given_classes, initial, initials_of
from matching.engine.normalise import Token
from matching.engine.patronymics import father_of
from matching.engine.profiles import Profile, Spelling
from matching.engine.slips import ALPHABET, ends_around, one_slip_around
from matching.engine.sounds import consonants
from matching.engine.surnames import first_letters

_IN_ALPHABET = frozenset(ALPHABET)
NO_LETTER = frozenset({""})
ANY_LETTER = _IN_ALPHABET | NO_LETTER
_MAX_RANGE_YEARS = 12
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
# Given name, father and sometimes a year, with the first letter of a surname that else may be any; and how many bars
# stand before that letter.
WITHOUT_SURNAME = {"gf": 1, "gfo": 1, "gfp": 1, "gfy": 2, "gfyp": 2}
BROAD = frozenset({"o", "so", "si", "gf", "gfo", "gfp"})


class Key(NamedTuple):
    """One key: its kind, a word, and what else must be equal."""

    kind: str
    word: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.word}|{self.rest}" if self.rest else f"{self.kind}:{self.word}"


def is_broad(key: str) -> bool:
    """Keys, or their kinds, that common people share with thousands: a surname with a letter, a given name with
    patronymic and a letter. A store may refuse to open them above a size, and must then say so."""
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
    renamed = (with_letter(key, letter) for key in renamed_asked(profile) for letter in ANY_LETTER)
    return asked(profile).union(slipped, renamed)


def filed(profile: Profile) -> set[Key]:
    """As `stored_keys`."""
    keys: set[Key] = set()
    years = _years(profile.birth, margin=0)
    dated = ("siy",) if profile.birth.is_full else ("siy", "siyp")
    dates = [str(profile.birth)] if profile.birth.is_full else []
    for spelling in profile.spellings:
        letters = beginnings(spelling)
        keys.update(_shared(spelling))
        keys.update(_only_stored(spelling))
        keys.update(_by_year(spelling, dated, _own_letters(spelling.given), years))
        keys.update(_lettered(_without_surname(spelling, _filed_beside(profile.birth)), letters))
        keys.update(_by_date(spelling, dates, letters))
    return keys


def asked(profile: Profile) -> set[Key]:
    """As `query_keys`, but for those with a letter of the surname wrong, or with another surname."""
    keys: set[Key] = set()
    near_years = _years(profile.birth, margin=1)
    dated = ("siyp",) if profile.birth.is_full else ("siy",)
    dates = list(map(str, _near_dates(profile.birth)))
    for spelling in profile.spellings:
        letters, own = beginnings(spelling) | NO_LETTER, _own_letters(spelling.given) or _IN_ALPHABET
        if beginnings(spelling) >= NO_LETTER:  # where one has no surname, that of the other says nothing
            letters = ANY_LETTER
        keys.update(_shared(spelling))
        keys.update(_only_asked(spelling))
        keys.update(_by_year(spelling, dated, own, near_years))
        keys.update(_lettered(_without_surname(spelling, _asked_beside(profile.birth)), letters))
        keys.update(_by_date(spelling, dates, letters))
    return keys


def slips_asked(profile: Profile) -> set[tuple[str, str]]:
    """Surnames, each with a given name, that are asked for with any letter wrong."""
    return {
        (surname, given)
        for spelling in profile.spellings
        for surname in _surnames(spelling)
        for given in _given(spelling.given)
    }


def renamed_asked(profile: Profile) -> set[Key]:
    """Keys of whoever has another surname, each to be asked `with_letter` after letter."""
    beside = _asked_beside(profile.birth)
    return {key for spelling in profile.spellings for key in _without_surname(spelling, beside)}


def with_letter(key: Key, letter: str) -> Key:
    return Key(key.kind, key.word, f"{key.rest}|{letter}")


def parted(kind: str, rest: str) -> tuple[str, str | None]:
    """What a key holds beside its word, and the letter of the surname behind it; None for a key without one."""
    bars = WITHOUT_SURNAME.get(kind, 0)
    if not bars or rest.count("|") < bars:
        return rest, None
    before, _, letter = rest.rpartition("|")
    return before, letter


def _shared(spelling: Spelling) -> list[Key]:
    givens, fathers = _given(spelling.given), _father(spelling.patronymic)
    keys = []
    for surname in _surnames(spelling):
        keys += [Key("sg", surname, given) for given in givens]
        keys += [Key("sf", surname, father) for father in fathers]
        keys += [Key("cg", consonants(surname), given) for given in givens]
    return keys


def _only_stored(spelling: Spelling) -> list[Key]:
    kind = "so" if spelling.is_initial else "si"
    givens, initials = _given(spelling.given), _initials(spelling.given)
    keys = []
    for surname in _surnames(spelling):
        if not initials <= _IN_ALPHABET or not spelling.given:
            keys.append(Key("o", surname))
        keys += [Key(kind, surname, letter) for letter in initials]
        if not _IN_ALPHABET.issuperset(surname):
            # Nobody who asks for slips puts in a letter of another alphabet, but each leaves one out.
            keys += [
                Key("sg", "".join(filter(_IN_ALPHABET.__contains__, surname)), given) for given in givens
            ]
    return keys


def _only_asked(spelling: Spelling) -> list[Key]:
    initials = _initials(spelling.given) or _IN_ALPHABET
    kinds = ("so", "si") if spelling.is_initial or not spelling.given else ("so",)
    keys = []
    for surname in _surnames(spelling):
        keys.append(Key("o", surname))
        keys += [Key(kind, surname, letter) for kind in kinds for letter in initials]
    givens = _given(spelling.given)
    return keys + [
        Key("sg", near, given) for word in spelling.surnames for near in ends_around(word) for given in givens
    ]


def _by_year(spelling: Spelling, kinds: Iterable[str], letters: Iterable[str], years: range) -> list[Key]:
    """A given name that is spoilt, or unknown to the tables, still begins with its letter. Two full dates meet as such,
    or contradict each other: whoever has one asks for those who have a part of it (`siyp`)."""
    return [
        Key(kind, surname, f"{letter}|{year}")
        for kind in kinds
        for surname in _surnames(spelling)
        for letter in letters
        for year in years
    ]


def _by_date(spelling: Spelling, dates: Iterable[str], letters: frozenset[str]) -> list[Key]:
    """A full date with a given name, or with the first letter of a surname: a million men have seventy of a day, and
    nine in ten of them neither."""
    givens = _given(spelling.given)
    return [Key("dg", given, date) for date in dates for given in givens] + [
        Key("ds", letter, date) for date in dates for letter in letters
    ]


def _without_surname(spelling: Spelling, beside: Iterable[tuple[str, str]]) -> list[Key]:
    """Given name and patronymic, still without the letter of a surname that else may be any: thousands share them."""
    givens, fathers = _given(spelling.given), _father(spelling.patronymic)
    return [
        Key(kind, given, f"{father}{year}") for kind, year in beside for given in givens for father in fathers
    ]


def _filed_beside(birth: BirthDate) -> list[tuple[str, str]]:
    """Thousands share a given name and a patronymic, so that whoever has a year asks with it, and besides only for
    those who have none: nothing of a date, or a part of it. Two full dates that are not one are worth little, so who
    has a full one is filed apart from who has a year."""
    if not _is_dated(birth):
        return [("gf", ""), ("gfp" if birth else "gfo", "")]
    return [("gf", ""), *_with_years("gfy" if birth.is_full else "gfyp", birth)]


def _asked_beside(birth: BirthDate) -> list[tuple[str, str]]:
    if not _is_dated(birth):
        return [("gf", "")]
    return [("gfo", ""), ("gfp", ""), *_with_years("gfy", birth), *_with_years("gfyp", birth)]


def _with_years(kind: str, birth: BirthDate) -> list[tuple[str, str]]:
    return [(kind, f"|{year}") for year in _years(birth, margin=0)]


def _lettered(keys: Iterable[Key], letters: Iterable[str]) -> list[Key]:
    return [with_letter(key, letter) for key in keys for letter in letters]


def beginnings(spelling: Spelling) -> frozenset[str]:
    """With which letters of the alphabet the surname may begin; with none ("") when it is not given, or in another."""
    letters = first_letters(spelling.surnames)
    if letters and letters <= _IN_ALPHABET:
        return letters
    return (letters & _IN_ALPHABET) | NO_LETTER


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


@lru_cache(maxsize=1 << 15)
def _own_letters(words: tuple[Token, ...]) -> frozenset[str]:
    """The letters that the given name begins with as it is written here."""
    return frozenset(map(initial, words[0].readings)) if words else frozenset()


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
