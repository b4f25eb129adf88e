"""ASK: what a member of the staff decides about one message that waits for a person."""

import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from notifications.models import Attempt, Notification, State


@transaction.atomic
def send_again(notification_id: uuid.UUID) -> bool:
    """A person says that it never arrived and shall go out. False: it waits for nobody, or was cancelled."""
    row = Notification.objects.filter(
        pk=notification_id, state__in=[State.REVIEW, State.UNDELIVERED], purged_at=None
    )
    if not row.select_for_update().values_list("pk").first():
        return False
    Attempt.objects.filter(notification=notification_id).unproven().update(
        outcome=Attempt.Outcome.REFUSED, finished_at=Now(), detail="person_says_not_sent"
    )
    row.requeue(reason="sent_again_by_a_person")
    return Notification.objects.filter(pk=notification_id, state=State.QUEUED).exists()


@transaction.atomic
def send_over_another(notification_id: uuid.UUID) -> bool:
    """A person decides to use the family's other address, since this one does not work. False: there is none.

    The other address is one that this message was owed to as well, and where it was neither sent nor forbidden.
    """
    row = Notification.objects.filter(pk=notification_id, state__in=[State.REVIEW, State.UNDELIVERED]).first()
    if row is None:
        return False
    others = Notification.objects.filter(reference=row.reference, message=row.message)
    waiting = others.exclude(channel=row.channel).filter(state__in=[State.HELD, State.REVIEW])
    sent = Attempt.objects.filter(notification=OuterRef("pk"), outcome=Attempt.Outcome.ACCEPTED)
    unsure = Attempt.objects.filter(notification=OuterRef("pk")).unproven()
    other = waiting.filter(~Exists(sent), ~Exists(unsure)).select_for_update().first()
    if other is None:
        return False
    Notification.objects.filter(pk=other.pk).requeue(reason="went_over_another_channel")
    return True


def confirm_arrived(notification_id: uuid.UUID) -> bool:
    """A person knows that the message arrived. False: it no longer waits for a person."""
    open_states = [State.REVIEW, State.UNDELIVERED, State.ACCEPTED]
    row = Notification.objects.filter(pk=notification_id, state__in=open_states)
    return row.move(State.DELIVERED, reason="confirmed_by_a_person") == 1
