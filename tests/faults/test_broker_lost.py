"""The broker forgets everything, hangs or dies: staff hardly notice, and no work is lost."""

import contextlib
import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from familylink import embedded
from matching.models import Match, MatchRun
from notifications.models import Notification, State, SunkMessage
from tests.factories import a_committed_list
from tests.faults.conftest import empty, forget_the_failure
from tests.faults.phones import Phones
from tests.faults.processes import Processes, until
from tests.faults.scenery import approve, approve_all, families, line, matched_families, men
from tests.faults.sending import owed
from tests.faults.table import IS_FULL, Fault, size

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
PATIENCE_OF_STAFF_SECONDS = 3.0
TRIES = 3
STRANGERS = (f"Далекий Чоловік Інший;01.01.{year}" for year in itertools.cycle(range(1900, 1999)))


def seconds_of(act: Callable[[], object]) -> float:
    forget_the_failure()  # as in a web process that meets the broker for the first time
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def is_finished(run: MatchRun) -> bool:
    return not MatchRun.objects.unfinished().filter(pk=run.pk).exists()


def all_delivered() -> bool:
    return not Notification.objects.exclude(state=State.DELIVERED).exists()


def received() -> list[str]:
    """Every message that reached a phone or mailbox, by its recipient."""
    return sorted(message.to for message in SunkMessage.objects.all())


def test_a_broker_that_forgets_everything_in_the_middle_of_a_wave_costs_nothing(
    processes: Processes, broker: str
) -> None:
    sons = men(12, seed=5)
    addresses = families(sons)
    run = a_committed_list(*map(line, sons + men(240, seed=6)))
    empty(broker)  # the commit's nudge is gone before any worker has seen it
    processes.worker(beat=True)
    until(lambda: MatchRun.objects.get(pk=run.pk).entries_done, "batch done", processes)
    empty(broker)
    until(lambda: is_finished(run), "end of the run", processes, meanwhile=lambda: empty(broker))
    approve_all()
    empty(broker)
    until(all_delivered, "delivery of all messages", processes)
    assert received() == sorted(addresses)


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "dies"])
def test_staff_are_answered_while_the_broker_is_away_and_the_work_is_done_after(
    processes: Processes, broker_state: Path, how: signal.Signals
) -> None:
    processes.worker(beat=True)
    addresses = matched_families(2 * TRIES)
    usual = quickest_commit(), quickest_approval()
    until(all_delivered, "delivery with a broker that works", processes)
    with broker_away(broker_state, how):
        slowed = quickest_commit(), quickest_approval()
    for usually, now in zip(usual, slowed, strict=True):
        assert now - usually < PATIENCE_OF_STAFF_SECONDS
    until(
        lambda: not MatchRun.objects.unfinished().exists(),
        "end of the run",
        processes,
        meanwhile=processes.revive,
    )
    until(all_delivered, "delivery of all messages", processes, meanwhile=processes.revive)
    assert received() == sorted(addresses)


def quickest_commit() -> float:
    """The least of a few, so that a busy machine does not look like a slow broker."""
    return min(seconds_of(lambda: a_committed_list(next(STRANGERS))) for _ in range(TRIES))


def quickest_approval() -> float:
    """Of a few pairs, each confirmed by two: the least that a pair took."""
    matches = Match.objects.undecided().order_by("entry", "-points").distinct("entry")[:TRIES]
    return min(seconds_of(lambda match=match: approve(match)) for match in list(matches))


@contextlib.contextmanager
def broker_away(state: Path, how: signal.Signals) -> Iterator[None]:
    """The broker hangs or is dead inside; afterwards it answers again."""
    valkey = embedded.running(state)["valkey"]
    os.kill(valkey, how)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(valkey, signal.SIGCONT)
        embedded.start(state, only=["valkey"], lasting=False)


@pytest.mark.parametrize(
    ("how", "what"),
    [
        (signal.SIGKILL, "F5 broker emptied, killed, a minute away"),
        (signal.SIGSTOP, "F6 broker frozen for a minute"),
    ],
    ids=["dies", "hangs"],
)
def test_messages_leave_and_reviewers_approve_while_the_broker_is_away(
    processes: Processes, phones: Phones, broker: str, broker_state: Path, how: signal.Signals, what: str
) -> None:
    fault, pairs = Fault(what), size(3, 60)
    families_of_pairs = matched_families(1 + pairs, with_email=False)
    phones.serve(processes)
    phones.weather(seconds=0.05)
    processes.worker(beat=True)
    addresses = [*families_of_pairs, *owed(size(40, 1000))]
    until(lambda: phones.taken().total() > 4, "burst", processes)
    first, *others = Match.objects.undecided().order_by("entry", "-points").distinct("entry")
    usual, took = seconds_of(lambda: approve(first)), []
    empty(broker)
    with broker_away(broker_state, how):
        back_at = time.monotonic() + size(4, 60)
        for match in others:
            took.append(seconds_of(lambda match=match: approve(match)))
            time.sleep(max(0.0, back_at - time.monotonic()) / (pairs + 1))
        time.sleep(max(0.0, back_at - time.monotonic()))
    until(everything_was_taken, "last message", processes, meanwhile=processes.revive, seconds=300)
    fault.judge(addresses, phones.taken())
    assert phones.taken() == Counter(addresses)
    # Two verdicts each. In `make test` the machine may be so busy that the slowest says nothing of the broker.
    assert (max(took) if IS_FULL else min(took)) - usual < 2 * PATIENCE_OF_STAFF_SECONDS


def everything_was_taken() -> bool:
    return not Notification.objects.exclude(state=State.ACCEPTED).exists()
