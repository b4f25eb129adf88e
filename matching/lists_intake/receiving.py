"""A file comes in: kept sealed once it proved readable, or answered "already received"."""

import dataclasses

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from familylink.sealing import blind_index
from matching import lists
from matching.lists_intake.content import content_index, facts_of, rows_index
from matching.lists_intake.errors import AlreadyReceived, NotReplaceable
from matching.lists_intake.timeline import note_event
from matching.models import EventKind, SourceList, Wave


@dataclasses.dataclass(frozen=True)
class Preview:
    """What a list holds, before anything of it is written."""

    table: lists.Table
    recognition: lists.Recognition
    rows: lists.Rows


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
    """Keep the file, sealed, once it proved readable; `supersedes` is the list of the same wave and kind that it
    corrects. Raises lists.Unreadable, AlreadyReceived or NotReplaceable."""
    if supersedes is not None and (supersedes.wave_id, supersedes.kind) != (wave.pk, kind):
        raise NotReplaceable
    received = SourceList(
        wave=wave,
        source_name=source_name,
        kind=kind,
        reliability=reliability,
        filename=filename,
        content=content,
        content_index=blind_index("list-content", content.hex()),
        received_by=by,
        supersedes=supersedes,
    )
    _refuse_known(received)
    rows = _read(content, filename).rows
    received.rows_index = _rows_index(rows)
    received.entry_count, received.refused_count = len(rows.people), len(rows.refused)
    _refuse_known(received)
    return _keep(received, by)


def preview_list(source_list: SourceList) -> Preview:
    """The list read again from what was received: columns, rows, problems."""
    return _read(source_list.content, source_list.filename)


def _keep(received: SourceList, by: User | None) -> SourceList:
    try:
        with transaction.atomic():
            received.save(force_insert=True)
            note_event(
                EventKind.RECEIVED,
                received,
                by,
                people=received.entry_count,
                refused=received.refused_count,
            )
            return received
    except IntegrityError:
        _refuse_known(received)  # the other of two uploads at the same moment was first
        raise


def _refuse_known(received: SourceList) -> None:
    """The same bytes anywhere, the same rows in this wave. What was replaced or withdrawn may come back only as
    a version that says what it replaces. Raises AlreadyReceived."""
    known = SourceList.objects.all() if received.supersedes_id is None else SourceList.objects.standing()
    same_rows = known.filter(wave=received.wave_id, kind=received.kind, rows_index=received.rows_index)
    for same in (known.filter(content_index=received.content_index), same_rows):
        if (found := same.first()) is not None:
            raise AlreadyReceived(found)


def _read(content: bytes, filename: str) -> Preview:
    table = lists.read_table(content, filename, max_rows=settings.MAX_LIST_ROWS)
    recognition = lists.recognise(table)
    return Preview(table, recognition, lists.read_rows(table, recognition))


def _rows_index(rows: lists.Rows) -> bytes:
    refused = [" ".join(row.raw) for row in rows.refused]
    return rows_index((content_index(facts_of(row)) for row in rows.people), refused)
