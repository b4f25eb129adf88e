"""Several workers at once, and workers that die: real connections, real processes, the sink's own log."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from familylink.celery import STRIKES, leave_no_transaction
from notifications import delivery, outbox, recovery
from notifications.models import Attempt, Notification, SunkMessage
from notifications.transports import memory
from tests.strikes import count_of, struck_at

from .conftest import let_pass, outcomes, owe, state

STRUCK = 100  # of some 70,000 calls and returns of a delivery
SINK = "notifications.transports.sink.SinkTransport"
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """What each of `count` threads, each with its own connection, got; all start at the same moment."""
    start, results = threading.Barrier(count), []

    def run() -> None:
        try:
            start.wait()
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_workers_one_gets_the_message() -> None:
    for turn in range(10):
        owe(reference=f"match-{turn}-report-1", to=f"+3805012345{turn:02}")
        claims = [claim for claim in at_once(8, delivery.claim) if claim]
        assert len(claims) == 1


def test_a_crowd_of_sweeps_sends_each_message_once() -> None:
    owed = [owe(to=f"+3805012345{n:02}") for n in range(60)]
    at_once(6, recovery.sweep)
    recovery.sweep()
    assert len(memory.sent) == len(owed)
    assert max(Counter(sent.reference for sent in memory.sent).values()) == 1
    assert set(Notification.objects.values_list("state", flat=True)) == {"accepted"}


def test_posting_the_same_at_the_same_moment_owes_once() -> None:
    rows = at_once(8, lambda: owe().pk)
    assert len(set(rows)) == 1
    assert Notification.objects.count() == 1


def test_what_was_cancelled_in_a_race_with_a_worker_is_either_stopped_or_named() -> None:
    for turn in range(20):
        owed = owe(reference=f"match-{turn}-report-1", to=f"+3805012345{turn:02}")
        before = len(memory.sent)
        jobs = iter([delivery.deliver_due, lambda r=owed.reference: cancel(r)])
        left = next(result for result in at_once(2, lambda jobs=jobs: next(jobs)()) if result is not None)
        went_out = len(memory.sent) > before
        assert went_out == bool(left)
        assert state(owed) == ("accepted" if went_out else "cancelled")


def cancel(reference: str) -> list[Any]:
    return outbox.cancel(reference=reference, reason="withdrawn")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", STRIKES)
def test_wherever_a_strike_hits_a_worker_nothing_leaves_of_which_no_attempt_is_written(
    kind: type[BaseException], sending: Any
) -> None:
    sending.IN_FLIGHT = 3
    owe_five(0)
    steps = count_of(delivery.deliver_due)
    ends, forgotten = Counter[str](), 0
    for turn in range(1, 1 + STRUCK):
        memory.reset()
        owe_five(turn)
        ends[struck_at(turn * steps // STRUCK, kind, delivery.deliver_due)] += 1
        leave_no_transaction()  # as before each task
        references = Attempt.objects.values_list("reference", flat=True)
        assert {sent.reference for sent in memory.sent} <= set(references)
        delivery.deliver_due()
        assert max(Counter(sent.to for sent in memory.sent).values(), default=1) == 1
        proven = set(references.filter(outcome="accepted"))
        forgotten += len({sent.reference for sent in memory.sent} - proven)
    assert ends["seen"] > STRUCK / 2
    assert forgotten <= sending.IN_FLIGHT  # one strike may come while a call is handed to its thread


def owe_five(turn: int) -> None:
    for n in range(5):
        owe(reference=f"match-{n}-report-{turn}", to=f"+38050{turn:04}{n:03}")


CRASH = """
import os, sys, django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.SENDING, settings.TRANSPORTS = "send", {"sms": sys.argv[4]}
from notifications import delivery
def die_at(point):
    if point == sys.argv[3]:
        os._exit(9)
from notifications.models import Notification
from notifications.settling import Ended, settle
claimed = delivery.claim(among=Notification.objects.filter(pk=sys.argv[2]))
die_at("claimed")
(opened,) = delivery.open_attempts(claimed)
die_at("opened")
result = delivery.hand_over(opened)
die_at("handed over")
settle([Ended(opened.attempt, result)])
die_at("settled")
"""


def crash(owed: Notification, point: str) -> None:
    """A worker process that dies without a word at this point."""
    name = connection.settings_dict["NAME"]
    died = subprocess.run(
        [sys.executable, "-c", CRASH, name, str(owed.pk), point, SINK],
        env=dict(os.environ),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == 9, died.stderr.decode()[-2000:]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("point", "left_behind", "after_the_lease", "attempts"),
    [
        ("claimed", "claimed", "delivered", ["accepted"]),
        ("opened", "claimed", "unknown", ["refused", "accepted"]),
        ("handed over", "claimed", "unknown", ["accepted"]),
        ("settled", "delivered", "delivered", ["accepted"]),
    ],
)
def test_a_worker_killed_at_any_point_tells_the_family_once(
    settings, point, left_behind, after_the_lease, attempts
) -> None:
    settings.TRANSPORTS = {"sms": SINK}
    owed = owe()
    crash(owed, point)
    assert state(owed) == left_behind
    let_pass(owed, seconds=61)
    recovery.sweep()
    assert state(owed) == after_the_lease
    let_pass(owed, minutes=16)
    recovery.sweep()
    assert (state(owed), outcomes(owed)) == ("delivered", attempts)
    assert SunkMessage.objects.count() == 1
