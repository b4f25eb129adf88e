"""Mailgun over anymail against a server in the test's own process: each end of a call, look-ups, signed events."""

import datetime as dt
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from notifications import delivery, recipients
from notifications.models import Notification, Receipt
from notifications.transports.base import Accepted, CannotTell, OutcomeUnknown, Outgoing, TransportError
from notifications.transports.email_mailgun import MailgunTransport

from .conftest import MAILBOX, owe, state

KEY = "signing"
MAILGUN = "notifications.transports.email_mailgun.MailgunTransport"


class Server(ThreadingHTTPServer):
    """Answers with `status` and `answer`; `status` 0 takes the message and cuts the connection."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.answer = 200, {"id": "<20261123.1@mg.example>", "message": "Queued. Thank you."}
        self.events: list[Any] = []
        self.letters: list[dict[str, list[str]]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.letters.append(parse_qs(raw))
        if self.server.status:
            self._say(self.server.status, self.server.answer)

    def do_GET(self) -> None:
        self._say(200, {"items": self.server.events})

    def _say(self, status: int, answer: Any) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def mailgun(server: Server, settings: Any) -> MailgunTransport:
    wanted = {
        "mailgun_api_key": "key",
        "mailgun_domain": "mg.example",
        "mailgun_url": f"http://127.0.0.1:{server.server_port}/v3",
        "mailgun_signing_key": KEY,
        "sender": "noreply@mg.example",
    }
    settings.TRANSPORTS = {"email": MAILGUN}
    settings.TRANSPORT_OPTIONS = {"email": wanted}
    return MailgunTransport("email", wanted)


def outgoing() -> Outgoing:
    return Outgoing(uuid.uuid4(), MAILBOX, "FamilyLink", "Є новина.", "uk", "https://f.example/u/1/")


def test_the_letter_as_mailgun_gets_it(mailgun, server) -> None:
    sent = outgoing()
    assert mailgun.send(sent) == Accepted("<20261123.1@mg.example>")
    (letter,) = server.letters
    assert (letter["to"], letter["text"], letter["v:attempt"]) == (
        [MAILBOX],
        [sent.body],
        [str(sent.reference)],
    )
    assert letter["h:Message-Id"] == [f"<{sent.reference}@mg.example>"]
    assert letter["h:List-Unsubscribe"] == ["<https://f.example/u/1/>"]
    assert letter["h:List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    assert letter["o:tracking-clicks"] == letter["o:tracking-opens"] == ["no"]


@pytest.mark.parametrize(
    ("status", "failure", "permanent"),
    [
        (400, TransportError, True),
        (401, TransportError, False),
        (429, TransportError, False),
        (503, TransportError, False),
        (500, OutcomeUnknown, None),
        (302, OutcomeUnknown, None),
        (0, OutcomeUnknown, None),
    ],
)
def test_each_way_a_call_can_end(mailgun, server, status, failure, permanent) -> None:
    server.status = status
    with pytest.raises(failure) as ended:
        mailgun.send(outgoing())
    assert getattr(ended.value, "permanent", None) == permanent
    assert len(server.letters) == 1
    assert MAILBOX not in f"{ended.value} {ended.value.code}"


def test_a_yes_that_cannot_be_read_is_no_proof(mailgun, server) -> None:
    server.answer = {"message": "hm"}
    with pytest.raises(OutcomeUnknown):
        mailgun.send(outgoing())


def test_a_connection_that_was_never_made_is_a_certain_no(mailgun, server) -> None:
    nowhere = MailgunTransport(
        "email", {"mailgun_api_key": "k", "mailgun_domain": "d", "mailgun_url": "http://127.0.0.1:9"}
    )
    with pytest.raises(TransportError) as ended:
        nowhere.send(outgoing())
    assert not ended.value.permanent


def test_an_event_proves_that_it_was_taken_and_none_proves_nothing(mailgun, server) -> None:
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert mailgun.look_up(outgoing(), since=since) == CannotTell()
    server.events = [{"event": "accepted"}]
    assert isinstance(mailgun.look_up(outgoing(), since=since), Accepted)


@pytest.fixture
def taken(mailgun, db) -> Notification:
    owed = owe(channel="email", to=MAILBOX)
    delivery.deliver_due()
    return owed


def event(
    client: Any,
    owed: Notification,
    kind: str,
    *,
    key: str = KEY,
    at: float | None = None,
    signed_s_ago: float = 0,
    token: str = "t" * 50,
    **data: Any,
) -> int:
    """What Mailgun posts."""
    now = str(int(time.time() - signed_s_ago))
    signature = hmac.new(key.encode(), f"{now}{token}".encode(), hashlib.sha256).hexdigest()
    told = {
        "id": f"e-{kind}",
        "event": kind,
        "timestamp": time.time() if at is None else at,
        "recipient": MAILBOX,
        "user-variables": {"attempt": str(owed.attempts.get().reference)},
        "message": {"headers": {"message-id": "20261123.1@mg.example"}},
        **data,
    }
    body = {"signature": {"timestamp": now, "token": token, "signature": signature}, "event-data": told}
    return client.post("/callbacks/mailgun/", json.dumps(body), content_type="application/json").status_code


def stop_reason() -> str:
    return recipients.wishes_of(channel="email", to=MAILBOX).stop_reason


def test_a_delivered_letter(client, taken) -> None:
    assert [event(client, taken, "delivered") for _ in range(3)] == [200] * 3
    assert (state(taken), Receipt.objects.count(), stop_reason()) == ("delivered", 1, "")


def test_a_mailbox_that_does_not_exist_gets_nothing_more(client, taken) -> None:
    assert event(client, taken, "failed", severity="permanent", reason="bounce") == 200
    assert (state(taken), stop_reason()) == ("undelivered", "dead_address")


def test_a_delay_changes_nothing(client, taken) -> None:
    assert event(client, taken, "failed", severity="temporary") == 200
    assert (state(taken), stop_reason()) == ("accepted", "")


@pytest.mark.parametrize(("kind", "reason"), [("complained", "complained"), ("unsubscribed", "asked")])
def test_who_calls_it_spam_or_unsubscribes_gets_nothing_more(client, taken, kind: str, reason: str) -> None:
    assert event(client, taken, kind) == 200
    assert (state(taken), stop_reason()) == ("accepted", reason)


def test_a_code_called_spam_says_nothing_of_our_other_messages(client, taken) -> None:
    """Somebody else had it sent there."""
    Notification.objects.filter(pk=taken.pk).update(message="contact_code")
    assert event(client, taken, "complained") == 200
    assert stop_reason() == ""


@pytest.mark.parametrize("forgery", [{"key": "another"}])
def test_a_forged_event_is_refused(client, taken, forgery) -> None:
    assert event(client, taken, "delivered", **forgery) == 403
    assert state(taken) == "accepted"


def test_an_old_event_is_not_believed(client, taken) -> None:
    event(client, taken, "complained", at=time.time() - 10 * 3600)
    assert stop_reason() == ""


def test_an_old_signature_is_refused_whatever_it_carries(client, taken) -> None:
    assert event(client, taken, "unsubscribed", signed_s_ago=10 * 3600) == 403
    assert event(client, taken, "delivered", signed_s_ago=10 * 3600) == 403
    assert (state(taken), stop_reason()) == ("accepted", "")


def test_what_mailgun_repeats_after_hours_is_taken(client, taken) -> None:
    assert event(client, taken, "delivered", signed_s_ago=8 * 3600, at=time.time() - 8 * 3600) == 200
    assert state(taken) == "delivered"


@pytest.mark.parametrize("first", ["delivered", "opened", "failed"])
def test_another_event_under_a_signature_that_was_used_is_not_believed(client, taken, first: str) -> None:
    event(client, taken, first, severity="temporary")
    before = state(taken)
    event(client, taken, "unsubscribed")
    event(client, taken, "failed", severity="permanent", reason="bounce")
    assert (state(taken), stop_reason(), Receipt.objects.count()) == (before, "", 1)


def test_an_event_that_comes_again_does_not_stop_whoever_wants_letters_again(client, taken) -> None:
    event(client, taken, "unsubscribed")
    recipients.allow_again(channel="email", to=MAILBOX)
    assert event(client, taken, "unsubscribed") == 200
    assert stop_reason() == ""
    assert event(client, taken, "unsubscribed", token="u" * 50) == 200
    assert stop_reason() == "asked"


def test_without_a_key_nothing_is_believed(client, taken, settings) -> None:
    settings.TRANSPORT_OPTIONS = {"email": {**settings.TRANSPORT_OPTIONS["email"], "mailgun_signing_key": ""}}
    assert event(client, taken, "delivered", key="") == 403


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"signature": 1}', '{"signature": {}}'])
def test_what_is_no_event_is_refused(client, mailgun, db, body: str) -> None:
    assert client.post("/callbacks/mailgun/", body, content_type="application/json").status_code == 403
