"""What is said made true: probabilities drawn to what reviewers found, on curves fitted to their decisions.

Only pairs that were stored are ever decided, so nothing is known below the lowest band: there a curve changes
nothing, and above it leads nowhere below. A calibration changes what is said of a pair, never whether anybody
looks at it: a pair that left the queue would take with it the decision that could put the curve right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.engine.dates import BirthDate
from matching.engine.evidence import NOT_GIVEN, Evidence
from matching.engine.scoring import THRESHOLDS

# How much of the birth date both sides have: what is said with and without it errs in different ways.
STRATA = ("full", "partial", "none")
LEAST_SAID = THRESHOLDS[0][1]

# Below this many decisions of a stratum, or of its scarcer verdict, it stays as it is.
LEAST_DECISIONS, LEAST_OF_EACH = 50, 10
# From here a free curve; before, two parameters: fifty decisions would make steps of chance.
MANY_DECISIONS, MANY_OF_EACH = 1_000, 100
_IN_ONE_STEP = 50
_STEPS = 20
# So many decisions that what is said is right stand behind each step before the first.
_PRIOR_DECISIONS = 20.0
_PRIOR_PRECISION = 4.0  # and the two parameters are expected within one half of "as it is"
_LEAST_SLOPE = 0.1
_MOST_ODDS = 500.0  # a step too far says "surely"; beyond this the exponential overflows
_NEARLY_ONE = 1 - 1e-9
_MOST_NEWTON_STEPS, _NO_STEP = 100, 1e-9

Numbers = NDArray[np.float64]
Knot = tuple[float, float]


class Decided(NamedTuple):
    """One decided pair: its stratum, the probability said before any calibration (0-1), whether it was the man."""

    stratum: str
    said: float
    is_right: bool


class Curve(NamedTuple):
    """From what is said to what is right (0-1): straight between the knots on the scale of log odds, and beside
    them parallel to "as it is". Without knots it changes nothing."""

    knots: tuple[Knot, ...] = ()

    def at(self, said: float) -> float:
        """Never less for more. As it is below the lowest band, and never led there from above."""
        if not self.knots or said < LEAST_SAID:
            return said
        return max(LEAST_SAID, _share(self._log_odds(_odds(said))))

    def _log_odds(self, said: float) -> float:
        first, last = self.knots[0], self.knots[-1]
        if said <= _odds(first[0]):
            return said + _odds(first[1]) - _odds(first[0])
        if said >= _odds(last[0]):
            return said + _odds(last[1]) - _odds(last[0])
        return float(np.interp(said, [_odds(x) for x, _ in self.knots], [_odds(y) for _, y in self.knots]))


class Curves(NamedTuple):
    """A curve for each stratum that has one."""

    of: Mapping[str, Curve] = {}

    def at(self, stratum: str, said: float) -> float:
        return self.of.get(stratum, Curve()).at(said)

    def as_dict(self) -> dict[str, list[Knot]]:
        """As values that JSON can hold."""
        return {stratum: list(curve.knots) for stratum, curve in self.of.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Sequence[Sequence[float]]]) -> Curves:
        """The curves that `as_dict` wrote. ValueError for knots that do not rise."""
        return cls({stratum: _curve([(x, y) for x, y in knots]) for stratum, knots in data.items()})


AS_IT_IS = Curves()


def date_stratum(evidence: Iterable[Evidence]) -> str:
    """Whether both birth dates are full, or something of them can be compared, or nothing."""
    date = next((one for one in evidence if one.feature == "birth_date"), None)
    if date is None or date.level == NOT_GIVEN:
        return "none"
    both = (BirthDate.parse(text) for text in (date.wanted, date.found))
    return "full" if all(one.is_full for one in both) else "partial"


# ---------------------------------------------------------------------------------------------------- fit


def fit(decided: Sequence[Decided]) -> Curves:
    """The curves of what these decisions say; a stratum with too few of them has none."""
    curves = {stratum: _fit([one for one in decided if one.stratum == stratum]) for stratum in STRATA}
    return Curves({stratum: curve for stratum, curve in curves.items() if curve.knots})


def _fit(decided: Sequence[Decided]) -> Curve:
    right = sum(one.is_right for one in decided)
    scarcer = min(right, len(decided) - right)
    if len(decided) < LEAST_DECISIONS or scarcer < LEAST_OF_EACH:
        return Curve()
    in_order = sorted(decided, key=lambda one: one.said)
    said = np.clip(np.array([one.said for one in in_order]), LEAST_SAID, _NEARLY_ONE)
    is_right = np.array([one.is_right for one in in_order], dtype=np.float64)
    if len(decided) < MANY_DECISIONS or scarcer < MANY_OF_EACH:
        return _curve(_line(said, is_right))
    return _curve(_steps(said, is_right))


def _line(said: Numbers, is_right: Numbers) -> list[Knot]:
    """A straight line on the scale of log odds, by Newton's steps to the likeliest within its prior. Where much was
    said surely and wrongly a whole step goes astray: it is halved until it leads up."""
    odds = np.log(said / (1 - said))
    columns = np.stack([np.ones_like(odds), odds], axis=1)
    parameters = expected = np.array([0.0, 1.0])

    def likely(parameters: Numbers) -> float:
        shown = columns @ parameters
        misfit = _PRIOR_PRECISION / 2 * float(((parameters - expected) ** 2).sum())
        return float((is_right * shown - np.logaddexp(0.0, shown)).sum()) - misfit

    for _ in range(_MOST_NEWTON_STEPS):
        share = 1 / (1 + np.exp(np.clip(-columns @ parameters, -_MOST_ODDS, _MOST_ODDS)))
        slope = columns.T @ (is_right - share) - _PRIOR_PRECISION * (parameters - expected)
        bend = (columns.T * (share * (1 - share))) @ columns + _PRIOR_PRECISION * np.eye(2)
        step = np.linalg.solve(bend, slope)
        while np.abs(step).max() >= _NO_STEP and likely(parameters + step) < likely(parameters):
            step = step / 2
        if np.abs(step).max() < _NO_STEP:
            break
        parameters = parameters + step
    start, rise = float(parameters[0]), max(float(parameters[1]), _LEAST_SLOPE)
    ends = (float(said[0]), float(said[-1]))
    return [(end, _within(_share(start + rise * _odds(end)))) for end in ends]


def _steps(said: Numbers, is_right: Numbers) -> list[Knot]:
    """Steps of equally many decisions, each drawn to what was said, and made to rise."""
    count = min(_STEPS, len(said) // _IN_ONE_STEP)
    edges = np.linspace(0, len(said), count + 1).astype(int)[:-1]
    rows = np.diff(np.append(edges, len(said))).astype(np.float64)
    mean_said = np.round(np.add.reduceat(said, edges) / rows, 12)  # the mean of equal numbers is that number
    drawn = (np.add.reduceat(is_right, edges) + _PRIOR_DECISIONS * mean_said) / (rows + _PRIOR_DECISIONS)
    return list(zip(mean_said.tolist(), _made_to_rise(drawn, rows + _PRIOR_DECISIONS), strict=True))


def _made_to_rise(values: Numbers, weights: Numbers) -> list[float]:
    """The nearest values that never fall: neighbours that do are pooled (PAV)."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] >= pool[0]:
            pool = _together(pools.pop(), pool)
        pools.append(pool)
    return [value for value, _, length in pools for _ in range(length)]


def _together(one: tuple[float, float, int], other: tuple[float, float, int]) -> tuple[float, float, int]:
    weight = one[1] + other[1]
    return (one[0] * one[1] + other[0] * other[1]) / weight, weight, one[2] + other[2]


def _curve(knots: Iterable[Knot]) -> Curve:
    distinct = dict(knots)  # two steps of one probability are one knot
    rising = tuple(distinct.items())
    values = [value for knot in rising for value in knot]
    if any(not 0 < value < 1 for value in values) or list(rising) != sorted(rising) or not _rises(rising):
        raise ValueError("the knots of a curve rise, between 0 and 1")
    return Curve(rising)


def _rises(knots: Sequence[Knot]) -> bool:
    return all(one[1] <= other[1] for one, other in pairwise(knots))


def _within(share: float) -> float:
    return min(max(share, LEAST_SAID), _NEARLY_ONE)


def _odds(share: float) -> float:
    share = min(share, _NEARLY_ONE)
    return log(share / (1 - share))


def _share(odds: float) -> float:
    return 1 / (1 + exp(min(-odds, _MOST_ODDS)))
