"""How long a large list takes from its upload to its preview, to being in force and to its last pair.

`python -m tests.benchmarks.importing`: 100,000 rows (ROWS) against as many reports, by one Celery worker with two
processes and a beat, as `make run` has them. Prints JSON lines; seconds of the clock, since the upload.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from matching import engine
from tests.benchmarks import people
from tests.benchmarks.saying import Clock, say
from tests.benchmarks.wave import a_database

ROWS = int(os.environ.get("ROWS", "100000"))
CHILDREN = 2  # as many as processors
LONGEST_S = 1800.0


def main() -> None:
    missing = list(people.reports(ROWS, 41))
    listed = [person for person, _ in people.listed(missing, ROWS, 42)]
    with a_database(), tempfile.TemporaryDirectory() as folder:
        from tests.benchmarks import store
        from tests.faults.processes import Processes

        store.fill(store.prepare(missing))
        processes = Processes(Path(folder))
        processes.worker(children=CHILDREN, beat=True)
        time.sleep(8)  # until its pool is up
        try:
            measure(listed)
        finally:
            processes.end()


def measure(listed: Sequence[engine.Person]) -> None:
    from matching import lists_intake
    from matching.models import ListState, Match, MatchRun, SourceList
    from tests.factories import a_member_of_staff, a_wave

    by, clock = a_member_of_staff("leads"), Clock()
    received = lists_intake.receive_list(
        wave=a_wave(),
        source_name="Штаб",
        kind="released",
        reliability="A",
        filename="list.csv",
        content=_csv(listed),
        by=by,
    )
    wait(lambda: SourceList.objects.get(pk=received.pk).state != ListState.READING)
    read = SourceList.objects.get(pk=received.pk)
    tell("preview", clock, len(listed), state=str(read.state), refused=read.refused_count)
    lists_intake.commit_list(received.pk, by=by)
    wait(MatchRun.objects.exists)
    tell("in force", clock, len(listed))
    wait(lambda: not MatchRun.objects.filter(finished_at=None).exists())
    tell("matched", clock, len(listed), matches=Match.objects.count())


def _csv(listed: Sequence[engine.Person]) -> bytes:
    lines = (f"{n};{person.names[0].full};{person.birth}" for n, person in enumerate(listed, 1))
    return "\r\n".join(["№;ПІБ;Дата народження", *lines]).encode()


def tell(what: str, clock: Clock, rows: int, **facts: object) -> None:
    seconds = clock.seconds()["seconds"]
    say(f"large list, {what}", rows=rows, seconds=seconds, rows_a_second=round(rows / seconds), **facts)


def wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_S
    while not done():
        if time.monotonic() > until:
            raise SystemExit(f"not done within {LONGEST_S:.0f} s")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
