"""The provider's own list beside ours: what is only on one of the two is an incident, in doubt is proven by it."""

import datetime as dt
import logging
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications import delivery, reconcile
from notifications.models import Attempt, Reconciliation
from notifications.sms_simulator.weather import Weather
from notifications.transports.base import Outgoing
from notifications.transports.sms_gateway import GatewayTransport

from .conftest import NUMBER, owe, state
from .simulated import GATEWAY, options, simulator, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(tmp_path: Path, settings):
    with simulator(tmp_path / "sms.jsonl") as running:
        settings.TRANSPORTS = {"sms": GATEWAY, "email": "notifications.transports.memory.MemoryTransport"}
        settings.TRANSPORT_OPTIONS = {"sms": options(url_of(running)), "email": {}}
        yield running


def compared() -> tuple[int, int, int, int]:
    (one,) = reconcile.reconcile()
    return one.theirs, one.foreign, one.missing, one.settled


def long_ago() -> None:
    Attempt.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))


def test_two_lists_that_agree(provider) -> None:
    owe()
    delivery.deliver_due()
    long_ago()
    assert compared() == (1, 0, 0, 0)
    assert Reconciliation.objects.get().theirs == 1


def test_a_message_that_we_never_sent_is_an_incident(provider, settings, caplog) -> None:
    GatewayTransport("sms", settings.TRANSPORT_OPTIONS["sms"]).send(
        Outgoing(uuid.uuid4(), NUMBER, "", "?", "uk")
    )
    with caplog.at_level(logging.ERROR):
        assert compared() == (1, 1, 0, 0)
    assert "1 not ours" in caplog.text
    assert NUMBER[1:] not in caplog.text
    with pytest.raises(CommandError):
        call_command("reconcile")


def test_a_message_that_they_do_not_know_is_an_incident(provider) -> None:
    owe()
    delivery.deliver_due()
    long_ago()
    Attempt.objects.update(reference=uuid.uuid4())
    assert compared() == (1, 1, 1, 0)


def test_what_has_just_left_is_not_missed_yet(provider) -> None:
    owe()
    delivery.deliver_due()
    Attempt.objects.update(reference=uuid.uuid4())
    assert compared()[2] == 0


def test_being_on_their_list_proves_what_was_in_doubt(provider) -> None:
    provider.weather = Weather(lost=1.0)
    owed = owe()
    delivery.deliver_due()
    assert state(owed) == "unknown"
    assert compared() == (1, 0, 0, 1)
    assert state(owed) == "accepted"


def test_once_a_day_is_enough(provider, monkeypatch) -> None:
    owe()
    delivery.deliver_due()
    for _ in range(3):
        monkeypatch.setattr(reconcile, "_looked_at", float("-inf"))
        reconcile.reconcile_if_due()
    assert Reconciliation.objects.count() == 1


def test_a_provider_that_does_not_show_its_list_is_asked_again_and_breaks_nothing(
    provider, settings, caplog
) -> None:
    settings.TRANSPORT_OPTIONS["sms"]["list_url"] = "http://127.0.0.1:1/messages"
    assert reconcile.reconcile() == []
    assert not Reconciliation.objects.exists()
    assert "gateway does not show its list" in caplog.text
