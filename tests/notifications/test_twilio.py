"""The Twilio transport against a real HTTP server in this process, and its signed call-backs."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket
import threading
import uuid
from collections.abc import Iterator
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from notifications import delivery, outbox, reconcile
from notifications.models import Attempt, Notification, Receipt
from notifications.settling import Ended, settle
from notifications.transports.base import Accepted, CannotTell, OutcomeUnknown, Outgoing, TransportError
from notifications.transports.sms_twilio import TwilioTransport

from .conftest import MEMORY, let_pass, outcomes, owe, state

TOKEN = "a-secret-of-the-test"
BODY = "Є новина щодо звернення FL-34AC-7DEF."


class Provider(ThreadingHTTPServer):
    """Answers as the test says and keeps the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.answer, self.headers = 201, {"sid": "SM1", "status": "queued"}, {}
        self.hangs = threading.Event()
        self.drops = False
        self.requests: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        self._keep(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def do_GET(self) -> None:
        self._keep(urlsplit(self.path).query)

    def _keep(self, form: str) -> None:
        fields = {name: value for name, (value,) in parse_qs(form).items()}
        self.server.requests.append(
            {"path": urlsplit(self.path).path, "auth": self.headers["Authorization"], **fields}
        )
        if self.server.hangs.is_set():
            self.server.hangs.wait()
        if self.server.drops or self.server.hangs.is_set():
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        answer = self.server.answer
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def options(port: int) -> dict[str, str]:
    return {
        "base_url": f"http://127.0.0.1:{port}",
        "account_sid": "AC1",
        "auth_token": TOKEN,
        "sender": "FamilyLink",
        "messaging_service_sid": "",
        "callback_url": "https://family.example",
    }


def transport(provider: Provider) -> TwilioTransport:
    return TwilioTransport("sms", options(provider.server_port))


def sms() -> Outgoing:
    return Outgoing(uuid.uuid4(), "+380501234567", "", BODY, "uk")


def test_a_message_is_handed_over_with_our_reference_in_the_call_back(provider) -> None:
    outgoing = sms()
    assert transport(provider).send(outgoing) == Accepted("SM1")
    (request,) = provider.requests
    assert request["path"] == "/2010-04-01/Accounts/AC1/Messages.json"
    assert request["auth"] == "Basic " + base64.b64encode(f"AC1:{TOKEN}".encode()).decode()
    assert (request["To"], request["From"], request["Body"]) == (outgoing.to, "FamilyLink", BODY)
    assert request["StatusCallback"] == f"https://family.example/callbacks/twilio/{outgoing.reference}/"


def test_a_messaging_service_goes_before_a_sender(provider) -> None:
    chosen = {**options(provider.server_port), "messaging_service_sid": "MG1"}
    TwilioTransport("sms", chosen).send(sms())
    assert provider.requests[0]["MessagingServiceSid"] == "MG1"
    assert "From" not in provider.requests[0]


@pytest.mark.parametrize(
    ("status", "answer", "code", "permanent"),
    [
        (429, {"code": 20429}, "twilio_20429", False),
        (503, b"upstream away", "twilio_http_503", False),
        (401, {"code": 20003}, "twilio_20003", False),
        (402, b"no money left", "twilio_http_402", False),
        (403, {}, "twilio_http_403", False),
        (400, {"code": 21211, "message": "'+380501234567' is not a number"}, "twilio_21211", True),
        (404, {}, "twilio_http_404", True),
        (201, {"sid": "SM1", "status": "failed", "error_code": 30003}, "twilio_30003", True),
    ],
)
def test_a_certain_no_says_whether_to_try_again(provider, status, answer, code, permanent) -> None:
    provider.status, provider.answer = status, answer
    with pytest.raises(TransportError) as refused:
        transport(provider).send(sms())
    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("status", [302, 408, 500, 502, 504])
def test_a_server_in_trouble_may_have_taken_it(provider, status) -> None:
    provider.status = status
    provider.headers = {"Location": f"http://127.0.0.1:{provider.server_port}/again"}
    with pytest.raises(OutcomeUnknown):
        transport(provider).send(sms())
    assert len(provider.requests) == 1


@pytest.mark.parametrize("answer", [b"", b"<html>", {}, {"sid": ""}, b"[]"])
def test_a_yes_without_a_number_may_be_none(provider, answer) -> None:
    provider.answer = answer
    with pytest.raises(OutcomeUnknown):
        transport(provider).send(sms())


def test_a_lost_reply_leaves_the_outcome_unknown(provider) -> None:
    provider.drops = True
    with pytest.raises(OutcomeUnknown):
        transport(provider).send(sms())
    assert len(provider.requests) == 1


def test_a_reply_that_never_comes_leaves_the_outcome_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        slow = TwilioTransport("sms", options(mute.getsockname()[1]))
        slow.timeouts_s = (1.0, 0.3)
        with pytest.raises(OutcomeUnknown):
            slow.send(sms())


def test_nobody_at_the_door_is_a_certain_no() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(TransportError) as refused:
        TwilioTransport("sms", options(port)).send(sms())
    assert (refused.value.code, refused.value.permanent) == ("no_connection", False)


def test_a_host_that_does_not_exist_is_a_certain_no() -> None:
    nowhere = {**options(1), "base_url": "http://nowhere.invalid"}
    with pytest.raises(TransportError):
        TwilioTransport("sms", nowhere).send(sms())


def test_a_time_that_the_provider_names_is_passed_on(provider) -> None:
    provider.status, provider.headers = 429, {"Retry-After": "90"}
    with pytest.raises(TransportError) as refused:
        transport(provider).send(sms())
    assert refused.value.retry_after_s == 90


def listed(sid: str, body: str, *, minutes_ago: float = 0.0) -> dict[str, str]:
    made = timezone.now() - dt.timedelta(minutes=minutes_ago)
    return {"sid": sid, "body": body, "direction": "outbound-api", "date_created": format_datetime(made)}


@pytest.mark.parametrize("made", [{"minutes_ago": 30.0}, {"date_created": "?"}])
def test_the_same_words_in_an_earlier_message_prove_nothing(provider, made) -> None:
    provider.status = 200
    earlier = listed("SM8", BODY, minutes_ago=made.get("minutes_ago", 0.0))
    provider.answer = {"messages": [{**earlier, **made}]}
    assert transport(provider).look_up(sms(), since=timezone.now()) == CannotTell()


def test_its_own_list_is_compared_by_its_numbers(sent, provider) -> None:
    Attempt.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))
    (number,) = Attempt.objects.values_list("provider_id", flat=True)
    reply = {**listed("SM7", "так"), "direction": "inbound"}
    provider.status, provider.answer = 200, {"messages": [listed(number, BODY), listed("SM8", "?"), reply]}
    (compared,) = reconcile.reconcile()
    assert (compared.theirs, compared.foreign, compared.missing) == (2, 1, 0)
    provider.answer = {"messages": []}
    (compared,) = reconcile.reconcile()
    assert (compared.theirs, compared.foreign, compared.missing) == (0, 0, 1)


def test_a_message_found_in_the_providers_list_was_sent(provider) -> None:
    provider.status = 200
    provider.answer = {"messages": [listed("SM8", "Інше"), listed("SM9", BODY)]}
    assert transport(provider).look_up(sms(), since=timezone.now()) == Accepted("SM9")
    (request,) = provider.requests
    assert request["To"] == "+380501234567"
    assert request["DateSent>"] <= timezone.now().date().isoformat()


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, {"messages": []}), (500, {}), (200, b"<html>"), (200, {"messages": None}), (200, [])],
)
def test_a_message_missing_from_the_providers_list_proves_nothing(provider, status, answer) -> None:
    provider.status, provider.answer = status, answer
    assert transport(provider).look_up(sms(), since=timezone.now()) == CannotTell()


# --- call-backs


@pytest.fixture
def sent(db, settings, provider) -> Notification:
    settings.TRANSPORTS = {"sms": "notifications.transports.sms_twilio.TwilioTransport", "email": MEMORY}
    settings.TRANSPORT_OPTIONS = {"sms": options(provider.server_port)}
    owed = owe()
    delivery.deliver_due()
    assert state(owed) == "accepted"
    return owed


def call_back(client: Any, reference: uuid.UUID, status: str, *, token: str = TOKEN, **more: str) -> int:
    """Twilio tells us a status; the HTTP status of our answer."""
    path = f"/callbacks/twilio/{reference}/"
    form = {"MessageSid": "SM1", "MessageStatus": status, **more}
    text = f"https://family.example{path}" + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return client.post(path, form, headers={"X-Twilio-Signature": signature}).status_code


def reference_of(notification: Notification) -> uuid.UUID:
    return notification.attempts.get().reference


def test_a_receipt_says_that_the_message_arrived(sent, client) -> None:
    assert call_back(client, reference_of(sent), "delivered") == 200
    assert state(sent) == "delivered"


def test_a_receipt_five_times_changes_the_state_once(sent, client) -> None:
    assert {call_back(client, reference_of(sent), "delivered") for _ in range(5)} == {200}
    assert (state(sent), Receipt.objects.count()) == ("delivered", 1)


@pytest.mark.parametrize("late", ["sent", "undelivered", "failed", "queued"])
def test_a_receipt_out_of_order_takes_nothing_back(sent, client, late) -> None:
    call_back(client, reference_of(sent), "delivered")
    assert call_back(client, reference_of(sent), late) == 200
    assert state(sent) == "delivered"


def test_a_message_that_did_not_arrive_waits_for_a_person(sent, client) -> None:
    call_back(client, reference_of(sent), "undelivered", ErrorCode="30005")
    assert Notification.objects.awaiting_a_person().get().state_reason == "twilio_30005"


def test_a_late_delivery_overtakes_a_failure(sent, client) -> None:
    call_back(client, reference_of(sent), "undelivered")
    call_back(client, reference_of(sent), "delivered")
    assert state(sent) == "delivered"


@pytest.mark.parametrize("token", ["", "another", TOKEN + " "])
def test_a_forged_receipt_is_refused_and_changes_nothing(sent, client, token) -> None:
    assert call_back(client, reference_of(sent), "delivered", token=token) == 403
    assert (state(sent), Receipt.objects.count()) == ("accepted", 0)


def test_a_receipt_signed_for_another_message_is_refused(sent, client) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    text = f"https://family.example/callbacks/twilio/{uuid.uuid4()}/MessageSidSM1MessageStatusdelivered"
    signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
    path = f"/callbacks/twilio/{reference_of(sent)}/"
    assert client.post(path, form, headers={"X-Twilio-Signature": signature}).status_code == 403


@pytest.mark.parametrize("signature", [None, "", "Ж", "AAAA"])
def test_a_receipt_without_a_real_signature_is_refused(sent, client, signature) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    path = f"/callbacks/twilio/{reference_of(sent)}/"
    assert client.post(path, {"MessageStatus": "delivered"}, headers=headers).status_code == 403


def test_without_a_token_no_receipt_is_believed(sent, client, settings) -> None:
    settings.TRANSPORT_OPTIONS = {"sms": {**options(1), "auth_token": ""}}
    assert call_back(client, reference_of(sent), "delivered", token="") == 403


def test_a_page_view_of_the_call_back_address_is_refused(sent, client) -> None:
    assert client.get(f"/callbacks/twilio/{reference_of(sent)}/").status_code == 405


def test_a_receipt_for_an_unknown_message_is_kept_as_an_orphan(sent, client) -> None:
    assert call_back(client, uuid.uuid4(), "delivered") == 200
    assert Receipt.objects.get().is_orphan
    assert state(sent) == "accepted"


def test_a_receipt_that_comes_before_the_reply_is_written_wins(sent, client) -> None:
    owed = owe(reference="match-2-report-2")
    (opened,) = delivery.open_attempts(delivery.claim())
    result = delivery.hand_over(opened)
    call_back(client, opened.outgoing.reference, "delivered")
    settle([Ended(opened.attempt, result)])
    assert (state(owed), outcomes(owed)) == ("delivered", ["accepted"])


def test_a_receipt_settles_a_lost_reply(sent, client, provider) -> None:
    provider.drops = True
    owed = owe(reference="match-2-report-2")
    delivery.deliver_due()
    assert state(owed) == "unknown"
    call_back(client, reference_of(owed), "sent")
    assert (state(owed), outcomes(owed)) == ("accepted", ["accepted"])


def test_a_failure_of_an_attempt_that_was_refused_does_not_end_the_retries(sent, client, provider) -> None:
    provider.status = 503
    owed = owe(reference="match-2-report-2")
    delivery.deliver_due()
    let_pass(owed, hours=1)
    claimed = delivery.claim()
    call_back(client, reference_of(owed), "failed")
    provider.status = 201
    delivery.carry_out(claimed)
    assert (state(owed), outcomes(owed)) == ("accepted", ["busy", "accepted"])


def test_a_message_that_went_out_after_all_stops_its_retry(sent, client, provider) -> None:
    provider.status = 503
    owed = owe(reference="match-2-report-2")
    delivery.deliver_due()
    call_back(client, reference_of(owed), "delivered")
    let_pass(owed, hours=1)
    asked = len(provider.requests)
    delivery.deliver_due()
    assert (state(owed), len(provider.requests)) == ("delivered", asked)


def test_a_receipt_for_a_cancelled_message_calls_a_person(sent, client, provider, caplog) -> None:
    provider.status = 503
    owed = owe(reference="match-2-report-2")
    delivery.deliver_due()
    outbox.cancel(reference=owed.reference, reason="withdrawn")
    call_back(client, reference_of(owed), "delivered")
    assert state(owed) == "review"
    assert f"{owed.pk} was sent although cancelled" in caplog.text
