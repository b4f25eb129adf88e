"""E-mail over Mailgun, by django-anymail: its API for sending, its list of events for what stayed in doubt.

Mailgun knows no idempotency key, and its events come late: so a call that may have arrived is never repeated, and a
message that is not among the events may still be on its way.
"""

from datetime import datetime
from email.utils import parseaddr

import requests
from anymail.backends.mailgun import EmailBackend
from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

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
    TransportError,
)

ATTEMPT = "attempt"  # the name under which our reference travels and comes back in events


class MailgunTransport:
    """Options: mailgun_api_key, mailgun_domain, mailgun_url (of the region), mailgun_signing_key, sender."""

    name = "mailgun"

    def __init__(self, channel: str, options: Options) -> None:
        if not (options.get("mailgun_api_key") and options.get("mailgun_domain")):
            raise ImproperlyConfigured("Mailgun needs MAILGUN_API_KEY and MAILGUN_DOMAIN")
        self._key, self._domain = str(options["mailgun_api_key"]), str(options["mailgun_domain"])
        self._url = str(options.get("mailgun_url") or "https://api.eu.mailgun.net/v3").rstrip("/")
        self._sender = str(options.get("sender") or f"noreply@{self._domain}")

    def send(self, outgoing: Outgoing) -> Accepted:
        letter = self._letter(outgoing)
        try:
            self._backend().send_messages([letter])
        except AnymailRequestsAPIError as error:
            raise _read_failure(error) from None
        except AnymailError as error:  # refused before anything was sent: not an address, for instance
            raise TransportError(f"mailgun_{type(error).__name__}", permanent=True) from None
        return Accepted(str(letter.anymail_status.message_id or "")[:120])

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        """Any event of a message under our Message-ID proves that it was taken; none proves nothing."""
        wanted = {"message-id": self._message_id(outgoing).strip("<>"), "limit": "1"}
        url = f"{self._url}/{self._domain}/events"
        try:
            response = http_calls.call("GET", url, name=self.name, params=wanted, auth=("api", self._key))
        except (TransportError, OutcomeUnknown):
            return CannotTell()
        found = http_calls.object_of(response).get("items") if response.status_code == 200 else None
        return Accepted(self._message_id(outgoing)) if found else CannotTell()

    def _backend(self) -> EmailBackend:
        return _OneCall(
            api_key=self._key,
            sender_domain=self._domain,
            api_url=self._url,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
        )

    def _letter(self, outgoing: Outgoing) -> AnymailMessage:
        letter = AnymailMessage(
            outgoing.subject,
            outgoing.body,
            f"{settings.SERVICE_NAME} <{self._sender}>",
            [outgoing.to],
            headers={
                "Message-ID": self._message_id(outgoing),
                "Auto-Submitted": "auto-generated",
                "Content-Language": outgoing.language,
            },
        )
        if outgoing.unsubscribe_url:
            letter.extra_headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
            letter.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter.metadata = {ATTEMPT: str(outgoing.reference)}
        letter.track_clicks = letter.track_opens = False  # a family's reading is nobody's business
        return letter

    def _message_id(self, outgoing: Outgoing) -> str:
        return f"<{outgoing.reference}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"


class _OneCall(EmailBackend):  # type: ignore[misc]  # anymail has no types
    """One call each, and no redirects: what a second address did with it nobody could tell."""

    def create_session(self) -> requests.Session:
        session: requests.Session = super().create_session()
        session.max_redirects = 0
        return session


def _read_failure(error: AnymailRequestsAPIError) -> TransportError | OutcomeUnknown:
    if isinstance(error.__cause__, requests.RequestException):
        return http_calls.read_failure("mailgun", error.__cause__)
    status = getattr(error.response, "status_code", 0)
    try:
        if error.response is not None:
            http_calls.raise_for_status(error.response, f"mailgun_http_{status}")
    except (TransportError, OutcomeUnknown) as ended:
        return ended
    return OutcomeUnknown("mailgun_answer_not_understood")
