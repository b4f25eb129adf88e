"""Patronymics: whose son or daughter a word makes, and which words are patronymics at all."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.engine import tables
from matching.engine.names import SHORTEST_TYPO, UNKNOWN, known_given, mid_loose, related_to, union
from matching.engine.normalise import Token, token
from matching.engine.sounds import is_belarusian, loosen

_NONE: frozenset[str] = frozenset()
_SUFFIX = re.compile("(?:[aeoi]?viC|iCna|[aeoi]vna|iC)$")
# A slip inside the suffix must not hide the patronymic: Миколайвич, Ивановч, Петрвна, Мыколайовыч.
_SLIPPED = re.compile(
    "(?:[aeoi]?v[aeiou]?C|[aeoi]viCi?|oiC|[aeoiu]?vn[aie]?|v[aeiou]na|[aeoi]na|iCn|iC|vi|oiCv)$"
)
_STRONG = re.compile(".(?:[eo]viC|[eoi]vna|iCna)$|...aviC$|...avna$")
_ENDS = ("oviC", "eviC", "iviC", "ovna", "evna", "ivna", "iCna")
_LONGEST_SUFFIX = 7  # letters that these patterns look at: searching a whole word costs twice as much
_FATHER_END = "aeiou"


class FatherClass(NamedTuple):
    """Whose son or daughter a patronymic makes; `sex` is the bearer's, `near` and `related` are as in GivenClass."""

    classes: frozenset[str]
    near: frozenset[str]
    stem: str
    sex: str
    related: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """The father has a name that somebody bears."""
        return not any(name.startswith(UNKNOWN) for name in self.classes)


@cache
def _fathers() -> dict[str, frozenset[str]]:
    """Stem of the patronymic -> classes of the father's name."""
    found: dict[str, set[str]] = {}
    for name in tables.given_names():
        if name.sex != "f":
            for form in name.same:
                word = token(form, is_belarusian(form))
                if word is not None:
                    found.setdefault(_stem_of_name(word.readings[0]), set()).add(name.name)
    return {stem: frozenset(names) for stem, names in found.items()}


@cache
def _fathers_by_loose() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for stem, names in _fathers().items():
        found[mid_loose(stem)] = found.get(mid_loose(stem), _NONE) | names
    return found


@cache
def _irregular() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for written, father in tables.irregular_patronymics().items():
        word = token(written)
        if word is not None:
            found[word.readings[0]] = frozenset({father})
    return found


def _stem_of_name(reading: str) -> str:
    stem = reading.rstrip(_FATHER_END)
    return stem if len(stem) >= 2 else reading


def _stem(reading: str) -> str:
    return _stem_of_name(_SUFFIX.sub("", reading) or reading)


@lru_cache(maxsize=1 << 15)
def patronymic_sign(word: Token) -> int:
    """3: an irregular patronymic of the table; 2: a clear suffix; 1: a slipped or short one; 0: none."""
    if any(reading in _irregular() for reading in word.readings):
        return 3
    endings = [reading[-_LONGEST_SUFFIX:] for reading in word.readings]
    if any(map(_STRONG.search, endings)):
        return 2
    return 1 if any(map(_SLIPPED.search, endings)) else 0


@lru_cache(maxsize=1 << 12)
def is_nearly_patronymic(word: Token) -> bool:
    """The end is one slip away from that of a patronymic: Олеговмч, Миколайовчи, Petrocna. For a word that stands
    where only a patronymic can: of other words one in ten would be taken for one."""
    return any(
        OSA.distance(reading[-size:], end, score_cutoff=1) <= 1
        for reading in word.readings
        for end in _ENDS
        for size in range(len(end) - 1, len(end) + 2)
        if len(reading) > size + 1
    )


@lru_cache(maxsize=1 << 15)
def father_class(word: Token) -> FatherClass:
    """The father's name in a patronymic: Миколайович, Николаевич and Mykolaiovych are all sons of Микола."""
    sex = _bearer(word.readings[0])
    for reading in word.readings:
        if reading in _irregular():
            father = _irregular()[reading]
            return FatherClass(father, frozenset(), reading, sex, related_to(father))
    stems = tuple(dict.fromkeys(map(_stem, word.readings)))
    classes = union(_fathers(), stems)
    if not classes:  # the father's name itself, as in "Мамед огли" or a column "father's name"
        classes = known_given(word)
    if not classes:
        # Sacharowytsch, Zaharovich: letters that clerks take for one another, if they leave one father.
        loose = union(_fathers_by_loose(), tuple(map(mid_loose, stems)))
        classes = loose if len(loose) == 1 else _NONE
    if classes:
        return FatherClass(classes, frozenset(), stems[0], sex, related_to(classes))
    return FatherClass(
        frozenset(UNKNOWN + loosen(stem) for stem in stems), _father_slip(word.readings[0]), stems[0], sex
    )


def father_of(word: Token | None) -> FatherClass | None:
    """The father's name in a patronymic; None where it is an initial or not given."""
    return father_class(word) if word is not None and not word.is_initial else None


def _father_slip(reading: str) -> frozenset[str]:
    stem = _stem_of_name(_SLIPPED.sub("", _SUFFIX.sub("", reading)) or reading)
    exact = _fathers().get(stem)
    if exact is not None:
        return exact
    if len(stem) < SHORTEST_TYPO - 1:
        return frozenset()
    hits = process.extract(stem, _fathers().keys(), scorer=OSA.distance, score_cutoff=1, limit=4)
    return frozenset().union(*(_fathers()[form] for form, _, _ in hits))


def _bearer(reading: str) -> str:
    if reading.endswith(("vna", "iCna")):
        return "f"
    return "m" if reading.endswith("iC") else ""
