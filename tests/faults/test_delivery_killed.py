"""Machines die and freeze while messages leave: nobody is lost, nobody hears twice; a careless sender is caught."""

import os
import random
import signal
import time
from collections import Counter
from typing import Any

import pytest
from celery import Task
from django.db import connection

from notifications import circuits, switches, tasks
from notifications.models import Attempt, Notification, State
from tests.factories import a_reviewer
from tests.faults.conftest import empty
from tests.faults.naive import send_then_mark
from tests.faults.phones import Phones
from tests.faults.processes import Processes, nudge, until
from tests.faults.scenery import approve_all, matched_families
from tests.faults.sending import calm_down, let_time_pass, nothing_is_due, owed, states
from tests.faults.table import Fault, size

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
# One try in seven meets a fault of the provider; in a storm a machine also dies every dozen of messages.
STORM: dict[str, Any] = {"seconds": 0.02, "seed": 7, "refused": 0.05, "dropped": 0.03, "lost": 0.06}
CALM: dict[str, Any] = {"seconds": 0.0, "seed": 7}
ROUNDS = size(4, 100)
MESSAGES = size(48, 2000)


def storm(task: Task[Any, Any], phones: Phones, processes: Processes) -> None:
    """Again and again a worker begins, sends some, and is killed with all its children at a random moment."""
    draw = random.Random(11)
    for _ in range(ROUNDS):
        before, some = phones.taken().total(), draw.randint(4, 12)
        worker = processes.worker()
        until(
            lambda before=before, some=some: phones.taken().total() >= before + some or nothing_is_due(),
            "message of this round",
            processes,
            meanwhile=lambda: nudge(task),
            seconds=300,  # five faults in a row, and the provider is left alone for a minute; so may be the next try
        )
        processes.kill(worker)
        let_time_pass(Notification.objects.all())


def test_a_storm_over_a_provider_that_can_be_asked_loses_nobody_and_tells_nobody_twice(
    processes: Processes, phones: Phones
) -> None:
    fault = Fault("F1 killed again and again, provider can be asked", ROUNDS)
    matched = matched_families(8)
    approve_all()
    addresses = [*matched, *owed(MESSAGES - len(matched))]
    phones.serve(processes)
    phones.weather(**STORM)
    storm(tasks.sweep, phones, processes)
    phones.weather(**CALM)
    calm_down(tasks.sweep, processes)
    fault.judge(addresses, phones.taken())
    assert phones.taken() == Counter(addresses)
    assert states() == {(State.ACCEPTED, ""): len(addresses)}
    assert Attempt.objects.exclude(outcome=Attempt.Outcome.ACCEPTED).count() > 0, "the storm did nothing"


def test_a_storm_over_a_provider_that_cannot_be_asked_leaves_every_doubt_to_a_person(
    processes: Processes, phones: Phones
) -> None:
    fault = Fault("F4 killed again and again, provider cannot be asked", ROUNDS)
    addresses = owed(MESSAGES)
    phones.serve(processes, lookup_url="")
    phones.weather(**STORM)
    storm(tasks.sweep, phones, processes)
    phones.weather(**CALM)
    calm_down(tasks.sweep, processes)
    fault.judge(addresses, phones.taken())
    assert set(states()) <= {(State.ACCEPTED, ""), (State.REVIEW, "may_have_been_sent")}
    accepted = [row.to for row in Notification.objects.filter(state=State.ACCEPTED)]
    assert all(phones.taken()[to] == 1 for to in accepted)


def test_the_same_storm_makes_a_careless_sender_tell_families_twice(
    processes: Processes, phones: Phones, broker: str
) -> None:
    fault = Fault("F1 the same storm over send-then-mark", ROUNDS)
    addresses = owed(MESSAGES)
    empty(broker)  # the nudges: the service itself must not send any of these
    processes.environment["FAMILYLINK_SWEEP_SECONDS"] = "0"
    phones.serve(processes)
    phones.weather(**STORM)
    storm(send_then_mark, phones, processes)
    phones.weather(**CALM)
    calm_down(send_then_mark, processes)
    fault.judge(addresses, phones.taken(), may_double=True)
    doubled = [to for to, times in phones.taken().items() if times > 1]
    assert len(doubled) >= size(2, 20), f"the storm is too weak to prove anything: {len(doubled)} doubled"


def test_workers_frozen_for_longer_than_their_lease_send_nothing_twice(
    processes: Processes, phones: Phones
) -> None:
    rounds = size(2, 50)
    fault = Fault("F3 frozen for three leases, then woken", rounds)
    addresses = owed(size(40, 4000))
    processes.environment["FAMILYLINK_LEASE_SECONDS"] = "2"
    phones.serve(processes)
    phones.weather(seconds=0.05)
    frozen, other = processes.worker(), processes.worker()
    until(
        lambda: phones.taken().total() > 2, "first message", processes, meanwhile=lambda: nudge(tasks.sweep)
    )
    for _ in range(rounds):
        os.killpg(frozen.pid, signal.SIGSTOP)
        stopped_at = time.monotonic()
        until(lambda: time.monotonic() - stopped_at > 6, "end of the pause", processes)  # noqa: B023
        os.killpg(frozen.pid, signal.SIGCONT)
        frozen, other = other, frozen
        time.sleep(0.2)
    calm_down(tasks.sweep, processes, worker=False)
    fault.judge(addresses, phones.taken())
    assert phones.taken() == Counter(addresses)


def test_the_switch_stops_a_burst_within_the_calls_under_way_and_nothing_is_lost_by_it(
    processes: Processes, phones: Phones
) -> None:
    children, in_flight, fault = 2, 8, Fault("F16 the switch thrown in a burst", 1)
    addresses = owed(size(120, 2000))
    phones.serve(processes)
    phones.weather(seconds=0.5)
    processes.worker(children=children)
    until(lambda: phones.taken().total() >= 5, "burst", processes, meanwhile=lambda: nudge(tasks.sweep))
    switches.stop("all", reason="drill")
    off_at, clock = time.time(), time.monotonic()
    until(
        lambda: time.monotonic() - clock > 3,
        "three seconds of sweeps that may send nothing",
        processes,
        meanwhile=lambda: nudge(tasks.sweep),
    )
    begun_after = [line for line in phones.tried() if line.at > off_at]
    assert len(begun_after) <= (children + 1) * in_flight  # its children, and the worker's own sweep
    assert len(addresses) > phones.taken().total(), "the burst was over before the switch"
    for reviewer in (a_reviewer(), a_reviewer()):
        switches.resume("all", by=reviewer)
    calm_down(tasks.sweep, processes, worker=False)
    fault.judge(addresses, phones.taken())


def test_a_message_that_cannot_be_opened_holds_up_nobody(processes: Processes, phones: Phones) -> None:
    fault = Fault("F17 poisoned rows among the others", 1)
    poisoned, healthy = owed(3), owed(size(20, 500), first=100)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_notification SET body = '\\x00'::bytea WHERE reference = ANY(%s)",
            [[f"report-{to}" for to in poisoned]],
        )
    phones.serve(processes)
    calm_down(tasks.sweep, processes)
    assert phones.taken() == Counter(healthy)
    assert set(states()) == {(State.ACCEPTED, ""), (State.REVIEW, "cannot_open_Damaged")}
    fault.add(len(healthy), parked=len(poisoned))


@pytest.mark.parametrize("weather", ["refuses", "answers nothing"])
def test_another_provider_gets_only_what_the_first_has_certainly_not_taken(
    processes: Processes, phones: Phones, other_phones: Phones, weather: str
) -> None:
    fault = Fault(f"F18 the first of two providers {weather}", 1)
    addresses = owed(size(20, 500))
    phones.serve(processes, second=other_phones, lookup_url="")
    phones.weather(**({"refused": 1.0} if weather == "refuses" else {"lost": 0.5, "dropped": 0.5}))
    calm_down(tasks.sweep, processes)
    fault.judge(addresses, phones.taken() + other_phones.taken())
    if weather == "refuses":
        assert other_phones.taken() == Counter(addresses)
    else:  # what the first may have got never goes to the second; what it was never asked to take does
        in_doubt = {line.to for line in phones.tried()}
        assert other_phones.taken() == Counter(to for to in addresses if to not in in_doubt)
        parked = Notification.objects.filter(state=State.REVIEW)
        assert {row.to for row in parked} == in_doubt
        assert len(in_doubt) >= circuits.FAILURES
