"""Django's PostgreSQL, where a connection whose transaction cannot be ended is never used again."""

from django.db.backends.postgresql.base import DatabaseWrapper as DjangosWrapper


class DatabaseWrapper(DjangosWrapper):
    """A time limit, or the word to end, strikes a worker anywhere, also inside a COMMIT.

    Django's attempt to leave the transaction then fails with a DatabaseError that hides the strike. Whoever takes that
    for a database away for a moment, and tries again, would work on in a transaction that nothing ever commits:
    messages would leave whose attempts are nowhere written.
    """

    def _set_autocommit(self, autocommit: bool) -> None:
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        except BaseException:
            self.close()
            raise
