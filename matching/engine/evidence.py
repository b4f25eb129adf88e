"""What one feature saw of a pair, with its points and its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from matching.engine import words
from matching.engine.normalise import Token
from matching.engine.saying import say
from matching.engine.scoring import POINTS

NOT_GIVEN = "not_given"
SAME = frozenset({"same", "same_in_other_language", "short_form"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence: the level reached, its points (natural logarithm, 0.0 where one side is silent)
    and both originals. `code` and `params` make the sentence."""

    feature: str
    level: str
    points: float
    wanted: str
    found: str
    code: str
    params: dict[str, str] = field(default_factory=dict, hash=False)

    def sentence(self, language: str) -> str:
        """A line that a caseworker can read aloud, in "uk", "en" or "ru"."""
        return say(words.EVIDENCE, self.code, language, **self.params, wanted=self.wanted, found=self.found)

    def as_dict(self) -> dict[str, Any]:
        """The evidence as values that JSON can hold."""
        return {
            "feature": self.feature,
            "level": self.level,
            "points": self.points,
            "wanted": self.wanted,
            "found": self.found,
            "code": self.code,
            "params": dict(self.params),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evidence:
        """The evidence that `as_dict` wrote."""
        return cls(**{name: data[name] for name in cls.__slots__})


@lru_cache(maxsize=1 << 14)
def silent(feature: str, wanted: str = "", found: str = "") -> Evidence:
    """One side, or both, did not say: no evidence either way."""
    return Evidence(feature, NOT_GIVEN, 0.0, wanted, found, NOT_GIVEN)


def fixed(feature: str, level: str, wanted: str, found: str) -> Evidence:
    """Evidence of a level whose points stand in the table of weights."""
    return Evidence(feature, level, POINTS[feature][level], wanted, found, f"{feature}.{level}")


def written(tokens: Iterable[Token]) -> str:
    """The words as they stood."""
    return " ".join(one.written for one in tokens)


def count_text(number: float) -> str:
    """12,345 as "12 000": nobody knows it closer than two digits."""
    rounded = int(float(f"{number:.1e}")) if number >= 100 else round(number)
    return f"{rounded:,}".replace(",", " ")
