"""DO: a database restored from a backup sends nothing by itself: what it owes may have left since the backup.

A restored copy is another database, another cluster, or the same one on a new timeline; then everything that still
moves is left to a person, and the switch is thrown until two people have compared with the provider's list. A
promoted standby is on a new timeline, too: it may have missed the last attempts. What cannot be seen from inside is
a copy of the data folder under the same cluster: whoever does that throws the switch (docs/operations.md).
"""

import logging

from django.db import connection, transaction
from django.db.models.functions import Now

from notifications import messages
from notifications.models import Attempt, Home, Notification, SendingSwitch, State

logger = logging.getLogger(__name__)

REASON = "database_was_restored"
_PLACE = """
    SELECT (SELECT system_identifier FROM pg_control_system())
        || ':' || (SELECT timeline_id FROM pg_control_checkpoint())
        || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def is_here() -> bool:
    """Whether this database is the one that messages have left from. Asked once per connection: a restore ends all."""
    known = getattr(connection.connection, "familylink_is_here", False)
    if known:
        return True
    if not _is_known(_place()):
        return False
    connection.ensure_connection()
    connection.connection.familylink_is_here = True
    return True


@transaction.atomic
def _is_known(here: str) -> bool:
    Home.objects.bulk_create([Home(place=here)], ignore_conflicts=True)
    home = Home.objects.select_for_update().get()
    if home.place == here:
        return True
    _leave_all_to_people()
    Home.objects.update(place=here)
    return False


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


def _place() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_PLACE)
        return str(cursor.fetchone()[0])
