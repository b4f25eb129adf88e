"""A worker dies at each point of a delivery: what it leaves, what is made of it, and that the phone rings once."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F

from notifications import recovery
from notifications.models import Attempt, Notification
from tests.faults.phones import Phones
from tests.faults.processes import TOP, Processes, url_of_database
from tests.faults.sending import owed
from tests.faults.table import Fault, size

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
EACH = size(2, 50)
# point -> what is left behind; once the lease is over; the attempts in the end
POINTS = {
    "claimed": ("claimed", "queued", ["accepted"]),
    "attempt_uncommitted": ("claimed", "queued", ["accepted"]),
    "attempt_committed": ("claimed", "unknown", ["refused", "accepted"]),
    "before_bytes": ("claimed", "unknown", ["refused", "accepted"]),
    "after_bytes": ("claimed", "unknown", ["accepted"]),
    "after_answer": ("claimed", "unknown", ["accepted"]),
    "settled_uncommitted": ("claimed", "unknown", ["accepted"]),
    "settled": ("accepted", "accepted", ["accepted"]),
}


def states(rows: dict[str, Notification]) -> dict[str, set[str]]:
    """Point -> the states of the messages whose worker died there."""
    seen: dict[str, set[str]] = {}
    for number, row in rows.items():
        state = Notification.objects.values_list("state", flat=True).get(pk=row.pk)
        seen.setdefault(number.split()[1], set()).add(state)
    return seen


def let_pass(**how_long: float) -> None:
    by = timedelta(**how_long)
    Notification.objects.update(due_at=F("due_at") - by, lease_until=F("lease_until") - by)
    Attempt.objects.update(started_at=F("started_at") - by)


def test_a_worker_killed_at_each_point_leaves_the_exact_state_and_one_message(
    processes: Processes, phones: Phones, settings
) -> None:
    fault = Fault("F2 killed at each of 8 points", len(POINTS) * EACH)
    addresses = owed(len(POINTS) * EACH)
    points = [point for point in POINTS for _ in range(EACH)]
    by_number = {row.to: row for row in Notification.objects.all()}
    rows = {f"{to} {point}": by_number[to] for to, point in zip(addresses, points, strict=True)}
    phones.serve(processes)
    kill_all([f"{row.pk} {name.split()[1]}" for name, row in rows.items()], processes, phones)

    assert states(rows) == {point: {left} for point, (left, _, _) in POINTS.items()}
    settings.TRANSPORTS = {"sms": "tests.faults.gateways.First"}
    settings.TRANSPORT_OPTIONS = {"sms": {"first": phones_options(processes)}}
    let_pass(minutes=2)
    while recovery.release_stale():  # a part at a time
        pass
    assert states(rows) == {point: {left} for point, (_, left, _) in POINTS.items()}
    for _ in range(3):
        let_pass(minutes=20)
        recovery.sweep(budget_s=120)
    fault.judge(addresses, phones.taken())
    assert phones.taken() == Counter(addresses)
    for name, row in rows.items():
        outcomes = list(row.attempts.order_by("n").values_list("outcome", flat=True))
        assert outcomes == POINTS[name.split()[1]][2], name


def phones_options(processes: Processes) -> dict[str, object]:
    import json

    options: dict[str, object] = json.loads(processes.environment["FAULT_GATEWAYS"])["first"]
    return options


def kill_all(lines: list[str], processes: Processes, phones: Phones) -> None:
    died = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.crashing"],
        cwd=TOP,
        env={
            **os.environ,
            **processes.environment,
            "DATABASE_URL": url_of_database(),
            "DJANGO_SETTINGS_MODULE": "tests.faults.service_settings",
            "FAMILYLINK_SENDING": "send",
            "FAULT_PHONES": str(phones.log),
        },
        input="\n".join(lines).encode(),
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert died.stdout.split() == [b"9"] * len(lines), died.stderr.decode()[-2000:]
