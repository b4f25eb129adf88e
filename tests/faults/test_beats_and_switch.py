"""Without a beat, with two, and with the switch thrown in the middle of a burst."""

import time
from pathlib import Path

import pytest

from matching.models import MatchRun
from notifications import switches, tasks
from notifications.models import Notification, State, SunkMessage
from tests.factories import a_committed_list, a_reviewer
from tests.faults.processes import Processes, nudge, until
from tests.faults.provider import Log
from tests.faults.scenery import approve_all, families, line, matched_families, men, pairs
from tests.faults.test_broker_lost import all_delivered, is_finished, received
from tests.faults.test_delivery_killed import CALM, provider

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
CHILDREN = 2


def test_without_any_beat_a_committed_list_is_matched_and_approved_messages_leave(
    processes: Processes,
) -> None:
    sons = men(8, seed=5)
    addresses = families(sons)
    processes.worker()
    run = a_committed_list(*map(line, sons + men(60, seed=6)))
    until(lambda: is_finished(run), "end of the run", processes)
    approve_all()
    until(all_delivered, "delivery of all messages", processes)
    assert received() == sorted(addresses)


def test_two_beats_and_two_workers_match_and_tell_once(processes: Processes) -> None:
    processes.environment["FAULT_BEAT_SECONDS"] = "0.2"
    for start in (processes.beat, processes.beat, processes.worker, processes.worker):
        start()
    sons = men(12, seed=5)
    addresses = families(sons)
    run = a_committed_list(*map(line, sons + men(160, seed=6)))
    until(lambda: is_finished(run), "end of the run", processes)
    approve_all()
    until(all_delivered, "delivery of all messages", processes)
    processes.end()
    assert received() == sorted(addresses)
    assert MatchRun.objects.get(pk=run.pk).entries_done == 172
    assert {position for _, position in pairs(run)} >= set(range(1, 13))
    assert SunkMessage.objects.count() == Notification.objects.count() == len(addresses)


def test_the_switch_stops_a_burst_within_the_calls_under_way_and_nothing_is_lost_by_it(
    processes: Processes, tmp_path: Path
) -> None:
    log = Log(tmp_path / "received.jsonl")
    addresses = matched_families(30)
    provider(log, processes, {**CALM, "seconds": 0.1}, looks_up=True)
    approve_all()
    processes.worker(children=CHILDREN)
    until(lambda: log.taken().total() >= 5, "burst", processes, meanwhile=lambda: nudge(tasks.sweep))
    switches.stop("all", reason="drill")
    off_at = time.monotonic()
    until(
        lambda: time.monotonic() - off_at > 3,
        "three seconds of sweeps that may send nothing",
        processes,
        meanwhile=lambda: nudge(tasks.sweep),
    )
    begun_after = [line for line in log.lines("tried") if line.at > off_at]
    assert len(begun_after) <= CHILDREN
    left = len(addresses) - log.taken().total()
    assert left > 0, "the burst was over before the switch"
    assert Notification.objects.filter(state=State.QUEUED).count() == left
    for reviewer in (a_reviewer(), a_reviewer()):
        switches.resume("all", by=reviewer)
    until(all_delivered, "delivery of all messages", processes, meanwhile=lambda: nudge(tasks.sweep))
    assert sorted(log.taken().elements()) == sorted(addresses)
