"""A broker that refuses or hangs costs a moment, never a message and never an error page."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.db import transaction

from familylink import celery
from notifications import recovery, tasks
from notifications.models import Notification
from notifications.transports import memory

from .conftest import owe, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hung_broker(monkeypatch) -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", f"redis://127.0.0.1:{port}/0")
        monkeypatch.setattr(celery, "_broker_failed_at", float("-inf"))
        yield f"{port}"


def test_a_hung_broker_costs_a_decision_less_than_three_seconds(hung_broker: str) -> None:
    hung, usual = seconds_to_owe_five(match=1), seconds_to_owe_five(match=2)  # it is not asked twice in a row
    assert hung - usual < 3
    assert Notification.objects.count() == 10


def seconds_to_owe_five(*, match: int) -> float:
    begun = time.monotonic()
    with transaction.atomic():
        for report in range(5):
            owe(reference=f"match-{match}-report-{report}")
    return time.monotonic() - begun


def test_what_a_hung_broker_was_not_told_is_sent_by_the_sweep(hung_broker: str) -> None:
    owed = owe()
    recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("accepted", 1)


def test_a_broker_that_is_gone_costs_nothing(monkeypatch, caplog) -> None:
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(celery, "_broker_failed_at", float("-inf"))
    owed = owe()
    assert state(owed) == "queued"
    assert "notifications.tasks.deliver" in caplog.text


def test_a_nudge_that_comes_twice_sends_once() -> None:
    owe()
    tasks.deliver()
    tasks.deliver()
    tasks.sweep()
    assert len(memory.sent) == 1


def test_a_nudge_when_nothing_is_due_does_nothing() -> None:
    tasks.deliver()
    assert memory.sent == []
