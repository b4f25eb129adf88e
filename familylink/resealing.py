"""DO: bring every sealed value under the present sealing key, beside a running service.

A value says in its head which key it is under, so the database itself finds what is left: whoever continues
after a kill begins where the other ended. Rows that somebody else holds are left for the next pass: waiting
for nobody, this can take part in no deadlock.
"""

import itertools
import logging
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction

from familylink.damage import CannotOpen
from familylink.sealing import SealedField, current_keyring

log = logging.getLogger(__name__)

# A received list may have megabytes: a batch ends there too, so that memory and transactions stay small.
BATCH_BYTES = 16 * 2**20


class Batch(NamedTuple):
    """What came of some rows: how many are now under the present key, and how many values did not open."""

    last: uuid.UUID
    resealed: int
    unopened: int


class SealedTable:
    """The table of a model that has something sealed; every name is quoted for SQL."""

    def __init__(self, model: type[models.Model]) -> None:
        quoted = connection.ops.quote_name
        self.label = model._meta.label_lower
        self.name = quoted(model._meta.db_table)
        self.key = quoted(str(model._meta.pk.column))
        self.fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        self.columns = [quoted(str(field.column)) for field in self.fields]

    @property
    def waits(self) -> str:
        """The condition of a row with a value that is under another key; its parameters are `heads`."""
        return "(" + " OR ".join(f"substring({column} FOR %s) <> %s" for column in self.columns) + ")"

    @property
    def heads(self) -> list[Any]:
        head = current_keyring().head
        return [len(head), head] * len(self.columns)


def sealed_tables() -> list[SealedTable]:
    """Of every model that has something sealed."""
    tables = [SealedTable(model) for model in apps.get_models() if not model._meta.proxy]
    return [table for table in tables if table.fields]


def waiting_rows(table: SealedTable) -> int:
    """How many rows have a value that is not under the present key. Reads the whole table."""
    sql = f"SELECT count(*) FROM {table.name} WHERE {table.waits}"  # noqa: S608 -- our own names
    [(count,)] = _unhurried(sql, table.heads)
    return int(count)


def values_by_key() -> Counter[str]:
    """How many sealed values there are under each key id ("": no known format). Reads every table."""
    counts: Counter[str] = Counter()
    for table in sealed_tables():
        for column in table.columns:
            counts.update(dict(_unhurried(_KEY_IDS.format(column=column, table=table.name), [])))
    return counts


_KEY_IDS = """
    SELECT CASE WHEN octet_length({column}) > 2
           THEN encode(substring({column} FROM 3 FOR get_byte({column}, 1)), 'escape') ELSE '' END, count(*)
    FROM {table} WHERE {column} IS NOT NULL GROUP BY 1
"""


def some_values(table: SealedTable) -> Iterator[tuple[SealedField, uuid.UUID, bytes]]:
    """A few small values of every column, with the keys of their rows."""
    for field, column in zip(table.fields, table.columns, strict=True):
        found = _unhurried(_SOME.format(key=table.key, column=column, table=table.name), [])
        yield from ((field, row_id, bytes(sealed)) for row_id, sealed in found)


_SOME = "SELECT {key}, {column} FROM {table} WHERE octet_length({column}) < 4096 LIMIT 20"


def reseal(table: SealedTable, *, batch: int) -> Iterator[Batch]:
    """One pass over the rows of this table that wait, so many to a transaction; yields after each."""
    last = uuid.UUID(int=0)
    while ids := _next_ids(table, last, batch):
        with transaction.atomic():
            done = _reseal_rows(table, ids)
        yield done
        last = done.last


def _next_ids(table: SealedTable, after: uuid.UUID, limit: int) -> list[uuid.UUID]:
    """The next rows that wait, in the order of their ids; as many as fit into one batch, at least one."""
    size = " + ".join(f"coalesce(octet_length({column}), 0)" for column in table.columns)
    rows = _unhurried(
        f"SELECT {table.key}, {size} FROM {table.name} "  # noqa: S608 -- our own names
        f"WHERE {table.key} > %s AND {table.waits} ORDER BY {table.key} LIMIT %s",
        [after, *table.heads, limit],
    )
    sizes = itertools.accumulate(size for _, size in rows)
    fit = [row_id for (row_id, _), upto in zip(rows, sizes, strict=True) if upto <= BATCH_BYTES]
    return fit or [row_id for row_id, _ in rows[:1]]


def _reseal_rows(table: SealedTable, ids: Sequence[uuid.UUID]) -> Batch:
    """Lock, open, seal and write these rows, except those that somebody holds or that have changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {table.key}, {', '.join(table.columns)} FROM {table.name} "  # noqa: S608 -- our own names
            f"WHERE {table.key} = ANY(%s) AND {table.waits} ORDER BY {table.key} FOR NO KEY UPDATE SKIP LOCKED",
            [list(ids), *table.heads],
        )
        changes, unopened = _sealed_anew(table, cursor.fetchall())
        if changes:
            cursor.executemany(_write(table), changes)
    return Batch(ids[-1], len(changes), unopened)


def _write(table: SealedTable) -> str:
    """One row's UPDATE, which finds nothing if a value is no longer the one that was read."""
    new = ", ".join(f"{column} = %s" for column in table.columns)
    old = " AND ".join(f"{column} IS NOT DISTINCT FROM %s" for column in table.columns)
    return f"UPDATE {table.name} SET {new} WHERE {table.key} = %s AND {old}"  # noqa: S608 -- our own names


def _sealed_anew(table: SealedTable, rows: Sequence[Any]) -> tuple[list[list[Any]], int]:
    """What to write for each row that changes (new values, its id, old values); how many did not open."""
    changes, unopened = [], 0
    for row_id, *found in rows:
        old = [None if value is None else bytes(value) for value in found]
        new = [_anew(field, value, row_id) for field, value in zip(table.fields, old, strict=True)]
        unopened += sum(value is not None and not _is_present(value) for value in new)
        if new != old:
            changes.append([*new, row_id, *old])
    return changes, unopened


def _anew(field: SealedField, sealed: bytes | None, row_id: uuid.UUID) -> bytes | None:
    """The value under the present key; as it was where it does not open."""
    if sealed is None or _is_present(sealed):
        return sealed
    try:
        return field.resealed(sealed, row_id)
    except CannotOpen as error:
        log.error("%s.%s of %s: %s", field.model._meta.label_lower, field.name, row_id, error)
        return sealed


def _is_present(sealed: bytes) -> bool:
    return sealed.startswith(current_keyring().head)


def _unhurried(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """A read that may take longer than a request is given."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
