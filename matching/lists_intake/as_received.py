"""A row as it stands in its file: each cell below its heading, and the line above it that names nobody."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from familylink.damage import in_words, opens
from matching import lists, staging
from matching.models import ListEntry, RefusedRow

_MOST_OF_A_LINE = 3  # cells: a row with more is of a man whose name cannot be read
_LOOKED_AT = 50  # refused rows above his: of more the nearest are looked at


class Cell(NamedTuple):
    """What stands below a heading; "" where its column has none."""

    heading: str
    text: str


class LineAbove(NamedTuple):
    """The nearest line above that names nobody: it may be the title of a part, and say of whom that part is."""

    row: int
    text: str


def cells_as_received(entry: ListEntry) -> list[Cell]:
    """What its row holds; where that is damaged, one cell that says so.

    "Released: no" says nothing as "no". Below the heading of a column that is read as no fact, a blank speaks, too.
    """
    if not opens(entry, "raw"):
        return [Cell("", in_words(entry))]
    columns = _columns(entry)
    known = [Cell(column.heading, text) for column, text in zip(columns, entry.raw, strict=False)]
    beyond = [Cell("", text) for text in entry.raw[len(columns) :]]
    left_blank = [Cell(column.heading, "") for column in columns[len(entry.raw) :]]
    of_no_fact = {column.heading for column in columns if not column.field} - {""}
    return [cell for cell in (*known, *beyond, *left_blank) if cell.text or cell.heading in of_no_fact]


def line_above(entry: ListEntry) -> LineAbove | None:
    """Nobody knows all words for those who were not released: so the words are shown to whoever decides.

    None where no such line stands on its sheet. A known title between them ends nothing: "Сержанти" below "Не доїхали"
    are those who did not come either.
    """
    above = RefusedRow.objects.filter(
        source_list=entry.source_list_id, sheet_index=bytes(entry.sheet_index), row__lt=entry.row
    )
    for refused in above.order_by("-row")[:_LOOKED_AT]:
        cells = [cell for cell in refused.problem.get("raw", ()) if cell] if opens(refused, "problem") else []
        if 0 < len(cells) <= _MOST_OF_A_LINE and all(map(lists.names_nobody, cells)):
            return LineAbove(refused.row, " ".join(cells))
    return None


def _columns(entry: ListEntry) -> Sequence[lists.Column]:
    layouts = [staging.recognition_of(kept) for kept in _preview(entry).get("layouts", ())]
    try:
        return lists.columns_of_row(layouts, entry.sheet or "", entry.row).columns
    except StopIteration:
        return ()


def _preview(entry: ListEntry) -> dict[str, Any]:
    return (entry.source_list.preview or {}) if opens(entry.source_list, "preview") else {}
