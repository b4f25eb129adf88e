"""A received file becomes rows that wait for their commit. The row is the queue: a lease says who reads it."""

import itertools
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Now

from matching import engine, lists
from matching.lists.table import Progress, unheard
from matching.models import ListKind, ListSlice, ListState, RefusedRow, SourceList
from matching.models.list_entry import sheet_index
from matching.models.source_list import REFUSED
from matching.staging.content import content_index, facts_of, rows_index
from matching.staging.layouts import known_beside
from matching.staging.rows import refused_json, row_json
from matching.staging.summary import Read, how_read, summary
from matching.staging.typed import carry_over, content_typed, rows_typed_for
from matching.staging.versions import Difference, difference

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
TELL_EVERY_SECONDS = 0.5
ROWS_PER_SLICE = 500
MAX_FAILURES = 3
READING, UNDERSTANDING, COMPARING, STEPS = range(4)


class AlreadyReceived(Exception):
    """These very bytes, or the same rows in another order or encoding, came in before, as `known`."""

    def __init__(self, known: SourceList) -> None:
        super().__init__(str(known.pk))
        self.known = known


class LostClaim(Exception):
    """Somebody stopped the reading, or another worker took it over."""


@dataclass(frozen=True)
class Staged:
    """What a reading gave, before anything of it is stored."""

    preview: dict[str, Any]
    rows_index: bytes
    slices: tuple[ListSlice, ...]
    refused: tuple[RefusedRow, ...]


def read_next_list() -> bool:
    """Read one waiting list to the end; False when none waits."""
    source_list = _claim()
    if source_list is None:
        return False
    try:
        staged = stage(source_list, _Teller(source_list))
        _finish(source_list, staged)
    except LostClaim:
        log.info("reading of %s was stopped or taken over", source_list.pk)
    except lists.Unreadable as unreadable:
        give_up(source_list, refusal(source_list, unreadable))
    except AlreadyReceived as again:
        why = {"refusal": {"code": "already_received", "known": str(again.known.pk)}}
        give_up(source_list, why, ListState.KNOWN)
    except DatabaseError:
        raise  # says nothing about the list: its lease ends, and it is read then
    except Exception:  # the list, not the worker, is what is wrong
        log.exception("reading of %s failed", source_list.pk)
        _count_failure(source_list)
    return True


def stage(source_list: SourceList, progress: Progress = unheard) -> Staged:
    """Read a file and compare it with what is here; nothing is written. Raises lists.Unreadable, AlreadyReceived."""
    read = _read(source_list, progress)
    people = read.rows.people
    contents = [content_index(facts_of(row)) for row in people]
    index = rows_index(contents, (" ".join(row.raw) for row in read.rows.refused))
    refuse_known(source_list, rows=index)
    refused = tuple(_refused(source_list, read.rows.refused))
    carry_over(source_list, refused, read.layouts)
    typed = [content_typed(kept) for row in refused for kept in rows_typed_for(row)]
    profiles = _profiles(people, _step(COMPARING, progress))
    compared = difference(contents, profiles, source_list.supersedes, typed)
    return Staged(
        {**summary(source_list, read, compared, profiles), "before": before_of(source_list)},
        index,
        tuple(_slices(source_list, people, compared)),
        refused,
    )


def keep(source_list: SourceList, staged: Staged) -> None:
    """Store what was read, in the caller's transaction; the list itself is stored already."""
    source_list.slices.all().delete()
    source_list.refused_rows.all().delete()
    ListSlice.objects.bulk_create(staged.slices, batch_size=50)
    RefusedRow.objects.bulk_create(staged.refused, batch_size=1000)
    source_list.preview = staged.preview
    source_list.rows_index = staged.rows_index
    source_list.entry_count = staged.preview["people_count"]
    source_list.refused_count = staged.preview["refused_count"]
    source_list.state = ListState.RECEIVED
    source_list.lease_until = None
    source_list.save()


def refuse_known(source_list: SourceList, *, rows: bytes | None = None) -> None:
    """Refuse a list that came in before: the same bytes in any wave or, where `rows` is the index of its rows, the same
    rows in this wave. Raises AlreadyReceived.

    Only lists of the same kind are looked at: the list of those who shall be released may come again, word for word, as
    that of those who were. What was replaced or withdrawn in this wave may come back only as a version that says what
    it replaces.
    """
    others = SourceList.objects.exclude(pk=source_list.pk).exclude(state__in=REFUSED)
    others = others.filter(kind=source_list.kind)
    here = others.filter(wave=source_list.wave_id)
    known = others.standing() if source_list.supersedes_id else others.standing() | here
    same = known.filter(content_index=source_list.content_index)
    if rows is not None:
        same = known.filter(wave=source_list.wave_id, rows_index=rows)
    if (found := same.first()) is not None:
        raise AlreadyReceived(found)


def before_of(source_list: SourceList) -> dict[str, Any] | None:
    """The version that a list was compared with: if that has changed since, the comparison is void."""
    if source_list.supersedes_id is None:
        return None
    before = SourceList.objects.get(pk=source_list.supersedes_id)
    return {
        "list": str(before.pk),
        "state": before.state,
        "entries": before.entry_count,
        "written": before.entries.count(),  # more, where a row was typed anew
    }


def refusal(source_list: SourceList, unreadable: lists.Unreadable) -> dict[str, Any]:
    """Why a list could not be read, with the columns of its sheets where a caseworker may know better."""
    said: dict[str, Any] = {"refusal": {"code": unreadable.code, "params": unreadable.params}}
    try:
        table, layouts = _layouts(source_list, unheard)
    except lists.Unreadable:
        return said
    return {**said, **how_read(table, layouts)}


def give_up(source_list: SourceList, why: dict[str, Any], state: ListState = ListState.UNREADABLE) -> bool:
    """The list stays on record, unread, with the reason. False: stopped or taken over meanwhile."""
    with transaction.atomic():
        row = _mine(source_list).select_for_update().first()
        if row is None:
            return False
        row.preview, row.state, row.lease_until = why, state, None
        row.save()
        return True


def _claim() -> SourceList | None:
    with transaction.atomic():
        waiting = SourceList.objects.to_read().order_by("failures", "received_at")
        found = waiting.select_for_update(skip_locked=True, no_key=True).first()
        if found is not None:
            SourceList.objects.filter(pk=found.pk).update(
                fence=found.fence + 1,
                lease_until=Now() + models.Value(LEASE),
                work_began_at=Now(),
                rows_done=0,
                rows_total=0,
            )
            found.fence += 1
        return found


def _mine(source_list: SourceList) -> "models.QuerySet[SourceList]":
    return SourceList.objects.filter(
        pk=source_list.pk, fence=source_list.fence, state=ListState.READING, stopped_at=None
    )


class _Teller:
    """Writes the progress into the row, twice a second, and so keeps the lease; hears there when to stop."""

    def __init__(self, source_list: SourceList) -> None:
        self.source_list = source_list
        self.told_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.told_at < TELL_EVERY_SECONDS:
            return
        self.told_at = time.monotonic()
        until = Now() + models.Value(LEASE)
        if not _mine(self.source_list).update(rows_done=done, rows_total=total, lease_until=until):
            raise LostClaim


def _finish(source_list: SourceList, staged: Staged) -> None:
    try:
        with transaction.atomic():
            row = _mine(source_list).select_for_update(no_key=True).first()
            if row is None:
                raise LostClaim
            keep(row, staged)
    except IntegrityError:
        refuse_known(source_list, rows=staged.rows_index)  # the other of two at the same moment was first
        raise


def _count_failure(source_list: SourceList) -> None:
    mine = _mine(source_list)
    mine.update(failures=F("failures") + 1, lease_until=None)
    if mine.filter(failures__gte=MAX_FAILURES).exists():
        give_up(source_list, {"refusal": {"code": "fault"}})


def _step(number: int, progress: Progress) -> Progress:
    """Each step is a third of a row: the count never goes back, and a lease is kept through all of them."""
    return lambda done, total: progress((number * total + done) // STEPS, total)


def _profiles(people: Sequence[lists.PersonRow], progress: Progress) -> list[engine.Profile]:
    profiles: list[engine.Profile] = []
    for row in people:
        profiles.append(engine.profile(row.person))
        if len(profiles) % ROWS_PER_SLICE == 0:
            progress(len(profiles), len(people))
    progress(len(people), len(people))
    return profiles


def _read(source_list: SourceList, progress: Progress) -> Read:
    table, layouts = _layouts(source_list, _step(READING, progress))
    told, header_lines = _told(source_list)
    recognition = lists.recognise(table, told, header_lines=header_lines)
    heard = _step(UNDERSTANDING, progress)
    rows = lists.read_rows(table, recognition, as_of=source_list.wave.occurred_on, progress=heard)
    if source_list.kind == ListKind.RELEASED:
        rows = lists.held_back(rows)
    return Read(table, layouts, recognition, rows)


def _layouts(
    source_list: SourceList, progress: Progress
) -> tuple[lists.Table, tuple[lists.Recognition, ...]]:
    read_as = lists.ReadAs.from_json((source_list.reading or {}).get("read_as", {}))
    table = lists.read_table(
        source_list.content,
        source_list.filename,
        max_rows=settings.MAX_LIST_ROWS,
        read_as=read_as,
        progress=progress,
    )
    told, header_lines = _told(source_list)
    return table, lists.columns_of(table, told, header_lines=header_lines)


def _told(source_list: SourceList) -> tuple[lists.Mapping, dict[str, int]]:
    """What caseworkers said of this source's columns before, and of this list's now."""
    reading = source_list.reading or {}
    told = lists.Mapping.from_json(reading.get("mapping", {"layouts": {}}))
    if not reading.get("is_anew"):
        told = known_beside(told, source_list.source_name)
    return told, reading.get("header_lines", {})


def _slices(
    source_list: SourceList, people: Sequence[lists.PersonRow], compared: Difference
) -> Iterator[ListSlice]:
    numbers = itertools.count(1)
    for start in range(0, len(compared.new), ROWS_PER_SLICE):
        places = compared.new[start : start + ROWS_PER_SLICE]
        rows = [
            {
                **row_json(people[place]),
                "position": position,
                "was": _text(compared.changed.get(place)),
            }
            for position, place in enumerate(places, start + 1)
        ]
        yield ListSlice(source_list=source_list, number=next(numbers), rows=rows, row_count=len(rows))
    for start in range(0, len(compared.removed), ROWS_PER_SLICE):
        removed = [str(entry_id) for entry_id in compared.removed[start : start + ROWS_PER_SLICE]]
        yield ListSlice(source_list=source_list, number=next(numbers), rows=[], removed=removed)


def _text(entry_id: uuid.UUID | None) -> str | None:
    return str(entry_id) if entry_id else None


def _refused(source_list: SourceList, refused: Sequence[lists.Refused]) -> Iterator[RefusedRow]:
    for row in refused:
        yield RefusedRow(
            source_list=source_list,
            sheet=row.sheet or None,
            sheet_index=sheet_index(source_list.pk, row.sheet),
            row=row.number,
            code=row.problems[0].code,
            problem=refused_json(row),
        )
