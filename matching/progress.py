"""How far the matching of a list is: read from the rows, so that it survives any restart."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from matching.models import BatchState, MatchRun, SourceList


@dataclass(frozen=True)
class Progress:
    """Entries done of all, entries per second so far, and the time left at that rate."""

    run_id: int
    done: int
    total: int
    candidates: int
    matches: int
    rate: float
    time_left: dt.timedelta | None
    is_finished: bool
    stuck_batches: int


def progress_of(source_list: SourceList) -> Progress | None:
    """The progress of the list's latest run; None when it was never committed."""
    run = source_list.runs.first()
    return None if run is None else progress(run)


def progress(run: MatchRun) -> Progress:
    """The progress of one run."""
    seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
    rate = run.entries_done / seconds if seconds > 0 else 0.0
    left = run.entry_count - run.entries_done
    return Progress(
        run_id=run.pk,
        done=run.entries_done,
        total=run.entry_count,
        candidates=run.candidate_count,
        matches=run.match_count,
        rate=rate,
        time_left=dt.timedelta(seconds=round(left / rate)) if rate and left else None,
        is_finished=run.finished_at is not None,
        stuck_batches=run.batches.filter(state=BatchState.STUCK).count(),
    )
