"""All that the engine may know of anyone: names as written, a birth date, and a few soft facts."""

from __future__ import annotations

from dataclasses import dataclass

from matching.engine.dates import UNKNOWN_DATE, BirthDate

__all__ = ["BirthDate", "Name", "NoName", "Person"]


class NoName(ValueError):
    """No name of this person has a single letter in any alphabet."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of a name: parts, or `full` (any order, any case), or both."""

    surname: str = ""
    given: str = ""
    patronymic: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person on paper. The first name is the main one; the others are further spellings,
    maiden names, Latin forms. `sex` is "m", "f" or "" (unknown)."""

    names: tuple[Name, ...]
    birth: BirthDate = UNKNOWN_DATE
    sex: str = ""
    place: str = ""
    unit: str = ""
    rank: str = ""
