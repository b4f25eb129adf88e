"""The database side of blocking: who may meet whom at all, by equal keyed hashes; and those who met, as columns."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray
from psycopg import Cursor

from familylink.reports.models import MissingPerson, MissingPersonKey
from familylink.reports.models.person import MAX_FAILURES
from familylink.sealing import blocking_keys
from matching import engine
from matching.models import EntryKey, ListEntry

log = logging.getLogger(__name__)

# A key that more records share says too little to open thousands of profiles for it.
TOO_COMMON = 4000
Array = NDArray[Any]
Wanted = Callable[[engine.Profile, engine.Key], bool]


def _everything(asker: engine.Profile, key: engine.Key) -> bool:
    return True


class Met(NamedTuple):
    """Pairs of an asker, by its place, and the number of a record that shares a key with it: in order, each once.
    `too_common` are the places of askers of whom a key was too common to follow."""

    askers: Array
    numbers: Array
    too_common: set[int]


def persons_for(entries: Sequence[engine.Profile], wanted: Wanted = _everything) -> Met:
    """The missing persons that each entry may be; of broad keys only those that are `wanted` are asked with."""
    return _find(MissingPersonKey, entries, wanted)


def entries_for(persons: Sequence[engine.Profile], wanted: Wanted = _everything) -> Met:
    """The list entries that each missing person may be."""
    return _find(EntryKey, persons, wanted)


def too_common_among(keys: Iterable[engine.Key]) -> set[engine.Key]:
    """Those of the engine's keys that more missing persons share than are followed."""
    broad = [key for key in keys if engine.is_broad(key.kind)]
    hashed = blocking_keys(*(np.array(part, dtype=np.uint64) for part in engine.numbers_of(broad)))
    crowded = _crowded(MissingPersonKey, hashed)
    return {key for key, one in zip(broad, hashed.tolist(), strict=True) if one in crowded}


def _find(side: type[models.Model], askers: Sequence[engine.Profile], wanted: Wanted) -> Met:
    asked = engine.query_numbers(askers, wanted)
    keys = blocking_keys(asked.words, asked.rests)
    crowded = np.array(sorted(_crowded(side, keys[asked.are_broad])), dtype=np.int32)
    left_out = asked.are_broad & np.isin(keys, crowded)
    too_common = set(asked.owners[left_out].tolist())
    order = np.argsort(keys[~left_out], kind="stable")
    keys, owners = keys[~left_out][order], asked.owners[~left_out][order]
    return Met(*_pairs(keys, owners, _meetings(side, np.unique(keys))), too_common)


def _pairs(keys: Array, owners: Array, meetings: Array) -> tuple[Array, Array]:
    """Each asker with each number once: several may ask with one key, and share several."""
    firsts, ends = (np.searchsorted(keys, meetings["key"], side=side) for side in ("left", "right"))
    sizes = ends - firsts
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    askers = owners[np.repeat(firsts, sizes) + within]
    each = np.unique(askers.astype(np.int64) << 32 | np.repeat(meetings["number"], sizes))
    return each >> 32, each & 0xFFFFFFFF


def _crowded(side: type[models.Model], keys: Array) -> set[int]:
    if not len(keys):
        return set()
    sql = f"SELECT key FROM {_table(side)} WHERE key = ANY(%s::int[]) GROUP BY key HAVING count(*) > %s"  # noqa: S608 -- ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [_array(np.unique(keys)), TOO_COMMON])
        return {key for (key,) in cursor.fetchall()}


# What COPY writes of two integers: the number of columns, and each value after its length.
_COPIED = np.dtype([("columns", ">i2"), ("a", ">i4"), ("key", ">i4"), ("b", ">i4"), ("number", ">i4")])
_COPY_HEADER, _COPY_TRAILER = 19, 2


def _meetings(side: type[models.Model], keys: Array) -> Array:
    """Rows of key and number. Sorted keys walk the index in its order, and no object is made of any row."""
    sql = f"SELECT key, number FROM {_table(side)} WHERE key = ANY('{_array(keys)}'::int[])"  # noqa: S608 -- only numbers
    with _along_the_index() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)") as copy:
        copied = b"".join(copy)
    return np.frombuffer(copied[_COPY_HEADER:-_COPY_TRAILER], _COPIED)


@contextmanager
def _along_the_index() -> Iterator[Any]:
    """For some thousand keys the planner would read the table; each of them is only a step along the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
        )
        yield cursor
        cursor.execute(
            "SELECT set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true)"
        )


def _array(numbers: Array) -> str:
    """As PostgreSQL writes an array: the driver takes longer to adapt twenty thousand numbers than to find them."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"


def _table(side: type[models.Model]) -> str:
    return side._meta.db_table


# ------------------------------------------------------------------------------------- those who met


class Records(NamedTuple):
    """Records by their number, in order, each with its UUID as text, its revision (0: has none) and its facts."""

    numbers: Array
    ids: list[str]
    revisions: list[int]
    columns: engine.Columns

    def places(self, numbers: Array) -> tuple[Array, Array]:
        """Which of these numbers are here, and at which place."""
        if not len(self.numbers):
            return np.zeros(len(numbers), dtype=bool), np.zeros(0, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        are_here = self.numbers[places] == numbers
        return are_here, places[are_here]


def persons(numbers: Array) -> Records:
    """The missing persons with these numbers, sought or not. One whose profile is damaged is left out and marked."""
    return _records(MissingPerson, numbers, "revision", "true")


def entries(numbers: Array) -> Records:
    """The entries with these numbers that their lists have not taken back."""
    return _records(ListEntry, numbers, "0", "removed_at IS NULL")


def sought(numbers: Array) -> Array:
    """Those of the persons with these numbers for whom somebody looks."""
    found = (
        MissingPerson.objects.sought().filter(number__in=numbers.tolist()).values_list("number", flat=True)
    )
    return np.array(list(found), dtype=np.int64)


def _records(model: type[models.Model], numbers: Array, revision: str, condition: str) -> Records:
    sql = (
        f"SELECT number, id::text, {revision}, profile FROM {_table(model)}"  # noqa: S608 -- our own names
        f" WHERE number = ANY(%s::int[]) AND {condition} ORDER BY number"
    )
    # Binary, since a profile as text is twice as long.
    with _along_the_index() as outer, Cursor(outer.connection) as cursor:
        rows = cursor.execute(sql, [_array(np.unique(numbers))], binary=True).fetchall()
    profiles = _present(model, [(row_id, bytes(sealed)) for _, row_id, _, sealed in rows])
    kept = [row for row, data in zip(rows, profiles, strict=True) if data]
    return Records(
        np.array([row[0] for row in kept], dtype=np.int64),
        [row[1] for row in kept],
        [row[2] for row in kept],
        engine.Columns.of_bytes([data for data in profiles if data]),
    )


def _present(model: type[models.Model], sealed: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The stored profiles, readable as they are; b"" for a damaged one, which must not keep its rivals out."""
    opened: Iterator[bytes] = model._meta.get_field("profile").open_all(sealed)  # type: ignore[union-attr]
    profiles = []
    for (row_id, _), data in zip(sealed, opened, strict=True):
        try:
            profiles.append(engine.present(data))
        except ValueError:
            log.exception("the profile of %s is damaged", row_id)
            MissingPerson.objects.filter(pk=uuid.UUID(row_id)).update(match_failures=MAX_FAILURES)
            profiles.append(b"")
    return profiles
