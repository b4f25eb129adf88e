"""A provider that takes nothing is left alone, and nobody is lost, doubled or parked by it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from notifications import circuits, recovery
from notifications.models import Circuit, Notification
from notifications.transports import memory
from notifications.transports.base import Accepted, Options, OutcomeUnknown, Outgoing, TransportError

from .conftest import MEMORY, owe, reason, state

pytestmark = pytest.mark.django_db
BUSY = TransportError("http_503")
PATIENTLY_S = 60.0  # a busy machine may be a while at twelve messages


class Other(memory.MemoryTransport):
    """The channel's second provider: it never fails."""

    name = "other"

    def __init__(self, channel: str, options: Options) -> None:
        super().__init__(channel, options)

    def send(self, outgoing: Outgoing) -> Accepted:
        memory.sent.append(outgoing)
        return Accepted(f"other-{outgoing.reference}")


def owe_many(count: int) -> list[Notification]:
    return [owe(reference=f"report-{n}", to=f"+38050000{n:04}") for n in range(count)]


def fail(times: int, failure: Exception = BUSY) -> None:
    memory.failures.extend([failure] * times)


def a_minute_passes() -> None:
    by = timedelta(seconds=61)
    Circuit.objects.update(open_until=F("open_until") - by)
    Notification.objects.filter(state_reason="provider_down").update(due_at=F("due_at") - 2 * by)


def test_after_five_failures_in_a_row_the_rest_waits_without_an_attempt() -> None:
    rows = owe_many(12)
    fail(12)
    recovery.sweep(PATIENTLY_S)
    assert len(memory.failures) == 12 - circuits.FAILURES
    waiting = [row for row in rows if reason(row) == "provider_down"]
    assert len(waiting) == 12 - circuits.FAILURES
    assert not any(row.attempts.exists() for row in waiting)
    assert Circuit.objects.get().open_until is not None


@pytest.mark.parametrize("failure", [OutcomeUnknown("timeout"), RuntimeError("bug")])
def test_a_provider_that_answers_nothing_leaves_few_in_doubt(failure: Exception) -> None:
    rows = owe_many(12)
    fail(12, failure)
    recovery.sweep(PATIENTLY_S)
    assert [state(row) for row in rows].count("unknown") == circuits.FAILURES


def test_after_a_minute_one_message_tries_and_then_all_leave() -> None:
    rows = owe_many(12)
    fail(circuits.FAILURES)
    recovery.sweep(PATIENTLY_S)
    a_minute_passes()
    fail(1)
    recovery.sweep(PATIENTLY_S)
    assert memory.sent == []
    assert [reason(row) for row in rows].count("provider_down") == 12 - circuits.FAILURES - 1, "one tried"
    a_minute_passes()
    recovery.sweep(PATIENTLY_S)
    assert Circuit.objects.get().failures == 0
    assert [state(row) for row in rows].count("accepted") == 12 - circuits.FAILURES - 1


def test_a_number_that_does_not_exist_says_nothing_against_the_provider() -> None:
    owe_many(8)
    fail(8, TransportError("no_such_number", permanent=True))
    recovery.sweep(PATIENTLY_S)
    assert not Circuit.objects.filter(failures__gt=0).exists()


def test_failures_that_are_not_in_a_row_shut_nothing() -> None:
    for turn in range(10):
        owe(reference=f"a-{turn}", to=f"+38050000{turn:04}")
        fail(1)
        recovery.sweep(PATIENTLY_S)
        owe(reference=f"b-{turn}", to=f"+38050001{turn:04}")
        recovery.sweep(PATIENTLY_S)
    assert len(memory.sent) == 10


def test_what_has_met_no_attempt_goes_over_the_next_provider(settings) -> None:
    settings.TRANSPORTS = {"sms": [MEMORY, f"{__name__}.Other"]}
    rows = owe_many(12)
    fail(12, OutcomeUnknown("timeout"))
    recovery.sweep(PATIENTLY_S)
    states = [state(row) for row in rows]
    assert (states.count("unknown"), states.count("accepted")) == (circuits.FAILURES, 12 - circuits.FAILURES)
    in_doubt = Notification.objects.filter(state="unknown")
    assert not in_doubt.filter(attempts__transport="other").exists()


def test_the_page_of_providers_says_who_is_left_alone(admin_client) -> None:
    owe_many(6)
    fail(6)
    recovery.sweep(PATIENTLY_S)
    page = admin_client.get(reverse("admin:notifications_circuit_changelist")).content.decode()
    assert "memory" in page
