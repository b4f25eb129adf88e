"""How fast messages leave: 2,000 approved at once, one alone, and a naive peer, all over a provider of 50 ms.

`make bench` runs it as `python -m tests.benchmarks.messages`: servers, workers and the simulated provider are its
own. The peer has the shape that is common elsewhere: persist, a task per message, send, mark as sent.
"""

import contextlib
import functools
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
ALONE = int(os.environ.get("ALONE", "40"))
LATENCY_S = 0.05
CHILDREN = 2  # as many as processors; each keeps several calls waiting for the provider


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
            FAMILYLINK_QUIET_HOURS="",
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
        measure_approvals(phones, processes)
        measure_naive(phones, processes)
    finally:
        processes.end()
        phones.end()


def measure_wave(phones, processes) -> None:
    """From the commit that makes them all due at one moment to the last one at the provider."""
    with working(processes) as cpu:
        before, moment, own = phones.taken().total(), [], time.process_time()
        post(MESSAGES, "wave", when_committed=lambda: moment.append(time.monotonic()))
        posted = time.process_time() - own
        wait(lambda: phones.taken().total() - before >= MESSAGES)
        say(
            "wave of messages",
            messages=MESSAGES,
            posting_cpu_ms_each=posted / MESSAGES * 1000,
            seconds=time.monotonic() - moment[0],
            **cpu(),
        )


def measure_approvals(phones, processes) -> None:
    """From the second reviewer's verdict to the provider: when nothing else goes on, and amid a crowd of messages that
    can wait, as "checked" ones do after a wave."""
    from tests.faults.scenery import matched_families

    matched_families(2 * ALONE, with_email=False)
    with working(processes):
        say_waits("one approval when idle", [approve_one(phones) for _ in range(ALONE)])
        post(MESSAGES, "crowd", message="still_searching")
        waits = [approve_one(phones) for _ in range(ALONE)]
        before = phones.taken().total()
        say_waits("one approval amid a crowd that can wait", waits)
        say("of the crowd had left by then", messages=before - MESSAGES - 2 * ALONE)


def approve_one(phones) -> float:
    """Seconds until the provider has the news of one more family."""
    from matching import review
    from matching.models import Match, Verdict
    from tests.factories import a_reviewer

    match = Match.objects.undecided().order_by("-points").first()
    first, second = a_reviewer(), a_reviewer()
    decide = functools.partial(review.decide, match.pk, verdict=Verdict.SAME, revision=match.revision)
    decide(reviewer=first)
    (to,) = [
        contact.address for report in match.missing_person.reports.all() for contact in report.contacts.all()
    ]
    began = time.time()
    decide(reviewer=second)
    wait(lambda: phones.taken()[to])
    time.sleep(0.2)
    return next(line.at for line in phones.tried() if line.to == to) - began


def say_waits(what: str, waits: list[float]) -> None:
    waits.sort()
    say(what, messages=len(waits), median_s=waits[len(waits) // 2], p95_s=waits[int(len(waits) * 0.95)])


def measure_naive(phones, processes) -> None:
    """The peer: the same rows and the same provider, one task per message that sends and then marks."""
    from notifications.models import Notification
    from tests.faults.naive import send_one

    processes.environment["FAMILYLINK_SWEEP_SECONDS"] = "0"
    post(MESSAGES, "naive", nudge=False)
    with working(processes) as cpu:
        before, began = phones.taken().total(), time.monotonic()
        pks = Notification.objects.filter(reference__startswith="naive", state="queued").values_list(
            "pk", flat=True
        )
        for pk in list(pks):
            send_one.delay(str(pk))
        wait(lambda: phones.taken().total() - before >= MESSAGES)
        say("peer: persist, task, send, mark", messages=MESSAGES, seconds=time.monotonic() - began, **cpu())


@contextlib.contextmanager
def working(processes) -> Iterator[Callable[[], dict[str, float]]]:
    """A worker inside, at rest; the call says how much CPU it and its children have used since."""
    import psutil

    worker = psutil.Process(processes.worker(children=CHILDREN).pid)
    time.sleep(8)  # until its pool is up

    def used() -> float:
        times = [each.cpu_times() for each in (worker, *worker.children(recursive=True))]
        return sum(each.user + each.system for each in times)

    at_rest = used()

    def cpu() -> dict[str, float]:
        spent = used() - at_rest
        return {"worker_cpu_seconds": spent, "worker_cpu_ms_each": spent / MESSAGES * 1000}

    yield cpu
    processes.end()


def post(
    count: int, name: str, *, nudge=True, message="report_received", when_committed=lambda: None
) -> None:
    """Owe so many messages in one transaction, each to another family."""
    from django.db import transaction

    from familylink import celery
    from notifications import messages, outbox

    celery._broker_failed_at = float("-inf") if nudge else float("inf")
    context = {"reference": "FL-34AC-7DEF", "code_word": "калина 47"}
    with transaction.atomic():
        transaction.on_commit(when_committed)
        for number in range(count):
            outbox.post(
                reference=f"{name}-{number}",
                channel="sms",
                to=f"+38{abs(hash((name, number))) % 10**10:010}",
                message=message,
                language="uk",
                context={key: context[key] for key in messages.KINDS[message].needs},
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
