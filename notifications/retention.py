"""DO: address and text of a message go when they are of no more use; that it was owed and how it ended stays.

So many to a transaction; whoever continues after a kill finds what is left by the rows themselves.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from notifications.models import FollowUp, Notification, NotificationQuerySet, Reply, SunkMessage

logger = logging.getLogger(__name__)

BATCH = 500
EVERY_S = 600.0
_looked_at = float("-inf")


def purge_if_due(go_on: Callable[[], bool] = lambda: True) -> None:
    """Every ten minutes of this process: all that is over."""
    global _looked_at
    if time.monotonic() - _looked_at < EVERY_S:
        return
    while go_on() and purge_next():
        pass
    _looked_at = time.monotonic()


def purge_next() -> int:
    """Delete the texts of some messages, and what families wrote back as long ago; how many. 0: nothing is left."""
    return _purge_messages() + _delete_old(Reply.objects.all()) + _delete_old(SunkMessage.objects.all())


@transaction.atomic
def _purge_messages() -> int:
    pks = list(_purgeable().select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    if pks:
        logger.info("%d messages purged of address and text", len(pks))
    return Notification.objects.filter(pk__in=pks).update(to=None, body=None, subject="", purged_at=Now())


def _purgeable() -> NotificationQuerySet:
    """Not those whose family is still to be called: the caller needs the number."""
    to_be_called = FollowUp.objects.open().filter(reference=OuterRef("reference"))
    return Notification.objects.to_be_purged().filter(~Exists(to_be_called))


def _delete_old(rows: "models.QuerySet[Reply] | models.QuerySet[SunkMessage]") -> int:
    kept = models.Value(dt.timedelta(days=settings.KEEP_TEXT_DAYS))
    pks = rows.filter(received_at__lte=Now() - kept).values_list("pk", flat=True)[:BATCH]
    return rows.filter(pk__in=list(pks)).delete()[0]
