"""Workers are killed while they read and while they write a large list: every row becomes an entry, once."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from matching import lists_intake, tasks
from matching.models import EntryKey, ListEntry, ListSlice, ListState, SourceList
from matching.staging import reading
from tests.factories import a_received_list
from tests.faults.processes import Processes, nudge, until
from tests.faults.scenery import line, men

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
ROWS = 4000


@pytest.fixture
def slow_slices() -> Iterator[None]:
    """Half a second to store or to tick a part, in the middle of its transaction: time enough to kill there."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON matching_listslice
                FOR EACH ROW EXECUTE FUNCTION slow();
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slow ON matching_listslice; DROP FUNCTION slow()")


def now(source_list: SourceList) -> SourceList:
    return SourceList.objects.get(pk=source_list.pk)


def kill_while(
    processes: Processes, source_list: SourceList, is_in_the_middle: Callable[[SourceList], bool], what: str
) -> None:
    worker = processes.worker(children=2)
    until(lambda: is_in_the_middle(now(source_list)), what, processes, meanwhile=lambda: nudge(tasks.sweep))
    time.sleep(0.3)
    processes.kill(worker)


def test_a_large_list_whose_workers_are_killed_is_whole_and_not_doubled(
    processes: Processes, slow_slices: None
) -> None:
    source_list = a_received_list(*map(line, men(ROWS, seed=6)))
    assert source_list.state == ListState.READING
    kill_while(processes, source_list, lambda row: row.lease_until is not None, "reading begun")
    assert now(source_list).state == ListState.READING, "the kill must come in the middle"
    assert not ListSlice.objects.exists()
    # The dead worker's lease would end by itself; the test has no minute to wait for it.
    SourceList.objects.filter(pk=source_list.pk).update(lease_until="2020-01-01T00:00:00Z")
    processes.worker(beat=True)
    until(lambda: now(source_list).state == ListState.RECEIVED, "preview", processes)
    processes.end()
    assert now(source_list).preview["people_count"] == ROWS

    assert lists_intake.commit_list(source_list.pk, by=None) is None
    kill_while(processes, source_list, lambda row: row.rows_done >= reading.ROWS_PER_SLICE, "part written")
    assert now(source_list).state == ListState.COMMITTING, "the kill must come in the middle"
    assert not ListEntry.objects.live().exists()
    processes.worker(beat=True)
    until(lambda: now(source_list).state == ListState.COMMITTED, "commit", processes)
    until(lambda: source_list.runs.filter(finished_at__isnull=False).exists(), "matching", processes)
    processes.end()

    positions = sorted(ListEntry.objects.live().values_list("position", flat=True))
    assert positions == list(range(1, ROWS + 1))
    assert source_list.runs.count() == 1
    assert EntryKey.objects.values("number").distinct().count() == ROWS
