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
    arrays, told = _arrays(fields, rows)
    _execute(f"INSERT INTO {meta.db_table} ({_columns(fields)}) SELECT * FROM {arrays}", told)  # noqa: S608 -- our own names


def update_all(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """As `bulk_update` of these fields, also of sealed ones; none of them may hold an array."""
    if not rows:
        return
    meta = rows[0]._meta
    changed = [field for field in meta.concrete_fields if field.name in names]
    fields, table, key = [meta.pk, *changed], meta.db_table, f'"{meta.pk.column}"'
    arrays, told = _arrays(fields, rows)
    anew = ", ".join(f'"{field.column}" = new."{field.column}"' for field in changed)
    new = f"{arrays} AS new ({_columns(fields)})"
    _execute(f"UPDATE {table} SET {anew} FROM {new} WHERE {table}.{key} = new.{key}", told)  # noqa: S608 -- our own names


def in_batches(rows: "models.QuerySet[M]", size: int) -> Iterator[list[M]]:
    """All rows in the order of their keys, `size` at a time. Each batch is looked for behind the last one's key: a
    million rows are one walk along the index, and none comes twice, whatever is written to them meanwhile."""
    rows = rows.order_by("pk")
    found = list(rows[:size])
    while found:
        yield found
        found = list(rows.filter(pk__gt=found[-1].pk)[:size])


def _columns(fields: Fields) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _arrays(fields: Fields, rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    """The rows as PostgreSQL makes them of an array for each column, and what is told it for that."""
    arrays, told = zip(*(_array(field, rows) for field in fields), strict=True)
    return f"unnest({', '.join(arrays)})", list(told)


def _array(field: "models.Field[Any, Any]", rows: Sequence[models.Model]) -> tuple[str, Any]:
    """What is stored in this column: of most columns one value, which is made ready and told once."""
    values, kind = [field.pre_save(row, add=True) for row in rows], field.db_type(connection)
    ready = {key: _stored(field, value) for key, value in {id(value): value for value in values}.items()}
    if len(ready) == 1:
        (value,) = ready.values()
        return f"array_fill(%s::{kind}, ARRAY[{len(rows)}])", value
    return f"%s::{kind}[]", [ready[id(value)] for value in values]


def _stored(field: "models.Field[Any, Any]", value: Any) -> Any:
    stored = field.get_db_prep_save(value, connection)
    return stored.obj if isinstance(stored, Binary) else stored


def _execute(sql: str, told: list[Any]) -> None:
    with connection.cursor() as outer, connection.wrap_database_errors, Cursor(outer.connection) as cursor:
        cursor.execute(sql, told)
