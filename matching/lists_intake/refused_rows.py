"""Rows that could not be read: put right by a caseworker, or taken away as a sheet with the reasons."""

import uuid
from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from familylink.celery import wake
from matching import engine, lists, staging, tasks
from matching.lists_intake.errors import NotWaiting
from matching.models import EventKind, ListState, MatchBatch, MatchRun, RefusedRow, SourceList


@transaction.atomic
def correct_row(
    refused_row_id: uuid.UUID, cells: Sequence[str], *, by: User | None
) -> tuple[lists.Problem, ...]:
    """Read a refused row again with these cells. Empty: it is a row like the others now, or an entry at once where
    the list is committed. Else why it is still refused; then nothing has changed. Raises NotWaiting."""
    of_list = SourceList.objects.filter(refused_rows=refused_row_id)
    source_list = of_list.select_for_update(of=("self",)).get()
    refused = RefusedRow.objects.waiting().select_for_update().filter(pk=refused_row_id).first()
    if refused is None or source_list.state not in (ListState.RECEIVED, ListState.COMMITTED):
        raise NotWaiting
    row = _read(source_list, refused, cells)
    if isinstance(row, lists.Refused):
        return row.problems
    refused.correction = {"cells": list(cells), "row": staging.row_json(row)}
    refused.corrected_at, refused.corrected_by = Now(), by
    refused.save()
    staging.note_event(EventKind.ROW_CORRECTED, source_list, by, row=refused.row)
    if source_list.state == ListState.COMMITTED:
        _add_entry(source_list, refused.correction["row"])
    return ()


def columns_for(refused: RefusedRow) -> lists.Recognition:
    """The columns by which this row is read."""
    layouts = [staging.recognition_of(kept) for kept in refused.source_list.preview["layouts"]]
    return lists.columns_of_row(layouts, refused.sheet, refused.row)


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
        yield [refused.sheet, str(refused.row), " ".join(reasons), mark, *refused.problem.get("raw", [])]


def _read(
    source_list: SourceList, refused: RefusedRow, cells: Sequence[str]
) -> lists.PersonRow | lists.Refused:
    refused.source_list = source_list
    return lists.read_row(
        columns_for(refused),
        cells,
        sheet=refused.sheet,
        number=refused.row,
        page=refused.problem.get("page", 0),
        as_of=source_list.wave.occurred_on,
    )


def _add_entry(source_list: SourceList, row: dict[str, object]) -> None:
    """One more entry on a list that is in force already, and its matching."""
    last = source_list.entries.aggregate(last=Max("position"))["last"] or 0
    staging.write_entries(source_list, [{**row, "position": last + 1}])
    SourceList.objects.filter(pk=source_list.pk).update(
        entry_count=F("entry_count") + 1, refused_count=F("refused_count") - 1
    )
    run = _run_for_one_more(source_list, last + 1)
    transaction.on_commit(lambda: wake(tasks.match_list, run.pk), robust=True)


def _run_for_one_more(source_list: SourceList, position: int) -> MatchRun:
    """The run that is under way takes it too; else one of its own."""
    run = source_list.runs.unfinished().select_for_update().first()
    if run is None:
        run = MatchRun.objects.create(
            source_list=source_list,
            engine_version=engine.ENGINE_VERSION,
            entry_count=0,
            planned_at=Now(),
        )
    MatchRun.objects.filter(pk=run.pk).update(entry_count=F("entry_count") + 1)
    if run.planned_at is not None:
        number = (run.batches.aggregate(last=Max("number"))["last"] or 0) + 1
        MatchBatch.objects.create(run=run, number=number, first_position=position, last_position=position)
    return run
