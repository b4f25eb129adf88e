"""Asking for a message: owed once, frozen, in the caller's transaction, and never by surprise."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from notifications import delivery, outbox, recovery, releasing
from notifications.models import Attempt, Notification
from notifications.settling import Ended, Result, settle
from notifications.transports import memory

from .conftest import MAILBOX, NUMBER, WORDS, let_pass, owe, reason, state


def test_posting_twice_owes_once(db) -> None:
    assert owe().pk == owe().pk
    assert Notification.objects.count() == 1


def test_posting_again_does_not_change_the_text(db) -> None:
    first = owe()
    owe(context={**WORDS, "code_word": "берег 11"})
    assert "калина 47" in Notification.objects.get(pk=first.pk).body


def test_another_channel_recipient_or_reference_is_owed_too(db) -> None:
    owe()
    owe(channel="email", to=MAILBOX)
    owe(to="+380671112233")
    owe(reference="match-18-report-4")
    assert Notification.objects.count() == 4


def test_one_mailbox_in_two_spellings_is_one_recipient(db) -> None:
    assert owe(channel="email", to="Olena@Example.org").pk == owe(channel="email", to=MAILBOX).pk


@pytest.mark.parametrize(
    ("channel", "to"),
    [
        ("sms", "0501234567"),
        ("sms", MAILBOX),
        ("sms", ""),
        ("email", NUMBER),
        ("email", "a@b.example\nBcc: c@d.example"),
        ("pigeon", NUMBER),
    ],
)
def test_an_address_that_the_channel_cannot_reach_is_refused_and_not_repeated(db, channel, to) -> None:
    with pytest.raises(outbox.RefusedAddress) as refused:
        owe(channel=channel, to=to)
    assert not to or to not in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_sends_nothing() -> None:
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)
    recovery.sweep()
    assert memory.sent == []


def test_the_database_holds_neither_address_nor_text(owed) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(n)::text FROM notifications_notification n")
        (stored,) = cursor.fetchone()
    assert NUMBER[4:] not in stored
    assert "калина" not in stored
    assert NUMBER[4:].encode().hex() not in stored


@pytest.mark.parametrize("setting", ["", "Send", "send ", " send", "SEND", "sned", "yes", "true", None])
def test_sending_is_off_for_anything_but_the_exact_word(db, settings, setting) -> None:
    settings.SENDING = setting
    owed = owe()
    recovery.sweep()
    delivery.deliver_due()
    assert (state(owed), reason(owed), memory.sent) == ("held", "sending_off", [])


def test_what_was_queued_is_held_when_sending_goes_off(owed, settings) -> None:
    settings.SENDING = "hold"
    recovery.sweep()
    assert (state(owed), reason(owed)) == ("held", "sending_off")


def test_switching_the_setting_on_releases_nothing_by_itself(db, settings) -> None:
    settings.SENDING = "hold"
    owed = owe()
    settings.SENDING = "send"
    recovery.sweep()
    assert (state(owed), memory.sent) == ("held", [])


def test_a_person_releases_what_was_held(db, settings, capsys) -> None:
    settings.SENDING = "hold"
    owed = owe()
    settings.SENDING = "send"
    call_command("release_held")
    recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("accepted", 1)
    assert "1 queued" in capsys.readouterr().out


def test_what_was_held_for_days_waits_for_a_person_instead(db, settings) -> None:
    settings.SENDING = "hold"
    owed = owe()
    let_pass(owed, hours=25)
    settings.SENDING = "send"
    assert releasing.release_held() == (0, 1)
    assert (state(owed), reason(owed)) == ("review", "held_too_long")


def test_a_held_code_that_ran_out_never_leaves(db, settings) -> None:
    settings.SENDING = "hold"
    code = owe(
        message="contact_code", context={"code": "123456"}, expires_at=timezone.now() + timedelta(minutes=10)
    )
    let_pass(code, minutes=11)
    settings.SENDING = "send"
    releasing.release_held()
    recovery.sweep()
    assert (state(code), reason(code), memory.sent) == ("cancelled", "lapsed", [])


def test_nothing_is_released_while_sending_is_off(db, settings) -> None:
    settings.SENDING = "hold"
    with pytest.raises(releasing.SendingIsOff):
        releasing.release_held()
    with pytest.raises(CommandError):
        call_command("release_held")


def test_a_message_held_by_its_caller_waits_for_a_person(db) -> None:
    owed = owe(hold_reason="contact_unconfirmed")
    releasing.release_held()
    recovery.sweep()
    assert (state(owed), memory.sent) == ("held", [])
    assert owed in Notification.objects.awaiting_a_person()


def test_a_caller_releases_what_it_held(db) -> None:
    owe(hold_reason="contact_unconfirmed")
    assert releasing.release_held(reason="contact_unconfirmed") == (1, 0)
    recovery.sweep()
    assert len(memory.sent) == 1


def test_a_cancelled_message_is_never_sent(owed) -> None:
    assert outbox.cancel(reference=owed.reference, reason="withdrawn") == []
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("cancelled", "withdrawn", [])


def test_posting_a_cancelled_message_again_does_not_revive_it(owed) -> None:
    outbox.cancel(reference=owed.reference, reason="withdrawn")
    assert owe().pk == owed.pk
    assert state(owed) == "cancelled"


def test_cancelling_names_what_has_already_left(owed) -> None:
    delivery.deliver_due()
    owe(channel="email", to=MAILBOX)
    (left,) = outbox.cancel(reference=owed.reference, reason="withdrawn")
    assert (left.id, left.channel, left.state) == (owed.pk, "sms", "accepted")


def test_cancelling_between_claim_and_call_stops_the_message(owed) -> None:
    claimed = delivery.claim()
    assert outbox.cancel(reference=owed.reference, reason="withdrawn") == []
    delivery.carry_out(claimed)
    assert (state(owed), memory.sent) == ("cancelled", [])


def test_cancelling_during_the_call_prevents_the_next_attempt(owed) -> None:
    (opened,) = delivery.open_attempts(delivery.claim())
    (left,) = outbox.cancel(reference=owed.reference, reason="withdrawn")
    assert left.state == "claimed"
    settle([Ended(opened.attempt, Result(Attempt.Outcome.REFUSED, "http_503"))])
    assert (state(owed), reason(owed)) == ("cancelled", "withdrawn")


def test_the_standing_shows_no_address_and_no_text(owed) -> None:
    (standing,) = outbox.state_of(owed.reference)
    assert (standing.channel, standing.message, standing.state) == ("sms", "report_received", "queued")
    assert NUMBER not in repr(standing)
    assert "калина" not in repr(standing)


def test_the_logs_of_a_whole_life_say_neither_address_nor_text(db, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    memory.failures.extend([memory_error() for _ in range(3)])
    owed = owe()
    for _ in range(4):
        let_pass(owed, hours=2)
        recovery.sweep()
    assert len(memory.sent) == 1
    assert str(owed.pk) in caplog.text
    for secret in (NUMBER, NUMBER[4:], "калина", "FL-34AC"):
        assert secret not in caplog.text


def memory_error() -> Exception:
    return delivery.TransportError("http_503")
