"""The gateway against the simulator: each end of a call, look-ups, lists, and reports that must be signed."""

import datetime as dt
import json
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notifications import delivery, recovery
from notifications.models import Notification, Receipt
from notifications.settling import Ended, Result, settle
from notifications.sms_simulator.log import received
from notifications.sms_simulator.reports import STRANGERS_SECRET, reply_report, signature, status_report
from notifications.sms_simulator.server import Simulator
from notifications.sms_simulator.weather import Weather
from notifications.transports.base import (
    Accepted,
    CannotTell,
    NotThere,
    OutcomeUnknown,
    Outgoing,
    TransportError,
)
from notifications.transports.sms_gateway import GatewayTransport, at_path, filled, is_signed

from .conftest import NUMBER, let_pass, outcomes, owe, reason, state
from .simulated import GATEWAY, SECRET, options, simulator, url_of

TEXT = "Є новина щодо звернення. {to} і дужки } лишаються."
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def phones(tmp_path: Path) -> Path:
    return tmp_path / "sms.jsonl"


@pytest.fixture
def provider(phones: Path) -> Iterator[Simulator]:
    with simulator(phones) as running:
        yield running


@pytest.fixture
def gateway(provider: Simulator, settings: Any) -> GatewayTransport:
    settings.TRANSPORTS = {"sms": GATEWAY}
    settings.TRANSPORT_OPTIONS = {"sms": options(url_of(provider))}
    return GatewayTransport("sms", settings.TRANSPORT_OPTIONS["sms"])


def outgoing() -> Outgoing:
    return Outgoing(uuid.uuid4(), NUMBER, "", TEXT, "uk")


def test_the_phone_gets_the_text_to_the_letter(gateway, provider) -> None:
    sent = outgoing()
    accepted = gateway.send(sent)
    (line,) = provider.log.taken()
    assert (line.to, line.text, line.reference, line.id) == (
        NUMBER,
        TEXT,
        str(sent.reference),
        accepted.provider_id,
    )


@pytest.mark.parametrize(
    ("fate", "failure", "permanent", "taken"),
    [
        ("refused", TransportError, False, 0),
        ("declined", TransportError, True, 0),
        ("dropped", OutcomeUnknown, None, 0),
        ("lost", OutcomeUnknown, None, 1),
    ],
)
def test_each_way_a_call_can_end(gateway, provider, phones, fate, failure, permanent, taken) -> None:
    provider.weather = Weather(**{fate: 1.0})
    with pytest.raises(failure) as ended:
        gateway.send(outgoing())
    assert getattr(ended.value, "permanent", None) == permanent
    assert received(phones).total() == taken
    assert NUMBER[1:] not in f"{ended.value} {ended.value.code}"


def test_a_connection_that_was_never_made_is_a_certain_no() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(TransportError) as ended:
            GatewayTransport("sms", options(url)).send(outgoing())
    assert not ended.value.permanent


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"headers": {}}, TransportError),  # our own key is wrong: no message may be given up for it
        ({"ok_statuses": ["sent"]}, OutcomeUnknown),  # a status that nobody has explained to us
        ({"id_path": "nowhere"}, OutcomeUnknown),
    ],
)
def test_an_answer_that_we_do_not_understand_is_no_proof(gateway, provider, changes, failure) -> None:
    with pytest.raises(failure) as ended:
        GatewayTransport("sms", options(url_of(provider), **changes)).send(outgoing())
    assert not getattr(ended.value, "permanent", False)


def test_a_look_up_finds_what_was_taken_and_is_sure_of_what_was_not(gateway) -> None:
    sent = outgoing()
    gateway.send(sent)
    assert isinstance(gateway.look_up(sent, since=LONG_AGO), Accepted)
    assert gateway.look_up(outgoing(), since=LONG_AGO) == NotThere()


def test_a_provider_that_promises_nothing_is_not_believed_about_absence(gateway, provider) -> None:
    unsure = GatewayTransport("sms", options(url_of(provider), lookup_is_complete=False))
    assert unsure.look_up(outgoing(), since=LONG_AGO) == CannotTell()
    provider.weather = Weather(looks_up=False)
    assert gateway.look_up(outgoing(), since=LONG_AGO) == CannotTell()
    assert (
        GatewayTransport("sms", options("http://127.0.0.1:9")).look_up(outgoing(), since=LONG_AGO)
        == CannotTell()
    )


def test_its_own_list_names_our_references(gateway) -> None:
    sent = outgoing()
    gateway.send(sent)
    assert [one.reference for one in gateway.sent_since(LONG_AGO)] == [sent.reference]
    assert gateway.sent_since(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)) == []


@pytest.mark.django_db
def test_a_lost_reply_is_settled_by_asking_and_the_phone_rings_once(gateway, provider, phones) -> None:
    provider.weather = Weather(lost=1.0)
    owed = owe()
    delivery.deliver_due()
    assert (state(owed), reason(owed)) == ("unknown", "gateway_ConnectionError")
    let_pass(owed, minutes=16)
    recovery.sweep()
    assert (state(owed), outcomes(owed), received(phones)[NUMBER]) == ("accepted", ["accepted"], 1)


@pytest.mark.django_db
def test_a_provider_that_took_it_and_says_busy_is_asked_before_it_is_sent_again(
    client, gateway, provider, phones
) -> None:
    provider.weather = Weather(contradicted=1.0)
    owed = owe()
    delivery.deliver_due()
    assert (state(owed), outcomes(owed)) == ("queued", ["busy"])
    let_pass(owed, minutes=1)
    recovery.sweep()
    assert (state(owed), outcomes(owed)) == ("accepted", ["accepted", "aborted"])
    assert received(phones)[NUMBER] == 1
    first = owed.attempts.get(n=1)
    assert report(client, status_report("m-1", str(first.reference), "undelivered")) == 200
    assert state(owed) == "undelivered", "the second try never left: it is the first that failed"


@pytest.mark.django_db
@pytest.mark.parametrize("looks_up", [True, False])
def test_a_provider_that_was_busy_gets_it_again_where_it_knows_of_none(
    gateway, provider, phones, looks_up
) -> None:
    provider.weather = Weather(refused=1.0)
    owed = owe()
    delivery.deliver_due()
    provider.weather = Weather(looks_up=looks_up)
    let_pass(owed, minutes=1)
    recovery.sweep()
    assert (state(owed), outcomes(owed)) == ("accepted", ["busy", "accepted"])
    assert received(phones)[NUMBER] == 1


@pytest.mark.django_db
def test_where_busy_may_mean_taken_and_nobody_can_be_asked_a_person_is(
    gateway, provider, phones, settings
) -> None:
    settings.TRANSPORT_OPTIONS = {"sms": options(url_of(provider), lookup_url="", later_http_statuses=[429])}
    provider.weather = Weather(contradicted=1.0)
    owed = owe()
    delivery.deliver_due()
    for _ in range(8):
        let_pass(owed, minutes=6)
        recovery.sweep()
    assert (state(owed), reason(owed)) == ("review", "may_have_been_sent")
    assert received(phones)[NUMBER] == 1


def test_a_simulator_that_is_killed_and_started_again_forgets_no_message(tmp_path) -> None:
    log = tmp_path / "sms.jsonl"
    sent = outgoing()
    with simulator(log) as first:
        GatewayTransport("sms", options(url_of(first))).send(sent)
    with log.open("ab") as torn:
        torn.write(b'{"event": "taken", "id"')
    with simulator(log) as second:
        found = GatewayTransport("sms", options(url_of(second))).look_up(sent, since=LONG_AGO)
    assert isinstance(found, Accepted)


def test_the_paths_of_an_answer_like_that_of_a_ukrainian_provider() -> None:
    answer = {"response_code": 0, "response_result": [{"message_id": "a1", "response_code": 0}]}
    assert at_path(answer, "response_result.0.message_id") == "a1"
    assert at_path(answer, "response_result.1.message_id") is None
    body = {"recipients": ["{to}"], "sms": {"sender": "{sender}", "text": "{text}"}, "ttl": 60}
    values = {"to": NUMBER, "text": TEXT, "sender": "FL"}
    assert filled(body, values) == {"recipients": [NUMBER], "sms": {"sender": "FL", "text": TEXT}, "ttl": 60}


# --- reports


def report(client: Any, body: dict[str, Any], *, secret: str = SECRET, at: float | None = None) -> int:
    """What the simulator would post."""
    timestamp, raw = str(int(time.time() if at is None else at)), json.dumps(body).encode()
    headers = {"X-Timestamp": timestamp, "X-Signature": signature(secret, timestamp, raw)}
    return client.post(
        "/callbacks/gateway/", raw, content_type="application/json", headers=headers
    ).status_code


@pytest.fixture
def taken(gateway, db) -> Notification:
    owed = owe()
    delivery.deliver_due()
    return owed


def about(owed: Notification, status: str) -> dict[str, Any]:
    return status_report("m-1", str(owed.attempts.get().reference), status)


def test_a_signed_report_moves_a_message_on_once(client, taken) -> None:
    assert [report(client, about(taken, "delivered")) for _ in range(5)] == [200] * 5
    assert (state(taken), Receipt.objects.count()) == ("delivered", 1)


def test_reports_out_of_order_take_nothing_back(client, taken) -> None:
    for status in ("delivered", "sent", "undelivered", "sent"):
        assert report(client, about(taken, status)) == 200
    assert state(taken) == "delivered"


@pytest.mark.parametrize("forgery", [{"secret": STRANGERS_SECRET}, {"at": 0}, {"at": time.time() - 400}])
def test_a_report_that_is_forged_or_replayed_is_refused(client, taken, forgery) -> None:
    assert report(client, about(taken, "delivered"), **forgery) == 403
    assert (state(taken), Receipt.objects.count()) == ("accepted", 0)


def test_without_a_secret_nothing_is_believed(client, taken, settings) -> None:
    settings.TRANSPORT_OPTIONS = {"sms": {**settings.TRANSPORT_OPTIONS["sms"], "callback_secret": ""}}
    assert report(client, about(taken, "delivered"), secret="") == 403


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1" * 400, "\N{SUPERSCRIPT TWO}"])
def test_a_time_that_is_none_is_no_signature(timestamp) -> None:
    assert not is_signed(SECRET, timestamp, b"{}", signature(SECRET, timestamp, b"{}"))


@pytest.mark.parametrize(
    "body", [[], {}, {"type": "status", "status": "eaten"}, {"type": "reply", "from": "x"}]
)
def test_a_signed_report_that_says_nothing_changes_nothing(client, taken, body) -> None:
    assert report(client, body) == 200
    assert state(taken) == "accepted"


def test_a_report_before_our_own_note_of_the_call_wins(client, gateway, db) -> None:
    owed = owe()
    (opened,) = delivery.open_attempts(delivery.claim())
    assert report(client, about(owed, "delivered")) == 200
    settle([Ended(opened.attempt, Result("unknown", "timeout"))])
    assert (state(owed), outcomes(owed)) == ("delivered", ["accepted"])


def test_a_reply_comes_the_same_way(client, taken) -> None:
    assert report(client, reply_report(NUMBER, "СТОП")) == 200
    later = owe(reference="match-18")
    recovery.sweep()
    assert reason(later) == "recipient_asked"
