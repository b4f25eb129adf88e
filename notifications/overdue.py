"""DO: families that are owed news and whose message has not arrived, or who do not answer: somebody calls them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from notifications.follow_ups import call_for, need_not_call
from notifications.models import Channel, FollowUp, Notification, Recipient, State
from notifications.reasons import (
    ASKED_TO_STOP,
    CONTACT_UNCONFIRMED,
    DOUBTED,
    NOT_THEIRS,
    PROOF_TOO_OLD,
    QUIET_HOURS,
    STRANGER_MET,
    TOLD_WITH_ANOTHER,
)

Why = FollowUp.Why
BESIDE = Q(state=State.CANCELLED, state_reason=TOLD_WITH_ANOTHER)  # it depends on a message of another report
TAKEN_BACK = Q(state=State.CANCELLED) & ~BESIDE
BY_ITSELF = Q(state=State.QUEUED, state_reason=QUIET_HOURS) | TAKEN_BACK
LOST = Q(state=State.UNKNOWN) | Q(state=State.REVIEW, state_reason="may_have_been_sent")
WAITS_FOR_PROOF = Q(
    state__in=[State.HELD, State.REVIEW],
    state_reason__in=[CONTACT_UNCONFIRMED, PROOF_TOO_OLD, DOUBTED, STRANGER_MET],
)
# A message that arrives after all makes these untrue.
FOR_WANT_OF_A_MESSAGE = (
    Why.NOT_DELIVERED,
    Why.MAY_BE_LOST,
    Why.UNPROVEN,
    Why.PROOF_TOO_OLD,
    Why.NO_ADDRESS,
    Why.STOPPED,
    Why.WRONG_ADDRESS,
)


def ask_for_calls() -> int:
    """Mark whoever must be called by now, for a reason that is true now; how many were added."""
    theirs = Notification.objects.filter(reference=OuterRef("reference"))
    failed = theirs.filter(state__in=[State.REVIEW, State.UNDELIVERED]).exclude(WAITS_FOR_PROOF)
    missing = theirs.exclude(BY_ITSELF).exclude(state=State.DELIVERED)
    rang = Notification.objects.filter(
        state=State.DELIVERED, basis=OuterRef("basis"), to_index=OuterRef("to_index")
    )
    delivered = theirs.filter(Q(state=State.DELIVERED) | BESIDE & Exists(rang))
    # Nobody has it where messages were stopped since; a stranger may have.
    stopped = Recipient.objects.filter(channel=OuterRef("channel"), to_index=OuterRef("to_index"))
    in_vain = Exists(stopped.exclude(stop_reason=""))
    theirs_now = delivered.filter(~in_vain)
    # A telephone that has it is enough; a mailbox that has it is not, while the telephone is dead.
    by_mail = Q(Exists(theirs_now), ~Exists(failed), ~Exists(delivered.filter(in_vain)))
    arrived = Q(Exists(theirs_now.filter(channel=Channel.SMS))) | by_mail
    # Another address of theirs that is confirmed may still bring it.
    stuck = ~Exists(theirs.exclude(WAITS_FOR_PROOF).exclude(TAKEN_BACK))

    need_not_call(FollowUp.objects.filter(arrived, call_reason__in=FOR_WANT_OF_A_MESSAGE))
    quiet = FollowUp.objects.open().filter(call_reason="")
    late = quiet.filter(opened_at__lte=Now() - _minutes(settings.CALL_AFTER_MINUTES))
    silent = quiet.filter(opened_at__lte=Now() - _minutes(settings.CALL_SILENT_AFTER_MINUTES))
    waiting = quiet.filter(stuck, Exists(theirs.filter(WAITS_FOR_PROOF)))
    return (
        call_for(quiet.filter(~arrived, Exists(failed.filter(LOST))), Why.MAY_BE_LOST)
        + call_for(quiet.filter(~arrived, Exists(failed.filter(state_reason=ASKED_TO_STOP))), Why.STOPPED)
        + call_for(quiet.filter(~arrived, Exists(failed.filter(state_reason=NOT_THEIRS))), Why.WRONG_ADDRESS)
        + call_for(quiet.filter(~arrived, Exists(failed)), Why.NOT_DELIVERED)
        + call_for(waiting.filter(Exists(theirs.filter(state_reason=STRANGER_MET))), Why.WRONG_ADDRESS)
        + call_for(waiting.filter(Exists(theirs.filter(state_reason=PROOF_TOO_OLD))), Why.PROOF_TOO_OLD)
        + call_for(waiting, Why.UNPROVEN)
        + call_for(late.filter(Exists(theirs.filter(LOST)), ~Exists(delivered)), Why.MAY_BE_LOST)
        + call_for(late.filter(Exists(missing), ~Exists(delivered)), Why.NOT_DELIVERED)
        + call_for(silent.filter(Exists(delivered)), Why.NO_ANSWER)
    )


def _minutes(count: int) -> models.Value:
    return models.Value(timedelta(minutes=count))
