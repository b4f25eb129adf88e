"""Nudges: they carry ids only, may be lost or run twice, and retry nothing. The rows know what is owed."""

import uuid

from celery import shared_task

from notifications import delivery, recovery, sweeper

__all__ = ["deliver", "sweep", "sweeper"]  # the last one starts with a worker


@shared_task(acks_late=True, ignore_result=True)
def deliver(notification_id: str) -> None:
    """Send this one now, if it is due and nobody else has it."""
    delivery.deliver(uuid.UUID(notification_id))


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> None:
    """Take up whatever was lost."""
    recovery.sweep()
