"""Within ten minutes, and before anything has left, a verdict is taken back: as a new event, never as a deletion."""

import uuid
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from familylink.locks import passed_over_as
from matching.models import Decision, Heard, Match, MatchState, Reopening, Verdict
from matching.models.match import DECIDE, LEAD
from matching.review.correcting import revoke
from matching.review.locking import allowed, lock_match
from matching.review.refusals import AlreadySent, Busy, NothingToUndo, Refused, TooLate

UNDO_MINUTES = 10
UNDOABLE = (MatchState.AWAITING_SECOND, MatchState.DISPUTED, MatchState.CONFIRMED, MatchState.REJECTED)


@transaction.atomic
def undo(match_id: uuid.UUID, *, by: User, note: str = "") -> Match:
    """Take the pair's last verdict back: one's own, or as a lead anybody's. All verdicts on it are void then.

    Raises NothingToUndo, TooLate, AlreadySent, NotYours.
    """
    match, _ = lock_match(match_id, with_rivals=True)
    allowed(by, DECIDE)
    last = _last(match)
    if last is None or match.state not in UNDOABLE:
        raise NothingToUndo
    if last.reviewer_id != by.pk:
        allowed(by, LEAD)
    if not _recent(last):
        raise TooLate
    revoke(match, Reopening.Cause.UNDONE, by, note)
    if match.corrections.open().filter(heard=Heard.MESSAGE, report=None).exists():
        raise AlreadySent
    return match


def undoable(by: User, match: Match | None = None) -> Decision | None:
    """The verdict of theirs that they may still take back: the newest, or the one on this pair."""
    mine = Decision.objects.filter(
        reviewer=by, decided_at__gt=_earliest(), match_revision=F("match__revision")
    )
    mine = mine.exclude(verdict=Verdict.UNSURE).filter(match__state__in=UNDOABLE)
    if match is not None:
        mine = mine.filter(match=match)
    return mine.order_by("-decided_at").select_related("match").first()


def undoable_together(by: User) -> uuid.UUID | None:
    """What they turned down together last, while it can still be taken back."""
    mine = Decision.objects.filter(
        reviewer=by, bulk__isnull=False, decided_at__gt=_earliest(), match_revision=F("match__revision")
    )
    return mine.order_by("-decided_at").values_list("bulk", flat=True).first()


def undo_together(bulk: uuid.UUID, *, by: User) -> tuple[int, list[uuid.UUID]]:
    """Take back what was turned down together: how many are open again, and the pairs that could not be."""
    decisions = Decision.objects.filter(bulk=bulk, reviewer=by).values_list("match", flat=True)
    left = [match_id for match_id in decisions if not _undone(match_id, by)]
    return len(decisions) - len(left), left


def _undone(match_id: uuid.UUID, by: User) -> bool:
    try:
        with passed_over_as(Busy):
            undo(match_id, by=by)
    except Refused:
        return False
    return True


def _last(match: Match) -> Decision | None:
    given = match.decisions.filter(match_revision=match.revision).exclude(verdict=Verdict.UNSURE)
    return given.order_by("-decided_at").first()


def _recent(decision: Decision) -> bool:
    return Decision.objects.filter(pk=decision.pk, decided_at__gt=_earliest()).exists()


def _earliest() -> object:
    return Now() - Value(timedelta(minutes=UNDO_MINUTES))
