"""One line of a sheet becomes a person, or the problems that keep it from being one."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from matching.engine import BirthDate, Name, Person
from matching.lists import looks
from matching.lists.birthdates import birth_date, born_at_age, doubts, is_unknown
from matching.lists.columns import Column, Recognition, first_filled
from matching.lists.headings import words_of
from matching.lists.namecell import NameCell, is_misread
from matching.lists.naming import Naming, problem_at
from matching.lists.remarks import is_a_remark, says, says_among_names, says_in_column, says_in_place
from matching.lists.rows import PersonRow, Problem, Refused, Remark
from matching.lists.table import Line, short

_CALLSIGN = "позивний {}"  # as lists of the field write it; the engine compares no callsigns, people do
# A merged cell may hold for several people below each other: their unit, never a name or a birth date.
_LENT = frozenset(("place", "unit", "rank", "note", "sex"))
_MAX_TEXT = 1_000
# Where a remark stands when a column was forgotten, or the cells moved.
_MAY_HOLD_A_REMARK = frozenset(("number", "rank", "unit", "place", "sex"))
_NAMED_FOR_OTHERS = frozenset(("place", "unit"))
_CHILD_YEARS, _OLD_YEARS = 14, 90


class SheetReader:
    """Reads the lines of one sheet by its recognised columns.

    `as_of` is the day of the list, `torn` are the numbers of lines that are parts of a row (`Table.torn`).
    """

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
        lent = line.lent if field in _LENT else {}
        texts = (line.cell(c.index) or lent.get(c.index, "") for c in columns)
        return [text.strip() for text in texts if text]

    def _another(self, line: Line, birth: BirthDate) -> Column | None:
        """Where another person stands in the line, as when two lines ran together: who is passed over is lost. Of two
        namesakes beside each other the dates tell."""
        beyond = range(len(self.columns), len(line.cells))
        unnamed = [*self.of_nothing, *(Column(index, "", "", "unknown", ()) for index in beyond)]
        for column in unnamed:
            if looks.is_somebody(line.cell(column.index)[:200]):
                return column
        for column in self.further_dates if len(self.naming.variants) > 1 else ():
            if self._is_another_date(line.cell(column.index), birth):
                return column
        return None

    def _is_another_date(self, cell: str, birth: BirthDate) -> bool:
        try:
            other, _ = self.read_date(cell[:200])
        except ValueError:
            return False
        are_full = other.is_full and birth.is_full
        return other != birth if are_full else bool(other.year and birth.year and other.year != birth.year)

    def _text(self, line: Line, field: str) -> str:
        """All that the columns of a field hold. So long a text is no place; the cell stays in `raw`."""
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
        name = line.cell(first.index)
        code_beside = says(beside_name) if beside_name else ""
        if code_beside or (is_a_remark(name) and not self._tells_more(line)):
            yield self._remark(line, first, beside_name or name, code_beside or "says_dead", BirthDate())
        for column in self.beside:
            cell = line.cell(column.index)
            if cell and (code := says_in_column(column, cell)):
                yield self._remark(line, column, cell, code, BirthDate())
        for column in self.among_names:
            cell = line.cell(column.index)
            hears = says_in_place if column.field in _NAMED_FOR_OTHERS else says_among_names
            if not (column is first and code_beside) and (code := hears(cell)):
                yield self._remark(line, column, cell, code, BirthDate())

    def _tells_more(self, line: Line) -> bool:
        """Умер Енверович: that is a man, and a given name of Crimean Tatars. A date alone may be that of his death."""
        others = [column for column in self.naming.columns if column is not self.first_name_column]
        return any(line.cell(column.index) for column in others)

    def _misread(self, line: Line) -> Iterator[Remark]:
        """The name was taken, so that a digit in it stands for a letter."""
        for column in self.naming.columns:
            cell = line.cell(column.index)
            if not cell.isalpha() and is_misread(cell):
                yield self._remark(line, column, cell, "misread", BirthDate())

    def _first(self, line: Line, field: str) -> str:
        filled = self._filled(line, field)
        return filled[1] if filled is not None else ""

    def _filled(self, line: Line, field: str) -> tuple[Column, str] | None:
        """The first column of a field with something in this line's cell."""
        return first_filled(line, self.by_field.get(field, ()))


def _is_one_word(names: Sequence[Name]) -> bool:
    """On a page a long name goes on in the next line; then a cell for whole names holds a part."""
    return len(names) == 1 and bool(names[0].full) and len(names[0].full.split()) == 1


@lru_cache(maxsize=256)
def _sex(cell: str) -> str:
    word = words_of(cell)[:12]
    if re.match(r"(ч|чол\w*|м|муж\w*|m|male|man)$", word):
        return "m"
    return "f" if re.match(r"(ж|жін\w*|жен\w*|f|female|woman|w)$", word) else ""
