"""The name cells of one line become the spellings of one person's name; what may be two people is a problem."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from matching.engine import Name, NoName, Person, Population, compare, profile
from matching.lists.beside_name import BadCell
from matching.lists.columns import NAME_FIELDS, Column
from matching.lists.namecell import (
    MAX_ALIASES,
    MAX_NAME,
    NameCell,
    is_nobody,
    is_word_alone,
    looks_like_name,
    refuse_spoilt,
    take_apart,
    take_part_apart,
)
from matching.lists.rows import Problem
from matching.lists.table import Line, short

_BETWEEN_PEOPLE = re.compile(r"[,;/\n\r+&]|\s(?:[ійиi]|та|and)\s")
_HEADING = re.compile(
    r"(?:прізвище|фамилия|ім['’ʼ]?я|имя|по[ -]батькові|отчество|п\.? ?і\.? ?б|ф\.? ?и\.? ?о|surname"
    r"|full name|name)\b(?!\s*:)",
    re.I,
)
_PARTS = ("surname", "given", "patronymic")
_Texts = dict[tuple[str, str], str]  # by field and variant
_NOTHING_BESIDE = NameCell(())


@dataclass(slots=True)
class Named:
    """What the name cells of one line gave so far."""

    names: list[Name] = field(default_factory=list)
    further: list[Name] = field(default_factory=list)
    beside: NameCell = _NOTHING_BESIDE

    def add(self, name: Name) -> None:
        """Each spelling once."""
        if name not in self.names:
            self.names.append(name)


class Naming:
    """Reads the names of the lines of one sheet."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = [c for c in columns if c.field in NAME_FIELDS | {"patronymic", "other_names"}]
        self.first = next(c for c in columns if c.field in NAME_FIELDS)
        self.variants = tuple(dict.fromkeys(c.variant for c in self.columns if c.field != "other_names"))
        in_parts = tuple(c.field for c in self.columns) == _PARTS and len(self.variants) == 1
        self.parts = tuple(c.index for c in self.columns) if in_parts else ()

    def read(self, line: Line, problems: list[Problem]) -> Named:
        """All spellings, and what stood beside them; what keeps the line from being one person joins `problems`."""
        plain = self._plain(line.cells)
        return Named([plain]) if plain is not None else self._taken(line, problems)

    def _taken(self, line: Line, problems: list[Problem]) -> Named:
        found = Named()
        texts: _Texts = {}
        for column in self.columns:
            cell = line.cell(column.index)
            if not cell or is_nobody(cell):
                continue
            try:
                _take(column, cell, texts, found)
            except BadCell as bad:
                problems.append(problem_at(line, column, bad.code))
        for variant in self.variants:
            for name in _names_of(texts, variant):
                found.add(name)
        if not problems and self._are_several(texts, found.names):
            problems.append(problem_at(line, self.first, "several_people"))
        for name in found.further:
            found.add(name)
        return found

    def _are_several(self, texts: _Texts, names: Sequence[Name]) -> bool:
        """Two in the parts of one name; or in two columns of names, which are spellings of one man, or a list that was
        printed in two columns. A former surname, which borrows the other parts, is no second man."""
        whole = [v for v in self.variants if texts.get(("full_name", v)) or texts.get(("given", v))]
        beside = names[1:] if len(whole) > 1 else ()
        return any(_divided(texts, variant) for variant in self.variants) or any(
            _are_two_people(names[0], name) for name in beside
        )

    def _plain(self, cells: Sequence[str]) -> Name | None:
        """A surname, a given name and a patronymic of a word each: most of every list that has them in columns, and
        what all else here would find for them, at a fifth of the cost."""
        if not self.parts or max(self.parts) >= len(cells):
            return None
        surname, given, patronymic = [cells[at] for at in self.parts]
        if len(surname) + len(given) + len(patronymic) > MAX_NAME:
            return None
        are_plain = _is_name_alone(surname) and _is_name_alone(given)
        are_plain = are_plain and (not patronymic or _is_name_alone(patronymic))
        return Name(surname, given, patronymic) if are_plain else None


def _are_two_people(one: Name, other: Name) -> bool:
    """No spelling makes one man of them: brothers, cousins, or men of whom only the given name is the same."""
    try:
        compared = compare(profile(Person((one,))), profile(Person((other,))), Population.from_tables())
    except NoName:
        return False
    points = {evidence.feature: evidence.points for evidence in compared.evidence}
    differ = min(points["given"], points["patronymic"]) < 0
    return differ or (points["surname"] < 0 and not points["patronymic"])


@lru_cache(maxsize=1 << 15)
def _is_name_alone(cell: str) -> bool:
    return is_word_alone(cell) and not is_nobody(cell) and not _HEADING.match(cell)


def problem_at(line: Line, column: Column, code: str) -> Problem:
    """A reason to refuse the line, with the cell that it is about."""
    value = line.cells[column.index] if column.index < len(line.cells) else ""
    return Problem(line.sheet, line.number, column.title(), short(value), code, index=column.index)


def _take(column: Column, cell: str, texts: _Texts, found: Named) -> None:
    key = (column.field, column.variant)
    if _HEADING.match(cell):
        raise BadCell("not_a_name")
    if column.field == "full_name":
        taken = take_apart(cell)
        if column.reason_code == "message" and not looks_like_name(taken.spellings[0]):
            raise BadCell("not_a_name")
        texts[key] = taken.spellings[0]
        found.further.extend(Name(full=spelling) for spelling in taken.spellings[1:])
        found.beside = found.beside if found.beside.spellings else taken
    elif column.field == "other_names":
        refuse_spoilt(cell, MAX_ALIASES)
        found.further.extend(Name(full=part) for part in _aliases(cell))
    else:
        taken = take_part_apart(cell, column.field == "surname")
        if taken.rank or taken.callsign:
            beside = found.beside
            found.beside = replace(
                beside, rank=taken.rank or beside.rank, callsign=taken.callsign or beside.callsign
            )
        (part,) = taken.spellings
        texts[key] = f"{texts[key]} {part}" if key in texts else part


def _divided(texts: _Texts, variant: str) -> bool:
    """Surname, given name and patronymic, of which two are divided: "Петро, Назар", "Савич, Орович"."""
    parts = [texts.get((part, variant), "") for part in _PARTS]
    several = [part for part in parts if not part.isalpha()]  # the others are one word each
    return len(several) > 1 and sum(bool(_BETWEEN_PEOPLE.search(part)) for part in several) > 1


def _names_of(texts: _Texts, variant: str) -> Iterator[Name]:
    """The whole name and its parts; a lone former or repeated surname borrows the other parts."""
    parts = {part: texts.get((part, variant), "") for part in _PARTS}
    full = texts.get(("full_name", variant), "")
    if full and not any(parts.values()):
        yield Name(full=full)
    if any(parts.values()):
        if variant and not (parts["given"] or parts["patronymic"]):
            parts |= {part: texts.get((part, ""), "") for part in ("given", "patronymic")}
        yield _of_parts(parts)
        # PFIF has both, and the patronymic stands in the whole name alone.
        if full and len(full.split()) > len(" ".join(parts.values()).split()):
            yield Name(full=full)


def _of_parts(parts: dict[str, str]) -> Name:
    if len(parts["given"].split()) > 1 and not parts["patronymic"]:
        # "Ім'я та по батькові" in one column: the engine takes free text apart better than we could here.
        return Name(full=" ".join(filter(None, (parts["surname"], parts["given"]))))
    return Name(**parts)


def _aliases(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n\r|]|\s/\s", cell) if not is_nobody(part)]
