"""Messages owed by the dozen, time that passes at will, and the wait until nothing moves any more."""

from collections import Counter
from datetime import timedelta
from typing import Any

from celery import Task
from django.db.models import F

from notifications import outbox
from notifications.models import Attempt, Circuit, Notification, State
from tests.faults.processes import Processes, nudge, until

MOVING = [State.QUEUED, State.CLAIMED, State.UNKNOWN]


def owed(count: int, *, first: int = 0) -> list[str]:
    """So many families, each owed one message; their numbers."""
    numbers = [f"+38050{number:07}" for number in range(first, first + count)]
    for to in numbers:
        outbox.post(
            reference=f"report-{to}",
            channel="sms",
            to=to,
            message="report_received",
            language="uk",
            context={"reference": "FL-34AC-7DEF", "code_word": "калина 47"},
        )
    return numbers


def owed_reminders(count: int) -> list[str]:
    """So many families, each owed a message that wakes nobody; their numbers."""
    numbers = [f"+38067{number:07}" for number in range(count)]
    for to in numbers:
        context = {"reference": "FL-34AC-7DEF", "code_word": "калина 47"}
        outbox.post(
            reference=f"reminder-{to}",
            channel="sms",
            to=to,
            message="still_searching",
            language="uk",
            context=context,
        )
    return numbers


def nothing_is_due() -> bool:
    """Whatever is left waits for its lease, its pause or its grace."""
    rows = Notification.objects
    return not (rows.due().exists() or rows.stale().exists() or rows.in_doubt().exists())


def undecided() -> int:
    """Messages that still move by themselves."""
    return Notification.objects.filter(state__in=MOVING).count()


def let_time_pass(rows: Any) -> None:
    """An hour, for leases, pauses, the grace that an unknown outcome gets, and a provider that is left alone."""
    hour = timedelta(hours=1)
    Circuit.objects.update(open_until=F("open_until") - hour)
    rows.update(due_at=F("due_at") - hour, lease_until=F("lease_until") - hour)
    Attempt.objects.filter(notification__in=rows).update(started_at=F("started_at") - hour)


def calm_down(task: Task[Any, Any], processes: Processes, *, worker: bool = True) -> None:
    """A worker that lives, until nothing moves any more. Time passes for what nobody is sending just then."""
    if worker:
        processes.worker()

    def meanwhile() -> None:
        let_time_pass(Notification.objects.exclude(state=State.CLAIMED))
        nudge(task)

    until(lambda: not undecided(), "rest", processes, meanwhile=meanwhile, seconds=300)
    processes.end()


def states() -> Counter[tuple[str, str]]:
    return Counter(Notification.objects.values_list("state", "state_reason"))
