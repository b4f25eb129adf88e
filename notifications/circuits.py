"""DO: a provider that takes nothing any more is left alone for a minute, then tried with one message.

Without this every message of a wave would meet its time-outs, and each would be one that may or may not have been
sent. Messages wait in the queue meanwhile, with no attempt made; or go over the channel's next provider, since the
first has certainly not got them.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from notifications.models import Attempt, Circuit, DbClock

logger = logging.getLogger(__name__)

FAILURES = 5  # in a row, whatever number of messages they were
PAUSE = timedelta(seconds=60)


def shut_out() -> set[str]:
    """The providers that are not to be called now."""
    return set(Circuit.objects.filter(open_until__isnull=False).values_list("transport", flat=True))


def may_probe(transport: str) -> bool:
    """Whether this one message may try whether the provider works again: one each PAUSE, whoever asks first."""
    over = Circuit.objects.filter(transport=transport, open_until__lte=DbClock())
    return over.update(open_until=DbClock() + models.Value(PAUSE), changed_at=DbClock()) == 1


def count(outcomes: Iterable[tuple[str, Attempt.Outcome, bool]]) -> None:
    """What calls brought: (transport, outcome, for good). A "no" for good is an answer of a provider that works."""
    for transport, outcome, is_permanent in outcomes:
        if outcome == Attempt.Outcome.ACCEPTED or is_permanent:
            _works(transport)
        elif outcome != Attempt.Outcome.ABORTED:
            _fails(transport)


def _works(transport: str) -> None:
    troubled = Circuit.objects.filter(Q(failures__gt=0) | Q(open_until__isnull=False), transport=transport)
    if troubled.update(failures=0, open_until=None, changed_at=DbClock()):
        logger.info("provider %s takes messages", transport)


def _fails(transport: str) -> None:
    Circuit.objects.bulk_create([Circuit(transport=transport)], ignore_conflicts=True)
    this = Circuit.objects.filter(transport=transport)
    this.update(failures=F("failures") + 1, changed_at=DbClock())
    if this.filter(failures__gte=FAILURES).update(open_until=DbClock() + models.Value(PAUSE)):
        logger.error("provider %s takes nothing: left alone for a minute", transport)
