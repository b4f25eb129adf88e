"""A lock that does not come in time is somebody at work; nothing else that a database fails with is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

HELD = (DeadlockDetected, LockNotAvailable)


@contextmanager
def held_rows_as(refusal: type[Exception]) -> Iterator[None]:
    """Raise this refusal where somebody else holds the rows; a database that is gone stays one that is gone."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, HELD):
            raise refusal from error
        raise
