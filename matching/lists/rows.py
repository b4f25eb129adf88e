"""What a table holds: people, refused rows with their reasons, and the lines that are no people."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from matching.engine import Person
from matching.engine.saying import Sentences, say
from matching.lists.row_words import IN_SHEET, PROBLEMS, REMARKS, SKIPPED


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row is not among the people: the column, what stands in it, and a code of row_words.PROBLEMS."""

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

    def discreet(self, language: str) -> str:
        """The same without the cell, which may be a name: a terminal's output is often kept in a file."""
        return replace(self, value="…").sentence(language)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a caseworker should look at in a row that was read; `code` is one of row_words.REMARKS."""

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


class PersonRow(NamedTuple):
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
