"""Many rows, new or changed, in one statement, which has an array for each column however many rows there are."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from psycopg import Binary, Cursor

Fields = Sequence["models.Field[Any, Any]"]
M = TypeVar("M", bound=models.Model)


def insert_all(rows: Sequence[models.Model]) -> None:
    """As `bulk_create` of rows that know their own ids, at a fraction of its cost. Raises as the database does."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.has_db_default()]
    sql = f"INSERT INTO {meta.db_table} ({_columns(fields)}) SELECT * FROM {_arrays(fields)}"  # noqa: S608 -- our own names
    _execute(sql, fields, rows)


def update_all(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """As `bulk_update` of these fields, also of sealed ones; none of them may hold an array."""
    if not rows:
        return
    meta = rows[0]._meta
    changed = [field for field in meta.concrete_fields if field.name in names]
    fields, table, key = [meta.pk, *changed], meta.db_table, f'"{meta.pk.column}"'
    told = ", ".join(f'"{field.column}" = new."{field.column}"' for field in changed)
    new = f"{_arrays(fields)} AS new ({_columns(fields)})"
    sql = f"UPDATE {table} SET {told} FROM {new} WHERE {table}.{key} = new.{key}"  # noqa: S608 -- our own names
    _execute(sql, fields, rows)


def in_batches(rows: "models.QuerySet[M]", size: int) -> Iterator[list[M]]:
    """All of them by their keys, so many at a time: each batch is looked for behind the last, so that a million rows
    are one walk and none comes twice, whatever is written of them meanwhile."""
    rows = rows.order_by("pk")
    found = list(rows[:size])
    while found:
        yield found
        found = list(rows.filter(pk__gt=found[-1].pk)[:size])


def _columns(fields: Fields) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _arrays(fields: Fields) -> str:
    return "unnest(" + ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields) + ")"


def _execute(sql: str, fields: Fields, rows: Sequence[models.Model]) -> None:
    with connection.cursor() as outer, connection.wrap_database_errors, Cursor(outer.connection) as cursor:
        cursor.execute(sql, [_column(field, rows) for field in fields])


def _column(field: "models.Field[Any, Any]", rows: Sequence[models.Model]) -> list[Any]:
    """What is stored in this column for each row: of most columns one value, which is made ready once."""
    ready: dict[int, Any] = {}
    values = [field.pre_save(row, add=True) for row in rows]
    for value in values:
        if id(value) not in ready:
            ready[id(value)] = _stored(field, value)
    return [ready[id(value)] for value in values]


def _stored(field: "models.Field[Any, Any]", value: Any) -> Any:
    stored = field.get_db_prep_save(value, connection)
    return stored.obj if isinstance(stored, Binary) else stored
