"""DO: families that are owed news and whose message has not arrived, or who do not answer: somebody calls them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from notifications.follow_ups import call_for
from notifications.models import TOLD_WITH_ANOTHER, FollowUp, Notification, State
from notifications.reasons import PROOF_TOO_OLD

Why = FollowUp.Why
BESIDE = Q(state=State.CANCELLED, state_reason=TOLD_WITH_ANOTHER)  # it depends on a message of another report
BY_ITSELF = Q(state=State.QUEUED, state_reason="quiet_hours") | Q(state=State.CANCELLED) & ~BESIDE
LOST = Q(state=State.UNKNOWN) | Q(state=State.REVIEW, state_reason="may_have_been_sent")


def ask_for_calls() -> int:
    """Mark whoever must be called by now; how many were added."""
    quiet = FollowUp.objects.open().filter(call_reason="")
    theirs = Notification.objects.filter(reference=OuterRef("reference"))
    late = quiet.filter(opened_at__lte=Now() - _minutes(settings.CALL_AFTER_MINUTES))
    silent = quiet.filter(opened_at__lte=Now() - _minutes(settings.CALL_SILENT_AFTER_MINUTES))
    failed = theirs.filter(state__in=[State.REVIEW, State.UNDELIVERED])
    missing = theirs.exclude(BY_ITSELF).exclude(state=State.DELIVERED)
    rang = Notification.objects.filter(
        state=State.DELIVERED, basis=OuterRef("basis"), to_index=OuterRef("to_index")
    )
    delivered = theirs.filter(Q(state=State.DELIVERED) | BESIDE & Exists(rang))
    return (
        call_for(quiet.filter(Exists(theirs.filter(LOST, state=State.REVIEW))), Why.MAY_BE_LOST)
        + call_for(quiet.filter(Exists(failed.filter(state_reason=PROOF_TOO_OLD))), Why.PROOF_TOO_OLD)
        + call_for(quiet.filter(Exists(failed)), Why.NOT_DELIVERED)
        + call_for(late.filter(Exists(theirs.filter(LOST)), ~Exists(delivered)), Why.MAY_BE_LOST)
        + call_for(late.filter(Exists(missing), ~Exists(delivered)), Why.NOT_DELIVERED)
        + call_for(silent.filter(Exists(delivered)), Why.NO_ANSWER)
    )


def _minutes(count: int) -> models.Value:
    return models.Value(timedelta(minutes=count))
