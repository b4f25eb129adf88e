"""Celery wakes workers; it is never trusted to remember work: the row in PostgreSQL is the queue."""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from celery import Celery, Task
from celery.signals import task_prerun
from django.db import connection, connections

from familylink.damage import KeyIsAway

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylink.settings")

app = Celery("familylink")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

logger = logging.getLogger(__name__)
# Of the time limit, and of the word to end, which a lost broker also gives: anywhere, also inside a transaction.
STRIKES = (SoftTimeLimitExceeded, SystemExit)
QUIET_SECONDS = 15.0  # after the broker failed: it must not cost every row of a request its time-out
# Without the last two kombu pauses for 2 and 4 seconds between its tries (measured: 4 s for a broker that hangs, 6 s
# for one that is dead; with them 1 s and no time at all).
IMPATIENT = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 1, "interval_start": 0}
_broker_failed_at = float("-inf")


def each_alone(steps: Iterable[Callable[[], object]]) -> int:
    """Take these steps of a sweep; one that fails is said in the log and keeps no other waiting. How many did not.

    Raises KeyIsAway: nothing that wants a key which is not here may pass for done."""
    return sum(_is_taken(step) for step in steps)


def _is_taken(step: Callable[[], object]) -> bool:
    is_inside = connection.in_atomic_block
    try:
        step()
    except (SoftTimeLimitExceeded, KeyIsAway):  # no fault of this step: the next sweep goes on
        raise
    except Exception:
        logger.exception("%s failed", getattr(step, "__name__", step))
        if not is_inside:
            leave_no_transaction()
        return False
    return True


@task_prerun.connect
def _begin_outside(task: Task[Any, None], **_: Any) -> None:
    if not task.request.is_eager:
        leave_no_transaction()


def leave_no_transaction() -> None:
    """After a piece of work that broke off, and before another: a new connection, whatever became of the last one.

    A strike (see `familylink.postgresql`) may leave Django's idea of a connection and the server's at odds, each in
    another way. Where it struck at the very end of a transaction, Django held its connection for one inside it for
    ever after, and refused to open another: the process ran on and did nothing more. Only `connect` ends that.
    """
    for one in connections.all(initialized_only=True):
        # A broken one, or a database that is away: whoever asks next hears it.
        with contextlib.suppress(Exception):
            try:
                one.close()
            finally:
                if one.in_atomic_block:
                    one.connect()


def wake(task: Task[Any, None], *args: object) -> None:
    """Nudge a worker with ids. A dead or hung broker costs the caller a second, and no work: the sweep finds it."""
    global _broker_failed_at
    if time.monotonic() - _broker_failed_at < QUIET_SECONDS:
        return
    try:
        _publish(task, args)
    except Exception as error:  # whatever the broker's client raises
        _broker_failed_at = time.monotonic()
        reason = type(error).__name__
        logger.warning("broker unreachable (%s): %s %s waits for the sweep", reason, task.name, args)


def _publish(task: Task[Any, None], args: tuple[object, ...]) -> None:
    # A connection of its own: the pooled ones are as patient as a worker must be, and a request may not.
    with app.connection_for_write(transport_options=IMPATIENT) as connection:
        publish: Any = task.apply_async  # the stubs do not know `connection`
        publish(args, connection=connection, retry=False)
