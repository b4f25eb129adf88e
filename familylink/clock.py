"""The one clock that every machine agrees on: deadlines are kept by the database, so they are also set by its clock.

A machine whose own clock is ten minutes slow would else send codes that have lapsed, and erase without time to undo.
"""

import datetime as dt

from django.db import connection


def now() -> dt.datetime:
    """What the database's clock shows at this very moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
        return moment
