"""What Mailgun reports of an e-mail: delivered, bounced, called spam, unsubscribed. Believed when it is signed."""

import json
import time
import uuid
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import EventType
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import messages, recipients
from notifications.models import Notification, Receipt
from notifications.receipts import record_receipt
from notifications.transports.email_mailgun import ATTEMPT, MailgunTransport
from notifications.transports.sms_gateway import as_uuid

STATUSES = {
    EventType.DELIVERED: Receipt.Status.DELIVERED,
    EventType.BOUNCED: Receipt.Status.UNDELIVERED,
    EventType.REJECTED: Receipt.Status.UNDELIVERED,
}
STOPS = {
    EventType.BOUNCED: recipients.StopReason.DEAD,
    EventType.COMPLAINED: recipients.StopReason.COMPLAINED,
    EventType.UNSUBSCRIBED: recipients.StopReason.ASKED,
}
OLDEST_S = 9 * 3600  # Mailgun repeats what we did not take for eight hours


class _Events(MailgunTrackingWebhookView):  # type: ignore[misc]  # anymail has no types
    """The signature covers its own time and token and nothing else: with an old one anything could be told for ever."""

    def validate_request(self, request: HttpRequest) -> None:
        """Raises AnymailWebhookValidationFailure for another's signature, and for an old one."""
        super().validate_request(request)
        signed_at = float(json.loads(request.body)["signature"]["timestamp"])
        if not abs(time.time() - signed_at) <= OLDEST_S:
            raise AnymailWebhookValidationFailure("signed too long ago")


@csrf_exempt
@require_POST
def receive_mailgun(request: HttpRequest) -> HttpResponse:
    """One event. 403 unless signed with our key, not longer ago than Mailgun repeats it."""
    key = str(settings.TRANSPORT_OPTIONS.get("email", {}).get("mailgun_signing_key") or "")
    if not key or request.content_type != "application/json":
        return HttpResponse(status=403)
    view = _Events(webhook_signing_key=key)
    try:
        view.run_validators(request)
        events = view.parse_events(request)
    except (AnymailWebhookValidationFailure, ValueError, TypeError, KeyError):
        return HttpResponse(status=403)
    for event in events:
        _believe(event)
    return HttpResponse(status=200)


@transaction.atomic
def _believe(event: Any) -> None:
    """Once for each token: a repeat changes nothing, nor does another event under the signature of this one."""
    reference = as_uuid((event.metadata or {}).get(ATTEMPT))
    age = time.time() - event.timestamp.timestamp() if event.timestamp else 0.0
    if reference is None or not event.event_id or age > OLDEST_S:
        return
    is_new = record_receipt(
        transport=MailgunTransport.name,
        event_id=str(event.event_id),  # the token
        reference=reference,
        status=STATUSES.get(event.event_type, Receipt.Status.SENT),  # whatever it says of a letter, it has it
        provider_id=str(event.message_id or "")[:120],
        detail=f"mailgun_{event.reject_reason}" if event.reject_reason else "",
    )
    # Behind the receipt, which locks the message: whoever takes news back locks in this order.
    if is_new and (reason := STOPS.get(event.event_type)):
        _stop(reference, reason)


def _stop(reference: uuid.UUID, reason: str) -> None:
    """A code called spam stops nothing: anybody can have one sent there, and it may be a family's own mailbox."""
    told = Notification.objects.filter(
        attempts__reference=reference, attempts__transport=MailgunTransport.name
    )
    for channel, to_index, message in told.values_list("channel", "to_index", "message"):
        if reason != recipients.StopReason.COMPLAINED or not messages.is_secret(message):
            recipients.stop_index(channel, bytes(to_index), reason)
