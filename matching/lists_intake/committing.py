"""One step from a previewed list to entries and a run; or back: a list withdrawn."""

import itertools
import uuid
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from familylink.celery import wake
from familylink.reports.keys import PROFILE_VERSION, stored_keys_of
from matching import engine, lists, tasks
from matching.corrections import TakenBack
from matching.lists_intake import versions
from matching.lists_intake.content import cluster_index, content_index, facts_of
from matching.lists_intake.errors import AlreadyCommitted, NothingToCommit, NotInForce, NotReplaceable
from matching.lists_intake.receiving import preview_list
from matching.lists_intake.timeline import note_event
from matching.models import (
    CorrectionReason,
    EventKind,
    ListEntry,
    ListState,
    MatchRun,
    RefusedRow,
    SourceList,
)

ROWS_PER_INSERT = 1000


def commit_list(source_list_id: uuid.UUID, *, by: User | None) -> MatchRun:
    """Write every readable row and start the matching, or write nothing.

    A list that replaces another takes over its place in the same transaction: what it no longer says is taken
    back. Raises AlreadyCommitted, NothingToCommit or NotReplaceable.
    """
    with transaction.atomic():
        source_list = SourceList.objects.select_for_update(of=("self",)).get(pk=source_list_id)
        if source_list.state != ListState.RECEIVED:
            raise AlreadyCommitted
        rows = preview_list(source_list).rows
        if not rows.people:
            raise NothingToCommit
        before = _locked_before(source_list)
        difference = versions.difference(rows.people, before)
        _write_refused(source_list, rows)
        entries = _write_entries(source_list, [rows.people[place] for place in difference.new])
        _put_in_force(source_list, before, len(rows.people), by)
        if before is not None:
            _supersede(source_list, before, difference, dict(zip(difference.new, entries, strict=True)), by)
        note_event(EventKind.COMMITTED, source_list, by, **difference.numbers())
        run = MatchRun.objects.create(
            source_list=source_list, engine_version=engine.ENGINE_VERSION, entry_count=len(entries)
        )
        transaction.on_commit(lambda: wake(tasks.match_list, run.pk), robust=True)
    return run


@transaction.atomic
def withdraw_list(source_list_id: uuid.UUID, *, by: User | None) -> TakenBack:
    """Nothing on this list stands any longer. Only a new version can put it back. Raises NotInForce."""
    source_list = SourceList.objects.select_for_update(of=("self",)).get(pk=source_list_id)
    if source_list.state != ListState.COMMITTED:
        raise NotInForce
    SourceList.objects.filter(pk=source_list.pk).update(
        state=ListState.WITHDRAWN, withdrawn_at=Now(), withdrawn_by=by
    )
    standing = versions.standing_entries(source_list).values_list("pk", flat=True)
    taken_back = versions.take_back_entries(
        standing, removed_in=source_list, reason=CorrectionReason.LIST_WITHDRAWN, by=by
    )
    note_event(EventKind.WITHDRAWN, source_list, by, **vars(taken_back))
    return taken_back


def _locked_before(source_list: SourceList) -> SourceList | None:
    """The version this one replaces, locked: of two that would replace it the second raises NotReplaceable."""
    if source_list.supersedes_id is None:
        return None
    replaceable = SourceList.objects.replaceable().select_for_update(of=("self",))
    before = replaceable.filter(pk=source_list.supersedes_id).first()
    if before is None:
        raise NotReplaceable
    return before


def _put_in_force(source_list: SourceList, before: SourceList | None, count: int, by: User | None) -> None:
    if before is not None:
        source_list.series, source_list.version = before.series, before.version + 1
        SourceList.objects.filter(pk=before.pk).update(state=ListState.SUPERSEDED)
    SourceList.objects.filter(pk=source_list.pk).update(
        state=ListState.COMMITTED,
        committed_at=Now(),
        committed_by=by,
        entry_count=count,
        series=source_list.series,
        version=source_list.version,
    )


def _supersede(
    source_list: SourceList,
    before: SourceList,
    difference: versions.Difference,
    entries: dict[int, ListEntry],
    by: User | None,
) -> None:
    changed = {entry_id: entries[place] for place, entry_id in difference.changed.items()}
    gone = versions.take_back_entries(
        difference.removed, removed_in=source_list, reason=CorrectionReason.ROW_REMOVED, by=by
    )
    other = versions.take_back_entries(
        changed, removed_in=source_list, reason=CorrectionReason.ROW_CHANGED, by=by
    )
    ListEntry.objects.bulk_update(
        [ListEntry(pk=old, replaced_by=new) for old, new in changed.items()],
        ["replaced_by"],
        batch_size=ROWS_PER_INSERT,
    )
    note_event(
        EventKind.SUPERSEDED,
        before,
        by,
        cancelled=gone.cancelled + other.cancelled,
        to_correct=gone.to_correct + other.to_correct,
    )


def _write_entries(source_list: SourceList, people: Sequence[lists.PersonRow]) -> list[ListEntry]:
    written = []
    numbered = enumerate(people, start=1)
    while chunk := list(itertools.islice(numbered, ROWS_PER_INSERT)):
        written += _write_chunk(source_list, chunk)
    return written


def _write_chunk(source_list: SourceList, chunk: Iterable[tuple[int, lists.PersonRow]]) -> list[ListEntry]:
    profiled = [(position, row, engine.profile(row.person)) for position, row in chunk]
    entries = [_entry(source_list, *each) for each in profiled]
    for entry, keys in zip(entries, stored_keys_of([profile for _, _, profile in profiled]), strict=True):
        entry.keys = keys
    return ListEntry.objects.bulk_create(entries)


def _entry(
    source_list: SourceList, position: int, row: lists.PersonRow, profile: engine.Profile
) -> ListEntry:
    facts = facts_of(row)
    return ListEntry(
        source_list=source_list,
        position=position,
        sheet=row.sheet,
        row=row.number,
        raw=list(row.raw),
        **facts,
        profile=profile.to_bytes(),
        profile_version=PROFILE_VERSION,
        content_index=content_index(facts),
        cluster_index=cluster_index(source_list.wave_id, profile),
    )


def _write_refused(source_list: SourceList, rows: lists.Rows) -> None:
    RefusedRow.objects.bulk_create(
        RefusedRow(
            source_list=source_list,
            sheet=problem.sheet,
            row=problem.row,
            column=problem.column[:200],
            code=problem.code,
            problem={"value": problem.value, "params": dict(problem.params)},
        )
        for problem in rows.problems
    )
