"""What caseworkers typed for refused rows outlives another reading of the list: nobody types it twice."""

from collections.abc import Iterable, Sequence
from typing import Any

from matching import lists
from matching.models import RefusedRow, SourceList
from matching.staging.rows import recognition_of, row_json


def typed_rows(source_list: SourceList) -> list[RefusedRow]:
    """The rows that were put right or set aside by hand since the list was last read."""
    return list(source_list.refused_rows.put_right() | source_list.refused_rows.set_aside())


def rows_typed_for(refused: RefusedRow) -> list[dict[str, Any]]:
    """A row for everybody whom a caseworker read out of this one, as `write_entries` takes it."""
    return [{**each["row"], "part": part} for part, each in enumerate(refused.people, 1)]


def carry_over(
    typed: Iterable[RefusedRow],
    refused: Iterable[RefusedRow],
    source_list: SourceList,
    preview: dict[str, Any],
) -> None:
    """Write on the rows refused now, which are not stored yet, what had been typed for them: where it still reads.

    Cells are counted as in the file, so they mean what the columns now say they mean.
    """
    before = {(row.sheet, row.row): row for row in typed}
    layouts = [recognition_of(kept) for kept in (preview["layouts"] if before else [])]
    for row in refused:
        earlier = before.get((row.sheet, row.row))
        if earlier is not None:
            _carry(earlier, row, lists.columns_of_row(layouts, row.sheet or "", row.row), source_list)


def _carry(earlier: RefusedRow, row: RefusedRow, layout: lists.Recognition, source_list: SourceList) -> None:
    if earlier.aside_at and list(earlier.problem["raw"]) == list(row.problem["raw"]):
        row.aside, row.aside_at, row.aside_by_id = earlier.aside, earlier.aside_at, earlier.aside_by_id
        return
    people = []
    for cells in (each["cells"] for each in earlier.people):
        read = read_again(source_list, row, layout, cells)
        if len(cells) != len(layout.columns) or not isinstance(read, lists.PersonRow):
            return
        people.append({"cells": cells, "row": row_json(read)})
    if people:
        row.correction = typed_of(people)
        row.corrected_at, row.corrected_by_id = earlier.corrected_at, earlier.corrected_by_id


def typed_of(people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """As a refused row keeps what was typed for it."""
    first, *more = people
    return {**first, "more": more} if more else first


def read_again(
    source_list: SourceList, refused: RefusedRow, layout: lists.Recognition, cells: Sequence[str]
) -> lists.PersonRow | lists.Refused:
    """One person of a refused row, by the cells that a caseworker typed."""
    return lists.read_row(
        layout,
        cells,
        sheet=refused.sheet or "",
        number=refused.row,
        page=refused.problem.get("page", 0),
        as_of=source_list.wave.occurred_on,
    )
