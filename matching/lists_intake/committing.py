"""One step from a previewed list to entries and a run; or back: a list withdrawn."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from familylink.celery import wake
from matching import staging, tasks
from matching.lists_intake.errors import AlreadyCommitted, NothingToCommit, NotInForce, NotTrusted
from matching.models import TRUSTED, CorrectionReason, EventKind, ListKind, ListState, MatchRun, SourceList
from matching.models.source_list import UNCOMMITTED
from matching.news.corrections import TakenBack

SLICES_AT_ONCE = 4  # more are written by the workers, with their progress on the page


def commit_list(source_list_id: uuid.UUID, *, by: User | None) -> MatchRun | None:
    """Write every readable row and start the matching, or write nothing. None: a large list, workers are at it.

    A list that replaces another takes over its place in one transaction: what it no longer says is taken back.
    Raises AlreadyCommitted, NothingToCommit, NotTrusted, NotReplaceable, CannotBeOpened or ComparedTooEarly.
    """
    with transaction.atomic():
        source_list = SourceList.objects.select_for_update(of=("self",)).get(pk=source_list_id)
        if source_list.state not in UNCOMMITTED or source_list.state == ListState.COMMITTING:
            raise AlreadyCommitted
        if source_list.state != ListState.RECEIVED or not _has_people(source_list):
            raise NothingToCommit
        if source_list.kind == ListKind.RELEASED and source_list.reliability not in TRUSTED:
            raise NotTrusted  # received before this was asked
        SourceList.objects.filter(pk=source_list.pk).update(committed_by=by)
        staging.begin(source_list)
        if source_list.slices.filter(row_count__gt=0).count() > SLICES_AT_ONCE:
            transaction.on_commit(lambda: wake(tasks.match_waiting), robust=True)
            return None
        return _write_at_once(source_list)


@transaction.atomic
def withdraw_list(source_list_id: uuid.UUID, *, by: User | None) -> TakenBack:
    """Nothing on this list stands any longer. Only a new version can put it back. Raises NotInForce."""
    source_list = SourceList.objects.select_for_update(of=("self",)).get(pk=source_list_id)
    if source_list.state != ListState.COMMITTED:
        raise NotInForce
    SourceList.objects.filter(pk=source_list.pk).update(
        state=ListState.WITHDRAWN, withdrawn_at=Now(), withdrawn_by=by
    )
    standing = staging.standing_entries(source_list).values_list("pk", flat=True)
    taken_back = staging.take_back_entries(
        standing, removed_in=source_list, reason=CorrectionReason.LIST_WITHDRAWN, by=by
    )
    staging.note_event(EventKind.WITHDRAWN, source_list, by, **vars(taken_back))
    return taken_back


def _has_people(source_list: SourceList) -> bool:
    is_put_right = source_list.refused_rows.put_right().exists()
    return is_put_right or bool(source_list.preview["people_count"])


def _write_at_once(source_list: SourceList) -> MatchRun:
    while staging.write_next_slice(source_list.pk):
        pass
    run = staging.put_in_force(source_list.pk)
    if run is None:  # what it replaces was changed or replaced meanwhile: all of this is rolled back
        if SourceList.objects.replaceable().filter(replacements=source_list.pk).exists():
            raise staging.ComparedTooEarly
        raise staging.NotReplaceable
    transaction.on_commit(lambda: wake(tasks.match_list, run.pk), robust=True)
    return run
