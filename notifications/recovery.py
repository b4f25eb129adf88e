"""Takes up whatever was lost: no broker message and no single worker is needed for any row to move on."""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, models, transaction
from django.db.models.functions import Now

from notifications import delivery, gates, messages, overdue, settling
from notifications.models import Attempt, Notification, State
from notifications.reasons import SENDING_OFF
from notifications.transports import named
from notifications.transports.base import Accepted, CannotTell, LookUp, NotThere

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(minutes=30)
BATCH = 200


def sweep(budget_s: float = 4.0, *, go_on: Callable[[], bool] = lambda: True) -> None:
    """What time alone sets off, then what is due, for about `budget_s`. Safe in many workers at once."""
    begun = time.monotonic()
    hold_while_off()
    lapse()
    release_stale()
    settle_unknown()
    overdue.ask_for_calls()
    delivery.deliver_due(go_on=lambda: time.monotonic() - begun < budget_s and go_on())


def hold_while_off() -> int:
    """While sending is off nothing stays queued: turning it on must surprise nobody (releasing.release_held)."""
    if gates.is_sending():
        return 0
    return Notification.objects.filter(state=State.QUEUED).move(State.HELD, reason=SENDING_OFF)


def lapse() -> int:
    """A code past its time is dropped; any other message past its time waits for a person."""
    lapsed = Notification.objects.lapsed()
    dropped = [key for key in messages.KINDS if messages.may_lapse(key)]
    left = lapsed.exclude(message__in=dropped).move(State.REVIEW, reason="lapsed")
    return left + lapsed.filter(message__in=dropped).move(State.CANCELLED, reason="lapsed")


@transaction.atomic(durable=True)
def release_stale() -> int:
    """Leases that ran out: with no attempt the message was not sent; with an open one nobody knows."""
    stale = Notification.objects.stale().select_for_update(skip_locked=True)
    pks = list(stale.values_list("pk", flat=True)[:BATCH])
    in_flight = Attempt.objects.open().filter(notification__in=pks)
    doubtful = list(in_flight.values_list("notification_id", flat=True))
    in_flight.update(outcome=Attempt.Outcome.UNKNOWN, finished_at=Now(), detail="lease_ran_out")
    rows = Notification.objects.filter(pk__in=pks, state=State.CLAIMED)
    rows.filter(pk__in=doubtful).move(
        State.UNKNOWN, reason="lease_ran_out", due_at=Now() + models.Value(settling.GRACE)
    )
    rows.exclude(pk__in=doubtful).requeue(reason="lease_ran_out")
    return len(pks)


def settle_unknown() -> int:
    """Ask the provider about those in doubt; where it cannot tell within GIVE_UP_AFTER, a person must."""
    pks = list(Notification.objects.in_doubt().values_list("pk", flat=True)[:BATCH])
    return sum(_settle_one(pk) for pk in pks)


def _settle_one(pk: uuid.UUID) -> int:
    # Pushing the date is the claim: of two sweepers only one asks.
    mine = Notification.objects.in_doubt().filter(pk=pk)
    if not mine.update(due_at=Now() + models.Value(ASK_AGAIN_AFTER)):
        return 0
    attempt = Attempt.objects.filter(notification=pk).unproven().order_by("-n").first()
    if attempt is None:
        return 0
    answer = _ask(pk, attempt)
    with transaction.atomic(durable=True):
        settling.lock([pk])
        return _conclude(attempt, answer)


def _ask(pk: uuid.UUID, attempt: Attempt) -> LookUp:
    """The provider's word, asked outside any transaction. Another provider's word is worth nothing."""
    try:
        row = Notification.objects.get(pk=pk)
        transport = named(row.channel, attempt.transport)
        if transport is None:
            return CannotTell()
        return transport.look_up(delivery.outgoing_of(row, attempt), since=attempt.started_at)
    except DatabaseError:
        raise
    except Exception as error:  # no answer is no proof
        logger.warning("notification %s: look-up failed (%s)", pk, type(error).__name__)
        return CannotTell()


def _conclude(attempt: Attempt, answer: LookUp) -> int:
    row = Notification.objects.filter(pk=attempt.notification_id, state=State.UNKNOWN)
    if isinstance(answer, Accepted):
        settling.prove_sent({attempt.pk: answer})
        return 1
    if isinstance(answer, NotThere):
        settling.close_unsent(attempt.pk, Attempt.Outcome.REFUSED, "provider_never_saw_it")
        return row.requeue(reason="provider_never_saw_it")
    overdue = Attempt.objects.filter(pk=attempt.pk, started_at__lte=Now() - GIVE_UP_AFTER).exists()
    return row.move(State.REVIEW, reason="may_have_been_sent") if overdue else 0
