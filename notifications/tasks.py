"""Nudges: they say nothing but "look", may be lost or run twice, and retry nothing. The rows know what is owed."""

import time

from celery import shared_task

from familylink.celery import wake
from notifications import delivery, recovery, sweeper

__all__ = ["deliver", "sweep", "sweeper"]  # the last one starts with a worker
BUDGET_S = 20.0  # of one task, below its time limit


@shared_task(acks_late=True, ignore_result=True)
def deliver() -> None:
    """Send what is due now; where that is more than one process can have under way, another is woken."""
    ends_at = time.monotonic() + BUDGET_S
    delivery.deliver_due(go_on=lambda: time.monotonic() < ends_at, when_full=lambda: wake(deliver))


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> None:
    """Take up whatever was lost."""
    recovery.sweep()
