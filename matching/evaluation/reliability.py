"""How true what was said proved to be, and how surely, from decided pairs. Pure numbers: no file, no database."""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any, NamedTuple

from matching.engine import Decided, fit
from matching.evaluation.measures import Said, calibration_error, reliability

_FOLDS = 5
_Z = 1.96  # for 95 of 100


class Row(NamedTuple):
    """Decided pairs of like probability: how many, what was said on average, how many were the man (0-1), and
    between which shares the truth lies with 95 % certainty (Wilson)."""

    rows: int
    said: float
    right: float
    least: float
    most: float

    @property
    def is_off(self) -> bool:
        """What is said is more wrong than chance explains."""
        return not self.least <= self.said <= self.most


class Reliability(NamedTuple):
    """Up to ten rows, the calibration error (ECE) and the Brier score over all pairs."""

    rows: tuple[Row, ...]
    ece: float
    brier: float

    def as_dict(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        return {"rows": [list(row) for row in self.rows], "ece": self.ece, "brier": self.brier}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Reliability":
        """What `as_dict` wrote."""
        return cls(tuple(Row(*row) for row in data["rows"]), data["ece"], data["brier"])


def reliability_of(said: Sequence[Said]) -> Reliability:
    """The table of what was said; ZeroDivisionError for nobody."""
    rows = tuple(Row(*one, *interval(round(one.right * one.rows), one.rows)) for one in reliability(said))
    brier = sum((probability - is_right) ** 2 for probability, is_right in said) / len(said)
    return Reliability(rows, calibration_error(said) or 0.0, brier)


def interval(right: int, rows: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; never outside 0-1, and sensible for none and for all."""
    share, z = right / rows, _Z * _Z / rows
    middle = (share + z / 2) / (1 + z)
    half = _Z / (1 + z) * sqrt(share * (1 - share) / rows + z / (4 * rows))
    return max(0.0, middle - half), min(1.0, middle + half)


def as_said(decided: Iterable[Decided]) -> list[Said]:
    return [(one.said, one.is_right) for one in decided]


def said_unseen(decided: Sequence[Decided]) -> list[Said]:
    """What curves would have said of each pair that were fitted without it: to judge curves by the decisions they
    were fitted to would flatter them."""
    said: list[Said] = []
    for fold in range(_FOLDS):
        curves = fit([one for place, one in enumerate(decided) if place % _FOLDS != fold])
        said += [(curves.at(one.stratum, one.said), one.is_right) for one in decided[fold::_FOLDS]]
    return said
