"""SMS over the HTTP API of Twilio, or of any provider that speaks it.

Twilio does not know idempotency keys ("POST requests are not idempotent") and does not promise that its list
is complete at once. So a call that may have arrived is never repeated, and a gap in the list proves nothing.
"""

import base64
import hmac
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urljoin

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from notifications.transports import http_calls
from notifications.transports.base import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    Accepted,
    CannotTell,
    LookUp,
    Options,
    OutcomeUnknown,
    Outgoing,
    Sent,
    TransportError,
)

BEHIND = timedelta(seconds=60)  # Twilio's clock may be behind ours by so much

# Twilio's word for a message -> ours. "queued", "sending" and "accepted" only repeat what the call said.
STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "undelivered",
}


class TwilioTransport:
    """Options: account_sid, auth_token, sender or messaging_service_sid; base_url, callback_url.

    `callback_url` is the root that Twilio reaches us at, where that is not PUBLIC_URL.
    """

    name = "twilio"
    timeouts_s = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)

    def __init__(self, channel: str, options: Options) -> None:
        if not (options.get("account_sid") and options.get("auth_token")):
            raise ImproperlyConfigured("Twilio needs account_sid and auth_token")
        if not (options.get("sender") or options.get("messaging_service_sid")):
            raise ImproperlyConfigured("Twilio needs sender or messaging_service_sid")
        self._options = options
        self._auth = (str(options["account_sid"]), str(options["auth_token"]))
        base = str(options.get("base_url") or "https://api.twilio.com").rstrip("/")
        self._url = f"{base}/2010-04-01/Accounts/{self._auth[0]}/Messages.json"

    def send(self, outgoing: Outgoing) -> Accepted:
        form = self._form(outgoing)
        return _read_answer(
            http_calls.call(
                "POST", self._url, name=self.name, data=form, auth=self._auth, timeout=self.timeouts_s
            )
        )

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        """Our text to this number, made since the call began: an earlier one may have had the same words."""
        day = (since - BEHIND).astimezone(UTC).date().isoformat()
        try:
            response = requests.get(
                self._url,
                params={"To": outgoing.to, "DateSent>": day, "PageSize": "100"},
                auth=self._auth,
                timeout=self.timeouts_s,
                allow_redirects=False,
            )
            found = response.json()["messages"] if response.status_code == 200 else []
            same = [one for one in found if one.get("body") == outgoing.body]
            sids = [str(one["sid"]) for one in same if _made_at(one) >= since - BEHIND]
        except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError):
            return CannotTell()
        return Accepted(sids[0]) if sids else CannotTell()

    def sent_since(self, since: datetime) -> list[Sent]:
        """Twilio's own list of what left over this account, by its numbers: it does not know our references."""
        day = since.astimezone(UTC).date().isoformat()
        query = urlencode({"DateSent>": day, "PageSize": "1000"})
        url: str | None = f"{self._url}?{query}"
        sent: list[Sent] = []
        while url:
            response = http_calls.call("GET", url, name=self.name, auth=self._auth, timeout=self.timeouts_s)
            http_calls.raise_for_status(response, "twilio_list")
            page = http_calls.object_of(response)
            sent += [_sent(one) for one in page.get("messages") or () if one.get("direction") != "inbound"]
            url = urljoin(self._url, page["next_page_uri"]) if page.get("next_page_uri") else None
        return sent

    def _form(self, outgoing: Outgoing) -> dict[str, str]:
        service = str(self._options.get("messaging_service_sid") or "")
        sender = {"MessagingServiceSid": service} if service else {"From": str(self._options["sender"])}
        return {
            "To": outgoing.to,
            "Body": outgoing.body,
            "StatusCallback": callback_url(outgoing.reference, self._options),
            **sender,
        }


def _made_at(message: Mapping[str, Any]) -> datetime:
    """By Twilio's clock, to the second. Raises ValueError."""
    return parsedate_to_datetime(str(message.get("date_created")))


def _sent(message: Mapping[str, Any]) -> Sent:
    return Sent(None, str(message.get("sid") or ""))


def callback_url(reference: uuid.UUID, options: Options) -> str:
    """Where Twilio reports on this attempt: part of what it signs, so it must be the same in both places."""
    root = str(options.get("callback_url") or settings.PUBLIC_URL).rstrip("/")
    return root + reverse("notifications:twilio-status", args=[reference])


def reply_url(options: Options) -> str:
    """Where Twilio hands on what families write back."""
    root = str(options.get("callback_url") or settings.PUBLIC_URL).rstrip("/")
    return root + reverse("notifications:twilio-reply")


def is_signed(auth_token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Twilio's rule: HMAC-SHA1 over the address and the sorted fields. No token, no belief."""
    text = url + "".join(name + form[name] for name in sorted(form))
    expected = base64.b64encode(hmac.digest(auth_token.encode(), text.encode(), "sha1"))
    return bool(auth_token) and hmac.compare_digest(expected, signature.encode())


def code_word(code: Any) -> str:
    """A provider's error number as a word for the staff; anything but digits is dropped."""
    return f"twilio_{code}" if str(code).isdigit() else ""


def _read_answer(response: requests.Response) -> Accepted:
    status, answer = response.status_code, http_calls.object_of(response)
    word = code_word(answer.get("error_code") or answer.get("code")) or f"twilio_http_{status}"
    http_calls.raise_for_status(response, word)
    if answer.get("status") in ("failed", "undelivered"):
        raise TransportError(word, permanent=True)
    if status in (200, 201) and answer.get("sid"):
        return Accepted(str(answer["sid"])[:120])
    raise OutcomeUnknown(f"twilio_http_{status}")
