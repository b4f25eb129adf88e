"""A file comes in: kept sealed, read at once or by a worker, or answered "already received"."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from familylink.celery import wake
from familylink.sealing import blind_index
from matching import lists, staging, tasks
from matching.lists_intake.errors import NotTrusted, NotWaiting
from matching.models import TRUSTED, EventKind, ListKind, ListState, SourceList, Wave

READ_AT_ONCE_BYTES = 256 * 1024
# What a caseworker may put right on the list's page; any other unreadable file is answered at once.
MAY_BE_TOLD = frozenset({"no_name_column", "bad_encoding", "mixed_encoding"})


def receive_list(
    *,
    wave: Wave,
    source_name: str,
    kind: str,
    reliability: str,
    filename: str,
    content: bytes,
    by: User | None,
    supersedes: SourceList | None = None,
) -> SourceList:
    """Keep the file, sealed; a small one is read now, a large one by a worker, and then says in its row how it went.

    `supersedes` is the list of the same wave and kind that it corrects. Raises lists.Unreadable where nothing
    that a caseworker may say would help, AlreadyReceived, NotReplaceable or NotTrusted.
    """
    if kind == ListKind.RELEASED and reliability not in TRUSTED:
        raise NotTrusted
    if supersedes is not None and (supersedes.wave_id, supersedes.kind) != (wave.pk, kind):
        raise staging.NotReplaceable
    received = SourceList(
        wave=wave,
        source_name=source_name.strip(),
        kind=kind,
        reliability=reliability,
        filename=filename,
        content=content,
        content_index=blind_index("list-content", content.hex()),
        received_by=by,
        supersedes=supersedes,
        state=ListState.READING,
    )
    staging.refuse_known(received)
    staged = _read_at_once(received)
    try:
        with transaction.atomic():
            received.save(force_insert=True)
            _keep(received, staged)
            staging.note_event(EventKind.RECEIVED, received, by)
    except IntegrityError:
        # The other of two at the same moment was first.
        staging.refuse_known(received, rows=_bytes(received.rows_index))
        raise
    return received


def read_anew(
    source_list_id: uuid.UUID,
    *,
    by: User | None,
    read_as: lists.ReadAs | None = None,
    mapping: lists.Mapping | None = None,
    header_lines: Mapping[str, int] | None = None,
    forget_source: bool = False,
) -> SourceList:
    """Read an uncommitted list again as the caseworker says; the columns are remembered for its source.

    What was typed for refused rows stays with those that are refused again and read so. Raises NotWaiting,
    lists.Unreadable or AlreadyReceived; then the list is as it was.
    """
    with transaction.atomic():
        source_list = _locked_uncommitted(source_list_id)
        reading = dict(source_list.reading or {})
        if read_as is not None:
            reading["read_as"] = read_as.to_json()
        # The page sends what differs from what it shows: what was told before stands until it is told otherwise.
        if header_lines is not None:
            reading["header_lines"] = {**reading.get("header_lines", {}), **header_lines}
        if mapping is not None:
            told = lists.Mapping.from_json(reading.get("mapping", {"layouts": {}}))
            reading["mapping"] = told.together_with(mapping).to_json()
            staging.remember(source_list.source_name, mapping, by)
        if forget_source:
            reading = {"is_anew": True}
        source_list.reading, source_list.state = reading, ListState.READING
        source_list.rows_index = source_list.stopped_at = None
        source_list.failures = 0
        source_list.fence += 1
        staged = _read_at_once(source_list)
        source_list.save()
        _keep(source_list, staged)
        staging.note_event(EventKind.CHANGED, source_list, by)
    return source_list


@transaction.atomic
def drop_list(source_list_id: uuid.UUID, *, by: User | None) -> None:
    """An uncommitted list goes, its content with it; that it was here stays on the timeline. Raises NotWaiting."""
    source_list = _locked_uncommitted(source_list_id)
    staging.note_event(EventKind.DROPPED, source_list, by)
    source_list.delete()


def _locked_uncommitted(source_list_id: uuid.UUID) -> SourceList:
    uncommitted = SourceList.objects.uncommitted().exclude(state=ListState.COMMITTING)
    found = uncommitted.select_for_update(of=("self",)).filter(pk=source_list_id).first()
    if found is None:
        raise NotWaiting
    return found


def _read_at_once(source_list: SourceList) -> staging.Staged | dict[str, Any] | None:
    """What was read, or what to show so that a caseworker puts it right; None where a worker shall read."""
    if len(source_list.content) > READ_AT_ONCE_BYTES:
        return None
    try:
        return staging.stage(source_list)
    except lists.Unreadable as unreadable:
        if unreadable.code not in MAY_BE_TOLD:
            raise
        return staging.refusal(source_list, unreadable)


def _keep(source_list: SourceList, staged: staging.Staged | dict[str, Any] | None) -> None:
    if isinstance(staged, staging.Staged):
        source_list.rows_index = staged.rows_index
        staging.keep(source_list, staged)
    elif staged is not None:
        source_list.preview, source_list.state = staged, ListState.UNREADABLE
        source_list.save()
    else:
        transaction.on_commit(lambda: wake(tasks.read_lists), robust=True)


def _bytes(index: bytes | memoryview | None) -> bytes | None:
    return None if index is None else bytes(index)
