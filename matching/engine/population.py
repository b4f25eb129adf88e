"""How common names are: the weight of an agreement is the rarity of what agrees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from matching.engine import tables

# Shares of a name that no table lists: rarer than the rarest listed, not impossible.
_UNSEEN_SURNAME = 2.5e-6
_UNSEEN_GIVEN = 6e-6
_UNSEEN_FATHER = 4e-6
_MILLION = 1e6


class Population:
    """Shares (0-1) of people who bear a surname (loose form), a given name or a father's name (class)."""

    def __init__(
        self, surnames: Mapping[str, float], givens: Mapping[str, float], fathers: Mapping[str, float]
    ) -> None:
        self._surnames, self._givens, self._fathers = dict(surnames), dict(givens), dict(fathers)

    @classmethod
    def from_tables(cls) -> Population:
        """The general population of the shipped tables. Cached: always the same object."""
        return _general()

    def surname(self, loose: str) -> float:
        return self._surnames.get(loose, _UNSEEN_SURNAME)

    def given(self, name: str) -> float:
        return self._givens.get(name, _UNSEEN_GIVEN)

    def father(self, name: str) -> float:
        return self._fathers.get(name, _UNSEEN_FATHER)


@cache
def _general() -> Population:
    return Population(
        {loose: share / _MILLION for loose, share in tables.frequencies("surname").items()},
        {name: share / _MILLION for name, share in tables.frequencies("given").items()},
        {name: share / _MILLION for name, share in tables.frequencies("patronymic").items()},
    )
