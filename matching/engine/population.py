"""How common names are: the weight of an agreement is the rarity of what agrees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from matching.engine import tables
from matching.engine.names import father_class, given_class
from matching.engine.normalise import token

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
    return Population(_surname_shares(), _given_shares(), _father_shares())


def _surname_shares() -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, per_million in tables.frequencies("surname"):
        word = token.__wrapped__(
            name
        )  # not through the cache: 25,000 surnames would push out everything else
        if word is not None:
            shares[word.loose[0]] = shares.get(word.loose[0], _UNSEEN_SURNAME) + per_million / _MILLION
    return shares


def _given_shares() -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, per_million in tables.frequencies("given"):
        word = token(name)
        for one in given_class(word).classes if word is not None else ():
            shares[one] = shares.get(one, _UNSEEN_GIVEN) + per_million / _MILLION
    return shares


def _father_shares() -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, per_million in tables.frequencies("patronymic"):
        word = token(name)
        for one in father_class(word).classes if word is not None else ():
            shares[one] = shares.get(one, _UNSEEN_FATHER) + per_million / _MILLION
    return shares
