"""How an attempt ends: proof that it was sent, from whoever brings it, or an end without one.

Everybody locks the message before its attempts, and several messages by their keys in order, so that no two who
settle wait for each other.
"""

import logging
import random
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import models, transaction
from django.db.models.functions import Now

from notifications import circuits
from notifications.models import Attempt, Notification, NotificationQuerySet, State
from notifications.transports.base import Accepted

logger = logging.getLogger(__name__)

GRACE = timedelta(minutes=15)  # before a provider's "I never saw it" may be believed
BACK_OFF_S = (30, 120, 300, 900, 1800, 3600)
MAX_ATTEMPTS = 12


@dataclass(frozen=True)
class Result:
    """How a call ended."""

    outcome: Attempt.Outcome
    detail: str = ""
    provider_id: str = ""
    is_delivered: bool = False
    is_permanent: bool = False
    retry_after_s: float = 0.0


@dataclass(frozen=True)
class Ended:
    """An attempt whose call is over. The claim that it was made under ends with its fence."""

    attempt: Attempt
    result: Result


def settle(ended: Sequence[Ended]) -> None:
    """Write down how calls ended. A "no" counts only while the fence is ours; a "yes" counts always."""
    with transaction.atomic(durable=True):
        lock(one.attempt.notification_id for one in ended)
        prove_sent(
            {
                one.attempt.pk: Accepted(one.result.provider_id, one.result.is_delivered)
                for one in ended
                if one.result.outcome == Attempt.Outcome.ACCEPTED
            }
        )
        for one in ended:
            if one.result.outcome != Attempt.Outcome.ACCEPTED:
                _settle_unsent(one.attempt, one.result)
    circuits.count((one.attempt.transport, one.result.outcome, one.result.is_permanent) for one in ended)
    for one in ended:
        attempt, result = one.attempt, one.result
        logger.info(
            "notification %s attempt %s: %s %s",
            attempt.notification_id,
            attempt.n,
            result.outcome,
            result.detail,
        )


def prove_sent(proofs: Mapping[int, Accepted]) -> None:
    """The provider has these attempts, whoever brings the proof: a return, a look-up or a receipt, early or late."""
    for attempt_id, proof in proofs.items():
        Attempt.objects.filter(pk=attempt_id).exclude(outcome=Attempt.Outcome.ACCEPTED).update(
            outcome=Attempt.Outcome.ACCEPTED, finished_at=Now(), provider_id=proof.provider_id
        )
    for state, is_delivered in ((State.ACCEPTED, False), (State.DELIVERED, True)):
        pks = [pk for pk, proof in proofs.items() if proof.is_delivered is is_delivered]
        if pks:
            _move_sent(Notification.objects.filter(attempts__in=pks), state)


def close_unsent(attempt_id: int, outcome: Attempt.Outcome, detail: str) -> bool:
    """Close an attempt without proof of sending. False: proof came first."""
    attempt = Attempt.objects.filter(pk=attempt_id).unproven()
    return attempt.update(outcome=outcome, finished_at=Now(), detail=detail[:80]) == 1


def lock(notification_ids: Iterable[uuid.UUID]) -> None:
    """Hold these until the transaction ends."""
    rows = Notification.objects.filter(pk__in=list(notification_ids)).order_by("pk")
    list(rows.select_for_update().values_list("pk"))


def back_off(n: int, retry_after_s: float = 0.0) -> timedelta:
    """Spread by a fifth, so that a wave refused at once does not come back at once."""
    wait = BACK_OFF_S[min(n, len(BACK_OFF_S)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    return timedelta(seconds=max(wait, min(retry_after_s, BACK_OFF_S[-1])))


def _move_sent(sent: NotificationQuerySet, state: State) -> None:
    rows = Notification.objects.filter(pk__in=list(sent.values_list("pk", flat=True)))
    rows.exclude(state=State.CANCELLED).move(state)
    for pk in list(rows.filter(state=State.CANCELLED).values_list("pk", flat=True)):
        Notification.objects.filter(pk=pk).move(State.REVIEW, reason="sent_after_cancel")
        logger.error("notification %s was sent although cancelled", pk)


def _settle_unsent(attempt: Attempt, result: Result) -> None:
    if close_unsent(attempt.pk, result.outcome, result.detail):
        ours = Notification.objects.filter(
            pk=attempt.notification_id, fence=attempt.fence, state__in=[State.CLAIMED, State.UNKNOWN]
        )
        _go_on(ours, attempt.n, result)


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
        ours.requeue(reason=result.detail[:80], after=back_off(attempt_n, result.retry_after_s))
