"""Thousands of pairs weighed at once: exactly the points of `compare`, of each pair of words only once.

Every rule stays where it is, in `features`, `surnames` and `facts`: here is only which words meet, and what most of
the surnames and the dates are told apart by without asking those rules at all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.engine import facts, features, surnames
from matching.engine.columns import Array, Columns, crossed
from matching.engine.dates import BirthDate
from matching.engine.population import Population
from matching.engine.profiles import Spelling
from matching.engine.scoring import HARDLY_ALIKE, POINTS, SHORTEST_ASKED, TWIN

Points = npt.NDArray[np.float64]
Rule = Callable[[Any, Any, Population], float]  # the points of two spellings, or of two profiles
_DATES, _SURNAMES = POINTS["birth_date"], POINTS["surname"]
_BITS = {"given": "givens", "patronymic": "fathers"}  # of which columns tell words apart
_DATE_BITS = 22  # for the place of one of the dates, behind the 41 bits of the other
_MOST_BEFORE = 1 << 17
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # makes of two numbers that stand for words one that stands for both


class Weighed(NamedTuple):
    """Two columns, a row for each pair: `points` that the two are one man, and `others`, the points that they are two
    who share what agrees of the names (natural logarithms both)."""

    points: Points
    others: Points


class Pairs(NamedTuple):
    """Two columns of equal length: each pair's place among the wanted, and its place among the found. Inside this
    module also rows of the spellings."""

    wanted: Array
    found: Array


def weigh_pairs(wanted: Columns, found: Columns, pairs: Pairs, population: Population) -> Weighed:
    """`weighing.weights` of every pair, in the order given: exactly the same points, many times faster."""
    surname, given, patronymic = _names(wanted, found, pairs, population)
    birth = _birth_points(wanted, found, pairs)
    agreeing = np.maximum(surname, 0) + np.maximum(given, 0) + np.maximum(patronymic, 0)
    agreeing[(birth == _DATES["same"]) & (given <= POINTS["given"]["initial_differs"])] += TWIN
    points = surname + given + patronymic + birth
    for column, fact in _FACTS.items():
        points += _once(column, fact, wanted, found, pairs, population)
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
    return (
        _surname_points(wanted, found, rows, population),
        _named("given", _given, wanted, found, rows, population),
        _named("patronymic", _patronymic, wanted, found, rows, population),
    )


def _named(
    column: str, rule: Rule, wanted: Columns, found: Columns, rows: Pairs, population: Population
) -> Points:
    """As `_once`, of names of which most pairs are two that tables know: those are not asked for at all."""
    ours, theirs = (side.column(_BITS[column])[at] for side, at in zip((wanted, found), rows, strict=True))
    differ = (ours != 0) & (theirs != 0) & (ours & theirs == 0)
    points = np.full(len(differ), POINTS[column]["differs"])
    points[~differ] = _once(column, rule, wanted, found, _only(rows, ~differ), population)
    return points


def _only(rows: Pairs, those: Array) -> Pairs:
    return Pairs(rows.wanted[those], rows.found[those])


def _once(
    column: str, rule: Rule, wanted: Columns, found: Columns, pairs: Pairs, population: Population
) -> Points:
    """Points of each pair of rows, asked for once for each pair of values. Silence is worth nothing."""
    points = np.zeros(len(pairs.wanted))
    ours, theirs = (side.column(column)[rows] for side, rows in zip((wanted, found), pairs, strict=True))
    speak = np.flatnonzero((ours != 0) & (theirs != 0))
    both = ours[speak].astype(np.uint64) * _SPREAD ^ theirs[speak]
    numbers, each, back = np.unique(both, return_index=True, return_inverse=True)
    before, asked = _weighed_before(column, population), numbers.tolist()
    each_points = list(map(before.get, asked))
    new = [place for place, known in enumerate(each_points) if known is None]
    at = speak[each[new]]
    bearers = (
        side.bearers(column, values[at], rows[at])
        for side, values, rows in zip((wanted, found), (ours, theirs), pairs, strict=True)
    )
    for place, one, other in zip(new, *bearers, strict=True):
        each_points[place] = before[asked[place]] = rule(one, other, population)
    points[speak] = np.array(each_points, dtype=float)[back]
    return points


def _weighed_before(column: str, population: Population) -> dict[int, float]:
    """Points of two values met before: a wave meets the same given names in every batch."""
    before = _before(column, population)
    if len(before) > _MOST_BEFORE:
        before.clear()
    return before


@lru_cache(maxsize=64)
def _before(column: str, population: Population) -> dict[int, float]:
    return {}


def _given(wanted: Spelling, found: Spelling, population: Population) -> float:
    return features.given(wanted, found, population).points


def _patronymic(wanted: Spelling, found: Spelling, population: Population) -> float:
    return features.patronymic(wanted, found, population).points


def _surname_points(wanted: Columns, found: Columns, rows: Pairs, population: Population) -> Points:
    """Most pairs met over something else, and have surnames that differ or are a letter apart: those are not asked for
    one by one."""
    points = np.full(len(rows.wanted), _SURNAMES["differs"])
    rest = np.flatnonzero(~_surely_differ(wanted, found, rows))
    points[rest] = _plain_points(wanted, found, _only(rows, rest), population)
    rest = np.flatnonzero(np.isnan(points))
    points[rest] = _once("surnames", surnames.surname_points, wanted, found, _only(rows, rest), population)
    return points


def _plain_points(wanted: Columns, found: Columns, rows: Pairs, population: Population) -> Points:
    """By the rules of `surnames` for one letter wrong, and for likeness without a common beginning, of those that do
    not surely differ, have one reading and are no other kind of name. NaN where the rules must be asked."""
    ours, theirs = wanted.spellings[rows.wanted], found.spellings[rows.found]
    are_plain = (ours["loose"] != b"") & (theirs["loose"] != b"") & (ours["loose"] != theirs["loose"])
    at = np.flatnonzero(are_plain & ~ours["is_other_name"] & ~theirs["is_other_name"])
    loose, other, points = ours["loose"][at], theirs["loose"][at], np.full(len(ours), np.nan)
    slips = process.cpdist(loose.tolist(), other.tolist(), scorer=OSA.distance)
    shortest = np.minimum(np.char.str_len(loose), np.char.str_len(other))
    points[at[(slips > 1) & (loose.astype("S1") != other.astype("S1"))]] = _SURNAMES["hardly_alike"]
    is_slip = (slips <= 1) & (shortest >= SHORTEST_ASKED)
    shares = (
        [population.surname(word.decode()) for word in words[is_slip].tolist()] for words in (loose, other)
    )
    points[at[is_slip]] = [
        surnames.slip_points(*one) for one in zip(shortest[is_slip].tolist(), *shares, strict=True)
    ]
    return points


def _surely_differ(wanted: Columns, found: Columns, rows: Pairs) -> Array:
    """True only where `surnames.surname` says "differs": by the rule of `surnames.are_unlike`, for surnames whose
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
        far = (theirs.counts[there] == 1) & (sounds < surnames.FAR_APART)
        differ[at] = (loose != other) & (far | (((1 - sounds) * longest > 1.5) & (alike < HARDLY_ALIKE)))
    return differ


def _similarity(ours: Array, theirs: Array) -> Points:
    return process.cpdist(ours.tolist(), theirs.tolist(), scorer=OSA.normalized_similarity, dtype=np.float64)


# ------------------------------------------------------------------------------------------------- facts


def _birth_points(wanted: Columns, found: Columns, pairs: Pairs) -> Points:
    """Full dates are told apart as numbers where they are equal, or have nothing or only the year in common; the others
    by the rules."""
    one, other = wanted.heads[pairs.wanted], found.heads[pairs.found]
    are_full = _is_full(one) & _is_full(other)
    years, months, days = (one[part] == other[part] for part in ("year", "month", "day"))
    are_swapped = (one["month"] == other["day"]) & (one["day"] == other["month"])
    points = np.zeros(len(one))
    points[are_full] = _DATES["differs"]
    points[are_full & years & ~months & ~days] = _DATES["only_year_same"]
    points[are_full & years & months & days] = _DATES["same"]
    is_one_off = np.where(years, months ^ days | are_swapped, months & days)
    rest = np.flatnonzero((are_full & is_one_off) | (~are_full & _is_known(one) & _is_known(other)))
    points[rest] = _date_points(one[rest], other[rest])
    return points


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


_FACTS: dict[str, Rule] = {
    "sex": lambda wanted, found, _: facts.sex(wanted.sex, found.sex).points,
    "place": lambda wanted, found, _: facts.place(wanted, found).points,
    "unit": lambda wanted, found, _: facts.unit(wanted, found).points,
    "rank": lambda wanted, found, _: facts.rank(wanted, found).points,
}
