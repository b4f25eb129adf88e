"""Rows that somebody else holds while a test asks for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model

FOR_EVER = (
    "0"  # for what is to pass a row over by itself: whoever waited would be ended as a statement that hangs
)


@contextmanager
def held_by_a_worker(row: Model, patience: str = "50ms") -> Iterator[None]:
    """Somebody else's transaction has this row in its hands, and nobody here waits longer for it."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s FOR UPDATE", [row.pk]
            )
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{patience}'")
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        other.close()
