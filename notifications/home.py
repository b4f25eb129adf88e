"""DO: a database restored from a backup sends nothing by itself: what it owes may have left since the backup.

A restored copy is another database, another cluster, the same one on a new timeline, or the same tables filled anew:
the one row names all four, the last by the transaction that wrote it (`xmin`), since whatever puts a row back writes it
in a transaction of its own. Then everything that still moves is left to a person, and the switch is thrown until two
people have compared with the provider's list. A promoted standby is on a new timeline, too: it may have missed the
last attempts. What cannot be seen from inside is a copy of the data folder under the same cluster, or other tables put
back without this one: whoever does that throws the switch (docs/operations.md).
"""

import logging

from django.db import connection, transaction
from django.db.models.functions import Now

from notifications import messages
from notifications.models import Attempt, Home, Notification, SendingSwitch, State

logger = logging.getLogger(__name__)

REASON = "database_was_restored"
_HERE = """
    (SELECT system_identifier FROM pg_control_system())
        || ':' || (SELECT timeline_id FROM pg_control_checkpoint())
        || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
        || ':' || xmin::text
"""
_IS_KNOWN = f"SELECT place = {_HERE} FROM notifications_home"  # noqa: S608 -- our own words
_SETTLE = f"UPDATE notifications_home SET place = {_HERE}"  # noqa: S608 -- our own words


def is_here() -> bool:
    """Whether this database is the one that messages have left from, and nobody has put it back since."""
    return _is_known() or _is_settled()


@transaction.atomic
def _is_settled() -> bool:
    """From here messages leave from now on. Whether they may do so at once: where none have left before."""
    _, is_new = Home.objects.get_or_create(singleton=True, defaults={"place": ""})
    Home.objects.select_for_update().get()
    if _is_known():  # somebody else was faster
        return True
    if not is_new:
        _leave_all_to_people()
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE)  # the row is this transaction's now,
        cursor.execute(_SETTLE)  # and says so
    return is_new


def _is_known() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_IS_KNOWN)
        return bool(cursor.fetchone() == (True,))


def _leave_all_to_people() -> None:
    logger.error("this database was restored: nothing leaves before people have looked")
    SendingSwitch.throw(SendingSwitch.ALL, reason=REASON)
    moving = Notification.objects.filter(
        state__in=[State.HELD, State.QUEUED, State.CLAIMED, State.UNKNOWN]
    ).select_for_update()
    pks = list(moving.values_list("pk", flat=True))
    Attempt.objects.open().filter(notification__in=pks).update(
        outcome=Attempt.Outcome.UNKNOWN, finished_at=Now(), detail=REASON
    )
    rows = Notification.objects.filter(pk__in=pks)
    dropped = [key for key in messages.KINDS if messages.may_lapse(key)]
    rows.filter(message__in=dropped).exclude(state=State.HELD).move(State.CANCELLED, reason=REASON)
    rows.exclude(message__in=dropped).move(State.REVIEW, reason=REASON)
