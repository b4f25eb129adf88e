"""Lines become people; what cannot is named with its row, column, value and reason."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice, tee, zip_longest

from matching.engine import BirthDate, Name, Person
from matching.lists import looks
from matching.lists.birthdates import birth_date, born_at_age, doubts, is_unknown
from matching.lists.columns import Column, Recognition
from matching.lists.headings import words_of
from matching.lists.namecell import NameCell, is_misread
from matching.lists.naming import Naming, problem_at
from matching.lists.not_released import (
    Titles,
    is_a_remark,
    says,
    says_among_names,
    says_in_column,
    says_of_the_man_above,
)
from matching.lists.passing_over import PassingOver
from matching.lists.rows import PersonRow, Problem, Refused, Remark, Rows, Skipped
from matching.lists.table import Line, Progress, Table, sheet_and_line, short, unheard

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
    waiting: list[PersonRow | Refused | Skipped] = []  # a row, and the lines below it that name nobody
    for row, remark in _with_remarks_below(table, recognition, as_of, progress):
        if remark is not None and waiting and isinstance(above := waiting[0], PersonRow):
            waiting[0] = above._replace(remarks=(*above.remarks, remark))
        if not _names_nobody(row):
            yield from waiting
            waiting.clear()
        waiting.append(row)
    yield from waiting


def _names_nobody(row: PersonRow | Refused | Skipped) -> bool:
    """A blank line, or a remark: what stands below may still be about the man above."""
    if isinstance(row, Refused):
        return {problem.code for problem in row.problems} <= {"not_a_name", "no_name"}
    return isinstance(row, Skipped) and row.code == "blank"


def _with_remarks_below(
    table: Table, recognition: Recognition, as_of: date | None, progress: Progress
) -> Iterator[tuple[PersonRow | Refused | Skipped, Remark | None]]:
    """Each row, and the remark on the one above that it may be."""
    done, total, titles = 0, len(table.lines), Titles()
    below = [*[sheet_and_line(sheet)[1] for sheet, _ in table.sheets()][1:], 0]
    for (sheet, lines), begins in zip(table.sheets(), below, strict=False):
        titles.enter(sheet_and_line(sheet)[0])
        columns = recognition.for_sheet(sheet)
        if columns is None:
            list(map(titles.hear, lines))  # a title over the next list of this sheet
            yield Skipped(lines[0].sheet, lines[0].number, lines[-1].number, "sheet_without_names"), None
            done += len(lines)
            continue
        reader, passing = _SheetReader(columns, as_of, frozenset(table.torn)), PassingOver(columns)
        for line, following, filled in _with_following(lines):
            is_title = titles.hear(line)
            is_above = passing.is_heading(filled) if filled else bool(begins)
            row = _told(reader, passing, line, following, is_title=is_title, is_above_headings=is_above)
            code = says_of_the_man_above(line)
            if code and (not isinstance(row, Skipped) or row.code == "title"):
                alone = reader.refused(line, "not_a_name")
                yield row if isinstance(row, Skipped) else alone, _as_remark(alone, code)
            elif isinstance(row, PersonRow):
                yield titles.remarked(row, reader.first_name_column), None
            else:
                yield row, None
            done += 1
            if done % _TELL_EVERY == 0:
                progress(done, total)
    progress(total, total)


def _as_remark(alone: Refused, code: str) -> Remark:
    told = alone.problems[0]
    return Remark(told.sheet, told.row, told.column, told.value, code, {"read": ""})


def read_row(
    recognition: Recognition,
    cells: Sequence[str],
    *,
    sheet: str = "",
    number: int = 0,
    page: int = 0,
    as_of: date | None = None,
) -> PersonRow | Refused:
    """One row as a caseworker corrected it, by the columns it was read by (`columns_of_row`)."""
    return _SheetReader(recognition, as_of).read(Line(sheet, number, tuple(cells), page))


def _with_following(lines: Iterable[Line]) -> Iterator[tuple[Line, int, Line | None]]:
    """Each line, the number of the next, and the next that holds something: a run of blank lines is one."""
    here, below, further = tee(lines, 3)
    for line, following, after in zip_longest(here, islice(below, 1, None), islice(further, 2, None)):
        if line is not None:
            filled = following if following is None or following.cells else after
            yield line, following.number if following else line.number + 1, filled


def _told(
    reader: "_SheetReader",
    passing: PassingOver,
    line: Line,
    following: int,
    *,
    is_title: bool,
    is_above_headings: bool,
) -> PersonRow | Refused | Skipped:
    if code := passing.why(line) or ("title" if is_title else ""):
        return Skipped(line.sheet, line.number, following - 1 if code == "blank" else line.number, code)
    if line.is_struck:
        return reader.refused(line, "struck_out")
    row = reader.read(line)
    is_doubtful = isinstance(row, PersonRow) and passing.is_doubtful(
        line, is_above_headings=is_above_headings
    )
    return reader.refused(line, "not_a_name") if is_doubtful else row


_CALLSIGN = "позивний {}"  # as lists of the field write it; the engine compares no callsigns, people do
# A merged cell may hold for several people below each other: their unit, never a name or a birth date.
_LENT = frozenset(("place", "unit", "rank", "note", "sex"))
_MAX_TEXT = 1_000
# Where a remark stands when a column was forgotten, or the cells moved.
_MAY_HOLD_A_REMARK = frozenset(("number", "rank", "unit", "place", "sex"))
_CHILD_YEARS, _OLD_YEARS = 14, 90


class _SheetReader:
    """Reads the lines of one sheet by its recognised columns."""

    def __init__(
        self, recognition: Recognition, as_of: date | None, torn: frozenset[int] = frozenset()
    ) -> None:
        self.as_of = as_of
        self.torn = torn
        self.order = recognition.order
        self.date1904 = recognition.date1904
        self.columns = recognition.columns
        self.beside = [
            c
            for c in recognition.columns
            if c.field == "note" or not (c.field or c.reason_code == "about_another")
        ]
        self.among_names = [c for c in recognition.columns if c.field in _MAY_HOLD_A_REMARK]
        self.by_field: dict[str, list[Column]] = {}
        for column in recognition.columns:
            if column.field:
                self.by_field.setdefault(column.field, []).append(column)
        # No heading says what stands there, and no caseworker has.
        self.of_nothing = [
            c for c in recognition.columns if not (c.field or c.heading or c.reason_code == "told")
        ]
        self.further_dates = [c for c in recognition.columns if c.reason_code == "second_date"]
        self.naming = Naming(recognition.columns)
        self.among_names.extend(self.naming.columns)
        self.read_date = lru_cache(maxsize=1 << 16)(self._read_date)  # birthdays of many people are the same
        self.first_name_column = self.naming.first

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

    def _another(self, line: Line, birth: BirthDate) -> Column | None:
        """Where another person stands in the line, as when two lines ran together: who is passed over is lost. Of two
        namesakes beside each other the dates tell."""
        beyond = range(len(self.columns), len(line.cells))
        unnamed = [*self.of_nothing, *(Column(index, "", "", "unknown", ()) for index in beyond)]
        for column in unnamed:
            if column.index < len(line.cells) and looks.is_somebody(line.cells[column.index].strip()[:200]):
                return column
        for column in self.further_dates if len(self.naming.variants) > 1 else ():
            if column.index < len(line.cells) and self._is_another_date(line.cells[column.index], birth):
                return column
        return None

    def _is_another_date(self, cell: str, birth: BirthDate) -> bool:
        try:
            other, _ = self.read_date(cell.strip()[:200])
        except ValueError:
            return False
        are_full = other.is_full and birth.is_full
        return other != birth if are_full else bool(other.year and birth.year and other.year != birth.year)

    def _text(self, line: Line, field: str) -> str:
        """All that the columns of a field hold. A place of megabytes is no place; the cell itself stays in `raw`."""
        return ", ".join(self._cells(line, field))[:_MAX_TEXT] if field in self.by_field else ""

    def refused(self, line: Line, code: str) -> Refused:
        """Whatever its cells hold, a person has to look at the line first."""
        first = next(index for index, cell in enumerate(line.cells) if cell.strip())
        column = self.columns[first] if first < len(self.columns) else self.first_name_column
        problem = problem_at(line, column, code)
        return Refused(line.sheet, line.number, line.cells, (problem,), line.page)

    def read(self, line: Line) -> PersonRow | Refused:
        """The person of a line, or the problems that keep it from being one."""
        problems: list[Problem] = []
        remarks: list[Remark] = []
        found = self.naming.read(line, problems)
        birth = self._birth(line, found.beside, problems, remarks)
        if not problems and (column := self._another(line, birth)) is not None:
            problems.append(problem_at(line, column, "several_people"))
        if not found.names and not problems:
            problems.append(problem_at(line, self.first_name_column, "no_name"))
        if line.number in self.torn or (line.page and _is_one_word(found.names)):
            problems.append(problem_at(line, self.first_name_column, "torn"))
        if problems:
            return Refused(line.sheet, line.number, line.cells, tuple(problems), line.page)
        remarks.extend(self._not_released(line, found.beside.note))
        remarks.extend(self._misread(line))
        beside = found.beside
        place, unit = self._text(line, "place"), self._text(line, "unit")
        rank, note = self._text(line, "rank"), self._text(line, "note")
        sex = next((_sex(cell[:20]) for cell in self._cells(line, "sex")), "")
        person = Person(
            tuple(found.names), birth, sex, place or beside.place, unit or beside.unit, rank or beside.rank
        )
        callsign = self._first(line, "callsign")[:_MAX_TEXT] or beside.callsign
        said = _CALLSIGN.format(callsign) if callsign else ""
        return PersonRow(
            line.sheet,
            line.number,
            line.cells,
            person,
            self._first(line, "report_id"),
            ", ".join(filter(None, (said, note or beside.note))),
            line.page,
            tuple(remarks),
        )

    @staticmethod
    def _remark(line: Line, column: Column, value: str, code: str, read: BirthDate) -> Remark:
        return Remark(line.sheet, line.number, column.title(), short(value), code, {"read": str(read)})

    def _birth(
        self, line: Line, beside: NameCell, problems: list[Problem], remarks: list[Remark]
    ) -> BirthDate:
        """The birth date of its column, else the one in the name cell, else what an age leaves open."""
        filled = self._filled(line, "birth_date")
        column, cell = filled or (self.first_name_column, beside.born)
        try:
            birth, codes = self.read_date(cell[:200])
        except ValueError:
            problems.append(problem_at(line, column, "not_a_date"))
            return BirthDate()
        if birth.year and self.as_of and birth.year > self.as_of.year:
            problems.append(problem_at(line, column, "born_later"))
        remarks.extend([self._remark(line, column, cell, code, birth) for code in codes])
        return birth or self._by_age(line, beside.age, remarks)

    def _read_date(self, cell: str) -> tuple[BirthDate, tuple[str, ...]]:
        birth = birth_date(cell, self.order, self.date1904)
        return birth, (*doubts(cell, self.order), *self._unlikely(birth)) if birth else ()

    def _unlikely(self, birth: BirthDate) -> Iterator[str]:
        """A date of captivity in the wrong column makes children of soldiers, and the zero of a sheet old men."""
        if birth.year and self.as_of:
            youngest, oldest = self.as_of.year - (birth.year_to or birth.year), self.as_of.year - birth.year
            if youngest < _CHILD_YEARS or oldest > _OLD_YEARS:
                yield "unlikely_birth"

    def _by_age(self, line: Line, beside_name: str, remarks: list[Remark]) -> BirthDate:
        column, cell = self._filled(line, "age") or (self.first_name_column, beside_name)
        if self.as_of is None:
            return BirthDate()
        birth = born_at_age(cell, self.as_of)
        if birth or not is_unknown(cell):
            code = "from_age" if birth else "age_unread"
            remarks.append(self._remark(line, column, cell, code, birth))
        return birth

    def _not_released(self, line: Line, beside_name: str) -> Iterator[Remark]:
        first = self.first_name_column
        name = _cell(line, first)
        code = says(beside_name) if beside_name else ""
        if code or (is_a_remark(name) and not self._tells_more(line)):
            yield self._remark(line, first, beside_name or name, code or "says_dead", BirthDate())
        for column in self.beside:
            cell = _cell(line, column)
            if cell and (code := says_in_column(column, cell)):
                yield self._remark(line, column, cell, code, BirthDate())
        for column in self.among_names:
            cell = _cell(line, column)
            if not (column is first and beside_name) and (code := says_among_names(cell)):
                yield self._remark(line, column, cell, code, BirthDate())

    def _tells_more(self, line: Line) -> bool:
        """Умер Енверович: that is a man, and a given name of Crimean Tatars. A date alone may be that of his death."""
        others = [column for column in self.naming.columns if column is not self.first_name_column]
        return any(_cell(line, column) for column in others)

    def _misread(self, line: Line) -> Iterator[Remark]:
        """The name was taken, so that a digit in it stands for a letter."""
        for column in self.naming.columns:
            cell = line.cells[column.index] if column.index < len(line.cells) else ""
            if not cell.isalpha() and is_misread(cell):
                yield self._remark(line, column, cell, "misread", BirthDate())

    def _first(self, line: Line, field: str) -> str:
        filled = self._filled(line, field)
        return filled[1] if filled is not None else ""

    def _filled(self, line: Line, field: str) -> tuple[Column, str] | None:
        """The first column of a field with something in this line's cell."""
        for column in self.by_field.get(field, ()):
            if column.index < len(line.cells) and (cell := line.cells[column.index].strip()):
                return column, cell
        return None


def _cell(line: Line, column: Column) -> str:
    return line.cells[column.index].strip() if column.index < len(line.cells) else ""


def _is_one_word(names: Sequence[Name]) -> bool:
    """On a page a long name goes on in the next line; then a cell for whole names holds a part."""
    return len(names) == 1 and bool(names[0].full) and len(names[0].full.split()) == 1


@lru_cache(maxsize=256)
def _sex(cell: str) -> str:
    word = words_of(cell)[:12]
    if re.match(r"(ч|чол\w*|м|муж\w*|m|male|man)$", word):
        return "m"
    return "f" if re.match(r"(ж|жін\w*|жен\w*|f|female|woman|w)$", word) else ""
