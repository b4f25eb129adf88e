"""Thousands of pairs weighed at once: exactly the points of `compare`, of each pair of words only once.

Every rule stays where it is, in `features` and `facts`: here is only which words meet, and what most pairs of
surnames and of dates are told apart by without asking those rules at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.engine import facts, features
from matching.engine.columns import Array, Columns, crossed
from matching.engine.dates import BirthDate
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.scoring import HARDLY_ALIKE, POINTS

Points = npt.NDArray[np.float64]
_DATES = POINTS["birth_date"]
_SURNAME_DIFFERS = POINTS["surname"]["differs"]
_DATE_BITS = 22  # for the place of one of the dates, behind the 41 bits of the other
_FAR_APART = 0.4  # as `features` has it
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # makes of two numbers that stand for words one that stands for both


class Weighed(NamedTuple):
    """`points` of each pair, and those of two men who are not one and share what agrees of the names."""

    points: Points
    others: Points


class Pairs(NamedTuple):
    """Places in the columns of the wanted and of the found."""

    wanted: Array
    found: Array


def weigh_pairs(wanted: Columns, found: Columns, pairs: Pairs, population: Population) -> Weighed:
    """As `weighing.weights` of every pair."""
    surname, given, patronymic = _names(wanted, found, pairs, population)
    agreeing = np.maximum(surname, 0) + np.maximum(given, 0) + np.maximum(patronymic, 0)
    points = surname + given + patronymic + _birth_points(wanted, found, pairs)
    for column, fact in _FACTS.items():
        points += _once(column, fact, wanted, found, pairs)
    return Weighed(points, agreeing)


# ------------------------------------------------------------------------------------------------- names


def _names(
    wanted: Columns, found: Columns, pairs: Pairs, population: Population
) -> tuple[Points, Points, Points]:
    """Of each pair of people the points of the pair of spellings that agrees best; on a tie of the first."""
    if wanted.are_single and found.are_single:
        return _spelled(wanted, found, pairs, population)
    here, there = pairs
    of, *rows = crossed(wanted.firsts[here], wanted.counts[here], found.firsts[there], found.counts[there])
    points = _spelled(wanted, found, Pairs(*rows), population)
    if len(of) == len(here):
        return points
    best = np.lexsort((-(points[0] + points[1] + points[2]), of))[np.searchsorted(of, np.arange(len(here)))]
    return points[0][best], points[1][best], points[2][best]


def _spelled(
    wanted: Columns, found: Columns, rows: Pairs, population: Population
) -> tuple[Points, Points, Points]:
    def given(one: Spelling, other: Spelling) -> float:
        return features.given(one, other, population).points

    def patronymic(one: Spelling, other: Spelling) -> float:
        return features.patronymic(one, other, population).points

    return (
        _surname_points(wanted, found, rows, population),
        _once("given", given, wanted, found, rows),
        _once("patronymic", patronymic, wanted, found, rows),
    )


def _once(
    column: str, points_of: Callable[[Any, Any], float], wanted: Columns, found: Columns, pairs: Pairs
) -> Points:
    """Points of each pair of rows, asked for once for each pair of values. Silence is worth nothing."""
    points = np.zeros(len(pairs.wanted))
    ours, theirs = (side.column(column)[rows] for side, rows in zip((wanted, found), pairs, strict=True))
    speak = np.flatnonzero((ours != 0) & (theirs != 0))
    if len(speak):
        ours, theirs = ours[speak].astype(np.uint64), theirs[speak].astype(np.uint64)
        _, each, back = np.unique(ours * _SPREAD ^ theirs, return_index=True, return_inverse=True)
        sides = (wanted, ours, pairs.wanted), (found, theirs, pairs.found)
        bearers = [_bearers(side, column, values[each], rows[speak[each]]) for side, values, rows in sides]
        points[speak] = np.array(list(map(points_of, *bearers)))[back]
    return points


def _bearers(side: Columns, column: str, values: Array, rows: Array) -> list[Any]:
    return [
        side.bearer(column, value, row) for value, row in zip(values.tolist(), rows.tolist(), strict=True)
    ]


def _surname_points(wanted: Columns, found: Columns, rows: Pairs, population: Population) -> Points:
    """Most pairs met over something else and have surnames that differ: those are not asked for one by one."""

    def surname(one: Spelling, other: Spelling) -> float:
        return features.surname_points(one, other, population)

    points = np.full(len(rows.wanted), _SURNAME_DIFFERS)
    rest = np.flatnonzero(~_surely_differ(wanted, found, rows))
    points[rest] = _once("surnames", surname, wanted, found, Pairs(rows.wanted[rest], rows.found[rest]))
    return points


def _surely_differ(wanted: Columns, found: Columns, rows: Pairs) -> Array:
    """True only where `features.surname` says "differs": by the rule of `features.are_unlike`, for surnames whose
    sounds are at hand, one reading of the wanted beside all readings of the found."""
    ours, theirs = wanted.spellings, found.sounds
    differ: Array = (ours["loose"][rows.wanted] != b"") & (theirs.counts[rows.found] > 0)
    for number in range(theirs.most):
        at = np.flatnonzero(differ & (theirs.counts[rows.found] > number))
        here, there = rows.wanted[at], rows.found[at]
        loose, other = ours["loose"][here], theirs.loose[there, number]
        alike = _similarity(ours["reading"][here], theirs.readings[there, number])
        sounds = _similarity(loose, other)
        longest = np.maximum(np.char.str_len(loose), np.char.str_len(other))
        far = (theirs.counts[there] == 1) & (sounds < _FAR_APART)
        differ[at] = (loose != other) & (far | (((1 - sounds) * longest > 1.5) & (alike < HARDLY_ALIKE)))
    return differ


def _similarity(ours: Array, theirs: Array) -> Points:
    return process.cpdist(ours.tolist(), theirs.tolist(), scorer=OSA.normalized_similarity, dtype=np.float64)


# ------------------------------------------------------------------------------------------------- facts


def _birth_points(wanted: Columns, found: Columns, pairs: Pairs) -> Points:
    """Full dates that have nothing in common are told apart as numbers, the others by the rules."""
    one, other = wanted.heads[pairs.wanted], found.heads[pairs.found]
    are_full = _is_full(one) & _is_full(other)
    years, months, days = (one[part] == other[part] for part in ("year", "month", "day"))
    points = np.zeros(len(one))
    points[are_full] = _DATES["differs"]
    points[are_full & years & months & days] = _DATES["same"]
    rest = np.flatnonzero(
        (are_full & _may_be_alike(years, months, days)) | (~are_full & _is_known(one) & _is_known(other))
    )
    points[rest] = _date_points(one[rest], other[rest])
    return points


def _may_be_alike(years: Array, months: Array, days: Array) -> Array:
    """Neither the same date nor surely another: the year or two of three parts are equal."""
    found: Array = (years | (months & days)) & ~(years & months & days)
    return found


def _is_full(heads: Array) -> Array:
    found: Array = (
        (heads["year"] != 0) & (heads["month"] != 0) & (heads["day"] != 0) & (heads["year_to"] == 0)
    )
    return found


def _is_known(heads: Array) -> Array:
    found: Array = (heads["year"] != 0) | (heads["month"] != 0) | (heads["day"] != 0)
    return found


def _date_points(one: Array, other: Array) -> Points:
    """By the rules, each two dates once. What only one side knows says nothing, so it makes no other dates."""
    both = {part: (one[part] != 0) & (other[part] != 0) for part in ("year", "month", "day")}
    ours, theirs = (
        (np.where(both["year"], heads["year"], 0).astype(np.int64) << 25)
        | (heads["year_to"].astype(np.int64) << 9)
        | (np.where(both["month"], heads["month"], 0).astype(np.int64) << 5)
        | np.where(both["day"], heads["day"], 0)
        for heads in (one, other)
    )
    their_dates, theirs = np.unique(theirs, return_inverse=True)
    each, back = np.unique(ours << _DATE_BITS | theirs, return_inverse=True)
    there = list(map(_date, their_dates.tolist()))
    asked = [
        facts.birth_date(_date(pair >> _DATE_BITS), there[pair & ((1 << _DATE_BITS) - 1)]).points
        for pair in each.tolist()
    ]
    return np.array(asked, dtype=float)[back]


def _date(packed: int) -> BirthDate:
    year, year_to, month, day = packed >> 25, packed >> 9 & 0xFFFF, packed >> 5 & 0xF, packed & 0x1F
    return BirthDate(year or None, month or None, day or None, year_to or None)


def _sex(wanted: Profile, found: Profile) -> float:
    return facts.sex(wanted.sex, found.sex).points


_FACTS: dict[str, Callable[[Profile, Profile], float]] = {
    "sex": _sex,
    "place": lambda wanted, found: facts.place(wanted, found).points,
    "unit": lambda wanted, found: facts.unit(wanted, found).points,
    "rank": lambda wanted, found: facts.rank(wanted, found).points,
}
