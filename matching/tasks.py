"""NUDGE: wake a worker to look for waiting rows. Losing a task costs seconds, never a family."""

import time

from celery import shared_task

from familylink.celery import each_alone
from matching import name_counts, refiling, staging, waves
from matching.models import MatchRun, SourceList
from matching.news import after_wave, alarms

# A task ends well before its time limit and wakes a successor, so that every queue gets its turn.
SHIFT_SECONDS = 15
WORKERS_WOKEN = 4
READING_SECONDS = 600


@shared_task
def match_list(run_id: int) -> None:
    """A list was committed: plan its batches and wake workers for them."""
    waves.plan_batches(run_id)
    for _ in range(WORKERS_WOKEN):
        match_waiting.delay()


@shared_task(soft_time_limit=READING_SECONDS, time_limit=READING_SECONDS + 60)
def read_lists() -> None:
    """Read list after list, until none waits. A large one takes longer than other tasks may."""
    while staging.read_next_list():
        pass


@shared_task
def match_waiting() -> None:
    """Write what is being committed, match batch after batch, then changed persons, until the shift is over.

    A list does not wait until all is filed under new rules: whom it misses meanwhile is matched with it afterwards.
    """
    ends_at = time.monotonic() + SHIFT_SECONDS
    while _commit_next() or waves.match_next_batch() or refiling.refile_next() or _match_next_persons():
        if time.monotonic() > ends_at:
            match_waiting.delay()
            return


def _match_next_persons() -> bool:
    """A person must meet every entry under the same rules: it waits while another worker files the last of them."""
    return refiling.entries_are_present() and waves.match_next_persons()


def _commit_next() -> bool:
    """A slice of a list that is being committed, or the end of its commit."""
    if staging.write_next_slice():
        return True
    run = staging.put_next_in_force()
    if run is not None:
        match_list.delay(run.pk)
    return run is not None


@shared_task
def watch() -> None:
    """By the clock: what may never be is looked for, and stops sending."""
    alarms.watch()


@shared_task
def sweep() -> None:
    """By the clock: take up whatever was lost or came in since."""
    each_alone([_read_received, _take_up_runs, waves.lapse_unsought, _tell_checked, match_waiting])


def _read_received() -> None:
    if SourceList.objects.to_read().exists():
        read_lists.delay()


def _take_up_runs() -> None:
    for run_id in MatchRun.objects.unfinished().values_list("pk", flat=True):
        waves.plan_batches(run_id)
        waves.close_if_done(run_id)


def _tell_checked() -> None:
    if refiling.is_done():  # else somebody may be said to be found nowhere who is
        after_wave.tell_checked()


@shared_task
def try_again() -> None:
    """By the clock: what could not be compared is tried once more."""
    waves.try_again_what_failed()
    match_waiting()


@shared_task
def count_names() -> None:
    """When the last count is outdated, count the names anew; matching goes first."""
    ends_at = time.monotonic() + SHIFT_SECONDS
    while not MatchRun.objects.unfinished().exists() and name_counts.count_next():
        if time.monotonic() > ends_at:
            count_names.delay()
            return
