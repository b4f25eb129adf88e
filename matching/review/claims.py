"""Who has a pair open: by name, with an end. Exactly one of two who ask at once gets it."""

import uuid
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Now

from familylink.reports.models import ReportLink
from matching.models import Decision, Match, MatchState
from matching.review.locking import allowed
from matching.review.refusals import Claimed, NothingToDecide

CLAIM_MINUTES = 15


def claim(match_id: uuid.UUID, *, by: User) -> None:
    """Take or keep the pair for a quarter of an hour.

    Raises Claimed, NothingToDecide; NotYours: whoever may not decide keeps nobody from deciding.
    """
    allowed(by)
    undecided = Match.objects.undecided().filter(pk=match_id)
    if not undecided.unclaimed_by_others(by.pk).update(claimed_by=by, claimed_until=_end()):
        raise Claimed if undecided.exists() else NothingToDecide


def release(match_id: uuid.UUID, *, by: User) -> bool:
    """Give the pair back before its time."""
    return Match.objects.filter(pk=match_id, claimed_by=by).update(claimed_by=None, claimed_until=None) == 1


@transaction.atomic
def next_for(reviewer: User, queue: models.QuerySet[Match], *, lead: bool = False) -> Match | None:
    """The first pair of this queue that waits for this reviewer and nobody has open, now claimed by them.

    What they found unsure and whose report they proposed to link is left to others, and a man whom two lists name is
    given once. What they hold already comes when nothing else waits, the one left longest first: else a pair that
    they cannot decide would keep them from all others. Two who ask at once get two pairs: whoever is locked is
    passed by. Raises NotYours.
    """
    allowed(reviewer)
    seen = Decision.objects.filter(
        match=OuterRef("pk"), match_revision=OuterRef("revision"), reviewer=reviewer
    )
    proposed = ReportLink.objects.awaiting_second().filter(
        from_person=OuterRef("missing_person"), proposed_by=reviewer
    )
    waiting = queue.undecided().exclude(Exists(seen)).exclude(Exists(proposed))  # type: ignore[attr-defined]
    if not lead:
        waiting = waiting.exclude(state=MatchState.DISPUTED)
    waiting = waiting.one_per_man().select_for_update(skip_locked=True, of=("self",))
    held = waiting.claimed().filter(claimed_by=reviewer).order_by("claimed_until", "pk")
    match: Match | None = waiting.unclaimed_by_others(None).first() or held.first()
    if match is not None:
        Match.objects.filter(pk=match.pk).update(claimed_by=reviewer, claimed_until=_end())
    return match


def _end() -> object:
    return Now() + Value(timedelta(minutes=CLAIM_MINUTES))
