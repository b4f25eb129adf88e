"""What caseworkers typed for refused rows outlives another reading of the list, and its next version: nobody types it
twice, and whom it names is not taken for removed."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from familylink.damage import opens
from matching import lists
from matching.models import ListEntry, ListKind, RefusedRow, SourceList
from matching.staging.content import content_index, facts_of
from matching.staging.rows import problems_of, row_json, row_of
from matching.staging.versions import entries_by_content


def rows_typed_for(refused: RefusedRow) -> list[dict[str, Any]]:
    """A row for everybody whom a caseworker read out of this one, as `write_entries` takes it."""
    return [{**each["row"], "part": part} for part, each in enumerate(refused.people, 1)]


def content_typed(row: dict[str, Any]) -> bytes:
    """The `content_index` of a typed row: equal to that of the entry which was written for it, or will be."""
    return content_index(facts_of(row_of(row)))


def entries_typed(refused: RefusedRow, contents: Counter[bytes]) -> list[uuid.UUID]:
    """Standing entries that say this, as many as asked for: those of this very row before others that say the same."""
    here = set(entries_of_row(refused))
    standing = entries_by_content(refused.source_list)
    return [
        pk
        for content, number in contents.items()
        for pk in sorted(standing.get(content, ()), key=lambda pk: pk not in here)[:number]
    ]


def entries_of_row(refused: RefusedRow) -> list[uuid.UUID]:
    """What stands of this row: of its own list, or written for the version before and let stand by this one."""
    of_row = ListEntry.objects.filter(
        source_list=refused.source_list_id, sheet_index=refused.sheet_index, row=refused.row, removed_at=None
    )
    before = _row_before(refused)
    return [*of_row.values_list("pk", flat=True), *(entries_of_row(before) if before is not None else ())]


def _row_before(refused: RefusedRow) -> RefusedRow | None:
    """The one row of the version before that has the same cells, and from which `carry_over` took what was typed."""
    before = refused.source_list.supersedes_id
    if before is None or not opens(refused, "problem"):
        return None
    rows = RefusedRow.objects.filter(source_list=before)
    same = [row for row in rows if opens(row, "problem") and _cells(row) == _cells(refused)]
    return same[0] if len(same) == 1 else None


def carry_over(
    source_list: SourceList, refused: Sequence[RefusedRow], layouts: Sequence[lists.Recognition]
) -> None:
    """Write on the rows refused now, which are not stored yet, what was typed for them: where it still reads.

    Cells are counted as in the file, so they mean what the columns now say they mean.
    """
    own = {(row.sheet, row.row): row for row in _touched_rows(source_list)}
    before = _typed_before(source_list, refused)
    for row in refused:
        typed = [one for one in (own.get((row.sheet, row.row)), before.get(_cells(row))) if one]
        if typed:  # the version before may have been typed anew since
            layout = lists.columns_of_row(layouts, row.sheet or "", row.row)
            _carry(max(typed, key=_typed_at), row, layout, source_list)


def _typed_at(row: RefusedRow) -> datetime:
    return max(when for when in (row.corrected_at, row.aside_at, row.back_at) if when is not None)


def _touched_rows(source_list: SourceList) -> list[RefusedRow]:
    """The rows that were put right, set aside or brought back by hand since the list was last read."""
    rows = RefusedRow.objects.filter(source_list=source_list.pk).touched()
    return [row for row in rows if opens(row, "problem", "correction")]


def _typed_before(
    source_list: SourceList, refused: Sequence[RefusedRow]
) -> dict[tuple[str, ...], RefusedRow]:
    """By their cells rows of the version before that were put right or set aside: they may stand elsewhere in the file
    now, so only those of which there is one, then as now."""
    if source_list.supersedes_id is None:
        return {}
    rows = RefusedRow.objects.filter(source_list=source_list.supersedes_id)
    then = Counter(map(_cells, whole := [row for row in rows if opens(row, "problem", "correction")]))
    now = Counter(map(_cells, refused))
    is_typed = (row for row in whole if row.corrected_at or row.aside_at)
    return {_cells(row): row for row in is_typed if then[_cells(row)] == now[_cells(row)] == 1}


def _cells(row: RefusedRow) -> tuple[str, ...]:
    return tuple(row.problem["raw"])


def _carry(earlier: RefusedRow, row: RefusedRow, layout: lists.Recognition, source_list: SourceList) -> None:
    if earlier.aside_at and _cells(earlier) == _cells(row):
        row.aside, row.aside_at, row.aside_by_id = earlier.aside, earlier.aside_at, earlier.aside_by_id
        return
    if earlier.corrected_at is None:  # it was brought back, or set aside as other cells
        row.back_at = earlier.back_at
        return
    if _held_back_for(row) - _held_back_for(earlier):
        return  # this version says more of him: somebody asks again
    is_of_this_list = earlier.source_list_id == source_list.pk
    people = []
    for each in earlier.people:
        cells = _as_wide(each["cells"], len(layout.columns))
        read = read_again(source_list, row, layout, cells)
        if len(cells) != len(layout.columns) or not isinstance(read, lists.PersonRow):
            return
        # Columns of this list were told anew on purpose; those of another file must say the same man.
        if not is_of_this_list and facts_of(read) != facts_of(row_of(each["row"])):
            return
        people.append({"cells": cells, "row": row_json(read)})
    if people:
        row.correction = typed_of(people)
        row.corrected_at, row.corrected_by_id = earlier.corrected_at, earlier.corrected_by_id


def _held_back_for(row: RefusedRow) -> set[str]:
    """By which words of the list he was not released."""
    return {problem.code for problem in problems_of(row.problem)} & lists.NOT_RELEASED


def _as_wide(cells: Sequence[str], columns: int) -> list[str]:
    """As wide as the table is now, which one long row further down makes wider: with empty cells, or without them."""
    told = list(cells)
    while len(told) > columns and not told[-1]:
        told.pop()
    return told + [""] * (columns - len(told))


def typed_of(people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """As a refused row keeps what was typed for it."""
    first, *more = people
    return {**first, "more": more} if more else first


def read_again(
    source_list: SourceList, refused: RefusedRow, layout: lists.Recognition, cells: Sequence[str]
) -> lists.PersonRow | lists.Refused:
    """One person of a refused row, by the cells that a caseworker typed."""
    read = lists.read_row(
        layout,
        cells,
        sheet=refused.sheet or "",
        number=refused.row,
        page=refused.problem.get("page", 0) if opens(refused, "problem") else 0,
        as_of=source_list.wave.occurred_on,
    )
    if isinstance(read, lists.PersonRow) and source_list.kind == ListKind.RELEASED:
        return lists.refused_if_not_released(read)
    return read
