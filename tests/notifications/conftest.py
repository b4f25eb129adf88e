"""Sending is on and goes into memory, unless a test says otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from familylink import celery
from notifications import outbox, switches
from notifications.models import Attempt, Notification
from notifications.transports import memory

MEMORY = "notifications.transports.memory.MemoryTransport"
NUMBER, MAILBOX = "+380501234567", "olena@example.org"
CODE = {"code": "123456"}
WORDS = {"reference": "FL-34AC-7DEF", "code_word": "калина 47"}


@pytest.fixture(autouse=True)
def sending(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    settings.SENDING = "send"
    settings.TRANSPORTS = {"sms": MEMORY, "email": MEMORY}
    settings.TRANSPORT_OPTIONS = {"sms": {}, "email": {}}
    settings.QUIET_HOURS = ()  # the hour at which the tests run must not matter
    # No nudge leaves: whatever arrives in these tests arrives without a broker.
    monkeypatch.setattr(celery, "_broker_failed_at", float("inf"))
    settings.SECURE_SSL_REDIRECT = False
    # The desk's pages are drawn without `collectstatic` having run.
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    memory.reset()
    yield settings
    memory.reset()


def owe(**changes: Any) -> Notification:
    """A message by SMS, posted. Not news: those the database lets nobody post without a decided match."""
    wanted: dict[str, Any] = {
        "reference": "match-17-report-4",
        "channel": "sms",
        "to": NUMBER,
        "message": "report_received",
        "language": "uk",
        "context": WORDS,
    }
    return outbox.post(**{**wanted, **changes})


def let_sending_go_on(scope: str = "all") -> None:
    """Two people say so."""
    for name in ("lesia", "taras"):
        switches.resume(scope, by=User.objects.get_or_create(username=name)[0])


@pytest.fixture
def owed(db: None) -> Notification:
    return owe()


def state(notification: Notification) -> str:
    return Notification.objects.values_list("state", flat=True).get(pk=notification.pk)


def reason(notification: Notification) -> str:
    return Notification.objects.values_list("state_reason", flat=True).get(pk=notification.pk)


def outcomes(notification: Notification) -> list[str]:
    return list(notification.attempts.order_by("n").values_list("outcome", flat=True))


def let_pass(notification: Notification, **how_long: float) -> None:
    """Time as the database sees it: everything about this row happened that much earlier."""
    row = Notification.objects.without_text().get(pk=notification.pk)
    for name in ("due_at", "expires_at", "lease_until", "posted_at", "settled_at"):
        moment = getattr(row, name)
        if moment:
            Notification.objects.filter(pk=row.pk).update(**{name: moment - timedelta(**how_long)})
    for attempt in Attempt.objects.filter(notification=row):
        Attempt.objects.filter(pk=attempt.pk).update(started_at=attempt.started_at - timedelta(**how_long))
