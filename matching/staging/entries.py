"""Rows that waited become entries with their keys, by COPY: a list of a hundred thousand is written in seconds."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from familylink.reports.keys import PROFILE_VERSION, stored_keys_of
from familylink.sealing import SealedField
from matching import engine
from matching.models import ListEntry, SourceList
from matching.models.list_entry import sheet_index
from matching.staging.content import cluster_index, content_index, facts_of
from matching.staging.rows import row_of

_META = ListEntry._meta


def write_entries(source_list: SourceList, rows: Sequence[dict[str, Any]]) -> None:
    """Entries for these rows, as `staging.row_json` gives them with their `position`; in the caller's transaction.

    They stand once the list is in force. What the database numbers and files it does here as everywhere.
    """
    lines = list(_lines(source_list, rows))
    into = f"COPY {_META.db_table} ({', '.join(lines[0])}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for line in lines:
            copy.write_row(tuple(line.values()))


def _lines(source_list: SourceList, rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every column of an entry that is not empty at first, as it is stored."""
    read = [row_of(row) for row in rows]
    profiles = [engine.profile(row.person) for row in read]
    for kept, row, profile, keys in zip(rows, read, profiles, stored_keys_of(profiles), strict=True):
        facts, pk = facts_of(row), uuid.uuid4()
        sealed = {"raw": list(row.raw), **facts, "profile": profile.to_bytes()}
        sheet = _SEALED["sheet"]
        yield {
            "id": pk,
            "source_list_id": source_list.pk,
            "position": kept["position"],
            str(sheet.column): sheet.sealed(row.sheet, pk) if row.sheet else None,
            "sheet_index": sheet_index(source_list.pk, row.sheet),
            "row": row.number,
            "part": kept.get("part", 1),
            **{name: _SEALED[name].sealed(value, pk) for name, value in sealed.items()},
            "profile_version": PROFILE_VERSION,
            "keys": keys,
            "is_too_common": False,
            "content_index": content_index(facts),
            "cluster_index": cluster_index(source_list.wave_id, profile),
        }


_SEALED = {field.name: field for field in _META.fields if isinstance(field, SealedField)}
