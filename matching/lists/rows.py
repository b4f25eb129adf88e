"""Lines become people; what cannot is named with its row, column, value and reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from matching.engine import BirthDate, Name, Person
from matching.engine.words import say
from matching.lists.birthdates import DateOrder, birth_date, date_order
from matching.lists.columns import NAME_FIELDS, Column, Recognition
from matching.lists.headings import words_of
from matching.lists.namecell import MAX_ALIASES, BadCell, is_nobody, refuse_spoilt, take_apart
from matching.lists.table import Line, Table, short
from matching.lists.words import IN_SHEET, PROBLEMS, SKIPPED


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row is not among the people."""

    sheet: str
    row: int
    column: str
    value: str
    code: str
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """Row, column, value and reason, in words."""
        sheet = say(IN_SHEET, "in_sheet", language, sheet=self.sheet) if self.sheet else ""
        told = {"row": str(self.row), "sheet": sheet, "column": self.column, "value": self.value}
        return say(PROBLEMS, self.code, language, **told, **self.params)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Lines `row` to `last_row` that are no people: blank, headings, totals, signatures."""

    sheet: str
    row: int
    last_row: int
    code: str

    def sentence(self, language: str) -> str:
        """What the lines were taken for."""
        return say(SKIPPED, self.code, language)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as listed: where, the cells as they stand, and what they say."""

    sheet: str
    number: int
    raw: tuple[str, ...]
    person: Person
    report_id: str = ""
    note: str = ""

    @property
    def rank(self) -> str:
        return self.person.rank


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything a table holds; each line is in exactly one of the three (a row may have two problems)."""

    people: tuple[PersonRow, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]

    def data_numbers(self) -> dict[tuple[str, int], int]:
        """(sheet, row) -> number among the data rows from 1, refused rows included."""
        order = dict.fromkeys((*(p.sheet for p in self.people), *(p.sheet for p in self.problems)))
        places = {(p.sheet, p.number) for p in self.people} | {(p.sheet, p.row) for p in self.problems}
        rank = {sheet: position for position, sheet in enumerate(order)}
        return {place: n for n, place in enumerate(sorted(places, key=lambda p: (rank[p[0]], p[1])), 1)}


def read_rows(table: Table, recognition: Recognition) -> Rows:
    """Read the people of every recognised sheet. A row with a bad date or without a name is a Problem."""
    people: list[PersonRow] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    for sheet, lines in table.sheets():
        columns = recognition.for_sheet(sheet)
        if columns is None:
            skipped.append(Skipped(sheet, lines[0].number, lines[-1].number, "sheet_without_names"))
            continue
        reader = _SheetReader(columns, lines)
        for index, line in enumerate(lines):
            if code := reader.no_person(line):
                following = lines[index + 1].number if index + 1 < len(lines) else line.number + 1
                skipped.append(
                    Skipped(sheet, line.number, following - 1 if code == "blank" else line.number, code)
                )
                continue
            person, wrong = reader.read(line)
            problems.extend(wrong)
            if person:
                people.append(person)
    return Rows(tuple(people), tuple(problems), tuple(skipped))


_MAX_TEXT = 1_000
_TOTAL = re.compile(
    r"\s*(всього|усього|разом|загалом|итого|всего|total|sum)\b(?!(?-i:[\s,]+[А-ЯІЇЄҐ]\w+[\s,]+[А-ЯІЇЄҐ]))",
    re.I,
)
_SIGNATURE = re.compile(
    r"\s*(підпис|подпись|signature|сторінка|страница|page|стор\.|стр\.|м\. ?п\.|склав"
    r"|составил|виконавець|исполнитель"
    r"|затверджую|утверждаю|погоджено|згідно|начальник|командир|секретар)\b",
    re.I,
)


class _SheetReader:
    """Reads the lines of one sheet by its recognised columns."""

    def __init__(self, recognition: Recognition, lines: Sequence[Line]) -> None:
        self.header_line = recognition.header_line
        self.by_field: dict[str, list[Column]] = {}
        for column in recognition.columns:
            if column.field:
                self.by_field.setdefault(column.field, []).append(column)
        self.name_columns = [
            c for c in recognition.columns if c.field in NAME_FIELDS | {"patronymic", "other_names"}
        ]
        self.first_name_column = next(c for c in recognition.columns if c.field in NAME_FIELDS)
        self.header_words = [words_of(column.heading) for column in recognition.columns]
        self.headings = {column.heading.strip() for column in recognition.columns} - {""}
        self.variants = tuple(dict.fromkeys(c.variant for c in self.name_columns if c.field != "other_names"))
        dates = (cell for line in lines for cell in self._cells(line.cells, "birth_date"))
        self.order: DateOrder = date_order(dates)

    def _cells(self, cells: tuple[str, ...], field: str) -> list[str]:
        columns = self.by_field.get(field)
        if not columns:
            return []
        return [text for c in columns if c.index < len(cells) and (text := cells[c.index].strip())]

    def no_person(self, line: Line) -> str:
        """What the line is when it is no person, else ""."""
        if not line.cells:
            return "blank"
        if line.number <= self.header_line:
            return "heading" if line.number == self.header_line else "above_heading"
        if self._is_heading(line):
            return "heading_again"
        filled = [cell for cell in map(str.strip, line.cells) if cell]
        if len(filled) > 2 and filled[0] == "1" and filled == [str(n) for n in range(1, len(filled) + 1)]:
            return "column_numbers"
        return self._below(line, filled)

    def _is_heading(self, line: Line) -> bool:
        if self.headings.isdisjoint(map(str.strip, line.cells)):
            return False
        words = [words_of(cell) if len(cell) < 120 else cell for cell in line.cells]
        same = sum(a == b for a, b in zip(words, self.header_words, strict=False) if b)
        return same > 0 and same >= 0.7 * min(sum(map(bool, words)), sum(map(bool, self.header_words)))

    def _below(self, line: Line, filled: list[str]) -> str:
        """Totals and signatures: few cells, no date of birth, and a word that says so."""
        if len(filled) > 3 or self._cells(line.cells, "birth_date"):
            return ""
        if _TOTAL.match(filled[0]):
            return "total"
        return "signature" if _SIGNATURE.match(filled[0]) else ""

    def read(self, line: Line) -> tuple[PersonRow | None, list[Problem]]:
        """The person of a line, or the problems that keep it from being one."""
        problems: list[Problem] = []
        found = self._names(line, problems)
        birth = self._birth(line, found.born, problems)
        if not found.names and not problems:
            problems.append(self._problem(line, self.first_name_column, "no_name"))
        if problems:
            return None, problems
        # A place or unit of megabytes is no place; the cell itself stays in `raw`.
        place, unit, rank, note = (
            ", ".join(self._cells(line.cells, field))[:_MAX_TEXT]
            for field in ("place", "unit", "rank", "note")
        )
        sex = next((_sex(cell[:20]) for cell in self._cells(line.cells, "sex")), "")
        person = Person(tuple(found.names), birth, sex, place, unit, rank or found.rank)
        report_id = next(iter(self._cells(line.cells, "report_id")), "")
        return PersonRow(line.sheet, line.number, line.cells, person, report_id, note), []

    def _problem(self, line: Line, column: Column, code: str) -> Problem:
        value = line.cells[column.index] if column.index < len(line.cells) else ""
        return Problem(line.sheet, line.number, column.title(), short(value), code)

    def _names(self, line: Line, problems: list[Problem]) -> "_Names":
        found = _Names()
        texts: dict[tuple[str, str], str] = {}
        for column in self.name_columns:
            cell = line.cells[column.index].strip() if column.index < len(line.cells) else ""
            if not cell or is_nobody(cell):
                continue
            try:
                self._take(column, cell, texts, found)
            except BadCell as bad:
                problems.append(self._problem(line, column, bad.code))
        for variant in self.variants:
            found.add(_name_of(texts, variant))
        found.names.extend(name for name in found.further if name not in found.names)
        return found

    @staticmethod
    def _take(column: Column, cell: str, texts: dict[tuple[str, str], str], found: "_Names") -> None:
        key = (column.field, column.variant)
        if column.field == "full_name":
            taken = take_apart(cell)
            texts[key] = taken.spellings[0]
            found.further.extend(Name(full=spelling) for spelling in taken.spellings[1:])
            found.rank, found.born = found.rank or taken.rank, found.born or taken.born
        elif column.field == "other_names":
            refuse_spoilt(cell, MAX_ALIASES)
            found.further.extend(Name(full=part) for part in _aliases(cell))
        else:
            refuse_spoilt(cell)
            texts[key] = f"{texts[key]} {cell}" if key in texts else cell

    def _birth(self, line: Line, beside_name: str, problems: list[Problem]) -> BirthDate:
        for column in self.by_field.get("birth_date", ()):
            cell = line.cells[column.index].strip() if column.index < len(line.cells) else ""
            if not cell:
                continue
            try:
                return birth_date(cell[:200], self.order)
            except ValueError:
                problems.append(self._problem(line, column, "not_a_date"))
                return BirthDate()
        return self._birth_beside(line, beside_name, problems)

    def _birth_beside(self, line: Line, beside_name: str, problems: list[Problem]) -> BirthDate:
        try:
            return birth_date(beside_name, self.order)
        except ValueError:
            problems.append(self._problem(line, self.first_name_column, "not_a_date"))
            return BirthDate()


@dataclass(slots=True)
class _Names:
    """What the name cells of one line gave so far."""

    names: list[Name] = field(default_factory=list)
    further: list[Name] = field(default_factory=list)
    rank: str = ""
    born: str = ""

    def add(self, name: Name | None) -> None:
        if name and name not in self.names:
            self.names.append(name)


def _name_of(texts: dict[tuple[str, str], str], variant: str) -> Name | None:
    """One spelling from its parts; a lone former or repeated surname borrows the other parts."""
    parts = {part: texts.get((part, variant), "") for part in ("surname", "given", "patronymic")}
    if not any(parts.values()):
        full = texts.get(("full_name", variant), "")
        return Name(full=full) if full else None
    if variant and not (parts["given"] or parts["patronymic"]):
        parts |= {part: texts.get((part, ""), "") for part in ("given", "patronymic")}
    if len(parts["given"].split()) > 1 and not parts["patronymic"]:
        # "Ім'я та по батькові" in one column: the engine takes free text apart better than we could here.
        return Name(full=" ".join(filter(None, (parts["surname"], parts["given"]))))
    return Name(**parts)


def _aliases(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n\r|]|\s/\s", cell) if not is_nobody(part)]


@lru_cache(maxsize=256)
def _sex(cell: str) -> str:
    word = words_of(cell)[:12]
    if re.match(r"(ч|чол\w*|м|муж\w*|m|male|man)$", word):
        return "m"
    return "f" if re.match(r"(ж|жін\w*|жен\w*|f|female|woman|w)$", word) else ""
