"""Providers tell us here what became of a message. Nothing is believed without their signature."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.models import Receipt
from notifications.receipts import record_receipt
from notifications.transports import sms_twilio


@csrf_exempt
@require_POST
def receive_twilio(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Twilio's status call-back of one attempt. 403 unless signed, else 200, so that nobody repeats it."""
    form = {name: str(value) for name, value in request.POST.items()}
    token = str(settings.TRANSPORT_OPTIONS.get("sms", {}).get("auth_token", ""))
    url = sms_twilio.callback_url(reference, settings.TRANSPORT_OPTIONS.get("sms", {}))
    if not sms_twilio.is_signed(token, url, form, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=403)
    if status := sms_twilio.STATUSES.get(form.get("MessageStatus", "")):
        record_receipt(
            transport=sms_twilio.TwilioTransport.name,
            event_id=f"{form.get('MessageSid', '')}:{form['MessageStatus']}",
            reference=reference,
            status=Receipt.Status(status),
            provider_id=form.get("MessageSid", "")[:120],
            detail=sms_twilio.code_word(form.get("ErrorCode", "")),
        )
    return HttpResponse(status=200)
