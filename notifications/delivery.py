"""From a due row to a settled one: claim, open an attempt, call the provider, settle.

Three transactions, and the call outside them; a worker may die after any line, and `notifications.recovery`
finds what it leaves. So that nobody hears twice, the attempt is committed before the call, lease and fence
are read by the database's clock, and a worker that slept for half its lease gives up before it calls. What
remains is a machine frozen between that guard and the socket for longer than GRACE.
"""

import logging
import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse

from notifications import gates, home, messages
from notifications.models import (
    Attempt,
    Channel,
    DbClock,
    Notification,
    NotificationQuerySet,
    SendingSwitch,
    State,
)
from notifications.transports import for_attempt
from notifications.transports.base import (
    Accepted,
    OutcomeUnknown,
    Outgoing,
    Transport,
    TransportError,
)

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
GRACE = timedelta(minutes=15)  # before a provider's "I never saw it" may be believed
BACK_OFF_S = (30, 120, 300, 900, 1800, 3600)
MAX_ATTEMPTS = 12
UNSUBSCRIBE = "notifications.unsubscribe"  # salt of the links in e-mails
MAX_UNREADABLE = 12  # claims, not attempts: the key service may be away for a while


class LostClaim(Exception):
    """The lease ran out or the message was cancelled: it is no longer this worker's."""


@dataclass(frozen=True)
class Claim:
    """A row is ours until the lease ends, or somebody raises the fence."""

    notification_id: uuid.UUID
    fence: int
    taken_at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Opened:
    """An attempt committed before its call."""

    claim: Claim
    attempt_id: int
    attempt_n: int
    transport: Transport
    outgoing: Outgoing


@dataclass(frozen=True)
class Result:
    """How a call ended."""

    outcome: Attempt.Outcome
    detail: str = ""
    provider_id: str = ""
    is_delivered: bool = False
    is_permanent: bool = False
    retry_after_s: float = 0.0


def deliver(notification_id: uuid.UUID) -> None:
    """Send this one, if it is due and nobody else has it."""
    if claimed := claim(notification_id):
        carry_out(claimed)


def deliver_next() -> bool:
    """Send the most pressing one that is due. False: nothing is."""
    claimed = claim()
    if claimed:
        carry_out(claimed)
    return claimed is not None


def claim(notification_id: uuid.UUID | None = None) -> Claim | None:
    """Take one due row for LEASE; None when there is none that nobody else is taking."""
    if not gates.is_sending() or not home.is_here():
        return None
    due = SendingSwitch.without_stopped(Notification.objects.due())
    if notification_id:
        due = due.filter(pk=notification_id)
    with transaction.atomic(durable=True):
        ordered = due.order_by("priority", "due_at").select_for_update(skip_locked=True)
        taken = ordered.values_list("pk", "fence").first()
        if taken is None:
            return None
        pk, fence = taken
        until = DbClock() + models.Value(LEASE)
        Notification.objects.filter(pk=pk).move(State.CLAIMED, fence=fence + 1, lease_until=until)
    return Claim(pk, fence + 1)


def carry_out(claimed: Claim) -> None:
    """All that follows a claim."""
    opened = _open_or_give_back(claimed)
    if opened:
        settle(opened, hand_over(opened))


def open_attempt(claimed: Claim) -> Opened | None:
    """Look through every gate a last time and commit an attempt; None when a gate is shut.

    Raises LostClaim.
    """
    with transaction.atomic(durable=True):
        row = _mine(claimed).select_for_update().first()
        if row is None:
            raise LostClaim
        if _turned_back(row):
            return None
        transport = for_attempt(row.channel, row.attempt_count + 1)
        attempt = Attempt.objects.create(
            notification=row, n=row.attempt_count + 1, fence=claimed.fence, transport=transport.name
        )
        Notification.objects.filter(pk=row.pk).update(attempt_count=F("attempt_count") + 1)
        return Opened(claimed, attempt.pk, attempt.n, transport, outgoing_of(row, attempt))


def outgoing_of(row: Notification, attempt: Attempt) -> Outgoing:
    """What the provider gets, opened from its seals. Raises CannotOpen."""
    link = "" if messages.is_secret(row.message) else unsubscribe_url(row)
    return Outgoing(attempt.reference, row.to, row.subject, row.body, row.language, link)


def unsubscribe_url(row: Notification) -> str:
    """Where one POST stops messages to this mailbox: signed, for ever good, and it names nobody. "" for an SMS."""
    if row.channel != Channel.EMAIL:
        return ""
    token = signing.dumps(str(row.pk), salt=UNSUBSCRIBE)
    return f"{settings.PUBLIC_URL}{reverse('notifications:unsubscribe', args=[token])}"


def hand_over(opened: Opened) -> Result:
    """The one call to the provider, outside any transaction."""
    if time.monotonic() - opened.claim.taken_at > LEASE.total_seconds() / 2:
        return Result(Attempt.Outcome.ABORTED, "woke_up_late")
    try:
        accepted = opened.transport.send(opened.outgoing)
    except TransportError as error:
        return Result(
            Attempt.Outcome.REFUSED,
            error.code,
            is_permanent=error.permanent,
            retry_after_s=error.retry_after_s,
        )
    except OutcomeUnknown as error:
        return Result(Attempt.Outcome.UNKNOWN, error.code)
    except Exception as error:  # a fault in a transport says nothing about what the provider got
        return Result(Attempt.Outcome.UNKNOWN, f"fault_{type(error).__name__}")
    return Result(
        Attempt.Outcome.ACCEPTED, provider_id=accepted.provider_id, is_delivered=accepted.is_delivered
    )


def settle(opened: Opened, result: Result) -> None:
    """Write down how the call ended. A "no" counts only while the fence is ours; a "yes" counts always."""
    pk = opened.claim.notification_id
    with transaction.atomic(durable=True):
        lock(pk)
        if result.outcome == Attempt.Outcome.ACCEPTED:
            prove_sent(opened.attempt_id, Accepted(result.provider_id, result.is_delivered))
        elif close_unsent(opened.attempt_id, result.outcome, result.detail):
            ours = Notification.objects.filter(
                pk=pk, fence=opened.claim.fence, state__in=[State.CLAIMED, State.UNKNOWN]
            )
            _go_on(ours, opened.attempt_n, result)
    logger.info("notification %s attempt %s: %s %s", pk, opened.attempt_n, result.outcome, result.detail)


def prove_sent(attempt_id: int, accepted: Accepted) -> None:
    """The provider has it, whoever brings the proof: a return, a look-up or a receipt, early or late."""
    attempt = Attempt.objects.get(pk=attempt_id)
    Attempt.objects.filter(pk=attempt_id).exclude(outcome=Attempt.Outcome.ACCEPTED).update(
        outcome=Attempt.Outcome.ACCEPTED, finished_at=Now(), provider_id=accepted.provider_id
    )
    row = Notification.objects.filter(pk=attempt.notification_id)
    row.exclude(state=State.CANCELLED).move(State.DELIVERED if accepted.is_delivered else State.ACCEPTED)
    if row.filter(state=State.CANCELLED).move(State.REVIEW, reason="sent_after_cancel"):
        logger.error("notification %s was sent although cancelled", attempt.notification_id)


def close_unsent(attempt_id: int, outcome: Attempt.Outcome, detail: str) -> bool:
    """Close an attempt without proof of sending. False: proof came first."""
    attempt = Attempt.objects.filter(pk=attempt_id).unproven()
    return attempt.update(outcome=outcome, finished_at=Now(), detail=detail[:80]) == 1


def _mine(claimed: Claim) -> NotificationQuerySet:
    """The row while it is still ours, by the database's clock."""
    return Notification.objects.filter(
        pk=claimed.notification_id, fence=claimed.fence, state=State.CLAIMED, lease_until__gt=DbClock()
    )


def lock(notification_id: uuid.UUID) -> None:
    """Everybody locks the notification before its attempts: no two can wait for each other."""
    Notification.objects.select_for_update().values_list("pk").get(pk=notification_id)


def _turned_back(row: Notification) -> bool:
    """The gates right before the call. Moves the row to where a shut gate leaves it."""
    shut = gates.first_shut(row)
    if shut is None:
        return False
    mine = Notification.objects.filter(pk=row.pk)
    if shut.then == State.QUEUED:
        return bool(mine.requeue(reason=shut.reason, after=shut.after))
    return bool(mine.move(shut.then, reason=shut.reason))


def _open_or_give_back(claimed: Claim) -> Opened | None:
    try:
        return open_attempt(claimed)
    except LostClaim:
        return None
    except DatabaseError:
        raise  # the lease ends by itself
    except Exception as error:  # a key that is away, a transport set up wrongly: this row waits, others go on
        _give_back(claimed, f"cannot_open_{type(error).__name__}")
        return None


def _give_back(claimed: Claim, reason: str) -> None:
    logger.error("notification %s: %s", claimed.notification_id, reason)
    if claimed.fence >= MAX_UNREADABLE:
        _mine(claimed).move(State.REVIEW, reason=reason[:80])
    else:
        _mine(claimed).requeue(reason=reason[:80], after=_back_off(claimed.fence, 0))


def _go_on(ours: NotificationQuerySet, attempt_n: int, result: Result) -> None:
    """What follows an attempt that brought no proof of sending."""
    if result.outcome == Attempt.Outcome.UNKNOWN:
        ours.filter(state=State.CLAIMED).move(
            State.UNKNOWN, reason=result.detail[:80], due_at=Now() + models.Value(GRACE)
        )
    elif result.outcome == Attempt.Outcome.ABORTED:
        ours.requeue(reason=result.detail)
    elif result.is_permanent or attempt_n >= MAX_ATTEMPTS:
        ours.move(State.REVIEW, reason=result.detail[:80])
    else:
        ours.requeue(reason=result.detail[:80], after=_back_off(attempt_n, result.retry_after_s))


def _back_off(n: int, retry_after_s: float) -> timedelta:
    """Spread by a fifth, so that a wave refused at once does not come back at once."""
    wait = BACK_OFF_S[min(n, len(BACK_OFF_S)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    return timedelta(seconds=max(wait, min(retry_after_s, BACK_OFF_S[-1])))
