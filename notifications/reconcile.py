"""DO: once a day the providers' own lists beside ours: what they sent without us, and what we believe without them."""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from familylink import clock
from notifications import settling, transports
from notifications.models import Attempt, Channel, Reconciliation, State
from notifications.transports.base import Accepted, OutcomeUnknown, Sent, TransportError

logger = logging.getLogger(__name__)
LATEST = timedelta(minutes=20)  # what has just left may not be on their list yet
EVERY = timedelta(hours=24)
LOOK_EVERY_S = 600.0
_looked_at = float("-inf")


@runtime_checkable
class HasList(Protocol):
    """A transport whose provider can list what it sent."""

    name: str

    def sent_since(self, since: datetime) -> list[Sent] | None: ...


@dataclass(frozen=True)
class Compared:
    """`foreign`: theirs without an attempt of ours: an incident. `missing`: ours that they do not know."""

    transport: str
    theirs: int
    foreign: int
    missing: int
    settled: int  # were in doubt with us, and are on their list


def reconcile(hours: float = 48) -> list[Compared]:
    """Compare every provider that has a list, write down what came of it, and settle what the list proves.

    One that does not answer holds up no other: it is asked again.
    """
    since = clock.now() - timedelta(hours=hours)
    lists = {
        one.name: one
        for channel in Channel.values
        for one in transports.all_of(channel)
        if isinstance(one, HasList)
    }
    compared = []
    for name, transport in lists.items():
        try:
            theirs = transport.sent_since(since)
        except (TransportError, OutcomeUnknown) as error:
            logger.warning("%s does not show its list (%s)", name, error.code)
            continue
        if theirs is not None:
            compared.append(_compare(name, theirs, since))
    return compared


def reconcile_if_due() -> None:
    """Once a day, whichever worker comes first; looked for every ten minutes of this process."""
    global _looked_at
    if time.monotonic() - _looked_at < LOOK_EVERY_S:
        return
    _looked_at = time.monotonic()
    if not Reconciliation.objects.filter(compared_at__gt=Now() - EVERY).exists():
        reconcile()


def _compare(name: str, theirs: list[Sent], since: datetime) -> Compared:
    known = {one.reference: one.provider_id for one in theirs if one.reference}
    by_number = {one.provider_id for one in theirs if not one.reference and one.provider_id}
    ours = Attempt.objects.filter(transport=name)
    listed = Q(reference__in=known) | Q(provider_id__in=by_number)
    foreign = len(theirs) - ours.filter(listed).count()
    believed = ours.filter(outcome=Attempt.Outcome.ACCEPTED, started_at__range=(since, clock.now() - LATEST))
    missing = believed.exclude(listed).count()
    result = Compared(name, len(theirs), foreign, missing, _settle(name, known))
    Reconciliation.objects.create(transport=name, theirs=result.theirs, foreign=foreign, missing=missing)
    log = logger.error if foreign or missing else logger.info
    log("%s: %d on its list, %d not ours, %d of ours not on it", name, len(theirs), foreign, missing)
    return result


def _settle(name: str, known: dict[uuid.UUID, str]) -> int:
    """What may or may not have been sent is proven by being on their list; what is not on it proves nothing."""
    doubtful = Attempt.objects.filter(
        transport=name,
        outcome=Attempt.Outcome.UNKNOWN,
        reference__in=known,
        notification__state__in=[State.UNKNOWN, State.REVIEW],
    )
    return sum(_prove(attempt, known[attempt.reference]) for attempt in doubtful)


@transaction.atomic
def _prove(attempt: Attempt, provider_id: str) -> int:
    settling.lock([attempt.notification_id])
    settling.prove_sent({attempt.pk: Accepted(provider_id)})
    return 1
