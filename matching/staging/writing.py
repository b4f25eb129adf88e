"""A commit, slice by slice: each is written once, under its row's lock; the last one puts the list in force."""

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now

from familylink.damage import opens
from matching import engine
from matching.models import (
    CorrectionReason,
    EventKind,
    ListEntry,
    ListSlice,
    ListState,
    MatchRun,
    SourceList,
)
from matching.staging.content import content_index_of
from matching.staging.entries import write_entries
from matching.staging.reading import MAX_FAILURES, ROWS_PER_SLICE, before_of
from matching.staging.timeline import note_event
from matching.staging.typed import content_typed, rows_typed_for
from matching.staging.versions import copies_instead, take_back_entries

# Parts of rows that caseworkers put right are numbered behind all that were read.
_FIRST_CORRECTED = 1_000_000

log = logging.getLogger(__name__)


class NotReplaceable(Exception):
    """What this list says it replaces is of another wave or kind, or was replaced by another meanwhile."""


class CannotBeOpened(Exception):
    """What was typed for a row is damaged: nobody knows any more whom it names. `rows` are their numbers."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__(", ".join(map(str, rows)))
        self.rows = rows


class ComparedTooEarly(Exception):
    """The version that this list replaces has changed since the two were compared."""


def begin(source_list: SourceList) -> None:
    """Everything that the commit writes is settled now: the list's row is locked by the caller.

    Raises NotReplaceable, ComparedTooEarly, CannotBeOpened.
    """
    if source_list.supersedes_id is not None:
        if not SourceList.objects.replaceable().filter(pk=source_list.supersedes_id).exists():
            raise NotReplaceable
        if before_of(source_list) != source_list.preview["before"]:
            raise ComparedTooEarly
    put_right = list(source_list.refused_rows.put_right().order_by("sheet_index", "row"))
    if damaged := [row.row for row in put_right if not opens(row, "correction")]:
        raise CannotBeOpened(damaged)
    corrected = [kept for row in put_right for kept in rows_typed_for(row)]
    _stage_corrected(source_list, corrected)
    SourceList.objects.filter(pk=source_list.pk).update(
        state=ListState.COMMITTING,
        work_began_at=Now(),
        rows_done=0,
        rows_total=sum(source_list.slices.values_list("row_count", flat=True)),
        entry_count=source_list.preview["people_count"] + len(corrected),
        refused_count=source_list.refused_rows.waiting().count(),
    )


def write_next_slice(source_list_id: uuid.UUID | None = None) -> bool:
    """Write one slice of a list that is being committed; False when none waits that nobody else is at."""
    taken: ListSlice | None = None
    try:
        with transaction.atomic():
            taken = _next_slice(source_list_id)
            if taken is not None:
                _write_slice(taken)
    except OperationalError:
        raise  # a deadlock or a lost connection says nothing about the list: it is simply done later
    except Exception:  # the list, not the worker, is what is wrong: the others go on
        if taken is None or source_list_id is not None:
            raise
        _count_failure(taken.source_list_id)
    return taken is not None


def _next_slice(source_list_id: uuid.UUID | None) -> ListSlice | None:
    waiting = ListSlice.objects.filter(written_at=None, source_list__in=SourceList.objects.being_written())
    if source_list_id is not None:
        waiting = waiting.filter(source_list=source_list_id)
    unlocked = waiting.select_for_update(skip_locked=True, of=("self",))
    return unlocked.order_by("source_list", "number").first()


def _write_slice(part: ListSlice) -> None:
    # Without the file: it may be megabytes, and every slice would fetch it.
    if part.rows:  # a part may only say what is taken back
        write_entries(SourceList.objects.only("wave").get(pk=part.source_list_id), part.rows)
    ListSlice.objects.filter(pk=part.pk).update(written_at=Now())
    SourceList.objects.filter(pk=part.source_list_id).update(rows_done=F("rows_done") + part.row_count)


def _count_failure(source_list_id: uuid.UUID) -> None:
    """After some tries the list waits until a technician resumes it."""
    log.exception("writing of list %s failed", source_list_id)
    SourceList.objects.filter(pk=source_list_id).update(failures=F("failures") + 1)
    SourceList.objects.filter(pk=source_list_id, failures__gte=MAX_FAILURES).update(stopped_at=Now())


def put_next_in_force() -> MatchRun | None:
    """Finish one commit of which every slice is written; None when there is none, or it failed."""
    unwritten = ListSlice.objects.filter(written_at=None)
    done = SourceList.objects.being_written().exclude(pk__in=unwritten.values("source_list"))
    found = done.values_list("pk", flat=True).first()
    if found is None:
        return None
    try:
        return put_in_force(found)
    except OperationalError:
        raise
    except Exception:  # as with a slice
        _count_failure(found)
        return None


def put_in_force(source_list_id: uuid.UUID) -> MatchRun | None:
    """The list and its run stand, and what it replaces does not, in one transaction. None: not ready, or done.

    If what it replaces has been replaced or changed meanwhile, the list goes back to be read anew.
    """
    with transaction.atomic():
        ready = SourceList.objects.being_written().select_for_update(of=("self",))
        source_list = ready.filter(pk=source_list_id).first()
        if source_list is None or source_list.slices.filter(written_at=None).exists():
            return None
        before = _locked_before(source_list)
        if source_list.supersedes_id and (
            before is None or before_of(source_list) != source_list.preview["before"]
        ):
            undo(source_list)
            return None
        _put_in_force(source_list, before)
        written = source_list.entries.count()
        if before is not None:
            _supersede(source_list, before)
        numbers = (source_list.preview["difference"] or {}).get("numbers", {"added": written})
        note_event(EventKind.COMMITTED, source_list, source_list.committed_by, **numbers)
        source_list.slices.all().delete()
        return MatchRun.objects.create(
            source_list=source_list, engine_version=engine.ENGINE_VERSION, entry_count=written
        )


def undo(source_list: SourceList) -> None:
    """Take away what a commit has written so far: nobody has seen it. The list's row is locked by the caller."""
    source_list.entries.all().delete()
    source_list.slices.update(written_at=None)
    source_list.slices.filter(number__gte=_FIRST_CORRECTED).delete()
    SourceList.objects.filter(pk=source_list.pk).update(
        state=ListState.RECEIVED, stopped_at=None, rows_done=0, committed_by=None
    )


def _stage_corrected(source_list: SourceList, rows: Sequence[dict[str, Any]]) -> None:
    """A row that a caseworker put right is one like the others, also where the version before has it already."""
    standing = _not_read(source_list) if rows else {}
    new, kept = [], set()
    for row in rows:
        same = standing.get(content_typed(row))
        if same:
            kept.add(same.pop())
        else:
            new.append(row)
    _let_stand(source_list, kept)
    _take_back_typed(source_list, kept)
    first = sum(source_list.slices.values_list("row_count", flat=True)) + 1
    for start in range(0, len(new), ROWS_PER_SLICE):
        part = new[start : start + ROWS_PER_SLICE]
        numbered = [{**row, "position": first + start + n, "was": None} for n, row in enumerate(part)]
        number = _FIRST_CORRECTED + 1 + start // ROWS_PER_SLICE
        ListSlice.objects.create(
            source_list=source_list, number=number, rows=numbered, row_count=len(numbered)
        )


def _not_read(source_list: SourceList) -> dict[bytes, list[str]]:
    """Entries of the version before that no readable row says: taken for removed, or known to be typed."""
    ids = [entry_id for part in source_list.slices.all() for entry_id in part.removed]
    ids += _typed_before(source_list)
    standing: dict[bytes, list[str]] = defaultdict(list)
    for entry in ListEntry.objects.filter(pk__in=ids):
        standing[content_index_of(entry)].append(str(entry.pk))
    return standing


def _typed_before(source_list: SourceList) -> list[str]:
    return list((source_list.preview["difference"] or {}).get("typed", []))


def _take_back_typed(source_list: SourceList, kept: set[str]) -> None:
    """What was typed for the version before, and carried over, and typed otherwise since this one was read."""
    if gone := [entry_id for entry_id in _typed_before(source_list) if entry_id not in kept]:
        ListSlice.objects.create(
            source_list=source_list, number=_FIRST_CORRECTED, rows=[], removed=gone, row_count=0
        )


def _let_stand(source_list: SourceList, entry_ids: set[str]) -> None:
    for part in source_list.slices.all() if entry_ids else ():
        ListSlice.objects.filter(pk=part.pk).update(
            removed=[entry_id for entry_id in part.removed if entry_id not in entry_ids]
        )


def _locked_before(source_list: SourceList) -> SourceList | None:
    """The version this one replaces, locked: of two that would replace it, the second finds none."""
    if source_list.supersedes_id is None:
        return None
    replaceable = SourceList.objects.replaceable().select_for_update(of=("self",))
    return replaceable.filter(pk=source_list.supersedes_id).first()


def _put_in_force(source_list: SourceList, before: SourceList | None) -> None:
    if before is not None:
        source_list.series, source_list.version = before.series, before.version + 1
        SourceList.objects.filter(pk=before.pk).update(state=ListState.SUPERSEDED)
    SourceList.objects.filter(pk=source_list.pk).update(
        state=ListState.COMMITTED,
        committed_at=Now(),
        series=source_list.series,
        version=source_list.version,
    )


def _supersede(source_list: SourceList, before: SourceList) -> None:
    by = source_list.committed_by
    changed = _changed_entries(source_list)
    removed = [uuid.UUID(entry_id) for part in source_list.slices.all() for entry_id in part.removed]
    instead = copies_instead([*removed, *changed], before)
    changed = {instead.get(old, old): new for old, new in changed.items()}
    removed = [instead.get(old, old) for old in removed]
    gone = take_back_entries(removed, removed_in=source_list, reason=CorrectionReason.ROW_REMOVED, by=by)
    other = take_back_entries(changed, removed_in=source_list, reason=CorrectionReason.ROW_CHANGED, by=by)
    ListEntry.objects.bulk_update(
        [ListEntry(pk=old, replaced_by=new) for old, new in changed.items()],
        ["replaced_by"],
        batch_size=ROWS_PER_SLICE,
    )
    note_event(
        EventKind.SUPERSEDED,
        before,
        by,
        cancelled=gone.cancelled + other.cancelled,
        to_correct=gone.to_correct + other.to_correct,
    )


def _changed_entries(source_list: SourceList) -> dict[uuid.UUID, ListEntry]:
    """For each entry that a row of this list replaces, the entry written for that row."""
    if not source_list.preview["difference"]["numbers"]["changed"]:
        return {}
    was = {
        row["position"]: row["was"] for part in source_list.slices.all() for row in part.rows if row["was"]
    }
    written = source_list.entries.filter(position__in=was).only("pk", "position")
    return {uuid.UUID(was[entry.position]): entry for entry in written}
