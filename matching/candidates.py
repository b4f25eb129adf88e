"""The database side of blocking: who may meet whom at all, by equal keyed hashes; and those who met, as columns."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from numpy.typing import NDArray
from psycopg import Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

from familylink.damage import Damaged
from familylink.reports.models import MissingPerson, MissingPersonKey, Report
from familylink.reports.refiling import profile_of, set_aside
from familylink.sealing import blocking_keys
from matching import engine
from matching.models import BatchState, EntryKey, ListEntry, MatchBatch, MatchRun, SourceList

log = logging.getLogger(__name__)

# A key that more records share says too little to open thousands of profiles for it.
TOO_COMMON = 4000
_ARRAY_HEAD = Struct(">5i")  # dimensions, nulls or not, type, length, first index
INT4, ARRAY_OF_INT4 = 23, 1007  # as PostgreSQL numbers its types
Array = NDArray[Any]
Wanted = Callable[[engine.Profile], Callable[[engine.Key], bool]]


def _everything(asker: engine.Profile) -> Callable[[engine.Key], bool]:
    return lambda key: True


class Met(NamedTuple):
    """Who shares a key with whom, as two columns of equal length: an asker's place in what was given, and the number of
    a record. Each pair is there once, in the order of the askers. `too_common`: places of askers of whom some key
    has more records than are followed."""

    askers: Array
    numbers: Array
    too_common: set[int]


def persons_for(entries: Sequence[engine.Profile], wanted: Wanted = _everything) -> Met:
    """The missing persons (their numbers) that each entry may be.

    `wanted(profile)` gives a function that says of a key without a surname whether it is worth asking with.
    """
    return _find(MissingPersonKey, entries, wanted)


def entries_for(persons: Sequence[engine.Profile], wanted: Wanted = _everything) -> Met:
    """The list entries (their numbers) that each missing person may be; `wanted` as in `persons_for`."""
    return _find(EntryKey, persons, wanted)


def too_common_among(keys: Iterable[engine.Key]) -> set[engine.Key]:
    """Of these keys those that more than TOO_COMMON missing persons share, so that they are not followed."""
    broad = [key for key in keys if engine.is_broad(engine.kind_of(key))]
    hashed = blocking_keys(*(np.array(part, dtype=np.uint64) for part in engine.numbers_of(broad)))
    nobody = np.zeros(0, dtype=np.int32)
    crowded = _meetings(MissingPersonKey, nobody, np.unique(hashed)).crowded
    return {
        key for key, is_crowded in zip(broad, np.isin(hashed, crowded).tolist(), strict=True) if is_crowded
    }


def _find(side: type[models.Model], askers: Sequence[engine.Profile], wanted: Wanted) -> Met:
    asked = engine.query_numbers(askers, wanted)
    keys = blocking_keys(asked.words, asked.rests)
    order = np.argsort(keys)
    keys, owners, are_broad = keys[order], asked.owners[order], asked.are_broad[order]
    meetings = _meetings(side, engine.each_once(keys[~are_broad]), engine.each_once(keys[are_broad]))
    left_out = are_broad & np.isin(keys, meetings.crowded)
    return Met(*_pairs(keys, owners, meetings), set(owners[left_out].tolist()))


class _Meetings(NamedTuple):
    """Keys, and the number of a record behind each; `crowded` are keys with more records than are followed."""

    keys: Array
    numbers: Array
    crowded: Array


def _pairs(keys: Array, owners: Array, met: _Meetings) -> tuple[Array, Array]:
    """Each asker with each number once: several may ask with one key, and share several."""
    firsts, ends = (np.searchsorted(keys, met.keys, side=side) for side in ("left", "right"))
    sizes = ends - firsts
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    askers = owners[np.repeat(firsts, sizes) + within]
    each = engine.each_once(np.sort(askers.astype(np.int64) << 32 | np.repeat(met.numbers, sizes)))
    return each >> 32, each & 0xFFFFFFFF


# Hidden in a query of their own the keys are not looked at by the planner, which takes longer than finding them.
_MEETINGS = """
    SELECT array_send(array_agg(key)), array_send(array_agg(number)) FROM (
        SELECT key, number FROM {table} WHERE key = ANY((SELECT %s::int[])::int[])
        UNION ALL SELECT met.* FROM unnest(%s::int[]) AS broad,
            LATERAL (SELECT key, number FROM {table} WHERE key = broad LIMIT %s) AS met
    ) AS met"""


def _meetings(side: type[models.Model], keys: Array, broad: Array) -> _Meetings:
    """What is filed under these keys, both in order: a walk along the index, and no object is made of any row.

    Of a broad key one record more than is followed is enough to know that it is crowded."""
    sql = _MEETINGS.format(table=side._meta.db_table)
    with _binary() as cursor:
        row = cursor.execute(sql, [keys, broad, TOO_COMMON + 1], binary=True).fetchone()
    met, numbers = map(_numbers, row or (None, None))
    ordered = np.sort(met)
    sizes = np.searchsorted(ordered, broad, side="right") - np.searchsorted(ordered, broad)
    crowded = broad[sizes > TOO_COMMON]
    followed = ~np.isin(met, crowded)
    return _Meetings(met[followed], numbers[followed], crowded)


def _numbers(sent: bytes | None) -> Array:
    """What PostgreSQL sends of an array of integers without nulls: a head, and each value after its length."""
    return np.frombuffer(sent or b"", ">i4", offset=_ARRAY_HEAD.size if sent else 0)[1::2].astype(np.int32)


class _AsArray(Dumper):
    """A column of numbers as PostgreSQL keeps an array: the driver takes longer to write twenty thousand of them than
    they take to be found."""

    format = Format.BINARY
    oid = ARRAY_OF_INT4

    def dump(self, obj: Array) -> bytes:
        each = np.empty((len(obj), 2), ">i4")
        each[:, 0], each[:, 1] = 4, obj
        return _ARRAY_HEAD.pack(1, 0, INT4, len(obj), 1) + each.tobytes()


@contextmanager
def _binary() -> Iterator[Cursor[Any]]:
    """A cursor whose parameters travel beside the statement, and whose values come as they are stored."""
    with connection.cursor() as outer, connection.wrap_database_errors, Cursor(outer.connection) as cursor:
        cursor.adapters.register_dumper(np.ndarray, _AsArray)
        yield cursor


# ------------------------------------------------------------------------------------- those who met


class Records(NamedTuple):
    """Missing persons or list entries in the order of their numbers: of each its number, its UUID as text, its revision
    (0 for entries, which have none) and, as `columns`, its profile."""

    numbers: Array
    ids: Sequence[str]
    revisions: Sequence[int]
    columns: engine.Columns

    def places(self, numbers: Array) -> tuple[Array, Array]:
        """For each number whether it is among these records; and of those that are, the places here."""
        if not len(self.numbers):
            return np.zeros(len(numbers), dtype=bool), np.zeros(0, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        are_here = self.numbers[places] == numbers
        return are_here, places[are_here]


def persons(numbers: Array) -> Records:
    """The missing persons with these numbers, sought or not. One of whom nothing can be read is left out and shown to a
    technician."""
    return _records(MissingPerson, numbers, "revision", "true")


def entries(numbers: Array) -> Records:
    """The entries with these numbers that their lists have not taken back. One of which nothing can be read is left out
    and set apart."""
    return _records(ListEntry, numbers, "0", "removed_at IS NULL")


def sought(persons: Sequence[str]) -> set[str]:
    """Of these persons (UUIDs as text) those whom somebody looks for: with at least one open report."""
    table = Report._meta.db_table
    sql = (
        f"SELECT missing_person_id::text FROM {table}"  # noqa: S608 -- our own names
        " WHERE missing_person_id = ANY((SELECT %s::uuid[])::uuid[]) AND withdrawn_at IS NULL"
    )
    with _binary() as cursor:
        found = cursor.execute(sql, ["{" + ",".join(persons) + "}"]).fetchall()
    return {person for (person,) in found}


# One row whatever it finds: the driver takes longer to make objects of ten thousand rows than they take to be found.
_RECORDS = """
    SELECT array_send(array_agg(number)), array_send(array_agg(revision)), array_send(array_agg(octet_length(profile))),
        string_agg(id::text, ''), string_agg(profile, '')
    FROM (
        SELECT number, {revision} AS revision, id, profile FROM {table}
        WHERE number = ANY((SELECT %s::int[])::int[]) AND {condition}
    ) AS found"""
_UUID_LETTERS = 36


def _records(model: type[models.Model], numbers: Array, revision: str, condition: str) -> Records:
    sql = _RECORDS.format(table=model._meta.db_table, revision=revision, condition=condition)
    with _binary() as cursor:
        row = cursor.execute(sql, [np.unique(numbers)], binary=True).fetchone()
    *columns, ids, profiles = row or (None, None, None, "", b"")
    own, revisions, sizes = map(_numbers, columns)
    order, ends = np.argsort(own), np.cumsum(sizes)
    in_order = [ids[at : at + _UUID_LETTERS] for at in (order * _UUID_LETTERS).tolist()]
    parts = zip((ends - sizes)[order].tolist(), ends[order].tolist(), strict=True)
    present = _present(model, in_order, [profiles[first:end] for first, end in parts])
    kept = np.array(list(map(bool, present)), dtype=bool)
    return Records(
        own[order][kept].astype(np.int64),
        list(compress(in_order, kept)),
        revisions[order][kept].tolist(),
        engine.Columns.of_present(list(compress(present, kept))),
    )


def _present(model: type[models.Model], ids: Sequence[str], sealed: Sequence[bytes]) -> list[bytes]:
    """The stored profiles, readable as they are; b"" for one damaged beyond repair, which must not keep its rivals
    out."""
    field: Any = model._meta.get_field("profile")
    try:
        opened: list[bytes] = field.open_all(ids, sealed)
    except Damaged:  # one of thousands
        opened = [_opened(field, *one) for one in zip(ids, sealed, strict=True)]
    return [
        one if one.startswith(engine.PRESENT) else _of_present_format(model, row_id, one)
        for row_id, one in zip(ids, opened, strict=True)
    ]


def _opened(field: Any, row_id: str, sealed: bytes) -> bytes:
    try:
        return bytes(field.open_all([row_id], [sealed])[0])
    except Damaged:
        return b""


def _of_present_format(model: type[models.Model], row_id: str, profile: bytes) -> bytes:
    try:
        return engine.as_present(profile)
    except ValueError:
        return _mended(model, row_id)


def _mended(model: type[models.Model], row_id: str) -> bytes:
    row = model._default_manager.get(pk=row_id)
    try:
        return profile_of(row).to_bytes()
    except (Damaged, ValueError):
        log.exception("%s %s is damaged and cannot be compared", model._meta.label_lower, row_id)
        if isinstance(row, MissingPerson):
            set_aside([row.pk])
        elif isinstance(row, ListEntry):
            set_apart(row)
        return b""


@transaction.atomic
def set_apart(entry: ListEntry) -> None:
    """Of this entry nothing can be read: leave it to a run of its list as a batch that is stuck.

    So the list's page names the row, and who is compared from now on does not hear that the list was checked, until
    the row can be read or is taken back. A list that is not in force yet needs none of this: nobody hears of it, and
    its first run will come to the row.
    """
    ever_in_force = SourceList.objects.filter(committed_at__isnull=False, pk=entry.source_list_id)
    if not ever_in_force.select_for_update(of=("self",), no_key=True).values_list("pk"):
        return
    under_way = MatchRun.objects.unfinished().filter(source_list=entry.source_list_id)
    comes_to_it = Exists(MatchBatch.objects.unfinished().at(entry.position).filter(run=OuterRef("pk")))
    if not under_way.filter(Q(planned_at=None) | comes_to_it).exists():
        only = range(entry.position, entry.position + 1)
        MatchRun.objects.taking(entry.source_list_id, only, BatchState.STUCK)
