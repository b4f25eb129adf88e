"""Providers tell us here what became of a message, and what families write back. Nothing is believed unsigned."""

import json
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import replies
from notifications.addresses import RefusedAddress
from notifications.models import Receipt
from notifications.receipts import record_receipt
from notifications.transports import sms_gateway, sms_twilio

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive_twilio(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """Twilio's status call-back of one attempt. 403 unless signed, else 200, so that nobody repeats it."""
    form = {name: str(value) for name, value in request.POST.items()}
    url = sms_twilio.callback_url(reference, _options())
    if not _by_twilio(request, url, form):
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


@csrf_exempt
@require_POST
def receive_twilio_reply(request: HttpRequest) -> HttpResponse:
    """An SMS that somebody wrote to our number at Twilio. 403 unless signed."""
    form = {name: str(value) for name, value in request.POST.items()}
    if not _by_twilio(request, sms_twilio.reply_url(_options()), form):
        return HttpResponse(status=403)
    _receive_reply(
        sms_twilio.TwilioTransport.name,
        form.get("MessageSid", ""),
        form.get("From", ""),
        form.get("Body", ""),
    )
    return HttpResponse(status=200)


@csrf_exempt
@require_POST
def receive_gateway(request: HttpRequest) -> HttpResponse:
    """A report of the gateway, of a message or of an answer to one. 403 unless signed within the replay window."""
    secret = str(_options().get("callback_secret") or "")
    timestamp, signature = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if not sms_gateway.is_signed(secret, timestamp, request.body, signature):
        logger.warning("a report to the gateway's address was not signed as agreed")
        return HttpResponse(status=403)
    try:
        report = json.loads(request.body)
    except ValueError:
        return HttpResponse(status=400)
    if isinstance(report, dict):
        _believe_gateway(report)
    return HttpResponse(status=200)


def _believe_gateway(report: Mapping[str, Any]) -> None:
    name, event = sms_gateway.GatewayTransport.name, str(report.get("event") or "")
    if report.get("type") == "reply":
        _receive_reply(name, event, str(report.get("from") or ""), str(report.get("text") or ""))
        return
    status = sms_gateway.statuses(_options()).get(str(report.get("status")))
    reference = sms_gateway.as_uuid(report.get("reference"))
    if status and reference and event:
        record_receipt(
            transport=name,
            event_id=event,
            reference=reference,
            status=Receipt.Status(status),
            provider_id=str(report.get("id") or "")[:120],
        )


def _receive_reply(transport: str, event: str, sender: str, text: str) -> None:
    try:
        replies.receive(transport=transport, event_id=event, sender=sender, text=text)
    except RefusedAddress:
        logger.warning("a reply %s came from what is no telephone number", event)


def _by_twilio(request: HttpRequest, url: str, form: Mapping[str, str]) -> bool:
    token = str(_options().get("auth_token", ""))
    return sms_twilio.is_signed(token, url, form, request.headers.get("X-Twilio-Signature", ""))


def _options() -> Mapping[str, Any]:
    options: Mapping[str, Any] = settings.TRANSPORT_OPTIONS.get("sms", {})
    return options
