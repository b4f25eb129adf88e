"""The database goes away in the middle, and clocks are wrong: nobody is lost, woken or told twice."""

import datetime as dt
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from familylink import embedded
from notifications import recipients, tasks
from notifications.models import Notification, State
from notifications.models.recipient import USUAL_ZONE
from tests.faults.phones import Phones
from tests.faults.processes import Processes, nudge, until
from tests.faults.sending import calm_down, nothing_is_due, owed, owed_reminders
from tests.faults.table import Fault, size

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


def throw_everybody_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def restart_database() -> None:
    """Stopped without a word to anybody ("immediate"), recovered from its log, and back."""
    state = Path(os.environ["FAMILYLINK_STATE"])
    os.kill(embedded.running(state)["postgresql"], signal.SIGQUIT)
    connection.close()
    while "postgresql" in embedded.running(state):
        time.sleep(0.05)
    embedded.start(state, only=["postgresql"], lasting=False)


# The server belongs to the whole suite: it is stopped only where nobody else is at it.
IS_OURS = "PYTEST_XDIST_WORKER" not in os.environ and "postgresql" in embedded.running(
    Path(os.environ["FAMILYLINK_STATE"])
)


@pytest.mark.parametrize(
    ("what", "shake", "rounds"),
    [
        ("every connection of the database cut", throw_everybody_out, size(3, 20)),
        pytest.param(
            "database stopped at once and started again",
            restart_database,
            size(1, 5),
            marks=pytest.mark.skipif(not IS_OURS, reason="others use this server"),
        ),
    ],
    ids=["cut", "restarted"],
)
def test_a_database_that_goes_away_in_the_middle_loses_and_doubles_nothing(
    processes: Processes, phones: Phones, what: str, shake: Callable[[], None], rounds: int
) -> None:
    fault, count = Fault(f"F7 {what}", rounds), size(60, 1000)
    addresses = owed(count)
    phones.serve(processes)
    phones.weather(seconds=0.02)
    processes.worker()
    for turn in range(rounds):
        until(
            lambda turn=turn: phones.taken().total() > turn * count // 2 // rounds or nothing_is_due(),
            "more messages",
            processes,
            meanwhile=lambda: nudge(tasks.sweep),
        )
        shake()
    processes.revive()
    calm_down(tasks.sweep, processes, worker=False)
    fault.judge(addresses, phones.taken())
    assert phones.taken() == Counter(addresses)


def asks_for_quiet(to: str) -> None:
    """Ten minutes of quiet around this very moment, by the clock on their wall."""
    now = timezone.now().astimezone(ZoneInfo(USUAL_ZONE))
    begin, end = ((now + timedelta(minutes=by)).time() for by in (-5, 5))
    recipients.set_quiet_hours(channel="sms", to=to, begin=begin, end=end)


def test_no_wrong_clock_breaks_the_quiet_hours(processes: Processes, phones: Phones) -> None:
    fault, quiet = (
        Fault("F15 quiet hours by a clock 10 minutes off, both ways"),
        owed_reminders(size(10, 200)),
    )
    others = owed(size(20, 300))
    for to in quiet:
        asks_for_quiet(to)
    phones.serve(processes)
    phones.weather(seconds=0.02)
    for skew in ("-10", "10"):
        processes.environment["FAULT_CLOCK_MINUTES"] = skew
        processes.worker(children=2)
    until(
        lambda: (
            Notification.objects.filter(state=State.ACCEPTED).count() == len(others)
            and Notification.objects.filter(state_reason="quiet_hours").count() == len(quiet)
        ),
        "look at each",
        processes,
        meanwhile=lambda: nudge(tasks.sweep),
    )
    for _ in range(size(4, 40)):  # their time has come again and again, and each time it is quiet there
        Notification.objects.filter(state=State.QUEUED).update(due_at=Now())
        nudge(tasks.sweep)
        time.sleep(0.5)
    assert phones.taken() == Counter(others)
    for to in quiet:
        recipients.set_quiet_hours(channel="sms", to=to, begin=dt.time(0), end=dt.time(0))
    calm_down(tasks.sweep, processes, worker=False)
    fault.judge([*quiet, *others], phones.taken())
    assert phones.taken() == Counter([*quiet, *others])


def test_a_worker_whose_clock_is_wrong_sends_nothing_twice(processes: Processes, phones: Phones) -> None:
    fault = Fault("F15 two workers, their clocks 20 minutes apart", 1)
    addresses = owed(size(30, 500))
    phones.serve(processes)
    phones.weather(seconds=0.02, lost=0.1)
    for skew in ("-10", "10"):
        processes.environment["FAULT_CLOCK_MINUTES"] = skew
        processes.worker(children=2)
    calm_down(tasks.sweep, processes, worker=False)
    fault.judge(addresses, phones.taken())
    assert phones.taken() == Counter(addresses)
