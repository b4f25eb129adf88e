"""ASK: what was held may leave now: sending is on again, or the family has proven its address."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now

from notifications import recipients
from notifications.addresses import index_of
from notifications.models import Notification, NotificationQuerySet, State
from notifications.reasons import (
    CONTACT_UNCONFIRMED,
    DOUBTED,
    NOT_THEIRS,
    PROOF_TOO_OLD,
    SENDING_OFF,
    STRANGER_MET,
)

HELD_TOO_LONG = "held_too_long"
WAITING_FOR_PROOF = (CONTACT_UNCONFIRMED, PROOF_TOO_OLD, DOUBTED, NOT_THEIRS, STRANGER_MET)


class SendingIsOff(Exception):
    """Nothing can be released while the setting SENDING is not exactly "send"."""


def held_for(reason: str = SENDING_OFF, among: NotificationQuerySet | None = None) -> NotificationQuerySet:
    """What waits for nothing but that this reason ends."""
    rows = Notification.objects.all() if among is None else among
    return rows.filter(state=State.HELD, state_reason=reason)


@transaction.atomic
def release_held(
    *,
    reason: str = SENDING_OFF,
    posted_within: timedelta = timedelta(hours=24),
    among: NotificationQuerySet | None = None,
) -> tuple[int, int]:
    """Queue what was held for this reason: (queued, left for a person). Raises SendingIsOff.

    Only a person calls this; no restart does. What is older than `posted_within` may no longer be true and
    waits for a person instead; what has expired meanwhile lapses with the next sweep. What somebody else has in
    hand at this moment stays held: all others would wait for it.
    """
    if settings.SENDING != "send":
        raise SendingIsOff
    waiting = held_for(reason, among)
    held = waiting.filter(pk__in=waiting.select_for_update(skip_locked=True).values("pk"))
    old = held.filter(posted_at__lte=Now() - Value(posted_within)).move(State.REVIEW, reason=HELD_TOO_LONG)
    return held.requeue(reason=""), old


@transaction.atomic
def address_was_proven(*, reference: str, channel: str, to: str) -> int:
    """Let out what was kept back under this reference only because nobody had proven this address lately, or a
    stranger answered there; how many.

    By reference too: the same number on another report may be somebody's slip of the finger.
    """
    recipients.has_read(channel=channel, to=to)
    kept_back = Notification.objects.filter(
        reference=reference,
        channel=channel,
        to_index=index_of(channel, to),
        state__in=[State.HELD, State.REVIEW],
        state_reason__in=WAITING_FOR_PROOF,
    )
    if settings.SENDING != "send":
        return kept_back.filter(state=State.HELD).update(state_reason=SENDING_OFF)
    return kept_back.requeue(reason="")
