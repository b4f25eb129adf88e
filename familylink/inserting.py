"""Many new rows in one statement, which has an array for each column however many rows there are."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from psycopg import Binary, Cursor


def insert_all(rows: Sequence[models.Model]) -> None:
    """As `bulk_create` of rows that know their own ids, at a fraction of its cost. Raises as the database does."""
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.has_db_default()]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    sql = f"INSERT INTO {model._meta.db_table} ({columns}) SELECT * FROM unnest({arrays})"  # noqa: S608 -- our own names
    values = [[_stored(field, row) for row in rows] for field in fields]
    with connection.cursor() as outer, connection.wrap_database_errors, Cursor(outer.connection) as cursor:
        cursor.execute(sql, values)


def _stored(field: "models.Field[Any, Any]", row: models.Model) -> Any:
    value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
    return value.obj if isinstance(value, Binary) else value
