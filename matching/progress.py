"""How far the matching of a list is: read from the rows, so that it survives any restart."""

import datetime as dt
import uuid
from dataclasses import dataclass

from familylink import clock
from matching.models import ListEntry, MatchRun, SourceList
from matching.models.source_list import AT_WORK

ROWS_SHOWN = 10


@dataclass(frozen=True)
class Progress:
    """How far one run is.

    `done` of `total` entries; `rate` is entries per second so far, and `time_left` the rest at that rate. `stuck`:
    entries that could not be compared; `too_common`: entries of which a key was shared by too many to follow. `rows`:
    the numbers of the first ROWS_SHOWN rows of a run that takes single rows of its list; () for a whole list.
    """

    run_id: int
    done: int
    total: int
    candidates: int
    matches: int
    rate: float
    time_left: dt.timedelta | None
    is_finished: bool
    is_stopped: bool
    stuck: int
    too_common: int
    rows: tuple[int, ...]

    @property
    def rows_in_words(self) -> str:
        """The numbers of the rows, "" of a whole list."""
        told = ", ".join(map(str, sorted(self.rows)))
        return f"{told} …" if 0 < len(self.rows) < self.total else told

    @property
    def left(self) -> int:
        """Entries that workers still come to; a stuck one waits until somebody has it tried again."""
        return max(self.total - self.done - self.stuck, 0)


@dataclass(frozen=True)
class ListProgress:
    """A list that a worker reads or writes: rows done of all (0: not known yet), and the time left."""

    list_id: uuid.UUID
    state: str
    done: int
    total: int
    rate: float
    time_left: dt.timedelta | None
    is_at_work: bool
    is_stopped: bool


def list_progress(source_list: SourceList) -> ListProgress:
    """How far the reading or the commit of this list is."""
    done, total = source_list.rows_done, source_list.rows_total
    rate, time_left = _pace(done, total, source_list.work_began_at, clock.now())
    return ListProgress(
        list_id=source_list.pk,
        state=source_list.state,
        done=done,
        total=total,
        rate=rate,
        time_left=time_left,
        is_at_work=source_list.state in AT_WORK,
        is_stopped=source_list.stopped_at is not None,
    )


def progress_of(source_list: SourceList) -> Progress | None:
    """How far the list as a whole is matched; None when it was never committed."""
    run = source_list.runs.of_whole_lists().first()
    return None if run is None else progress(run)


def progress_of_rows(source_list: SourceList) -> Progress | None:
    """How far those of its rows are that were taken by themselves last; None when none was."""
    latest = source_list.runs.first()
    found = None if latest is None else progress(latest)
    return found if found and found.rows else None


def progress(run: MatchRun) -> Progress:
    """The progress of one run."""
    until = run.finished_at or clock.now()
    stuck = run.stuck_entries().count()
    rows = tuple(run.single_entries().values_list("row", flat=True)[:ROWS_SHOWN])
    rate, time_left = _pace(run.entries_done, run.entry_count - stuck, run.started_at, until)
    return Progress(
        run_id=run.pk,
        done=run.entries_done,
        total=run.entry_count,
        candidates=run.candidate_count,
        matches=run.match_count,
        rate=rate,
        time_left=time_left,
        is_finished=run.finished_at is not None,
        is_stopped=run.stopped_at is not None,
        stuck=stuck,
        too_common=0
        if rows
        else ListEntry.objects.too_common().filter(source_list=run.source_list_id).count(),
        rows=rows,
    )


def _pace(
    done: int, total: int, began: dt.datetime | None, until: dt.datetime
) -> tuple[float, dt.timedelta | None]:
    """How many a second, and how long the rest takes at that rate; None where nothing is left, or nothing told."""
    seconds = (until - began).total_seconds() if began else 0.0
    rate = done / seconds if seconds > 0 else 0.0
    left = max(total - done, 0)
    return rate, dt.timedelta(seconds=round(left / rate)) if rate and left else None
