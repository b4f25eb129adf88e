"""Workers die while messages leave: nobody is lost, nobody hears twice, and a careless sender would be caught."""

import json
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Task
from django.db.models import F

from notifications import tasks
from notifications.models import Attempt, Notification, State
from tests.faults.conftest import empty
from tests.faults.naive import send_then_mark
from tests.faults.processes import Processes, nudge, until
from tests.faults.provider import Log
from tests.faults.scenery import approve_all, matched_families

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
FAMILIES = 31
ROUNDS = 5
# One message in five meets a fault; in a storm a machine also dies every dozen of messages.
STORM: dict[str, Any] = {
    "seconds": 0.02,
    "seed": 7,
    "refused": 0.04,
    "dies": 0.03,
    "lost": 0.08,
    "dies_after": 0.05,
}
CALM: dict[str, Any] = {"seconds": 0.0, "seed": 7}


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "received.jsonl")


def provider(log: Log, processes: Processes, weather: dict[str, Any], *, looks_up: bool) -> None:
    """From now on workers talk to a provider that behaves like this."""
    options = {"log": str(log.path), "looks_up": looks_up, **weather}
    processes.environment["FAULT_PROVIDER"] = json.dumps(options)


def storm(task: Task[Any, Any], log: Log, processes: Processes) -> None:
    """Again and again a worker begins, sends some, and is killed with all its children at a random moment.

    Late in the storm fewer may be due than a round wants: the rest waits for leases and pauses to pass.
    """
    draw = random.Random(11)
    for _ in range(ROUNDS):
        before, some = log.taken().total(), draw.randint(4, 12)
        worker = processes.worker()
        until(
            lambda before=before, some=some: log.taken().total() >= before + some or nothing_is_due(),
            "message of this round",
            processes,
            meanwhile=lambda: nudge(task),
        )
        processes.kill(worker)
        let_time_pass(Notification.objects.all())


def nothing_is_due() -> bool:
    """Whatever is left waits for its lease, its pause or its grace."""
    rows = Notification.objects
    return not (rows.due().exists() or rows.stale().exists() or rows.in_doubt().exists())


def undecided() -> int:
    """Messages that still move by themselves."""
    moving = [State.HELD, State.QUEUED, State.CLAIMED, State.UNKNOWN, State.ACCEPTED]
    return Notification.objects.filter(state__in=moving).count()


def let_time_pass(rows: Any) -> None:
    """An hour, for leases, pauses and the grace that an unknown outcome gets."""
    hour = timedelta(hours=1)
    rows.update(due_at=F("due_at") - hour, lease_until=F("lease_until") - hour)
    Attempt.objects.filter(notification__in=rows).update(started_at=F("started_at") - hour)


def calm_down(task: Task[Any, Any], processes: Processes) -> None:
    """A worker that lives, until nothing moves any more. Time passes for what nobody is sending just then."""
    processes.worker()

    def meanwhile() -> None:
        let_time_pass(Notification.objects.exclude(state=State.CLAIMED))
        nudge(task)

    until(lambda: not undecided(), "rest", processes, meanwhile=meanwhile)
    processes.end()


def states() -> Counter[tuple[str, str]]:
    return Counter(Notification.objects.values_list("state", "state_reason"))


def test_a_storm_over_a_provider_that_can_be_asked_loses_nobody_and_tells_nobody_twice(
    processes: Processes, log: Log
) -> None:
    addresses = matched_families(FAMILIES)
    approve_all()
    assert undecided() == len(addresses)
    provider(log, processes, STORM, looks_up=True)
    storm(tasks.sweep, log, processes)
    provider(log, processes, CALM, looks_up=True)
    calm_down(tasks.sweep, processes)
    assert log.taken() == Counter(addresses)
    assert states() == {(State.DELIVERED, ""): len(addresses)}
    assert Attempt.objects.exclude(outcome=Attempt.Outcome.ACCEPTED).count() > 0, "the storm did nothing"


def test_a_storm_over_a_provider_that_cannot_be_asked_leaves_every_doubt_to_a_person(
    processes: Processes, log: Log
) -> None:
    addresses = matched_families(FAMILIES)
    approve_all()
    provider(log, processes, STORM, looks_up=False)
    storm(tasks.sweep, log, processes)
    provider(log, processes, CALM, looks_up=False)
    calm_down(tasks.sweep, processes)
    assert max(log.taken().values()) == 1
    assert set(states()) == {(State.DELIVERED, ""), (State.REVIEW, "may_have_been_sent")}
    awaited = set(Notification.objects.awaiting_a_person().values_list("pk", flat=True))
    told = {row.to: row.pk for row in Notification.objects.all()}
    assert {told[address] for address in set(addresses) - set(log.taken())} <= awaited
    delivered = [row.to for row in Notification.objects.filter(state=State.DELIVERED)]
    assert all(log.taken()[address] == 1 for address in delivered)
    assert len(delivered) + len(awaited) == len(addresses)


def test_the_same_storm_makes_a_careless_sender_tell_families_twice(
    processes: Processes, log: Log, broker: str
) -> None:
    addresses = matched_families(FAMILIES)
    approve_all()
    empty(broker)  # the approval's nudges: the service itself must not send any of these
    provider(log, processes, STORM, looks_up=True)
    storm(send_then_mark, log, processes)
    provider(log, processes, CALM, looks_up=True)
    calm_down(send_then_mark, processes)
    assert set(log.taken()) == set(addresses)
    doubled = [address for address, times in log.taken().items() if times > 1]
    assert len(doubled) >= 3, f"the storm is too weak to prove anything: {len(doubled)} doubled"
