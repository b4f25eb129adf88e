"""Rows that could not be read: put right by a caseworker, set aside, or taken away as a sheet with the reasons."""

import uuid
from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from familylink.celery import wake
from matching import lists, staging, tasks
from matching.lists_intake.errors import NotWaiting
from matching.models import Aside, EventKind, ListState, MatchRun, RefusedRow, SourceList
from matching.models.refused_row import RefusedRowQuerySet


@transaction.atomic
def correct_row(
    refused_row_id: uuid.UUID, *people: Sequence[str], by: User | None
) -> tuple[lists.Problem, ...]:
    """Read a refused row again with these cells, of each of the `people` in it. Empty: they are rows like the others
    now, or entries at once where the list is committed. Else why it is still refused; then nothing has changed.
    Raises NotWaiting."""
    source_list, refused = _locked(refused_row_id, RefusedRow.objects.waiting())
    layout = columns_for(refused)
    read = [staging.read_again(source_list, refused, layout, cells) for cells in people]
    if problems := tuple(p for row in read if isinstance(row, lists.Refused) for p in row.problems):
        return problems
    rows = [row for row in read if isinstance(row, lists.PersonRow)]
    refused.correction = staging.typed_of(
        [
            {"cells": list(cells), "row": staging.row_json(row)}
            for cells, row in zip(people, rows, strict=True)
        ]
    )
    refused.corrected_at, refused.corrected_by = Now(), by
    refused.save()
    staging.note_event(EventKind.ROW_CORRECTED, source_list, by, row=refused.row)
    if source_list.state == ListState.COMMITTED:
        _count_refused(source_list, -1)
        _add_entries(source_list, staging.rows_typed_for(refused))
    return ()


@transaction.atomic
def set_row_aside(refused_row_id: uuid.UUID, why: Aside, *, by: User | None) -> None:
    """A refused row is nobody's: it stays on record with the reason, and can be brought back. Raises NotWaiting."""
    source_list, refused = _locked(refused_row_id, RefusedRow.objects.waiting())
    RefusedRow.objects.filter(pk=refused.pk).update(aside=Aside(why), aside_at=Now(), aside_by=by)
    staging.note_event(EventKind.ROW_ASIDE, source_list, by, row=refused.row)
    _count_refused(source_list, -1)


@transaction.atomic
def bring_row_back(refused_row_id: uuid.UUID, *, by: User | None) -> None:
    """It waits again for somebody to put it right. Raises NotWaiting."""
    source_list, refused = _locked(refused_row_id, RefusedRow.objects.set_aside())
    RefusedRow.objects.filter(pk=refused.pk).update(aside="", aside_at=None, aside_by=None)
    staging.note_event(EventKind.ROW_BACK, source_list, by, row=refused.row)
    _count_refused(source_list, 1)


def _locked(refused_row_id: uuid.UUID, among: RefusedRowQuerySet) -> tuple[SourceList, RefusedRow]:
    """The list first, then its row. Raises NotWaiting where somebody else was first."""
    of_list = SourceList.objects.filter(refused_rows=refused_row_id)
    source_list = of_list.select_for_update(of=("self",)).get()
    refused = among.select_for_update(of=("self",)).filter(pk=refused_row_id).first()
    if refused is None or source_list.state not in (ListState.RECEIVED, ListState.COMMITTED):
        raise NotWaiting
    refused.source_list = source_list
    return source_list, refused


def _count_refused(source_list: SourceList, more: int) -> None:
    """Before the commit the preview counts; from then on the list does."""
    if source_list.state == ListState.COMMITTED:
        SourceList.objects.filter(pk=source_list.pk).update(refused_count=F("refused_count") + more)


def columns_for(refused: RefusedRow) -> lists.Recognition:
    """The columns by which this row is read."""
    layouts = [staging.recognition_of(kept) for kept in refused.source_list.preview["layouts"]]
    return lists.columns_of_row(layouts, refused.sheet or "", refused.row)


def cells_of(refused: RefusedRow) -> list[str]:
    """What stands in the row, one text for each column of its sheet."""
    raw = refused.problem.get("raw", [])
    return [*raw, *[""] * (len(columns_for(refused).columns) - len(raw))]


def sheet_of_refused(source_list: SourceList, *, language: str, headings: Sequence[str], mark: str) -> bytes:
    """The rows that are still refused, as a CSV that runs no formula: sheet, row, reasons, `mark`, and the cells.

    `mark` stands in every row: who let it out and when, wherever a row of it turns up.
    """
    return lists.sheet_csv([headings, *_sheet_rows(source_list, language, mark)])


def _sheet_rows(source_list: SourceList, language: str, mark: str) -> Iterator[list[str]]:
    for refused in source_list.refused_rows.waiting():
        reasons = [problem.sentence(language) for problem in staging.problems_of(refused.problem)]
        yield [
            refused.sheet or "",
            str(refused.row),
            " ".join(reasons),
            mark,
            *refused.problem.get("raw", []),
        ]


def _add_entries(source_list: SourceList, rows: Sequence[dict[str, object]]) -> None:
    """More entries on a list that is in force already, and their matching."""
    first = (source_list.entries.aggregate(last=Max("position"))["last"] or 0) + 1
    staging.write_entries(source_list, [{**row, "position": first + n} for n, row in enumerate(rows)])
    SourceList.objects.filter(pk=source_list.pk).update(entry_count=F("entry_count") + len(rows))
    run = MatchRun.objects.taking(source_list.pk, range(first, first + len(rows)))
    transaction.on_commit(lambda: wake(tasks.match_list, run.pk), robust=True)
