"""The keys by which two people may meet at all: what is not met is never compared.

A record is filed under few keys and asks with many: breadth costs time in asking, and no space in storing.
Each kind of key needs two facts to agree, except those that `is_broad` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from matching.engine.dates import BirthDate
from matching.engine.names import given_classes, initial, initials_of
from matching.engine.normalise import Token
from matching.engine.patronymics import father_of
from matching.engine.profiles import Profile, Spelling
from matching.engine.slips import ALPHABET, ends_around, one_slip_around
from matching.engine.sounds import consonants, each_once
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
# Given name, father and sometimes a year, with the first letter of a surname that else may be any.
WITHOUT_SURNAME = frozenset({"gf", "gfo", "gfp", "gfy", "gfyp"})
BROAD = frozenset({"o", "so", "si", "gf", "gfo", "gfp"})


# What must be equal beside the word of a key: of which kind the key is; what else; and the first letter of a surname
# that may be any other way ("": it is not given), or None for a kind that no letter belongs to. Plain tuples, since a
# store of a million makes fifteen million keys: the words differ, what stands beside them repeats.
Beside: TypeAlias = tuple[str, str, str | None]
Key: TypeAlias = tuple[str, Beside]
_ALONE: Beside = ("o", "", None)


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
    when = _when_filed(profile.birth)
    for spelling in profile.spellings:
        letters = beginnings(spelling)
        keys += _with_surname(spelling, _filed_beside_surname(spelling.given, when.kinds, when.years))
        keys += _with_plain_surname(spelling)
        keys += _without_surname(spelling, when, letters)
        keys += _by_date(spelling, when, letters)
    return set(keys)


def asked(profile: Profile) -> set[Key]:
    """As `query_keys`, but for those with a letter of the surname wrong, or with another surname."""
    keys: list[Key] = []
    when = _when_asked(profile.birth)
    for spelling in profile.spellings:
        letters = beginnings(spelling) | NO_LETTER
        if beginnings(spelling) >= NO_LETTER:  # where one has no surname, that of the other says nothing
            letters = ANY_LETTER
        keys += _with_surname(spelling, _asked_beside_surname(spelling.given, when.kinds, when.years))
        keys += _with_other_ends(spelling)
        keys += _without_surname(spelling, when, letters)
        keys += _by_date(spelling, when, letters)
    return set(keys)


def slips_asked(profile: Profile) -> set[tuple[str, str]]:
    """Surnames, each with a given name, that are asked for with any letter wrong."""
    return {
        (surname, given)
        for spelling in profile.spellings
        for surname in _sounded(spelling.surnames).loose
        for given in _given(spelling.given)
    }


def renamed_asked(profile: Profile) -> set[Key]:
    """Keys of whoever has another surname, each to be asked `with_letter` after letter."""
    when = _when_asked(profile.birth)
    return {key for spelling in profile.spellings for key in _without_surname(spelling, when, (None,))}


def with_letter(key: Key, letter: str) -> Key:
    word, (kind, rest, _) = key
    return word, (kind, rest, letter)


class _When(NamedTuple):
    """What a birth date adds to keys: kinds with a year, and the years; the dates; kinds without a surname, each with
    what stands behind the father's name."""

    kinds: tuple[str, ...]
    years: range
    dates: tuple[str, ...]
    without_surname: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1 << 15)
def _when_filed(birth: BirthDate) -> _When:
    """Thousands share a given name and a patronymic, so that whoever has a year asks with it, and besides only for
    those who have none: nothing of a date, or a part of it. Two full dates that are not one are worth little, so who
    has a full one is filed apart from who has a year."""
    kinds, dates = (("siy",), (str(birth),)) if birth.is_full else (("siy", "siyp"), ())
    years = _years(birth, margin=0)
    if not _is_dated(birth):
        return _When(kinds, years, dates, (("gf", ""), ("gfp" if birth else "gfo", "")))
    return _When(kinds, years, dates, (("gf", ""), *_with_years("gfy" if birth.is_full else "gfyp", birth)))


@lru_cache(maxsize=1 << 12)
def _when_asked(birth: BirthDate) -> _When:
    kinds, years = ("siyp",) if birth.is_full else ("siy",), _years(birth, margin=1)
    dates = tuple(map(str, _near_dates(birth)))
    if not _is_dated(birth):
        return _When(kinds, years, dates, (("gf", ""),))
    with_years = (*_with_years("gfy", birth), *_with_years("gfyp", birth))
    return _When(kinds, years, dates, (("gfo", ""), ("gfp", ""), *with_years))


def _with_years(kind: str, birth: BirthDate) -> list[tuple[str, str]]:
    return [(kind, f"|{year}") for year in _years(birth, margin=0)]


class _Sounded(NamedTuple):
    """Surnames in their loose forms; the consonants of these; and what is left of those with letters of another
    alphabet without such letters."""

    loose: tuple[str, ...]
    consonants: tuple[str, ...]
    plain: tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def _sounded(surnames: tuple[Token, ...]) -> _Sounded:
    loose = each_once(one for word in surnames for one in word.loose)
    others = [one for one in loose if not _IN_ALPHABET.issuperset(one)]
    plain = tuple("".join(filter(_IN_ALPHABET.__contains__, one)) for one in others)
    return _Sounded(loose, tuple(map(consonants, loose)), plain)


def _with_surname(spelling: Spelling, besides: tuple[Beside, ...]) -> list[Key]:
    surname, besides = _sounded(spelling.surnames), besides + _with_father(spelling.patronymic)
    keys = [(word, beside) for word in surname.loose for beside in besides]
    besides = _with_given(spelling.given, "cg")
    return keys + [(word, beside) for word in surname.consonants for beside in besides]


def _with_plain_surname(spelling: Spelling) -> list[Key]:
    """Nobody who asks for slips puts in a letter of another alphabet, but each leaves one out."""
    besides = _with_given(spelling.given)
    return [(word, beside) for word in _sounded(spelling.surnames).plain for beside in besides]


def _with_other_ends(spelling: Spelling) -> list[Key]:
    besides = _with_given(spelling.given)
    return [(near, beside) for word in spelling.surnames for near in ends_around(word) for beside in besides]


@lru_cache(maxsize=1 << 15)
def _filed_beside_surname(
    given: tuple[Token, ...], dated: tuple[str, ...], years: range
) -> tuple[Beside, ...]:
    kind, initials = "so" if given and given[0].is_initial else "si", _initials(given)
    alone = () if given and initials <= _IN_ALPHABET else (_ALONE,)
    return (
        *_with_given(given),
        *alone,
        *((kind, letter, None) for letter in initials),
        *_with_year(dated, _own_letters(given), years),
    )


@lru_cache(maxsize=1 << 12)
def _asked_beside_surname(
    given: tuple[Token, ...], dated: tuple[str, ...], years: range
) -> tuple[Beside, ...]:
    kinds = ("so", "si") if not given or given[0].is_initial else ("so",)
    initials = _initials(given) or _IN_ALPHABET
    return (
        *_with_given(given),
        _ALONE,
        *((kind, letter, None) for kind in kinds for letter in initials),
        *_with_year(dated, _own_letters(given) or _IN_ALPHABET, years),
    )


def _with_year(kinds: Iterable[str], letters: Iterable[str], years: range) -> list[Beside]:
    """A given name that is spoilt, or unknown to the tables, still begins with its letter. Two full dates meet as such,
    or contradict each other: whoever has one asks for those who have a part of it (`siyp`)."""
    return [(kind, f"{letter}|{year}", None) for kind in kinds for letter in letters for year in years]


@lru_cache(maxsize=1 << 15)
def _with_given(words: tuple[Token, ...], kind: str = "sg") -> tuple[Beside, ...]:
    return tuple((kind, given, None) for given in _given(words))


@lru_cache(maxsize=1 << 15)
def _with_father(word: Token | None) -> tuple[Beside, ...]:
    return tuple(("sf", father, None) for father in _father(word))


def _by_date(spelling: Spelling, when: _When, letters: Iterable[str]) -> list[Key]:
    """A full date with a given name, or with the first letter of a surname: a million men have seventy of a day, and
    nine in ten of them neither."""
    keys: list[Key] = []
    for date in when.dates:
        keys += [(given, ("dg", date, None)) for given in _given(spelling.given)]
        keys += [(letter, ("ds", date, None)) for letter in letters]
    return keys


def _without_surname(spelling: Spelling, when: _When, letters: Iterable[str | None]) -> list[Key]:
    """Given name and patronymic, with the first letter of a surname that else may be any: thousands share them."""
    besides = _fathers_when(spelling.patronymic, when.without_surname)
    return [
        (given, (kind, rest, letter))
        for given in _given(spelling.given)
        for kind, rest in besides
        for letter in letters
    ]


@lru_cache(maxsize=1 << 15)
def _fathers_when(word: Token | None, when: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, f"{father}{year}") for kind, year in when for father in _father(word))


def beginnings(spelling: Spelling) -> frozenset[str]:
    """With which letters of the alphabet the surname may begin; with none ("") when it is not given, or in another."""
    letters = first_letters(spelling.surnames)
    if letters and letters <= _IN_ALPHABET:
        return letters
    return (letters & _IN_ALPHABET) | NO_LETTER


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
