"""What providers say of a message later: kept as it came, believed forward only.

Receipts come late, early, five times and out of order; none of it may take back what is known, or send again.
"""

import uuid

from django.db import transaction
from django.db.models import Exists
from django.db.models.functions import Now

from notifications.models import Attempt, Notification, Receipt, State
from notifications.settling import lock, prove_sent
from notifications.transports.base import Accepted


def record_receipt(
    *,
    transport: str,
    event_id: str,
    reference: uuid.UUID,
    status: Receipt.Status,
    provider_id: str = "",
    detail: str = "",
) -> bool:
    """Keep what the provider says and move forward only. False: this event was known.

    A receipt for an attempt that we do not know is kept as an orphan.
    """
    with transaction.atomic():
        attempt = Attempt.objects.filter(reference=reference, transport=transport).first()
        said = {
            "attempt_reference": reference,
            "status": status,
            "detail": detail[:80],
            "is_orphan": attempt is None,
        }
        _, is_new = Receipt.objects.get_or_create(transport=transport, event_id=event_id[:120], defaults=said)
        if attempt and is_new:
            lock([attempt.notification_id])
            _believe(attempt, status, provider_id, detail)
    return is_new


def _believe(attempt: Attempt, status: Receipt.Status, provider_id: str, detail: str) -> None:
    if status == Receipt.Status.UNDELIVERED:
        _fail(attempt, provider_id, detail)
    else:
        arrived = status == Receipt.Status.DELIVERED
        prove_sent({attempt.pk: Accepted(provider_id, is_delivered=arrived)})


def _fail(attempt: Attempt, provider_id: str, detail: str) -> None:
    """Taken, but it did not arrive. Only the last attempt that was not given up before its call can fail the message,
    and only if it was taken."""
    later = Attempt.objects.filter(notification=attempt.notification_id, n__gt=attempt.n)
    last = Attempt.objects.filter(~Exists(later.exclude(outcome=Attempt.Outcome.ABORTED)), pk=attempt.pk)
    if not last.went_out().exists():
        return
    last.unproven().update(
        outcome=Attempt.Outcome.ACCEPTED, finished_at=Now(), provider_id=provider_id, detail=detail[:80]
    )
    Notification.objects.filter(
        pk=attempt.notification_id,
        state__in=[State.CLAIMED, State.UNKNOWN, State.REVIEW, State.ACCEPTED],
    ).move(State.UNDELIVERED, reason=detail[:80])
