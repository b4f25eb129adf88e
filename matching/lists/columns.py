"""What a column holds, and what a caseworker said of it: remembered by the headings, never by a person's data."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace
from typing import Any

from matching.engine.saying import say
from matching.lists.birthdates import DateOrder
from matching.lists.column_words import COLUMN_REASONS, COLUMN_SHARES
from matching.lists.headings import meaning, words_of
from matching.lists.table import Line, sheet_and_line, short

FIELDS = (
    *("full_name", "surname", "given", "patronymic", "other_names"),
    *("birth_date", "age", "sex", "place", "unit", "rank", "callsign", "note", "number", "report_id"),
)
_LONGEST_HEADING = 120
_ONCE = ("surname", "given", "patronymic", "birth_date")
_BESIDE = {"surname": "given", "given": "surname"}
NAME_FIELDS = frozenset(("full_name", "surname", "given"))


class BadMapping(ValueError):
    """What should be a mapping is none: a field that there is not, or another shape."""


class ChosenTwice(BadMapping):
    """Of one name or date two columns were chosen by hand, and nobody can say which of them holds it."""

    def __init__(self, field: str, columns: Sequence["Column"]) -> None:
        super().__init__(field)
        titles = [column.title() for column in columns]
        self.field = field
        self.titles = titles if len({*titles}) == len(titles) else [letter_of(c.index) for c in columns]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `index` from 0, `field` one of FIELDS or "" (kept, not used), up to three `samples`.

    Columns of one field with different `variant` hold different spellings; of one variant, parts of one.
    """

    index: int
    heading: str
    field: str
    reason_code: str
    samples: tuple[str, ...]
    variant: str = ""
    share: int | None = None

    def reason(self, language: str) -> str:
        """Why the column was taken so, in words, with the percentage of its cells that look so (`share`)."""
        why = say(COLUMN_REASONS, self.reason_code, language, heading=short(self.heading))
        if self.share is None:
            return why
        return f"{why}; {say(COLUMN_SHARES, self.field, language, share=str(self.share))}"

    def title(self) -> str:
        """The heading, or the letter that a spreadsheet would show."""
        return short(self.heading) or letter_of(self.index)


@dataclass(frozen=True, slots=True)
class Mapping:
    """For each layout (the fingerprint of its headings) the field of every column, "" where it is not used.

    Holds no word of the file. Yet whoever guesses all its headings knows the fingerprint, and a heading may be a name:
    so it is kept under keyed hashes (matching.staging.layouts) and offered for the next list of the source.
    """

    layouts: Pairs[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it; `from_json` reads it back."""
        return {"layouts": {layout: list(fields) for layout, fields in self.layouts.items()}}

    @classmethod
    def from_json(cls, kept: object) -> "Mapping":
        """Raises BadMapping for anything that `to_json` did not give."""
        layouts = kept.get("layouts") if isinstance(kept, dict) else None
        if not isinstance(layouts, dict):
            raise BadMapping("layouts")
        for layout, fields in layouts.items():
            if not isinstance(layout, str) or not isinstance(fields, list) or not {*FIELDS, ""} >= {*fields}:
                raise BadMapping(str(layout))
        return cls({layout: tuple(fields) for layout, fields in layouts.items()})

    def corrected(self, recognition: "Recognition", fields: Pairs[int, str]) -> "Mapping":
        """With the fields that a caseworker gave to columns (index from 0) of one sheet.

        Raises BadMapping, ChosenTwice."""
        if not {*FIELDS, ""} >= {*fields.values()}:
            raise BadMapping(", ".join(fields.values()))
        told = tuple(fields.get(column.index, column.field) for column in recognition.columns)
        _refuse_chosen_twice(_told(recognition.columns, told))
        return Mapping({**self.layouts, recognition.fingerprint: told})

    def together_with(self, other: "Mapping") -> "Mapping":
        """Both; where both know a layout, `other` counts."""
        return Mapping({**self.layouts, **other.layouts})


@dataclass(frozen=True, slots=True)
class Recognition:
    """The columns of the first sheet with names; `others` are the further sheets, each with its own.

    `header_line` is the line's number in the file, of two-line headings the last, and `header_rows` are their
    cells; it is 0 when there is no heading, or when the file names its fields in every record (JSON, PFIF).
    `order` is how dates such as 03/04/1987 are meant, and whether the file proves it.
    """

    header_line: int
    columns: tuple[Column, ...]
    sheet: str = ""
    others: tuple["Recognition", ...] = ()
    order: DateOrder = DateOrder.UNPROVEN
    header_rows: tuple[tuple[str, ...], ...] = ()
    date1904: bool = False

    def sheets(self) -> tuple["Recognition", ...]:
        """Every recognised sheet, in the order of the file."""
        return (replace(self, others=()), *self.others)

    def for_sheet(self, sheet: str) -> "Recognition | None":
        """The columns of that sheet; None when it holds no names."""
        return next((each for each in (self, *self.others) if each.sheet == sheet), None)

    @property
    def has_names(self) -> bool:
        """True when some column tells who is listed."""
        return any(column.field in NAME_FIELDS for column in self.columns)

    @property
    def fingerprint(self) -> str:
        """The same for the same headings in the same order, however they are capitalised or spaced."""
        return layout_of([column.heading for column in self.columns], has_heading=bool(self.header_rows))

    def mapping(self) -> Mapping:
        """The columns as they are now taken, of all sheets: what is remembered for the source."""
        return Mapping({each.fingerprint: tuple(c.field for c in each.columns) for each in self.sheets()})


def first_filled(line: Line, columns: Iterable[Column]) -> tuple[Column, str] | None:
    """The first of these columns in which the line has something, and that; None where all are empty."""
    for column in columns:
        if cell := line.cell(column.index):
            return column, cell
    return None


def columns_of_row(layouts: Sequence[Recognition], sheet: str, row: int) -> Recognition:
    """By which of them a row was read: of lists below each other on its sheet, the last that begins above it."""
    found = [each for each in layouts if sheet_and_line(each.sheet)[0] == sheet]
    return next(each for each in reversed(found) if sheet_and_line(each.sheet)[1] <= row)


def layout_of(headings: Sequence[str], *, has_heading: bool = True) -> str:
    """The fingerprint of headings; of a sheet without any, only the number of its columns counts."""
    words = (
        [words_of(heading[:_LONGEST_HEADING]) for heading in headings]
        if has_heading
        else ["", *("" for _ in headings)]
    )
    while words and not words[-1] and has_heading:
        words.pop()
    told = json.dumps(words, ensure_ascii=False).encode()
    return hashlib.sha256(told).hexdigest()[:24]


def letter_of(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def numbered(columns: Sequence[Column]) -> list[Column]:
    """A name field met again in the same variant is a further spelling; UK "Name 2..5" are parts of one."""
    seen: dict[tuple[str, str], int] = {}
    result = []
    for column in columns:
        if column.field in NAME_FIELDS:
            again = seen[column.field, column.variant] = seen.get((column.field, column.variant), 0) + 1
            column = column if again == 1 else replace(column, variant=f"{column.variant}{again}")
        result.append(column)
    return result


def as_told(columns: Sequence[Column], fields: Sequence[str]) -> list[Column]:
    """The columns with the fields that a caseworker gave them."""
    return numbered(_told(columns, fields))


def _told(columns: Sequence[Column], fields: Sequence[str]) -> list[Column]:
    told = []
    for column, name in zip(columns, [*fields, *[""] * len(columns)], strict=False):
        field, variant, _ = meaning(column.heading)
        told.append(
            replace(column, field=name, reason_code="told", variant=variant if field == name else "")
            if name != column.field
            else column
        )
    return told


def _refuse_chosen_twice(columns: Sequence[Column]) -> None:
    """Two surnames beside as many given names are two spellings; two beside one given name would make a second name of
    whatever stands in the other column. What our own recognition took so (a former surname) stays."""
    by_field: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        by_field.setdefault((column.field, column.variant), []).append(column)
    for (name, variant), chosen in by_field.items():
        beside = by_field.get((_BESIDE.get(name, ""), variant), [])
        is_by_hand = any(column.reason_code == "told" for column in chosen)
        if name in _ONCE and len(chosen) > 1 and is_by_hand and len(chosen) != len(beside):
            raise ChosenTwice(name, chosen)
