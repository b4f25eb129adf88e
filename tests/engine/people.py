"""Invented people from one line of text, as the tables of cases write them."""

from __future__ import annotations

from matching.engine import (
    BirthDate,
    Comparison,
    Name,
    Person,
    Population,
    Profile,
    compare,
    profile,
    query_keys,
    stored_keys,
)

POPULATION = Population.from_tables()


def a_person(line: str) -> Person:
    """ "name | birth date | sex | place | unit | rank", all but the name may be left out."""
    name, birth, *beside = ([part.strip() for part in line.split("|")] + [""] * 6)[:6]
    return Person((Name(full=name),), BirthDate.parse(birth), *beside)


def a_profile(line: str) -> Profile:
    return profile(a_person(line))


def compared(wanted: str, found: str) -> Comparison:
    return compare(a_profile(wanted), a_profile(found), POPULATION)


def points(wanted: str, found: str) -> float:
    return compared(wanted, found).points


def levels(wanted: str, found: str) -> dict[str, str]:
    return {one.feature: one.level for one in compared(wanted, found).evidence}


def meet(one: Profile, other: Profile) -> bool:
    """`one`, asking, finds `other`."""
    return not query_keys(one).isdisjoint(stored_keys(other))
