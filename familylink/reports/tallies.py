"""Counting in the database, one statement a time: any number of web machines share one count."""

import datetime as dt

from django.db import connection

from familylink.reports.models import Tally
from familylink.sealing import blind_index

_COUNT = """
    INSERT INTO reports_tally AS known (key, count, ends_at) VALUES (%s, 1, now() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.ends_at <= now() THEN 1 ELSE known.count + 1 END,
        ends_at = CASE WHEN known.ends_at <= now() THEN excluded.ends_at ELSE known.ends_at END
    RETURNING count
"""


def count(what: str, who: str, *, within: dt.timedelta) -> int:
    """How often this has been counted for them within this window, now included."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [blind_index(f"tally:{what}", who), within.total_seconds()])
        return int(cursor.fetchone()[0])


def forget_past() -> int:
    """Delete the counts whose window is over; how many."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Tally._meta.db_table} WHERE ends_at <= now()")  # noqa: S608 -- our own name
        return int(cursor.rowcount)
