"""How common names are: the weight of an agreement is the rarity of what agrees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, Protocol

from matching.engine import tables
from matching.engine.profiles import Profile

# Shares of a name that no table lists: rarer than the rarest listed, not impossible.
_UNSEEN_SURNAME = 2.5e-6
_UNSEEN_GIVEN = 6e-6
_UNSEEN_FATHER = 4e-6
_MILLION = 1e6
# So many people of the tables weigh as much as one's own: a surname borne by one in 50,000 is expected once among
# them, so that a few thousand reports without it do not make it rarer, nor two brothers make it common.
TABLES_WEIGH = 50_000


class Bearers(Protocol):
    """How many bear a normal form, asked like a dict: a store need not know the forms themselves, only find them."""

    def get(self, form: str, nobody: int, /) -> int: ...


class Count(NamedTuple):
    """How many of `people` bear each normal form; each man is counted once, however many reported him."""

    people: int = 0
    bearers: Bearers = {}


class Shares(NamedTuple):
    """What the tables know of one part of the name, and what a store counted of it."""

    listed: Mapping[str, float]
    unseen: float
    counted: Count = Count()

    def of(self, form: str) -> float:
        """The share (0-1) of a stranger's bearing this form: that of the tables, drawn to one's own count."""
        rate = self.listed.get(form, self.unseen)
        if not self.counted.people:
            return rate
        # He who is looked for is himself among the counted; left in, a report would make its own man a common one.
        others = max(self.counted.bearers.get(form, 0) - 1, 0)
        return (others + TABLES_WEIGH * rate) / (self.counted.people + TABLES_WEIGH)


class Population:
    """Shares (0-1) of people who bear a surname (loose form), a given name or a father's name (class).

    Make one for each set of counts and keep it: what is compared is cached by the object.
    """

    def __init__(self, surnames: Shares, givens: Shares, fathers: Shares) -> None:
        self._surnames, self._givens, self._fathers = surnames, givens, fathers
        # The sentence names the source that weighs more.
        self.is_of_reports = surnames.counted.people >= TABLES_WEIGH

    @classmethod
    def from_tables(cls) -> Population:
        """The general population of the shipped tables. Cached: always the same object."""
        return _general()

    @classmethod
    def smoothed(cls, *, surnames: Count, givens: Count, fathers: Count) -> Population:
        """The tables, drawn to what a store counted of its own people (`forms_to_count`)."""
        tables = _general()
        return cls(
            tables._surnames._replace(counted=surnames),
            tables._givens._replace(counted=givens),
            tables._fathers._replace(counted=fathers),
        )

    def surname(self, loose: str) -> float:
        """The share (0-1) of people with a surname of this loose form."""
        return self._surnames.of(loose)

    @property
    def unseen_surname(self) -> float:
        """The share of a surname that no table lists and nobody else among the counted bears."""
        return self._surnames.of("")

    def given(self, name: str) -> float:
        """The share (0-1) of people with a given name of this class."""
        return self._givens.of(name)

    def father(self, name: str) -> float:
        """The share (0-1) of people whose father has a given name of this class."""
        return self._fathers.of(name)


@cache
def _general() -> Population:
    return Population(
        Shares(_listed("surname"), _UNSEEN_SURNAME),
        Shares(_listed("given"), _UNSEEN_GIVEN),
        Shares(_listed("patronymic"), _UNSEEN_FATHER),
    )


def _listed(part: str) -> dict[str, float]:
    return {form: share / _MILLION for form, share in tables.frequencies(part).items()}


class Forms(NamedTuple):
    """The normal forms by which one person is counted; empty where a part is not given, or may be several names."""

    surnames: tuple[str, ...]
    givens: tuple[str, ...]
    fathers: tuple[str, ...]


def forms_to_count(profile: Profile) -> Forms:
    """What a person is counted by: the likeliest reading of the first spelling, whatever else he may be called."""
    first = profile.spellings[0]
    given = first.given_classes[0].classes if first.given_classes else ()
    father = first.father.classes if first.father is not None else ()
    return Forms(
        tuple(dict.fromkeys(word.loose[0] for word in first.surnames)),
        tuple(given) if len(given) == 1 else (),
        tuple(father) if len(father) == 1 else (),
    )


def counted_as(profile: Profile, forms: Forms) -> str:
    """A text that is equal for reports of one man, so that he is counted once: of the same name and full birth date, as
    a cluster has it; without a full date, of the same father too."""
    base, _, _ = profile.cluster.rpartition("|")
    return base or f"{forms}|{profile.birth}"
