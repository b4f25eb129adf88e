"""Nudges: they carry ids only, may be lost or run twice, and retry nothing. The rows know what is owed."""

import logging
import time
import uuid
from typing import Any

from celery import current_app, shared_task

from notifications import delivery, recovery

logger = logging.getLogger(__name__)

QUIET_S = 15.0  # after a broker failed: it must not cost every message of a request its time-out
_broker_failed_at = float("-inf")


@shared_task(acks_late=True, ignore_result=True)
def deliver(notification_id: str) -> None:
    """Send this one now, if it is due and nobody else has it."""
    delivery.deliver(uuid.UUID(notification_id))


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> None:
    """Take up whatever was lost."""
    recovery.sweep()


def nudge(notification_id: uuid.UUID) -> None:
    """Wake a worker for this one. A dead or hung broker costs the caller a second and no message."""
    global _broker_failed_at
    if time.monotonic() - _broker_failed_at < QUIET_S:
        return
    try:
        _publish(str(notification_id))
    except Exception as error:  # whatever the broker's client raises: the sweep sends the message
        _broker_failed_at = time.monotonic()
        logger.warning(
            "broker unreachable (%s): %s waits for the sweep", type(error).__name__, notification_id
        )


def _publish(notification_id: str) -> None:
    # A connection of its own: the pooled ones are as patient as a worker must be, and a request may not.
    # And no retries: by default the client tries a silent broker for 8 s (measured), with these for 1 s.
    impatient = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0, "interval_start": 0}
    with current_app.connection_for_write(transport_options=impatient) as connection:
        publish: Any = deliver.apply_async  # the stubs do not know `connection`
        publish((notification_id,), connection=connection, retry=False)
