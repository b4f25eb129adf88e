"""ASK: receive a list, show what is in it, commit it. Nothing is matched before a person has looked."""

import dataclasses
import itertools
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from familylink.celery import wake
from familylink.reports.keys import PROFILE_VERSION, stored_keys
from familylink.sealing import blind_index
from matching import engine, lists, tasks
from matching.models import EntryKey, ListEntry, ListState, MatchRun, RefusedRow, SourceList, Wave

ROWS_PER_INSERT = 1000


class AlreadyReceived(Exception):
    """These very bytes came in before, as `known`."""

    def __init__(self, known: SourceList) -> None:
        super().__init__(str(known.pk))
        self.known = known


class AlreadyCommitted(Exception):
    """Somebody committed this list before."""


class NothingToCommit(Exception):
    """No row of the list could be read."""


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
) -> SourceList:
    """Keep the file, sealed, once it proved readable. Raises lists.Unreadable or AlreadyReceived."""
    index = blind_index("list-content", content.hex())
    _refuse_known(index)
    preview = _read(content, filename)
    try:
        with transaction.atomic():
            return SourceList.objects.create(
                wave=wave,
                source_name=source_name,
                kind=kind,
                reliability=reliability,
                filename=filename,
                content=content,
                content_index=index,
                received_by=by,
                entry_count=len(preview.rows.people),
                refused_count=len(_refused(preview.rows)),
            )
    except IntegrityError:
        _refuse_known(index)  # the other of two uploads at the same moment was first
        raise


def preview_list(source_list: SourceList) -> Preview:
    """The list read again from what was received: columns, rows, problems."""
    return _read(source_list.content, source_list.filename)


def commit_list(source_list_id: uuid.UUID, *, by: User | None) -> MatchRun:
    """Write every readable row and start the matching, or write nothing.

    Raises AlreadyCommitted or NothingToCommit.
    """
    with transaction.atomic():
        source_list = SourceList.objects.select_for_update().get(pk=source_list_id)
        if source_list.state != ListState.RECEIVED:
            raise AlreadyCommitted
        rows = preview_list(source_list).rows
        if not rows.people:
            raise NothingToCommit
        _write_entries(source_list, rows.people)
        _write_refused(source_list, rows)
        SourceList.objects.filter(pk=source_list.pk).update(
            state=ListState.COMMITTED, committed_at=Now(), committed_by=by, entry_count=len(rows.people)
        )
        run = MatchRun.objects.create(
            source_list=source_list, engine_version=engine.ENGINE_VERSION, entry_count=len(rows.people)
        )
        transaction.on_commit(lambda: wake(tasks.match_list, run.pk), robust=True)
    return run


def _refuse_known(index: bytes) -> None:
    known = SourceList.objects.filter(content_index=index).first()
    if known is not None:
        raise AlreadyReceived(known)


def _read(content: bytes, filename: str) -> Preview:
    table = lists.read_table(content, filename, max_rows=settings.MAX_LIST_ROWS)
    recognition = lists.recognise(table)
    return Preview(table, recognition, lists.read_rows(table, recognition))


def _refused(rows: lists.Rows) -> set[tuple[str, int]]:
    """Sheet and number of every row with a problem: one row may have several."""
    return {(problem.sheet, problem.row) for problem in rows.problems}


def _write_entries(source_list: SourceList, people: Iterable[lists.PersonRow]) -> None:
    numbered = enumerate(people, start=1)
    while chunk := list(itertools.islice(numbered, ROWS_PER_INSERT)):
        profiles = [engine.profile(row.person) for _, row in chunk]
        entries = [
            _entry(source_list, position, row, profile)
            for (position, row), profile in zip(chunk, profiles, strict=True)
        ]
        ListEntry.objects.bulk_create(entries)
        EntryKey.objects.bulk_create(
            EntryKey(key=key, entry=entry)
            for entry, profile in zip(entries, profiles, strict=True)
            for key in stored_keys(profile)
        )


def _entry(
    source_list: SourceList, position: int, row: lists.PersonRow, profile: engine.Profile
) -> ListEntry:
    person = row.person
    return ListEntry(
        source_list=source_list,
        position=position,
        sheet=row.sheet,
        row=row.number,
        raw=list(row.raw),
        name_text="; ".join(_name_text(name) for name in person.names),
        birth_date=str(person.birth),
        sex=person.sex,
        place=person.place,
        unit=person.unit,
        rank=person.rank,
        note=row.note,
        profile=profile.to_bytes(),
        profile_version=PROFILE_VERSION,
    )


def _name_text(name: engine.Name) -> str:
    parts = " ".join(part for part in (name.surname, name.given, name.patronymic) if part)
    return parts or name.full


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
