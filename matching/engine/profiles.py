"""A person made ready for comparing: spellings put in order, classes looked up, places and units folded."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from matching.engine import ranks, tables
from matching.engine.arranging import Order
from matching.engine.dates import UNKNOWN_DATE, BirthDate
from matching.engine.heads import SPELLING, head_size, marked, number_of, packed_head
from matching.engine.names import GivenClass, given_classes
from matching.engine.normalise import Token, fold, to_cyrillic, token
from matching.engine.order import orders
from matching.engine.patronymics import FatherClass, father_of
from matching.engine.people import Name, NoName, Person
from matching.engine.scoring import ENGINE_VERSION

_MAX_SPELLINGS = 8
_SEXES = frozenset({"m", "f"})  # anything else is no knowledge, and must not contradict
_FORMAT = 5
_WITHOUT_ORDER, _WITHOUT_RANK, _WITHOUT_HEAD = 1, 2, 3  # earlier formats, all of JSON alone
_WITHOUT_BITS, _SPELLING_WITHOUT_BITS = 4, 56  # the one before this, and bytes of a spelling in its head
_ORDERED_BY = f"{ENGINE_VERSION}/{tables.TABLES_VERSION}"
# How every profile begins that can be read as it is: anything else is compiled again from the names as written.
PRESENT = bytes([_FORMAT]) + number_of(_ORDERED_BY).to_bytes(8, "little")[:4]
_FROM_JSON = json.JSONDecoder().raw_decode
_WITH_HEAD = frozenset({bytes([_WITHOUT_BITS]), bytes([_FORMAT])})
_NO_DATE = [None, None, None, None]
_NONE: frozenset[str] = frozenset()
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


class Profile:
    """A compiled person. Compares equal to any profile of the same facts; treat it as immutable."""

    __slots__ = (
        "_person",
        "_written",
        "birth",
        "cluster",
        "full_birth",
        "place",
        "rank",
        "sex",
        "spellings",
        "unit",
    )

    def __init__(self, person: Person) -> None:
        self._person: Person | None = person
        self._written = _Written((), person.sex, person.place, person.unit, person.rank)
        self._fill(_spellings(person.names), person.birth)

    def _fill(self, spellings: tuple[Spelling, ...], birth: BirthDate) -> None:
        if not spellings:
            raise NoName("no name of this person has a letter")
        written = self._written
        self.birth, self.spellings, self.full_birth = birth, spellings, birth.as_tuple()
        self.sex = written.sex if written.sex in _SEXES else _sex_shown(spellings[0])
        self.place = _place_words(written.place) if written.place else _NONE
        self.unit = _unit_numbers(written.unit) if written.unit else _NONE
        self.rank = ranks.step(written.rank) if written.rank else ranks.UNKNOWN_STEP
        self.cluster = _cluster(spellings[0], birth)

    @property
    def sex_is_told(self) -> bool:
        """Somebody told it; else `sex` is what a patronymic or a name shows."""
        return self._written.sex in _SEXES

    @property
    def person(self) -> Person:
        """The person as written. Made when asked for: most candidates are weighed and never explained."""
        if self._person is None:
            names, *rest = self._written
            self._person = _person(names, self.birth, *rest)
        return self._person

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self.person == other.person

    def __hash__(self) -> int:
        return hash(self.person)

    def __repr__(self) -> str:
        # Never the name: profiles end up in tracebacks.
        return f"<Profile of {len(self.spellings)} spellings>"

    @property
    def written(self) -> _Written:
        """Sex, place, unit and rank as written."""
        return self._written

    def head(self) -> bytes:
        """The part of fixed width, by which thousands are weighed side by side."""
        return packed_head(self)

    def to_bytes(self) -> bytes:
        """What found the order of the words, the head, and as compact JSON that order, which is often read alone, and
        the facts. What words mean is looked up again on reading, and another version finds the order again too, so that
        a stored profile never keeps the mistakes of an older normaliser."""
        person, birth = self.person, self.birth
        names = [[name.surname, name.given, name.patronymic, name.full] for name in person.names]
        date = [birth.year, birth.month, birth.day, birth.year_to]
        order = [_packed(spelling) for spelling in self.spellings]
        facts = [names, date, person.sex, person.place, person.unit, person.rank]
        return PRESENT + self.head() + _as_json(order) + _as_json(facts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile:
        """The profile that `to_bytes` wrote, now or in an older format. ValueError for an unknown one."""
        if data[:1] == b"[":
            return cls(_of_earlier_format(json.loads(data.decode("utf-8", "surrogatepass"))))
        if data[:1] == bytes([_WITHOUT_BITS]):
            names, date, *beside, _ = _first(_behind_head(data, _SPELLING_WITHOUT_BITS))[0]
            return cls(_person(names, BirthDate(*date), *beside))
        text = _behind_head(data)
        order, end = _first(text)
        (names, date, *beside), _ = _first(text[end:])
        if not data.startswith(PRESENT):
            return cls(_person(names, BirthDate(*date), *beside))
        made = cls.__new__(cls)
        made._person, made._written = None, _Written(names, *beside)
        made._fill(tuple(map(_unpacked, order)), BirthDate(*date) if date != _NO_DATE else UNKNOWN_DATE)
        return made


def _as_json(facts: list[Any]) -> bytes:
    try:
        return orjson.dumps(facts)
    except TypeError:  # half of a surrogate pair: no text, but nothing that a name has in it stops us
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def spelling_of(data: bytes, number: int) -> Spelling:
    """One of the `spellings` of what `to_bytes` of this version wrote, for a part of the work of reading it all."""
    return _unpacked(_first(_behind_head(data))[0][number])


def _behind_head(data: bytes, each: int = SPELLING.itemsize) -> str:
    if data[:1] not in _WITH_HEAD or len(data) <= len(PRESENT):
        raise ValueError("profile of an unknown format")
    return data[len(PRESENT) + head_size(data[len(PRESENT)], each) :].decode("utf-8", "surrogatepass")


def _first(text: str) -> tuple[list[Any], int]:
    """The first of some lists, and where it ends."""
    found, end = _FROM_JSON(text)
    if not isinstance(found, list):
        raise ValueError("profile of an unknown format")
    return found, end


class _Written(NamedTuple):
    """A stored person's facts but for the date; `names` are the four texts of each Name."""

    names: Sequence[Sequence[str]]
    sex: str
    place: str
    unit: str
    rank: str


def _person(names: Sequence[Sequence[str]], birth: BirthDate, *beside: str) -> Person:
    """`beside` are sex, place, unit and rank as far as they were kept."""
    return Person(tuple(Name(*name) for name in names), birth, *beside)


def _of_earlier_format(facts: list[Any]) -> Person:
    kind = facts[0] if facts else None
    if kind == _WITHOUT_ORDER:
        _, names, text, *beside = facts
        return _person(names, BirthDate.parse(text), *beside)
    if kind in (_WITHOUT_RANK, _WITHOUT_HEAD):
        _, _, names, date, *beside, _ = facts
        return _person(names, BirthDate(*date), *beside)
    raise ValueError("profile of an unknown format")


def _packed(spelling: Spelling) -> list[Any]:
    patronymic = marked([spelling.patronymic]) if spelling.patronymic is not None else ""
    return [marked(spelling.surnames), marked(spelling.given), patronymic, int(spelling.is_swapped)]


def _unpacked(packed: Sequence[Any]) -> Spelling:
    surnames, given, patronymic, is_swapped = packed
    return _understood(
        Order(_words(surnames), _words(given), _word(patronymic) if patronymic else None, bool(is_swapped))
    )


@lru_cache(maxsize=1 << 16)
def _words(texts: str) -> tuple[Token, ...]:
    return tuple(word for text in texts.split(" ") if (word := _word(text)) is not None)


def _word(text: str) -> Token | None:
    return token(text[1:], True) if text.startswith("\t") else token(text, False)


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
