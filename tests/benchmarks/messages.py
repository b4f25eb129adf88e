"""How fast messages leave: 2,000 approved at once, one alone, and a naive peer, all over a provider of 50 ms.

`make bench` runs it as `python -m tests.benchmarks.messages`: servers, workers and the simulated provider are its
own. The peer has the shape that is common elsewhere: persist, a task per message, send, mark as sent.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from familylink import embedded

MESSAGES = int(os.environ.get("MESSAGES", "2000"))
ALONE = 40
LATENCY_S = 0.05
CHILDREN = 8  # they wait for the provider, not for the processor


def main() -> None:
    with embedded.temporary_state("bench-messages") as state, tempfile.TemporaryDirectory() as folder:
        embedded.start(state, lasting=False)
        os.environ.update(
            embedded.new_keys(),
            DATABASE_URL=embedded.database_url(state),
            REDIS_URL=embedded.redis_url(0, state),
            FAMILYLINK_STATE=str(state),
            FAMILYLINK_BARE="true",
            FAMILYLINK_SENDING="send",
            DJANGO_SETTINGS_MODULE="tests.faults.service_settings",
        )
        try:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.messages", "measure", folder], check=True)
        finally:
            embedded.stop(state)


def measure(folder: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.faults.phones import Phones
    from tests.faults.processes import Processes

    call_command("migrate", verbosity=0)
    phones, processes = Phones(folder / "phones.jsonl"), Processes(folder)
    phones.weather(seconds=LATENCY_S)
    phones.serve(processes)
    try:
        measure_wave(phones, processes)
        measure_alone(phones, processes)
        measure_naive(phones, processes)
    finally:
        processes.end()
        phones.end()


def measure_wave(phones, processes) -> None:
    """From the commit of the last approval to the last message at the provider."""
    with working(processes) as cpu:
        began, before = time.monotonic(), phones.taken().total()
        post(MESSAGES, "wave")
        posted = time.monotonic() - began
        wait(lambda: phones.taken().total() - before >= MESSAGES)
        say(
            "wave of messages",
            messages=MESSAGES,
            posting_seconds=posted,
            seconds=time.monotonic() - began,
            **cpu(),
        )


def measure_alone(phones, processes) -> None:
    """From the commit of one approval to the provider, when nothing else is going on."""
    with working(processes):
        waits = []
        for number in range(ALONE):
            before, began = phones.taken().total(), time.time()
            post(1, f"alone-{number}")
            wait(lambda before=before: phones.taken().total() > before)
            waits.append(phones.tried()[-1].at - began)
            time.sleep(0.2)
        waits.sort()
        say(
            "one message when idle",
            messages=ALONE,
            median_s=waits[ALONE // 2],
            p95_s=waits[int(ALONE * 0.95)],
        )


def measure_naive(phones, processes) -> None:
    """The peer: the same rows and the same provider, one task per message that sends and then marks."""
    from notifications.models import Notification
    from tests.faults.naive import send_one

    processes.environment["FAMILYLINK_SWEEP_SECONDS"] = "0"
    began = time.monotonic()
    post(MESSAGES, "naive", nudge=False)
    with working(processes) as cpu:
        before = phones.taken().total()
        pks = Notification.objects.filter(reference__startswith="naive", state="queued").values_list(
            "pk", flat=True
        )
        for pk in list(pks):
            send_one.delay(str(pk))
        wait(lambda: phones.taken().total() - before >= MESSAGES)
        say("peer: persist, task, send, mark", messages=MESSAGES, seconds=time.monotonic() - began, **cpu())


@contextlib.contextmanager
def working(processes) -> Iterator[Callable[[], dict[str, float]]]:
    """A worker inside; the call says how much CPU it and its children have used by now."""
    import psutil

    worker = psutil.Process(processes.worker(children=CHILDREN).pid)
    time.sleep(8)  # until its pool is up

    def cpu() -> dict[str, float]:
        used = [each.cpu_times() for each in (worker, *worker.children(recursive=True))]
        spent = sum(times.user + times.system for times in used)
        return {"worker_cpu_seconds": spent, "worker_cpu_ms_each": spent / MESSAGES * 1000}

    yield cpu
    processes.end()


def post(count: int, name: str, *, nudge: bool = True) -> None:
    """Owe so many messages in one transaction, each to another family."""
    from django.db import transaction

    from familylink import celery
    from notifications import outbox

    celery._broker_failed_at = float("-inf") if nudge else float("inf")
    with transaction.atomic():
        for number in range(count):
            outbox.post(
                reference=f"{name}-{number}",
                channel="sms",
                to=f"+38{abs(hash((name, number))) % 10**10:010}",
                message="report_received",
                language="uk",
                context={"reference": "FL-34AC-7DEF", "code_word": "калина 47"},
            )


def wait(done: Callable[[], bool], seconds: float = 600) -> None:
    ends_at = time.monotonic() + seconds
    while not done():
        if time.monotonic() > ends_at:
            raise SystemExit("the messages did not leave")
        time.sleep(0.05)


def say(what: str, **facts: float) -> None:
    print(json.dumps({"what": what, **{name: round(fact, 3) for name, fact in facts.items()}}), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]))
    else:
        main()
