"""Rows that could not be read: put right by a caseworker, set aside, or taken away as a sheet with the reasons."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from familylink.celery import wake
from familylink.damage import in_words, opens
from matching import lists, staging, tasks
from matching.lists_intake.errors import NotWaiting, StillRefused
from matching.models import Aside, CorrectionReason, EventKind, ListState, MatchRun, RefusedRow, SourceList
from matching.models.refused_row import RefusedRowQuerySet
from matching.news.corrections import TakenBack


@transaction.atomic
def correct_row(
    refused_row_id: uuid.UUID, *people: Sequence[str], by: User | None, typed_at: datetime | None = None
) -> TakenBack:
    """Read a refused row again with these cells, of each of the `people` in it: they are rows like the others now, or
    entries at once where the list is committed. What was typed for it before, at `typed_at`, is taken back.

    Raises StillRefused, NotWaiting, also where somebody else typed since; then nothing has changed.
    """
    source_list, refused = _locked(refused_row_id, RefusedRow.objects.typed_at(typed_at))
    layout = columns_for(refused)
    read = [staging.read_again(source_list, refused, layout, cells) for cells in people]
    if problems := tuple(p for row in read if isinstance(row, lists.Refused) for p in row.problems):
        raise StillRefused(problems)
    rows = [row for row in read if isinstance(row, lists.PersonRow)]
    was, was_waiting = _typed_before(refused), refused.corrected_at is None
    refused.correction = staging.typed_of(
        [
            {"cells": list(cells), "row": staging.row_json(row)}
            for cells, row in zip(people, rows, strict=True)
        ]
    )
    refused.corrected_at, refused.corrected_by = Now(), by
    refused.save()
    staging.note_event(EventKind.ROW_CORRECTED, source_list, by, row=refused.row)
    if was_waiting:
        _count_refused(source_list, -1)
    return _write_instead(refused, was, staging.rows_typed_for(refused), by)


@transaction.atomic
def set_row_aside(
    refused_row_id: uuid.UUID, why: Aside, *, by: User | None, typed_at: datetime | None = None
) -> TakenBack:
    """A refused row is nobody's: it stays on record with the reason, and can be brought back; what was typed for it at
    `typed_at` is taken back. Raises NotWaiting."""
    source_list, refused = _locked(refused_row_id, RefusedRow.objects.typed_at(typed_at))
    was = _typed_before(refused)
    RefusedRow.objects.filter(pk=refused.pk).update(
        aside=Aside(why), aside_at=Now(), aside_by=by, correction=None, corrected_at=None, corrected_by=None
    )
    staging.note_event(EventKind.ROW_ASIDE, source_list, by, row=refused.row)
    if typed_at is None:
        _count_refused(source_list, -1)
    return _write_instead(refused, was, [], by)


def beside_below_title(refused: RefusedRow) -> list[RefusedRow]:
    """The others that wait below the same title of people who were not released; none where this stands below none."""
    title = _title_above(refused)
    if not title:
        return []
    rows = refused.source_list.refused_rows.waiting().filter(sheet_index=refused.sheet_index)
    return [row for row in rows.exclude(pk=refused.pk) if _title_above(row) == title]


def _title_above(refused: RefusedRow) -> str:
    told = problems_of(refused)
    return next((problem.params["title"] for problem in told if problem.code == "below_title"), "")


def problems_of(refused: RefusedRow) -> list[lists.Problem]:
    """Why it could not be read; none where that cannot be opened any more."""
    return staging.problems_of(refused.problem) if opens(refused, "problem") else []


def reasons_of(refused: RefusedRow, language: str) -> list[str]:
    """The same in words, or that it is damaged."""
    told = [problem.sentence(language) for problem in problems_of(refused)]
    return list(dict.fromkeys(told)) or [in_words(refused)]


def is_held_back(refused: RefusedRow) -> bool:
    """By the list's own words this person was not released. One such code stands in the clear: it outlives damage."""
    return refused.code in lists.NOT_RELEASED or any(
        problem.code in lists.NOT_RELEASED for problem in problems_of(refused)
    )


@transaction.atomic
def bring_row_back(refused_row_id: uuid.UUID, *, by: User | None) -> None:
    """It waits again for somebody to put it right. Raises NotWaiting."""
    source_list, refused = _locked(refused_row_id, RefusedRow.objects.set_aside())
    RefusedRow.objects.filter(pk=refused.pk).update(aside="", aside_at=None, aside_by=None, back_at=Now())
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
    raw = _as_received(refused)
    return [*raw, *[""] * (len(columns_for(refused).columns) - len(raw))]


def sheet_of_refused(source_list: SourceList, *, language: str, headings: Sequence[str], mark: str) -> bytes:
    """The rows that are still refused, as a CSV that runs no formula: sheet, row, reasons, `mark`, and the cells.

    `mark` stands in every row: who let it out and when, wherever a row of it turns up.
    """
    return lists.sheet_csv([headings, *_sheet_rows(source_list, language, mark)])


def _sheet_rows(source_list: SourceList, language: str, mark: str) -> Iterator[list[str]]:
    for refused in source_list.refused_rows.waiting():
        yield [
            refused.sheet or "",
            str(refused.row),
            " ".join(reasons_of(refused, language)),
            mark,
            *_as_received(refused),
        ]


def _as_received(refused: RefusedRow) -> list[str]:
    return refused.problem.get("raw", []) if opens(refused, "problem") else []


def _typed_before(refused: RefusedRow) -> list[dict[str, Any]] | None:
    """None: it cannot be opened any more."""
    return staging.rows_typed_for(refused) if opens(refused, "correction") else None


def _write_instead(
    refused: RefusedRow, was: Sequence[dict[str, Any]] | None, now: Sequence[dict[str, Any]], by: User | None
) -> TakenBack:
    """On a list in force: who was typed before and is not any more is taken back, and whoever was told is called. Where
    nobody can read what was typed, all that stands of this row is taken back."""
    source_list = refused.source_list
    if source_list.state != ListState.COMMITTED:
        return TakenBack(0, 0)
    taken_back = TakenBack(0, 0)
    before, after = (Counter(map(staging.content_typed, rows)) for rows in (was or (), now))
    gone = staging.entries_of_row(refused) if was is None else staging.entries_typed(refused, before - after)
    if gone:
        instead = staging.copies_instead(gone, source_list)
        gone = [instead.get(pk, pk) for pk in gone]
        reason = CorrectionReason.ROW_CHANGED if now else CorrectionReason.ROW_REMOVED
        taken_back = staging.take_back_entries(gone, removed_in=source_list, reason=reason, by=by)
        SourceList.objects.filter(pk=source_list.pk).update(entry_count=F("entry_count") - len(gone))
    if new := _of_contents(now, after - before):
        _add_entries(refused, new)
    return taken_back


def _of_contents(rows: Sequence[dict[str, Any]], contents: Counter[bytes]) -> list[dict[str, Any]]:
    left, found = Counter(contents), []
    for row in rows:
        if left[content := staging.content_typed(row)] > 0:
            left[content] -= 1
            found.append(row)
    return found


def _add_entries(refused: RefusedRow, rows: Sequence[dict[str, Any]]) -> None:
    """More entries on a list that is in force already, and their matching."""
    source_list = refused.source_list
    first = (source_list.entries.aggregate(last=Max("position"))["last"] or 0) + 1
    of_row = source_list.entries.filter(sheet_index=refused.sheet_index, row=refused.row)
    part = (of_row.aggregate(last=Max("part"))["last"] or 0) + 1  # behind those that were taken back
    numbered = [{**row, "position": first + n, "part": part + n} for n, row in enumerate(rows)]
    staging.write_entries(source_list, numbered)
    SourceList.objects.filter(pk=source_list.pk).update(entry_count=F("entry_count") + len(rows))
    run = MatchRun.objects.taking(source_list.pk, range(first, first + len(rows)))
    transaction.on_commit(lambda: wake(tasks.match_list, run.pk), robust=True)
