"""Workers are killed in the middle of a wave: it finishes, nothing is doubled, and nothing differs."""

import random
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from familylink.reports.models import MissingPerson
from matching import tasks, waves
from matching.models import BatchState, Match, MatchBatch, MatchRun
from tests.factories import a_committed_list, match_all
from tests.faults.processes import Processes, nudge, until
from tests.faults.scenery import families, line, men, pairs

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
KILLS = 3


@pytest.fixture
def slow_database() -> Iterator[None]:
    """Half a second to tick a batch, with its row locked: time enough to kill in the middle of one."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE UPDATE ON matching_matchbatch FOR EACH ROW EXECUTE FUNCTION slow();
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slow ON matching_matchbatch; DROP FUNCTION slow()")


def in_progress(run: MatchRun) -> int:
    """How many batches some worker is at: their rows are locked."""
    waiting = MatchBatch.objects.filter(run=run, state=BatchState.WAITING)
    with transaction.atomic():
        free = len(waiting.select_for_update(skip_locked=True).values_list("pk"))
    return waiting.count() - free


def done(run: MatchRun) -> int:
    return MatchBatch.objects.filter(run=run, state=BatchState.DONE).count()


def kill_in_the_middle(run: MatchRun, processes: Processes, draw: random.Random) -> None:
    before, worker = done(run), processes.worker(children=2)
    until(
        lambda: done(run) > before and in_progress(run),
        "batch done and another begun",
        processes,
        meanwhile=lambda: nudge(tasks.sweep),
    )
    time.sleep(draw.uniform(0, 0.4))  # the moment of the kill, anywhere within a batch
    processes.kill(worker)


def test_a_wave_whose_workers_are_killed_ends_as_if_nothing_had_happened(
    processes: Processes, slow_database: None
) -> None:
    wanted = men(40, seed=1)
    rows = [line(man) for man in wanted + men(510, seed=2)]
    families(wanted)
    run = a_committed_list(*rows)
    waves.plan_batches(run.pk, at_most=50)  # more of them than are done before the last kill
    draw = random.Random(3)
    for _ in range(KILLS):
        kill_in_the_middle(run, processes, draw)
        run.refresh_from_db()
        assert run.finished_at is None, "the kills must come in the middle"
    processes.worker(beat=True)
    until(lambda: MatchRun.objects.get(pk=run.pk).finished_at, "end of the run", processes)
    until(
        lambda: not MissingPerson.objects.awaiting_matching().exists(), "matching of all reports", processes
    )
    processes.end()

    run.refresh_from_db()
    assert run.entries_done == run.entry_count == len(rows)
    assert list(run.batches.values_list("state", flat=True).distinct()) == [BatchState.DONE]
    undisturbed = a_committed_list(*rows, "")
    match_all()
    assert pairs(run) == pairs(undisturbed)
    assert Match.objects.filter(entry__source_list=run.source_list_id).count() == len(pairs(undisturbed))
    men_found = {position for _, position in pairs(run)}
    assert men_found >= set(range(1, len(wanted) + 1))
