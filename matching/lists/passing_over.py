"""Which lines of a sheet are no people: blank ones, headings, totals, signatures; never a line that names one."""

import re
from collections.abc import Sequence

from matching.lists.columns import NAME_FIELDS, Column, Recognition
from matching.lists.headings import words_of
from matching.lists.looks import names_somebody
from matching.lists.parts import is_same_heading
from matching.lists.table import Line

_TOTAL = re.compile(
    r"\s*(всього|усього|разом|загалом|итого|всего|total|sum)\b(?!(?-i:[\s,]+[А-ЯІЇЄҐ]\w+[\s,]+[А-ЯІЇЄҐ]))",
    re.I,
)
_PAGE_NUMBER = re.compile(r"[\s–—-]*\d{1,4}[\s–—-]*(?:/\s*\d{1,4})?")
_SIGNATURE = re.compile(
    r"\s*(?:(?:підпис|подпись|signature|сторінка|страница|page|стор\.|стр\.|склав|список склав|составил"
    r"|звірено|звірив|сверено|сверил|завірив|заверил|виконавець|исполнитель|затверджую|утверждаю|погоджено"
    r"|згідно|начальник|командир|секретар|голова комісії|председатель комиссии)\b|м\. ?п\.)",
    re.I,
)
# Initials before the surname, maybe behind a rank, and nothing else: so people sign.
_SIGNED = re.compile(r"(?:[а-яіїєґ.-]+\s+){0,2}[А-ЯІЇЄҐ]\.\s*[А-ЯІЇЄҐ]\.\s*[А-ЯІЇЄҐ][\w'’ʼ-]+")
_INITIALS = re.compile(r"[А-ЯІЇЄҐ][\w'’ʼ-]+\s+[А-ЯІЇЄҐ]\.|[А-ЯІЇЄҐ]\.\s*[А-ЯІЇЄҐ][\w'’ʼ-]+")
_MOST_BELOW = 3  # cells filled in a line below the people


class PassingOver:
    """Judges the lines of one sheet by its recognised columns."""

    def __init__(self, recognition: Recognition) -> None:
        self.header_line = recognition.header_line
        self.header_words = [[words_of(cell) for cell in row] for row in recognition.header_rows]
        self.headings = {cell.strip() for row in recognition.header_rows for cell in row} - {""}
        self.first_header_line = recognition.header_line - len(recognition.header_rows) + 1
        self.of_names = [
            column
            for column in recognition.columns
            if column.field in NAME_FIELDS | {"patronymic", "other_names"}
        ]
        self.of_birth = [column for column in recognition.columns if column.field == "birth_date"]
        self.has_columns = sum(bool(column.field) for column in recognition.columns) > 1

    def why(self, line: Line) -> str:
        """What the line is when it is no person, else ""."""
        if not line.cells:
            return "blank"
        if line.number <= self.header_line:
            return self._at_top(line)
        if self._is_heading(line):
            return "heading_again"
        if line.lent and self._goes_on(line):
            return "merged"
        filled = [cell for cell in map(str.strip, line.cells) if cell]
        if len(filled) > 2 and filled[0] == "1" and filled == [str(n) for n in range(1, len(filled) + 1)]:
            return "column_numbers"
        return self._below(line, filled)

    def _at_top(self, line: Line) -> str:
        """A heading may come late, on the second page; who stands above it is a person all the same."""
        if line.number >= self.first_header_line:
            return "heading"
        return "" if any(map(names_somebody, line.cells)) else "above_heading"

    def is_doubtful(self, line: Line) -> bool:
        """Below the people stand those who sign for them, and between them titles: somebody has to look."""
        if sum(map(bool, line.cells)) > _MOST_BELOW or _told(line, self.of_birth):
            return False
        filled = [cell for cell in map(str.strip, line.cells) if cell]
        is_alone = self.has_columns and len(filled) == 1
        is_short = bool(_SIGNED.fullmatch(filled[0])) or len(filled[0].split()) == 1
        return bool(_SIGNATURE.match(filled[0])) or (is_alone and is_short and self._has_name(line))

    def _has_name(self, line: Line) -> bool:
        return bool(_told(line, self.of_names))

    def _goes_on(self, line: Line) -> bool:
        """All names of the line are merged with those above, and it tells no birth date: no further person."""
        return (
            not self._has_name(line)
            and any(column.index in line.lent for column in self.of_names)
            and not _told(line, self.of_birth)
        )

    def _is_heading(self, line: Line) -> bool:
        if self.headings.isdisjoint(map(str.strip, line.cells)):
            return False
        words = [words_of(cell) if len(cell) < 120 else cell for cell in line.cells]
        return any(is_same_heading(words, header) for header in self.header_words)

    def _below(self, line: Line, filled: list[str]) -> str:
        """Totals and signatures: few cells, no date of birth, nobody's whole name, and a word that says so."""
        if len(filled) > _MOST_BELOW or _told(line, self.of_birth) or any(map(_names_anybody, filled)):
            return ""
        if _TOTAL.match(filled[0]):
            return "total"
        if line.page and len(filled) == 1 and _PAGE_NUMBER.fullmatch(filled[0]):
            return "signature"
        return "signature" if _SIGNATURE.match(filled[0]) else ""


def _names_anybody(cell: str) -> bool:
    """A post and who holds it in one cell: "командир взводу Яр О. О." may stand in a list, and below it."""
    return names_somebody(cell) or bool(_SIGNATURE.match(cell) and _INITIALS.search(cell))


def _told(line: Line, columns: Sequence[Column]) -> str:
    """The first of these cells that holds something."""
    cells = (line.cells[column.index].strip() for column in columns if column.index < len(line.cells))
    return next(filter(None, cells), "")
