"""What caseworkers typed for refused rows outlives another reading of the list: nobody types it twice."""

from collections.abc import Iterable
from typing import Any

from matching import lists
from matching.models import RefusedRow, SourceList
from matching.staging.rows import recognition_of, row_json


def typed_rows(source_list: SourceList) -> list[RefusedRow]:
    """The rows that were put right by hand since the list was last read."""
    return list(source_list.refused_rows.exclude(corrected_at=None))


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
            _carry(earlier, row, lists.columns_of_row(layouts, row.sheet, row.row), source_list)


def _carry(earlier: RefusedRow, row: RefusedRow, layout: lists.Recognition, source_list: SourceList) -> None:
    cells = earlier.correction["cells"]
    if len(cells) != len(layout.columns):
        return
    read = lists.read_row(
        layout,
        cells,
        sheet=row.sheet,
        number=row.row,
        page=row.problem.get("page", 0),
        as_of=source_list.wave.occurred_on,
    )
    if isinstance(read, lists.PersonRow):
        row.correction = {"cells": cells, "row": row_json(read)}
        row.corrected_at, row.corrected_by_id = earlier.corrected_at, earlier.corrected_by_id
