"""Invented cases for `manage.py evaluate`: a list of released men, reports of them, and of the men they are not.

Beside strangers the reports hold what is terrible to confuse: for some men of the list a brother, a father, a son
or a namesake is missed by his own family.
"""

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from matching.engine import BirthDate, Name, Person
from matching.engine.tables import given_names
from tests.benchmarks.people import latin, patronymic_of, somebody

RELATIVES = ("brother", "father_or_son", "namesake")
_TO_RUSSIAN = str.maketrans("іїєґІЇЄҐ", "ииегИИЕГ", "'ʼ’")
_FOREIGN = frozenset("іїєґʼ'’")
FILES = {
    "reports.csv": ("report_id", "name", "date_of_birth", "sex", "place_of_birth"),
    "wave.csv": ("row", "name", "date_of_birth"),
    "truth.csv": ("wave_row", "report_id", "person_id", "kind", "report_lang", "wave_lang", "damage"),
}


@dataclass(frozen=True)
class Damage:
    """Shares (0-1) of the lines of one side that something is wrong with."""

    typos: float = 0.2
    no_patronymic: float = 0.1
    no_date: float = 0.05
    year_only: float = 0.1
    wrong_date: float = 0.02
    languages: tuple[tuple[str, float], ...] = (("uk", 0.7), ("ru", 0.2), ("latin", 0.1))


REPORTS = Damage()
ALIKE = (
    0.47,
    0.22,
)  # share of the unreported, and of the reported, beside whom a relative or namesake is reported
LISTED = Damage(0.24, 0.22, 0.18, 0.12, 0.05, (("uk", 0.4), ("ru", 0.38), ("latin", 0.22)))


@dataclass
class _Line:
    """One man on one side: `of` is his number as a person, `kind` why he is here."""

    person: Person
    of: int
    kind: str
    cells: tuple[str, str] = ("", "")
    language: str = ""


@dataclass
class _Case:
    wave: list[_Line] = field(default_factory=list)
    reports: list[_Line] = field(default_factory=list)


def make_case(
    folder: Path,
    size: int,
    listed: int,
    seed: int,
    *,
    as_reported: Damage = REPORTS,
    as_listed: Damage = LISTED,
    alike: tuple[float, float] = ALIKE,
) -> None:
    """Write reports.csv (`size` lines), wave.csv (`listed` lines) and truth.csv; the same for the same seed."""
    chance = random.Random(seed)
    case = _people(chance, size, listed, alike)
    for side, damage in ((case.reports, as_reported), (case.wave, as_listed)):
        chance.shuffle(side)
        for line in side:
            _write(chance, line, damage)
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in zip(FILES, (_report_rows(case), _wave_rows(case), _truth_rows(case)), strict=True):
        with (folder / file).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened, lineterminator="\n").writerows([FILES[file], *rows])


def _people(chance: random.Random, size: int, listed: int, alike: tuple[float, float]) -> _Case:
    case = _Case()
    for number in range(listed):
        person, is_reported = somebody(chance), chance.random() < 0.5
        case.wave.append(_Line(person, number, "match" if is_reported else "no_report"))
        for _ in range(is_reported + (is_reported and chance.random() < 0.08)):
            case.reports.append(_Line(person, number, "match"))
        if chance.random() < alike[is_reported]:
            kind = chance.choice(RELATIVES)
            case.reports.append(_Line(relative(chance, person, kind), listed + number, kind))
    strangers = range(2 * listed, 2 * listed + size - len(case.reports))
    case.reports += [_Line(somebody(chance), number, "other_person") for number in strangers]
    return case


def relative(chance: random.Random, person: Person, kind: str) -> Person:
    """A man whom a careless eye takes for `person`: of RELATIVES, with a birth date of his own."""
    (name,) = person.names
    other = somebody(chance)
    given = other.names[0].given
    if kind == "brother":
        name = Name(name.surname, given, name.patronymic)
    elif kind == "father_or_son":
        name = Name(name.surname, given, patronymic_of(name.given))
    return replace(person, names=(name,), birth=other.birth)


# ------------------------------------------------------------------------------------------- as written


def _write(chance: random.Random, line: _Line, damage: Damage) -> None:
    languages, shares = zip(*damage.languages, strict=True)
    line.language = chance.choices(languages, shares)[0]
    line.cells = (_name(chance, line, damage), _date(chance, line.person.birth, damage))


def _name(chance: random.Random, line: _Line, damage: Damage) -> str:
    (name,) = line.person.names
    words = [name.surname, name.given, "" if chance.random() < damage.no_patronymic else name.patronymic]
    words = [word for word in map(_WRITTEN[line.language], words) if word]
    if chance.random() < damage.typos:
        at = chance.randrange(len(words))
        words[at] = _slipped(chance, words[at])
    if chance.random() < 0.3:
        words = [*words[1:], words[0]]
    return " ".join(words)


def _slipped(chance: random.Random, word: str) -> str:
    """A letter left out, doubled, or swapped with the next; the first stays."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    kept = chance.choice((word[at + 1 : at + 2], word[at] * 2 + word[at + 1], word[at + 1] + word[at]))
    return word[:at] + kept + word[at + 2 :]


def _date(chance: random.Random, birth: BirthDate, damage: Damage) -> str:
    kind = chance.random()
    if kind < damage.no_date:
        return ""
    if kind < damage.no_date + damage.year_only:
        return str(birth.year)
    day = chance.randint(1, 28) if chance.random() < damage.wrong_date else birth.day
    return f"{day:02d}.{birth.month:02d}.{birth.year}"


@cache
def _in_russian() -> dict[str, str]:
    """Given name -> its Russian form: the first that no Ukrainian letter stands in."""
    pairs = (
        (one.name, next((form for form in one.same[1:] if _is_russian(form)), "")) for one in given_names()
    )
    return {name: form for name, form in pairs if form}


def _is_russian(form: str) -> bool:
    return "а" <= form[-1].lower() <= "я" and _FOREIGN.isdisjoint(form.lower())


@cache
def _fathers_in_russian() -> dict[str, str]:
    return {patronymic_of(name): patronymic_of(form) for name, form in _in_russian().items()}


def _russian(word: str) -> str:
    known = _in_russian().get(word) or _fathers_in_russian().get(word)
    return known or word.replace("ський", "ский").replace("ий", "ый").translate(_TO_RUSSIAN)


_WRITTEN: dict[str, Callable[[str], str]] = {"uk": str, "ru": _russian, "latin": latin}


# -------------------------------------------------------------------------------------------- as files


def _report_rows(case: _Case) -> Iterator[Sequence[str]]:
    for number, line in enumerate(case.reports, 1):
        yield (_id(number), *line.cells, "m", "")


def _wave_rows(case: _Case) -> Iterator[Sequence[str]]:
    for number, line in enumerate(case.wave, 1):
        yield (str(number), *line.cells)


def _truth_rows(case: _Case) -> Iterator[Sequence[str]]:
    reports = list(enumerate(case.reports, 1))
    own: dict[int, list[tuple[int, _Line]]] = {}
    for number, line in reports:
        own.setdefault(line.of, []).append((number, line))
    for row, line in enumerate(case.wave, 1):
        if line.of not in own:
            yield (str(row), "", f"P{line.of}", line.kind, "", line.language, "")
        for number, report in own.get(line.of, ()):
            yield (str(row), _id(number), f"P{line.of}", "match", report.language, line.language, "")
    for number, line in reports:
        if line.kind != "match":
            yield ("", _id(number), f"P{line.of}", line.kind, line.language, "", "")


def _id(number: int) -> str:
    return f"R{number:06d}"
