"""Texts and addresses go when they are of no more use; that a message was owed and how it ended stays."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone

from notifications import by_hand, delivery, follow_ups, outbox, recipients, recovery, replies, retention
from notifications.models import FollowUp, Notification, Reply, SunkMessage
from notifications.transports import memory
from notifications.transports.base import TransportError

from .conftest import MAILBOX, NUMBER, let_pass, outcomes, owe, state

pytestmark = pytest.mark.django_db


def purge() -> None:
    while retention.purge_next():
        pass


def sealed(notification: Notification) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "to", body, subject FROM notifications_notification WHERE id = %s', [str(notification.pk)]
        )
        found: tuple[object, ...] = cursor.fetchone()
        return found


def test_a_month_after_it_has_left_nothing_of_a_message_but_its_outcome_is_there() -> None:
    owed = owe(channel="email", to=MAILBOX)
    delivery.deliver_due()
    let_pass(owed, days=settings.KEEP_TEXT_DAYS, seconds=-60)
    purge()
    assert None not in sealed(owed)
    let_pass(owed, seconds=61)
    purge()
    assert sealed(owed) == (None, None, "")
    assert (state(owed), outcomes(owed)) == ("accepted", ["accepted"])


def test_what_still_waits_for_a_person_keeps_its_text_however_old() -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    owed = owe()
    delivery.deliver_due()
    let_pass(owed, days=400)
    purge()
    assert state(owed) == "review"
    assert None not in sealed(owed)


def test_a_family_that_is_still_to_be_called_keeps_its_number() -> None:
    owed = owe()
    follow_ups.owe_call(reference=owed.reference, language="uk")
    delivery.deliver_due()
    let_pass(owed, days=400)
    purge()
    assert None not in sealed(owed)
    follow_ups.heard(reference=owed.reference)
    purge()
    assert sealed(owed) == (None, None, "")


def test_a_forgotten_family_is_forgotten_as_soon_as_its_messages_have_ended() -> None:
    owed, later, stranger = owe(reference="news-1-a"), owe(reference="code-7"), owe(to="+380671112233")
    follow_ups.owe_call(reference="news-1-a", language="uk")
    outbox.forget(naming="1-a", addresses=[("sms", NUMBER)])
    purge()
    assert None not in sealed(owed), "it has not left yet"
    recovery.sweep()
    purge()
    assert sealed(owed) == sealed(later) == (None, None, "")
    assert None not in sealed(stranger)
    assert FollowUp.objects.get().outcome == FollowUp.Outcome.CANCELLED


def test_a_forgotten_family_that_has_answered_is_not_called_and_its_answer_stays_on_record() -> None:
    owe(reference="news-1-a")
    follow_ups.owe_call(reference="news-1-a", language="uk")
    follow_ups.heard(reference="news-1-a", how="reply")
    assert follow_ups.awaiting_a_call() == 1
    outbox.forget(naming="1-a", addresses=[("sms", NUMBER)])
    assert (FollowUp.objects.get().outcome, follow_ups.awaiting_a_call()) == (FollowUp.Outcome.REPLY, 0)


def test_a_forgotten_family_is_not_called_because_a_stranger_has_its_number_later() -> None:
    owe(reference="news-1-a")
    follow_ups.owe_call(reference="news-1-a", language="uk")
    follow_ups.heard(reference="news-1-a")
    outbox.forget(naming="1-a", addresses=[("sms", NUMBER)])
    recipients.stop(channel="sms", to=NUMBER, reason="not_me")
    assert follow_ups.awaiting_a_call() == 0


def test_what_a_forgotten_family_wrote_back_is_gone_at_once() -> None:
    replies.receive(transport="memory", event_id="1", sender=NUMBER, text="хто це")
    replies.receive(transport="memory", event_id="2", sender="+380671112233", text="хто це")
    outbox.forget(naming="1-a", addresses=[("sms", NUMBER)])
    assert Reply.objects.count() == 1


def test_what_came_back_and_what_the_demo_received_goes_after_a_month() -> None:
    replies.receive(transport="memory", event_id="1", sender=NUMBER, text="хто це")
    SunkMessage.objects.create(attempt_reference=owe().pk, channel="sms", to=NUMBER, body="x")
    purge()
    assert (Reply.objects.count(), SunkMessage.objects.count()) == (1, 1)
    long_ago = timezone.now() - timedelta(days=settings.KEEP_TEXT_DAYS)
    for rows in (Reply.objects, SunkMessage.objects):
        rows.update(received_at=long_ago)
    purge()
    assert (Reply.objects.count(), SunkMessage.objects.count()) == (0, 0)


def test_a_purged_message_that_turns_out_not_to_have_arrived_cannot_be_sent_again() -> None:
    owed = owe()
    delivery.deliver_due()
    let_pass(owed, days=400)
    purge()
    Notification.objects.filter(pk=owed.pk).move("undelivered")
    assert not by_hand.send_again(owed.pk)


def test_every_worker_looks_every_ten_minutes(monkeypatch) -> None:
    owed = owe()
    delivery.deliver_due()
    let_pass(owed, days=400)
    monkeypatch.setattr(retention, "_looked_at", float("-inf"))
    retention.purge_if_due()
    assert sealed(owed) == (None, None, "")


def test_the_database_keeps_a_text_whole_or_not_at_all() -> None:
    owed = owe()
    with pytest.raises(IntegrityError, match="the_text_is_there_until_it_is_purged"):
        Notification.objects.filter(pk=owed.pk).update(body=None)
