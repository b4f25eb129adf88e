"""Work on a list is stopped by a person and goes on when a person says so; nothing of it is lost meanwhile."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from familylink.celery import wake
from matching import staging, tasks
from matching.lists_intake.errors import NotWaiting
from matching.models import BatchState, EventKind, MatchBatch, MatchRun, SourceList
from matching.models.source_list import AT_WORK


@transaction.atomic
def stop(source_list_id: uuid.UUID, *, by: User | None) -> None:
    """No worker goes on reading, writing or matching this list until somebody resumes. Raises NotWaiting.

    What a worker has in its hands at this moment it may finish: a batch of a matching is whole or not at all.
    """
    of_list = SourceList.objects.filter(pk=source_list_id, state__in=AT_WORK, stopped_at=None)
    run = MatchRun.objects.unfinished().filter(source_list=source_list_id, stopped_at=None)
    if not (of_list.update(stopped_at=Now(), lease_until=None) or run.update(stopped_at=Now())):
        raise NotWaiting
    staging.note_event(EventKind.STOPPED, SourceList.objects.get(pk=source_list_id), by)


@transaction.atomic
def resume(source_list_id: uuid.UUID, *, by: User | None) -> None:
    """Go on where the work was stopped: a reading from the start, a commit with the next part, a matching with the
    next batch. Raises NotWaiting."""
    of_list = SourceList.objects.filter(pk=source_list_id, stopped_at__isnull=False)
    run = MatchRun.objects.unfinished().filter(source_list=source_list_id, stopped_at__isnull=False)
    if not (of_list.update(stopped_at=None) or run.update(stopped_at=None)):
        raise NotWaiting
    staging.note_event(EventKind.RESUMED, SourceList.objects.get(pk=source_list_id), by)
    transaction.on_commit(_wake_workers, robust=True)


@transaction.atomic
def try_again(source_list_id: uuid.UUID, *, by: User | None) -> None:
    """Compare once more what failed each time, after somebody has looked for the reason. Raises NotWaiting."""
    stuck = MatchBatch.objects.filter(
        run__source_list=source_list_id, run__finished_at=None, state=BatchState.STUCK
    )
    if not stuck.update(state=BatchState.WAITING, attempts=0):
        raise NotWaiting
    staging.note_event(EventKind.RESUMED, SourceList.objects.get(pk=source_list_id), by)
    transaction.on_commit(_wake_workers, robust=True)


def _wake_workers() -> None:
    wake(tasks.read_lists)
    wake(tasks.match_waiting)
