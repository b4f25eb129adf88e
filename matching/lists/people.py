"""Lines become people; what cannot is named with its row, column, value and reason."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from matching.engine import BirthDate, Name, Person
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
from matching.lists.rows import PersonRow, Problem, Refused, Remark, Rows, Skipped
from matching.lists.table import Line, Progress, Table, short, unheard

_TELL_EVERY = 1_000


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
        reader = _SheetReader(columns, as_of, frozenset(table.torn))
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


# A merged cell may hold for several people below each other: their unit, never a name or a birth date.
_LENT = frozenset(("place", "unit", "rank", "note", "sex"))
_MAX_TEXT = 1_000
_TOTAL = re.compile(
    r"\s*(всього|усього|разом|загалом|итого|всего|total|sum)\b(?!(?-i:[\s,]+[А-ЯІЇЄҐ]\w+[\s,]+[А-ЯІЇЄҐ]))",
    re.I,
)
_PAGE_NUMBER = re.compile(r"[\s–—-]*\d{1,4}[\s–—-]*(?:/\s*\d{1,4})?")
_SIGNATURE = re.compile(
    r"\s*(підпис|подпись|signature|сторінка|страница|page|стор\.|стр\.|м\. ?п\.|склав"
    r"|составил|виконавець|исполнитель"
    r"|затверджую|утверждаю|погоджено|згідно|начальник|командир|секретар)\b",
    re.I,
)


class _SheetReader:
    """Reads the lines of one sheet by its recognised columns."""

    def __init__(
        self, recognition: Recognition, as_of: date | None, torn: frozenset[int] = frozenset()
    ) -> None:
        self.as_of = as_of
        self.torn = torn
        self.order = recognition.order
        self.date1904 = recognition.date1904
        self.header_line = recognition.header_line
        self.by_field: dict[str, list[Column]] = {}
        for column in recognition.columns:
            if column.field:
                self.by_field.setdefault(column.field, []).append(column)
        self.name_columns = [
            c for c in recognition.columns if c.field in NAME_FIELDS | {"patronymic", "other_names"}
        ]
        self.first_name_column = next(c for c in recognition.columns if c.field in NAME_FIELDS)
        self.header_words = [[words_of(cell) for cell in row] for row in recognition.header_rows]
        self.headings = {cell.strip() for row in recognition.header_rows for cell in row} - {""}
        self.first_header_line = recognition.header_line - len(recognition.header_rows) + 1
        self.variants = tuple(dict.fromkeys(c.variant for c in self.name_columns if c.field != "other_names"))

    def _cells(self, line: Line, field: str) -> list[str]:
        """What the columns of a field hold, or what a merged cell above lends; a report's number is its own."""
        columns = self.by_field.get(field)
        if not columns:
            return []
        cells, lent = line.cells, line.lent if field in _LENT else {}
        texts = (
            cells[c.index].strip()
            if c.index < len(cells) and cells[c.index].strip()
            else lent.get(c.index, "")
            for c in columns
        )
        return [text.strip() for text in texts if text]

    def no_person(self, line: Line) -> str:
        """What the line is when it is no person, else ""."""
        if not line.cells:
            return "blank"
        if line.number <= self.header_line:
            return "heading" if line.number >= self.first_header_line else "above_heading"
        if self._is_heading(line):
            return "heading_again"
        if line.lent and self._goes_on(line):
            return "merged"
        filled = [cell for cell in map(str.strip, line.cells) if cell]
        if len(filled) > 2 and filled[0] == "1" and filled == [str(n) for n in range(1, len(filled) + 1)]:
            return "column_numbers"
        return self._below(line, filled)

    def _goes_on(self, line: Line) -> bool:
        """All names of the line are merged with those above, and it tells no birth date: no further person."""
        own = any(c.index < len(line.cells) and line.cells[c.index].strip() for c in self.name_columns)
        return (
            not own
            and any(c.index in line.lent for c in self.name_columns)
            and not self._filled(line, "birth_date")
        )

    def _is_heading(self, line: Line) -> bool:
        if self.headings.isdisjoint(map(str.strip, line.cells)):
            return False
        words = [words_of(cell) if len(cell) < 120 else cell for cell in line.cells]
        return any(_is_same_heading(words, header) for header in self.header_words)

    def _below(self, line: Line, filled: list[str]) -> str:
        """Totals and signatures: few cells, no date of birth, and a word that says so."""
        if len(filled) > 3 or self._cells(line, "birth_date"):
            return ""
        if _TOTAL.match(filled[0]):
            return "total"
        if line.page and len(filled) == 1 and _PAGE_NUMBER.fullmatch(filled[0]):
            return "signature"
        return "signature" if _SIGNATURE.match(filled[0]) else ""

    def read(self, line: Line) -> PersonRow | Refused:
        """The person of a line, or the problems that keep it from being one."""
        problems: list[Problem] = []
        remarks: list[Remark] = []
        found = self._names(line, problems)
        birth = self._birth(line, found.beside, problems, remarks)
        if not found.names and not problems:
            problems.append(self._problem(line, self.first_name_column, "no_name"))
        if line.number in self.torn or (line.page and _is_one_word(found.names)):
            problems.append(self._problem(line, self.first_name_column, "torn"))
        if problems:
            return Refused(line.sheet, line.number, line.cells, tuple(problems), line.page)
        beside = found.beside
        # A place or unit of megabytes is no place; the cell itself stays in `raw`.
        place, unit, rank, note = (
            ", ".join(self._cells(line, field))[:_MAX_TEXT] for field in ("place", "unit", "rank", "note")
        )
        sex = next((_sex(cell[:20]) for cell in self._cells(line, "sex")), "")
        person = Person(
            tuple(found.names), birth, sex, place or beside.place, unit or beside.unit, rank or beside.rank
        )
        report_id = next(iter(self._cells(line, "report_id")), "")
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
            birth = birth_date(cell[:200], self.order, self.date1904)
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


def _is_same_heading(words: list[str], header: list[str]) -> bool:
    same = sum(a == b for a, b in zip(words, header, strict=False) if b)
    return same > 0 and same >= 0.7 * min(sum(map(bool, words)), sum(map(bool, header)))


def _is_one_word(names: Sequence[Name]) -> bool:
    """On a page a long name goes on in the next line; then a cell for whole names holds a part."""
    return len(names) == 1 and bool(names[0].full) and len(names[0].full.split()) == 1


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
