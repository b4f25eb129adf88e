"""Lines become people; what cannot is named with its row, column, value and reason."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from matching.engine import BirthDate, Name, Person
from matching.engine.words import say
from matching.lists.birthdates import birth_date, born_at_age, doubts
from matching.lists.columns import NAME_FIELDS, Column, Recognition
from matching.lists.headings import words_of
from matching.lists.namecell import (
    MAX_ALIASES,
    BadCell,
    NameCell,
    is_nobody,
    looks_like_name,
    refuse_spoilt,
    take_apart,
)
from matching.lists.table import Line, Progress, Table, short, unheard
from matching.lists.words import IN_SHEET, PROBLEMS, REMARKS, SKIPPED, Sentences


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row is not among the people: the column, what stands in it, and a code of words.PROBLEMS."""

    sheet: str
    row: int
    column: str
    value: str
    code: str
    params: dict[str, str] = field(default_factory=dict)
    index: int = 0

    def sentence(self, language: str) -> str:
        """Row, column, value and reason, in words."""
        return _said(PROBLEMS, self, language)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a caseworker should look at in a row that was read; `code` is one of words.REMARKS."""

    sheet: str
    row: int
    column: str
    value: str
    code: str
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """Row, column, value and doubt, in words."""
        return _said(REMARKS, self, language)


def _said(table: Sentences, told: Problem | Remark, language: str) -> str:
    sheet = say(IN_SHEET, "in_sheet", language, sheet=told.sheet) if told.sheet else ""
    where = {"row": str(told.row), "sheet": sheet, "column": told.column, "value": told.value}
    return say(table, told.code, language, **where, **told.params)


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
    page: int = 0
    remarks: tuple[Remark, ...] = ()

    @property
    def rank(self) -> str:
        return self.person.rank


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that is not among the people: the cells as they stand, and every reason."""

    sheet: str
    number: int
    raw: tuple[str, ...]
    problems: tuple[Problem, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything a table holds; each line is in exactly one of the three."""

    people: tuple[PersonRow, ...]
    refused: tuple[Refused, ...]
    skipped: tuple[Skipped, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The reasons of all refused rows; a row may have two."""
        return tuple(problem for row in self.refused for problem in row.problems)

    def data_numbers(self) -> dict[tuple[str, int], int]:
        """(sheet, row) -> number among the data rows from 1, refused rows included."""
        rows: tuple[PersonRow | Refused, ...] = (*self.people, *self.refused)
        rank = {sheet: position for position, sheet in enumerate(dict.fromkeys(row.sheet for row in rows))}
        places = sorted((rank[row.sheet], row.number, row.sheet) for row in rows)
        return {(sheet, number): n for n, (_, number, sheet) in enumerate(places, 1)}


def read_rows(
    table: Table, recognition: Recognition, *, as_of: date | None = None, progress: Progress = unheard
) -> Rows:
    """All that `each_row` gives, in three heaps."""
    people: list[PersonRow] = []
    refused: list[Refused] = []
    skipped: list[Skipped] = []
    for row in each_row(table, recognition, as_of=as_of, progress=progress):
        if isinstance(row, PersonRow):
            people.append(row)
        elif isinstance(row, Refused):
            refused.append(row)
        else:
            skipped.append(row)
    return Rows(tuple(people), tuple(refused), tuple(skipped))


def each_row(
    table: Table, recognition: Recognition, *, as_of: date | None = None, progress: Progress = unheard
) -> Iterator[PersonRow | Refused | Skipped]:
    """The rows of every recognised sheet one by one, so that a million of them need not be held.

    A row with a bad date or without a name is refused. `as_of`: the day of the list; with it an age becomes
    years of birth, without it an age says nothing.
    """
    done, total = 0, len(table.lines)
    for sheet, lines in table.sheets():
        columns = recognition.for_sheet(sheet)
        if columns is None:
            yield Skipped(sheet, lines[0].number, lines[-1].number, "sheet_without_names")
            done += len(lines)
            continue
        reader = _SheetReader(columns, as_of)
        for line, following in _with_following(lines):
            yield _told(reader, line, following)
            done += 1
            if done % _TELL_EVERY == 0:
                progress(done, total)
    progress(total, total)


def read_row(
    recognition: Recognition,
    cells: Sequence[str],
    *,
    sheet: str = "",
    number: int = 0,
    page: int = 0,
    as_of: date | None = None,
) -> PersonRow | Refused:
    """One row as a caseworker corrected it, by the columns of its sheet (`recognition.for_sheet`)."""
    return _SheetReader(recognition, as_of).read(Line(sheet, number, tuple(cells), page))


def _with_following(lines: Iterable[Line]) -> Iterator[tuple[Line, int]]:
    """Each line, and the number of the next."""
    walked = iter(lines)
    line = next(walked)
    for following in walked:
        yield line, following.number
        line = following
    yield line, line.number + 1


def _told(reader: "_SheetReader", line: Line, following: int) -> PersonRow | Refused | Skipped:
    code = reader.no_person(line)
    if not code:
        return reader.read(line)
    return Skipped(line.sheet, line.number, following - 1 if code == "blank" else line.number, code)


_TELL_EVERY = 1_000
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

    def __init__(self, recognition: Recognition, as_of: date | None) -> None:
        self.as_of = as_of
        self.order = recognition.order
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

    def read(self, line: Line) -> PersonRow | Refused:
        """The person of a line, or the problems that keep it from being one."""
        problems: list[Problem] = []
        remarks: list[Remark] = []
        found = self._names(line, problems)
        birth = self._birth(line, found.beside, problems, remarks)
        if not found.names and not problems:
            problems.append(self._problem(line, self.first_name_column, "no_name"))
        if problems:
            return Refused(line.sheet, line.number, line.cells, tuple(problems), line.page)
        beside = found.beside
        # A place or unit of megabytes is no place; the cell itself stays in `raw`.
        place, unit, rank, note = (
            ", ".join(self._cells(line.cells, field))[:_MAX_TEXT]
            for field in ("place", "unit", "rank", "note")
        )
        sex = next((_sex(cell[:20]) for cell in self._cells(line.cells, "sex")), "")
        person = Person(
            tuple(found.names), birth, sex, place or beside.place, unit or beside.unit, rank or beside.rank
        )
        report_id = next(iter(self._cells(line.cells, "report_id")), "")
        return PersonRow(
            line.sheet,
            line.number,
            line.cells,
            person,
            report_id,
            note or beside.note,
            line.page,
            tuple(remarks),
        )

    def _problem(self, line: Line, column: Column, code: str) -> Problem:
        value = line.cells[column.index] if column.index < len(line.cells) else ""
        return Problem(line.sheet, line.number, column.title(), short(value), code, index=column.index)

    @staticmethod
    def _remark(line: Line, column: Column, value: str, code: str, read: BirthDate) -> Remark:
        return Remark(line.sheet, line.number, column.title(), short(value), code, {"read": str(read)})

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
            if column.reason_code == "message" and not looks_like_name(taken.spellings[0]):
                raise BadCell("not_a_name")
            texts[key] = taken.spellings[0]
            found.further.extend(Name(full=spelling) for spelling in taken.spellings[1:])
            found.beside = found.beside if found.beside.spellings else taken
        elif column.field == "other_names":
            refuse_spoilt(cell, MAX_ALIASES)
            found.further.extend(Name(full=part) for part in _aliases(cell))
        else:
            refuse_spoilt(cell)
            texts[key] = f"{texts[key]} {cell}" if key in texts else cell

    def _birth(
        self, line: Line, beside: NameCell, problems: list[Problem], remarks: list[Remark]
    ) -> BirthDate:
        """The birth date of its column, else the one in the name cell, else what an age leaves open."""
        filled = self._filled(line, "birth_date")
        column, cell = filled or (self.first_name_column, beside.born)
        try:
            birth = birth_date(cell[:200], self.order)
        except ValueError:
            problems.append(self._problem(line, column, "not_a_date"))
            return BirthDate()
        remarks.extend(
            self._remark(line, column, cell, code, birth) for code in doubts(cell, self.order) if birth
        )
        return birth or self._by_age(line, beside.age, remarks)

    def _by_age(self, line: Line, beside_name: str, remarks: list[Remark]) -> BirthDate:
        column, cell = self._filled(line, "age") or (self.first_name_column, beside_name)
        if self.as_of is None:
            return BirthDate()
        birth = born_at_age(cell, self.as_of)
        if birth:
            remarks.append(self._remark(line, column, cell, "from_age", birth))
        return birth

    def _filled(self, line: Line, field: str) -> tuple[Column, str] | None:
        """The first column of a field with something in this line's cell."""
        for column in self.by_field.get(field, ()):
            if column.index < len(line.cells) and (cell := line.cells[column.index].strip()):
                return column, cell
        return None


@dataclass(slots=True)
class _Names:
    """What the name cells of one line gave so far."""

    names: list[Name] = field(default_factory=list)
    further: list[Name] = field(default_factory=list)
    beside: NameCell = field(default_factory=lambda: NameCell(()))

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
