"""SMS over any provider with a JSON HTTP API; what differs between them is said in the options.

Paths name a place in an answer: "response_result.0.message_id". A provider that promises that its answer to a
look-up is complete at once (`lookup_is_complete`) may be believed when it says "never seen"; others may not.
"""

import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

from notifications.transports import http_calls
from notifications.transports.base import (
    Accepted,
    CannotTell,
    LookUp,
    NotThere,
    Options,
    OutcomeUnknown,
    Outgoing,
    Sent,
    TransportError,
)

REPLAY_WINDOW_S = 300
MAX_AGE_BEHIND_S = 60  # their clock may be ahead of ours by so much


class GatewayTransport:
    """Options: url, headers, body; id_path, later_http_statuses, status_path, ok_statuses, permanent_statuses;
    lookup_url, lookup_path, lookup_is_complete, list_url; callback_secret, statuses.

    `body` is any JSON; in its strings {to}, {text}, {reference} and {sender} are filled in.
    """

    name = "gateway"

    def __init__(self, channel: str, options: Options) -> None:
        if not (options.get("url") and options.get("body")):
            raise ImproperlyConfigured("the gateway needs url and body")
        self._options = options
        self._headers = dict(options.get("headers") or {})

    def send(self, outgoing: Outgoing) -> Accepted:
        response = http_calls.call(
            "POST",
            str(self._options["url"]),
            name=self.name,
            json=self._body(outgoing),
            headers=self._headers,
        )
        answer = http_calls.object_of(response)
        word = self._word(answer) or f"gateway_http_{response.status_code}"
        later = self._options.get("later_http_statuses", http_calls.TRY_LATER)
        http_calls.raise_for_status(response, word, try_later=later)
        self._refuse_by_body(answer, word)
        provider_id = at_path(answer, str(self._options.get("id_path") or "id"))
        if not provider_id:
            raise OutcomeUnknown("gateway_answer_without_id")
        return Accepted(str(provider_id)[:120])

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        """By our reference where the provider knows it; what it finds must be for the same number."""
        template = str(self._options.get("lookup_url") or "")
        if not template:
            return CannotTell()
        found = self._found(template, outgoing)
        if found is None:
            return CannotTell()
        ours = [one for one in found if at_path(one, "to") in (None, outgoing.to)]
        if ours:
            return Accepted(
                str(at_path(ours[0], str(self._options.get("lookup_id_path") or "id")) or "")[:120]
            )
        return NotThere() if self._options.get("lookup_is_complete") is True else CannotTell()

    def sent_since(self, since: datetime) -> list[Sent] | None:
        """The provider's own list, for the daily comparison; None where it has none."""
        template = str(self._options.get("list_url") or "")
        if not template:
            return None
        response = http_calls.call(
            "GET", template.format(since=since.timestamp()), name=self.name, headers=self._headers
        )
        http_calls.raise_for_status(response, "gateway_list")
        listed = (
            at_path(http_calls.object_of(response), str(self._options.get("lookup_path") or "messages")) or []
        )
        return [Sent(as_uuid(at_path(one, "reference")), str(at_path(one, "id") or "")) for one in listed]

    def _found(self, template: str, outgoing: Outgoing) -> list[Any] | None:
        """What it has under this reference; None: it could not be asked, or could not say."""
        url = template.format(reference=quote(str(outgoing.reference)), to=quote(outgoing.to))
        try:
            response = http_calls.call("GET", url, name=self.name, headers=self._headers)
        except (TransportError, OutcomeUnknown):
            return None
        found = at_path(http_calls.object_of(response), str(self._options.get("lookup_path") or "messages"))
        return found if response.status_code == 200 and isinstance(found, list) else None

    def _body(self, outgoing: Outgoing) -> Any:
        values = {
            "to": outgoing.to,
            "text": outgoing.body,
            "reference": str(outgoing.reference),
            "sender": str(self._options.get("sender") or ""),
        }
        return filled(self._options["body"], values)

    def _refuse_by_body(self, answer: Mapping[str, Any], word: str) -> None:
        """A "yes" with an error in its body is what the body says."""
        path = str(self._options.get("status_path") or "")
        if not path:
            return
        said = str(at_path(answer, path))
        if said in map(str, self._options.get("ok_statuses") or ()):
            return
        if said in map(str, self._options.get("refused_statuses") or ()):
            raise TransportError(
                word, permanent=said in map(str, self._options.get("permanent_statuses") or ())
            )
        raise OutcomeUnknown(word)

    def _word(self, answer: Mapping[str, Any]) -> str:
        """The provider's own code, if it is a short word: a sentence might quote the number."""
        said = str(at_path(answer, str(self._options.get("error_path") or "error")) or "")
        is_word = said.isascii() and said.replace("_", "").isalnum() and len(said) <= 40
        holds_number = len(said) > 6 and any(letter.isdigit() for letter in said)
        return f"gateway_{said}" if is_word and not holds_number else ""


def at_path(value: Any, path: str) -> Any:
    """What stands at "a.0.b"; None where there is nothing."""
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """The template with every {name} in its strings replaced; a text with braces in it stays as it is."""
    if isinstance(template, Mapping):
        return {key: filled(inner, values) for key, inner in template.items()}
    if isinstance(template, list):
        return [filled(inner, values) for inner in template]
    if not isinstance(template, str):
        return template
    pieces = template.split("{")
    return pieces[0] + "".join(_piece(piece, values) for piece in pieces[1:])


def _piece(piece: str, values: Mapping[str, str]) -> str:
    name, closed, rest = piece.partition("}")
    return values[name] + rest if closed and name in values else "{" + piece


def is_signed(secret: str, timestamp: str, body: bytes, signature: str, *, now: float | None = None) -> bool:
    """Hex HMAC-SHA-256 over "timestamp.body", no older than the replay window. No secret, no belief."""
    if not secret or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    age = (time.time() if now is None else now) - int(timestamp)
    expected = hmac.digest(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()
    is_right = hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
    return is_right and -MAX_AGE_BEHIND_S <= age <= REPLAY_WINDOW_S


def statuses(options: Options) -> Mapping[str, str]:
    """The provider's word for a message -> sent, delivered or undelivered."""
    return options.get("statuses") or {status: status for status in ("sent", "delivered", "undelivered")}


def as_uuid(text: Any) -> uuid.UUID | None:
    """The reference that somebody names; None where it is none of ours."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
