"""A lock that does not come in time is somebody at work; nothing else that a database fails with is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

HELD = (DeadlockDetected, LockNotAvailable)
# A colleague's verdict takes less than this; whoever holds a row longer would be waited for once in every row.
AT_ONCE = "100ms"


@contextmanager
def held_rows_as(refusal: type[Exception]) -> Iterator[None]:
    """Raise this refusal where somebody else holds the rows; a database that is gone stays one that is gone."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, HELD):
            raise refusal from error
        raise


@contextmanager
def passed_over_as(refusal: type[Exception]) -> Iterator[None]:
    """One of many rows, in a transaction of its own: raise this refusal at once where somebody else holds it."""
    with held_rows_as(refusal), transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{AT_ONCE}'")
        yield
