"""What keys are made of: words, and what must be equal beside them. Made once for every name and date and kept, since a
store of a million has the same few thousand of them over and over: only surnames differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from matching.engine.dates import BirthDate
from matching.engine.names import first_sounds, first_sounds_of, given_classes, related_to
from matching.engine.normalise import Token
from matching.engine.patronymics import father_of
from matching.engine.slips import ALPHABET
from matching.engine.sounds import consonants, each_once

# What stands beside a key's word: its kind; what else must be equal; and the first letter of a surname that else may be
# any ("": it is not given), or None for a kind that no letter belongs to. Plain tuples, since a million people have
# fifteen million keys.
Beside: TypeAlias = tuple[str, str, str | None]
IN_ALPHABET = frozenset(ALPHABET)
_ALONE: Beside = ("o", "", None)
_MAX_RANGE_YEARS = 12


class When(NamedTuple):
    """What a birth date adds to a person's keys.

    `kinds` are those of surname, initial and year, and `years` the years that they are made for; `dates` are full
    dates; `without_surname` are kinds of given and father's name, each with what is appended to the father's name.
    """

    kinds: tuple[str, ...]
    years: range
    dates: tuple[str, ...]
    without_surname: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1 << 15)
def when_filed(birth: BirthDate) -> When:
    """What the date adds to the keys under which a person is filed.

    Thousands share a given name and a patronymic, so that whoever has a year asks with it, and besides only for
    those who have none: nothing of a date, or a part of it. Two full dates that are not one are worth little, so who
    has a full one is filed apart from who has a year.
    """
    kinds, dates = (("siy",), (str(birth),)) if birth.is_full else (("siy", "siyp"), ())
    years = _years(birth, margin=0)
    if not _is_dated(birth):
        return When(kinds, years, dates, (("gf", ""), ("gfp" if birth else "gfo", "")))
    return When(kinds, years, dates, (("gf", ""), *_with_years("gfy" if birth.is_full else "gfyp", birth)))


@lru_cache(maxsize=1 << 12)
def when_asked(birth: BirthDate) -> When:
    """What the date adds to the keys with which a person asks: the years beside it too, and day and month swapped."""
    kinds, years = ("siyp",) if birth.is_full else ("siy",), _years(birth, margin=1)
    dates = tuple(map(str, _near_dates(birth)))
    if not _is_dated(birth):
        return When(kinds, years, dates, (("gf", ""),))
    with_years = (*_with_years("gfy", birth), *_with_years("gfyp", birth))
    return When(kinds, years, dates, (("gfo", ""), ("gfp", ""), *with_years))


def _with_years(kind: str, birth: BirthDate) -> list[tuple[str, str]]:
    return [(kind, f"|{year}") for year in _years(birth, margin=0)]


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


class Sounded(NamedTuple):
    """A person's surnames as keys have them: loose forms; the consonants of each; and, of loose forms with letters of
    another alphabet, what is left without those (`plain`)."""

    loose: tuple[str, ...]
    consonants: tuple[str, ...]
    plain: tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def sounded(surnames: tuple[Token, ...]) -> Sounded:
    """The forms of all these surnames; `consonants` is as long as `loose`."""
    loose = each_once(one for word in surnames for one in word.loose)
    others = [one for one in loose if not IN_ALPHABET.issuperset(one)]
    plain = tuple("".join(filter(IN_ALPHABET.__contains__, one)) for one in others)
    return Sounded(loose, tuple(map(consonants, loose)), plain)


@lru_cache(maxsize=1 << 15)
def filed_beside_surname(
    given: tuple[Token, ...], dated: tuple[str, ...], years: range
) -> tuple[Beside, ...]:
    """All that stands beside the surname in the keys of who is filed; `dated` and `years` as in When."""
    kind, initials = "so" if given and given[0].is_initial else "si", _initials_of(given)
    alone = () if given and initials <= IN_ALPHABET else (_ALONE,)
    return (
        *with_given(given),
        *alone,
        *((kind, letter, None) for letter in initials),
        *_with_year(dated, _own_letters(given), years),
    )


@lru_cache(maxsize=1 << 12)
def asked_beside_surname(
    given: tuple[Token, ...], dated: tuple[str, ...], years: range
) -> tuple[Beside, ...]:
    """All that stands beside the surname in the keys of who asks; `dated` and `years` as in When."""
    kinds = ("so", "si") if not given or given[0].is_initial else ("so",)
    initials = _initials_of(given) or IN_ALPHABET
    return (
        *with_given(given, is_asked=True),
        _ALONE,
        *((kind, letter, None) for kind in kinds for letter in initials),
        *_with_year(dated, _own_letters(given) or IN_ALPHABET, years),
    )


def _with_year(kinds: Iterable[str], letters: Iterable[str], years: range) -> list[Beside]:
    """A given name that is spoilt, or unknown to the tables, still begins with its letter. Two full dates meet as such,
    or contradict each other: whoever has one asks for those who have a part of it (`siyp`)."""
    return [(kind, f"{letter}|{year}", None) for kind in kinds for letter in letters for year in years]


@lru_cache(maxsize=1 << 15)
def with_given(words: tuple[Token, ...], kind: str = "sg", is_asked: bool = False) -> tuple[Beside, ...]:
    """Each class of the given name, as what stands beside a surname in keys of this kind."""
    return tuple((kind, given, None) for given in givens_of(words, is_asked))


@lru_cache(maxsize=1 << 15)
def with_father(word: Token | None, is_asked: bool) -> tuple[Beside, ...]:
    """Each class of the father's name in this patronymic, as what stands beside a surname."""
    return tuple(("sf", father, None) for father in fathers_of(word, is_asked))


@lru_cache(maxsize=1 << 15)
def fathers_when(
    word: Token | None, when: tuple[tuple[str, str], ...], is_asked: bool
) -> tuple[tuple[str, str], ...]:
    """Kind and rest of the keys without a surname: the father's name with what `When.without_surname` appends to it."""
    return tuple((kind, f"{father}{year}") for kind, year in when for father in fathers_of(word, is_asked))


@lru_cache(maxsize=1 << 15)
def givens_of(words: tuple[Token, ...], is_asked: bool = False) -> frozenset[str]:
    """The classes of the given name. Who asks has also those that are now and then written for it (Іван and Ян): they
    are not filed, so that they take no room."""
    names = frozenset().union(*(given.classes | given.near | given.halves for given in given_classes(words)))
    return names | related_to(names) if is_asked else names


@lru_cache(maxsize=1 << 15)
def fathers_of(word: Token | None, is_asked: bool) -> frozenset[str]:
    """The classes of the father's name in a patronymic; as `givens_of` where it asks."""
    father = father_of(word)
    names = father.classes | father.near if father is not None else frozenset()
    return names | related_to(names) if is_asked else names


@lru_cache(maxsize=1 << 15)
def _initials_of(words: tuple[Token, ...]) -> frozenset[str]:
    if not words:
        return frozenset()
    if words[0].is_initial:
        return frozenset(reading[0] for reading in words[0].loose) | _begun_with_iota(words[0])
    return first_sounds_of(given_classes(words)[0], words[0])


@lru_cache(maxsize=1 << 15)
def _own_letters(words: tuple[Token, ...]) -> frozenset[str]:
    """The letters that the given name begins with as it is written here."""
    return first_sounds(words[0]) | _begun_with_iota(words[0]) if words else frozenset()


def _begun_with_iota(word: Token) -> frozenset[str]:
    """Y., J. and I. stand for Юрій and Ярослав as well. The few rows with initials have these keys, and not the many
    with names."""
    return frozenset("ua") if word.is_initial and word.folded in ("y", "j", "i") else frozenset()
