"""Without a beat, and with three: what is owed is done once."""

from collections import Counter

import pytest

from matching.models import MatchRun
from notifications.models import Notification, SunkMessage
from tests.factories import a_committed_list
from tests.faults.processes import Processes, until
from tests.faults.scenery import approve_all, families, line, men, pairs
from tests.faults.table import Fault
from tests.faults.test_broker_lost import all_delivered, is_finished, received

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
CHILDREN = 2


def test_without_any_beat_a_committed_list_is_matched_and_approved_messages_leave(
    processes: Processes,
) -> None:
    fault = Fault("F14 no beat at all")
    sons = men(8, seed=5)
    addresses = families(sons)
    processes.worker()
    run = a_committed_list(*map(line, sons + men(60, seed=6)))
    until(lambda: is_finished(run), "end of the run", processes)
    approve_all()
    until(all_delivered, "delivery of all messages", processes)
    assert Counter(received()) == Counter(addresses)
    fault.judge(addresses, Counter(received()))


def test_three_beats_and_two_workers_match_and_tell_once(processes: Processes) -> None:
    fault = Fault("F14 three beats and two workers")
    processes.environment["FAULT_BEAT_SECONDS"] = "1"
    for _ in range(3):
        processes.beat()
    for _ in range(2):
        processes.worker(children=2)
    sons = men(12, seed=5)
    addresses = families(sons)
    run = a_committed_list(*map(line, sons + men(160, seed=6)))
    until(lambda: is_finished(run), "end of the run", processes, seconds=300)
    approve_all()
    until(all_delivered, "delivery of all messages", processes, seconds=300)
    processes.end()
    assert received() == sorted(addresses)
    assert MatchRun.objects.get(pk=run.pk).entries_done == 172
    assert {position for _, position in pairs(run)} >= set(range(1, 13))
    assert SunkMessage.objects.count() == Notification.objects.count() == len(addresses)
    fault.judge(addresses, Counter(received()))
