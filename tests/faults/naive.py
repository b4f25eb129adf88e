"""How not to send: "send, then mark it sent", with a row lock and retries. The storms must catch it doubling."""

import uuid

from celery import shared_task
from django.db import transaction

from notifications.models import Notification, State
from notifications.transports import in_turn
from notifications.transports.base import OutcomeUnknown, Outgoing, TransportError


@shared_task
def send_then_mark() -> None:
    while _send_next():
        pass


@shared_task
def send_one(pk: str) -> None:
    """A task per message, as it is common: read, send, mark."""
    row = Notification.objects.get(pk=pk)
    if row.state == State.QUEUED:
        next(in_turn(row.channel, 1)).send(
            Outgoing(uuid.uuid4(), row.to, row.subject, row.body, row.language)
        )
        Notification.objects.filter(pk=pk).move(State.ACCEPTED)


@transaction.atomic
def _send_next() -> bool:
    row = (
        Notification.objects.filter(state=State.QUEUED)
        .order_by("?")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return False
    try:
        next(in_turn(row.channel, 1)).send(
            Outgoing(uuid.uuid4(), row.to, row.subject, row.body, row.language)
        )
    except (TransportError, OutcomeUnknown):
        return True  # it stays queued: "just try again"
    Notification.objects.filter(pk=row.pk).move(State.ACCEPTED)
    return True
