"""Which column of a table holds what, by its heading or, where there is none, by its content."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import replace
from itertools import islice, pairwise

from matching.lists import looks
from matching.lists.birthdates import DateOrder, date_order
from matching.lists.by_content import by_content, spread
from matching.lists.columns import NAME_FIELDS, Column, Mapping, Recognition, as_told, layout_of, numbered
from matching.lists.headings import UNDER, meaning, words_of
from matching.lists.table import Line, Lines, Table, Unreadable, short

_LINES_ABOVE_HEADING = 40
_SAMPLE_LINES = 200
_NOTHING_TOLD = Mapping()
_DETECTED: Pairs[str, int] = {}


def recognise(
    table: Table, mapping: Mapping = _NOTHING_TOLD, *, header_lines: Pairs[str, int] = _DETECTED
) -> Recognition:
    """The sheets that have names and rows. Raises Unreadable("no_name_column" or "no_rows").

    `mapping`: what a caseworker said of layouts, from this file or an earlier one of its source; it also tells
    which line holds the headings. `header_lines`: for a sheet the number of that line, 0 for "there is none".
    """
    found = [each for each in columns_of(table, mapping, header_lines=header_lines) if each.has_names]
    if not found:
        filled = next((line.cells for line in table.lines if line.cells), ())
        raise Unreadable("no_name_column", headings=short(" | ".join(filled[:30]), 200))
    with_rows = [each for each in found if _has_rows(table, each)]
    if not with_rows:
        raise Unreadable("no_rows")
    first, *others = with_rows
    return replace(first, others=tuple(others))


def columns_of(
    table: Table, mapping: Mapping = _NOTHING_TOLD, *, header_lines: Pairs[str, int] = _DETECTED
) -> tuple[Recognition, ...]:
    """Headings and columns of every sheet, also of one without names: a caseworker may know better."""
    return tuple(
        _as_message(each) if table.is_message else replace(each, date1904=table.date1904)
        for each in (
            _recognise_sheet(name, lines, mapping, header_lines.get(name)) for name, lines in table.sheets()
        )
    )


def _as_message(recognition: Recognition) -> Recognition:
    """Of a message each line is a name cell with all that stands in it; its first words are no heading of it."""
    columns = tuple(
        replace(column, heading="", field="full_name", reason_code="message", share=None)
        for column in recognition.columns
    )
    return replace(recognition, columns=columns)


def _has_rows(table: Table, recognition: Recognition) -> bool:
    sheets = (lines for name, lines in table.sheets() if name == recognition.sheet)
    return any(line.cells for lines in sheets for line in _below(lines, recognition.header_line))


def _below(lines: Lines, header_line: int) -> Iterator[Line]:
    return (line for line in lines if line.cells and line.number > header_line)


def _recognise_sheet(sheet: str, lines: Lines, mapping: Mapping, header_line: int | None) -> Recognition:
    top = lines[: _LINES_ABOVE_HEADING + _SAMPLE_LINES]
    header = _told_header(lines, mapping, header_line)
    if header is None:
        found = _header(top) or _header_without_names([line for line in top if line.cells][:_SAMPLE_LINES])
        header = _with_second_line([line for line in top if line.cells], found) if found else ()
    headings = _headings(header)
    last = header[-1].number if header else -1
    below = list(islice(_below(lines, last), _SAMPLE_LINES))
    width = min(max(len(headings), *(len(line.cells) for line in below), 0), 1000)
    cells = [[line.cells[i] for line in below if i < len(line.cells)] for i in range(width)]
    columns = [_column(i, headings[i] if i < len(headings) else "", cells[i]) for i in range(width)]
    columns = _settled(by_content(spread(columns, cells), cells), cells)
    told = mapping.layouts.get(layout_of([c.heading for c in columns], has_heading=bool(header)))
    columns = [_with_share(column, cells) for column in (as_told(columns, told) if told else columns)]
    order = _order(columns, _below(lines, last))
    rows = tuple(line.cells for line in header)
    return Recognition(max(last, 0), tuple(columns), sheet, order=order, header_rows=rows)


def _told_header(lines: Lines, mapping: Mapping, number: int | None) -> tuple[Line, ...] | None:
    """The line of headings that a caseworker named, now or for an earlier list; None when nobody did."""
    if number is not None:
        return tuple(islice((line for line in lines if line.cells and line.number == number), 1))
    if not mapping.layouts:
        return None
    filled = [line for line in lines[:_LINES_ABOVE_HEADING] if line.cells]
    headers = [*((line,) for line in filled), *pairwise(filled)]
    return next((each for each in headers if layout_of(_headings(each)) in mapping.layouts), None)


def _with_second_line(filled: Sequence[Line], header: Line) -> tuple[Line, ...]:
    """The heading with the line of groups above it, or the line below that divides some of its columns."""
    place = filled.index(header)
    if place + 1 < len(filled) and _divides(filled[place + 1], header):
        return header, filled[place + 1]
    if place and _divides(header, filled[place - 1]):
        return filled[place - 1], header
    return (header,)


def _divides(sub: Line, top: Line) -> bool:
    """Under a group that spans columns left empty behind it, the lower line says what each of them is."""
    said = [cell for cell in sub.cells if cell.strip()]
    known = sum(meaning(cell[:200])[2] != "unknown" for cell in said)
    spanned = [i for i, cell in enumerate(sub.cells) if cell.strip() and not top.cell(i)]
    grouped = any(i and top.cell(i - 1) and sub.cell(i - 1) for i in spanned)
    # "Степова область" in a person's line would pass for a heading; her name beside it does not.
    return (
        grouped
        and known >= 0.75 * len(said)
        and sum(map(bool, top.cells)) > 1
        and not any(re.search(r"\d", cell) or len(cell) > 60 for cell in (*sub.cells, *top.cells))
    )


def _headings(header: Sequence[Line]) -> tuple[str, ...]:
    """One heading for each column: of two lines "ПІБ › Прізвище", a group reaching over what it left empty."""
    if len(header) < 2:
        return header[0].cells if header else ()
    top, sub = header[0], header[1]
    group, headings = "", []
    for i in range(max(len(top.cells), len(sub.cells))):
        above, below = top.cell(i), sub.cell(i)
        group = (above or group) if below else ""
        headings.append(f"{group}{UNDER}{below}" if group else above or below)
    return tuple(headings)


def _order(columns: list[Column], below: Iterable[Line]) -> DateOrder:
    indexes = [column.index for column in columns if column.field == "birth_date"]
    if not indexes:
        return DateOrder.UNPROVEN
    return date_order(line.cells[i] for line in below for i in indexes if i < len(line.cells))


def _column(index: int, heading: str, cells: list[str]) -> Column:
    field, variant, reason = meaning(heading)
    filled = dict.fromkeys(short(cell, 60) for cell in cells[:50] if cell.strip())
    return Column(index, heading, field, reason, tuple(filled)[:3], variant)


def _header(lines: Sequence[Line]) -> Line | None:
    """The line with most headings that are understood, one of them of a name."""
    best = max(lines[:_LINES_ABOVE_HEADING], key=_header_score, default=None)
    return best if best is not None and _header_score(best) > 0 else None


def _header_without_names(lines: Sequence[Line]) -> Line | None:
    """The first line when it is no person: headings we know, or cells unlike all cells below them."""
    if not lines:
        return None
    first, below = lines[0], lines[1:]
    cells = [cell for cell in first.cells if cell.strip()]
    unknown = [cell for cell in cells if len(cell) > 80 or meaning(cell)[2] == "unknown"]
    if any(re.search(r"\d", cell) or looks.names_somebody(cell[:200]) for cell in cells):
        return None
    if any(looks.is_name(cell.strip()[:200]) for cell in unknown):
        return None
    if len(unknown) < len(cells):
        return first
    columns = ([line.cells[i] for line in below if i < len(line.cells)] for i in range(len(first.cells)))
    return (
        first
        if any(looks.like_names(column) or looks.like_birth_dates(column) for column in columns)
        else None
    )


def _header_score(line: Line) -> float:
    meanings = [
        meaning(cell)
        for cell in line.cells[:200]
        if cell.strip() and len(cell) <= 80 and not looks.names_somebody(cell)
    ]
    if not NAME_FIELDS & {field for field, _, _ in meanings}:
        return 0.0
    known = sum(reason != "unknown" for _, _, reason in meanings)
    # A title such as "Список звільнених (ПІБ)" is one long cell; a heading is short.
    return known - min(0.9, max(map(len, line.cells)) / 200)


def _with_share(column: Column, cells: list[list[str]]) -> Column:
    """How many of the cells look as they should: a caseworker sees a wrong column at once."""
    fits = {"birth_date": looks.is_date, "full_name": looks.is_name}.get(column.field)
    if fits is None or not any(cell.strip() for cell in cells[column.index]):
        return column
    return replace(column, share=round(100 * looks.share(cells[column.index], fits)))


def _settled(columns: list[Column], cells: list[list[str]]) -> list[Column]:
    """Settle what one heading cannot: "Ім'я" beside a surname or alone, the same heading twice."""
    fields = {column.field for column in columns}
    columns = [_renamed(column, fields, cells[column.index]) for column in columns]
    return numbered(_one_birth_date(columns))


def _renamed(column: Column, fields: set[str], cells: list[str]) -> Column:
    words = words_of(column.heading)
    if column.field == "full_name" and words == "name" and "surname" in fields and "given" not in fields:
        return replace(column, field="given")
    if column.field == "given" and "surname" not in fields and "full_name" not in fields:
        return replace(column, field="full_name")
    if (
        column.field == "surname"
        and not {"given", "full_name"} & fields
        and looks.share(cells, looks.is_words) > 0.5
    ):
        return replace(column, field="full_name")
    if column.field == "other_names" and column.variant == "former":
        return replace(column, field="surname") if "surname" in fields else replace(column, variant="")
    return column


def _one_birth_date(columns: list[Column]) -> list[Column]:
    dates = [column for column in columns if column.field == "birth_date"]
    # "Рік народження" beside "Дата народження": the fuller one counts.
    full = [column for column in dates if not re.search(r"рік|год|year", words_of(column.heading))]
    kept = (full or dates)[:1]
    return [
        replace(each, field="", reason_code="second_date") if each in dates and each not in kept else each
        for each in columns
    ]
