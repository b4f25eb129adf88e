"""A person made ready for comparing: spellings put in order, classes looked up, places and units folded."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import NamedTuple

from matching.engine.dates import BirthDate
from matching.engine.names import FatherClass, GivenClass, father_of, given_classes
from matching.engine.normalise import Token, fold, to_cyrillic, token
from matching.engine.order import Order, orders
from matching.engine.people import Name, NoName, Person

_MAX_SPELLINGS = 8
_SEXES = frozenset({"m", "f"})  # anything else is no knowledge, and must not contradict
_FORMAT = 1
_BESIDE_PLACES = (
    "місто город село смт пгт обл область області районі району район україна украина ukraine russia росія россия "
    "former сср ссср ussr ssr urss region oblast city the now республика республіка"
)
_PLACE_NOISE = frozenset(_BESIDE_PLACES.split())
_PLACE_WORD = re.compile(r"[^\W\d_]{3,}")
_UNIT_NUMBER = re.compile(r"[абвтбс]?\d+")
_FULL_UNIT_NUMBER = re.compile(r"[а-я]\d{3,}")


class Spelling(NamedTuple):
    """One reading of one spelling, with what its words mean. Empty and None where a part is not given."""

    surnames: tuple[Token, ...]
    given: tuple[Token, ...]
    given_classes: tuple[GivenClass, ...]
    patronymic: Token | None
    father: FatherClass | None
    is_swapped: bool

    @property
    def is_initial(self) -> bool:
        """The given name is only a letter."""
        return bool(self.given) and self.given[0].is_initial


class Profile:
    """A compiled person. Compares equal to any profile of the same facts; treat it as immutable."""

    __slots__ = ("birth", "cluster", "full_birth", "person", "place", "sex", "spellings", "unit")

    def __init__(self, person: Person) -> None:
        self.person, self.birth = person, person.birth
        self.full_birth = person.birth.as_tuple()
        self.spellings = _spellings(person.names)
        if not self.spellings:
            raise NoName("no name of this person has a letter")
        self.sex = person.sex if person.sex in _SEXES else _sex_shown(self.spellings[0])
        self.place = _place_words(person.place)
        self.unit = _unit_numbers(person.unit)
        self.cluster = _cluster(self.spellings[0], person.birth)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self.person == other.person

    def __hash__(self) -> int:
        return hash(self.person)

    def __repr__(self) -> str:
        return (
            f"<Profile of {len(self.spellings)} spellings>"  # never the name: profiles end up in tracebacks
        )

    def to_bytes(self) -> bytes:
        """The facts as compact JSON after a format version; what was compiled is compiled again on reading,
        so that a stored profile never keeps the mistakes of an older normaliser."""
        person = self.person
        names = [[name.surname, name.given, name.patronymic, name.full] for name in person.names]
        facts = [_FORMAT, names, str(person.birth), person.sex, person.place, person.unit]
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile:
        """The profile that `to_bytes` wrote. ValueError for an unknown format."""
        facts = json.loads(data.decode("utf-8", "surrogatepass"))
        if not isinstance(facts, list) or facts[:1] != [_FORMAT]:
            raise ValueError("profile of an unknown format")
        _, names, birth, sex, place, unit = facts
        return cls(Person(tuple(Name(*name) for name in names), BirthDate.parse(birth), sex, place, unit))


def profile(person: Person) -> Profile:
    """Compile a person. Raises NoName when no name has a single letter."""
    return Profile(person)


def _spellings(names: tuple[Name, ...]) -> tuple[Spelling, ...]:
    found = [_understood(order) for name in names for order in orders(name)]
    return tuple(dict.fromkeys(found))[:_MAX_SPELLINGS] if len(found) > 1 else tuple(found)


def _understood(order: Order) -> Spelling:
    return Spelling(
        order.surnames,
        order.given,
        given_classes(order.given),
        order.patronymic,
        father_of(order.patronymic),
        order.is_swapped,
    )


def _cluster(first: Spelling, birth: BirthDate) -> str:
    """Reports with one surname, given name and full date are of one person; without a date nobody knows.

    Behind the last bar stands the father's name, "" where it is not given: two fathers make two people.
    """
    if not birth.is_full or not first.surnames or not first.given_classes:
        return ""
    father = min(first.father.classes) if first.father is not None else ""
    return f"{first.surnames[0].loose[0]}|{min(first.given_classes[0].classes)}|{birth}|{father}"


def _sex_shown(spelling: Spelling) -> str:
    """A patronymic shows it surely; else a given name that only one sex bears."""
    if spelling.father is not None and spelling.father.sex:
        return spelling.father.sex
    known = [given for given in spelling.given_classes if given.is_known and not given.is_short]
    return known[0].sex if known else ""


@lru_cache(maxsize=1 << 14)
def _place_words(text: str) -> frozenset[str]:
    words = (token(word) for word in _PLACE_WORD.findall(fold(text[:200])) if word not in _PLACE_NOISE)
    return frozenset(word.loose[0] for word in words if word is not None)


@lru_cache(maxsize=1 << 14)
def _unit_numbers(text: str) -> frozenset[str]:
    """А1234 in either script, or the number of a brigade; a full unit number outweighs others beside it."""
    folded = to_cyrillic(fold(to_cyrillic(text[:200])))
    numbers = frozenset(_UNIT_NUMBER.findall(folded))
    return frozenset(filter(_FULL_UNIT_NUMBER.fullmatch, numbers)) or numbers
