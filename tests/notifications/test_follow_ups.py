"""A family has heard when it says so, or whoever called it does; no receipt of a provider counts."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.db import ProgrammingError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Now

from notifications import by_hand, follow_ups, outbox, reasons, recipients, recovery, releasing
from notifications.models import Call, FollowUp, Notification
from notifications.transports import memory
from notifications.transports.base import OutcomeUnknown, TransportError

from .conftest import MAILBOX, NUMBER, owe
from .test_gates import all_day

pytestmark = pytest.mark.django_db
REFERENCE = "match-17-report-4"
Why = FollowUp.Why


@pytest.fixture(autouse=True)
def news_without_a_match(db: None) -> None:
    """The trigger that wants a decided match belongs to matching, and is tested there."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_notification DISABLE TRIGGER news_needs_two_people")


def news(**changes) -> Notification:
    return owe(message="news", **changes)


def why() -> str:
    return FollowUp.objects.get(reference=REFERENCE).call_reason


def test_news_is_followed_up_from_the_moment_it_is_posted() -> None:
    news()
    news(channel="email", to="olena@example.org")
    standing = follow_ups.standing(REFERENCE)
    assert (standing.heard_at, standing.how, standing.call_reason) == (None, "", "")
    assert FollowUp.objects.count() == 1


def test_nothing_but_news_is_followed_up() -> None:
    owe()
    assert follow_ups.standing(REFERENCE) is None


def test_a_family_with_no_proven_address_is_called() -> None:
    news(hold_reason=reasons.CONTACT_UNCONFIRMED)
    recovery.sweep()
    assert why() == Why.UNPROVEN


def test_a_family_without_any_address_is_called() -> None:
    follow_ups.owe_call(reference=REFERENCE, language="uk")
    follow_ups.owe_call(reference=REFERENCE, language="uk")
    assert (why(), follow_ups.awaiting_a_call()) == (Why.NO_ADDRESS, 1)


def test_the_family_confirms_once_and_need_not_be_called() -> None:
    news(hold_reason=reasons.CONTACT_UNCONFIRMED)
    recovery.sweep()
    assert follow_ups.heard(reference=REFERENCE)
    assert not follow_ups.heard(reference=REFERENCE)
    standing = follow_ups.standing(REFERENCE)
    assert standing.heard_at
    assert standing.how == "portal"
    assert follow_ups.awaiting_a_call() == 0


def test_only_having_spoken_closes_it() -> None:
    follow_ups.owe_call(reference=REFERENCE, language="uk")
    row, caller = FollowUp.objects.get(), User.objects.create_user("lesia", is_staff=True)
    for outcome in ("no_answer", "later", "refused"):
        follow_ups.record_call(row.pk, caller=caller, outcome=outcome)
        assert follow_ups.awaiting_a_call() == 1
    follow_ups.record_call(row.pk, caller=caller, outcome="spoke")
    assert follow_ups.standing(REFERENCE).how == "call"
    assert (follow_ups.awaiting_a_call(), Call.objects.count()) == (0, 4)


def test_the_database_changes_and_forgets_no_call() -> None:
    follow_ups.owe_call(reference=REFERENCE, language="uk")
    caller = User.objects.create_user("lesia", is_staff=True)
    follow_ups.record_call(FollowUp.objects.get().pk, caller=caller, outcome="no_answer")
    for change in (lambda: Call.objects.update(outcome="spoke"), Call.objects.all().delete):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            change()


def test_a_stop_stops_messages_and_has_the_family_called() -> None:
    news()
    recipients.stop(channel="sms", to=NUMBER)
    recovery.sweep()
    assert memory.sent == []
    assert why() == Why.STOPPED


def test_a_stranger_at_the_address_undoes_what_he_confirmed() -> None:
    news()
    follow_ups.heard(reference=REFERENCE, how="reply")
    recipients.stop(channel="sms", to=NUMBER, reason="not_me")
    standing = follow_ups.standing(REFERENCE)
    assert (standing.heard_at, standing.call_reason) == (None, Why.WRONG_ADDRESS)


def test_a_stranger_stays_a_stranger_whatever_is_said_later() -> None:
    recipients.stop(channel="sms", to=NUMBER, reason="not_me")
    recipients.stop(channel="sms", to=NUMBER, reason="asked")
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "not_me"


def test_news_taken_back_before_it_left_needs_no_call() -> None:
    news()
    outbox.cancel(reference=REFERENCE, reason="undone")
    assert follow_ups.standing(REFERENCE).how == "cancelled"
    assert follow_ups.awaiting_a_call() == 0


def test_news_taken_back_after_it_left_is_a_call_even_to_who_has_heard(settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}
    news()
    recovery.sweep()
    follow_ups.heard(reference=REFERENCE)
    outbox.cancel(reference=REFERENCE, reason="undone")
    assert (why(), follow_ups.awaiting_a_call()) == (Why.TAKEN_BACK, 1)


def test_a_family_that_has_heard_and_withdraws_is_left_in_peace(settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}
    news()
    recovery.sweep()
    follow_ups.heard(reference=REFERENCE)
    outbox.cancel(reference=REFERENCE, reason="report_withdrawn")
    assert follow_ups.awaiting_a_call() == 0


# --- who must be called when


def waits(minutes: int) -> str:
    """Why somebody must call after so many minutes."""
    FollowUp.objects.update(opened_at=Now() - Value(dt.timedelta(minutes=minutes)))
    recovery.overdue.ask_for_calls()
    return why()


@pytest.fixture
def open_gate(settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}


def test_a_message_that_does_not_arrive_in_time_is_a_call(open_gate) -> None:
    news()
    recovery.sweep()
    assert (waits(29), waits(31)) == ("", Why.NOT_DELIVERED)


def test_a_message_refused_for_good_is_a_call_at_once(open_gate) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    news()
    recovery.sweep()
    assert waits(0) == Why.NOT_DELIVERED


def test_an_outcome_that_nobody_knows_is_a_call(open_gate) -> None:
    memory.failures.append(OutcomeUnknown("timeout"))
    news()
    recovery.sweep()
    assert (waits(5), waits(31)) == ("", Why.MAY_BE_LOST)


def test_a_delivered_message_that_nobody_answers_is_a_call_later(open_gate) -> None:
    owed = news()
    recovery.sweep()
    Notification.objects.filter(pk=owed.pk).update(state="delivered")
    assert (waits(100), waits(181)) == ("", Why.NO_ANSWER)


def test_a_message_that_waits_for_the_morning_is_no_call(open_gate) -> None:
    all_day("sms", NUMBER, "Europe/Kyiv")
    news()
    recovery.sweep()
    assert waits(60) == ""


def test_a_message_held_because_sending_is_off_is_a_call(open_gate, settings) -> None:
    settings.SENDING = "hold"
    news()
    assert waits(31) == Why.NOT_DELIVERED


def test_a_family_that_has_heard_is_not_called(open_gate) -> None:
    news()
    follow_ups.heard(reference=REFERENCE)
    assert waits(1000) == ""


# --- a reason to call that is not true, or true no more


def settled(row: Notification, state: str) -> None:
    """What its provider says of it, once it was sent."""
    recovery.sweep()
    Notification.objects.filter(pk=row.pk).update(state=state)


def by_email(**changes) -> Notification:
    return news(channel="email", to=MAILBOX, **changes)


def phoned(outcome: str) -> None:
    caller = User.objects.create_user("lesia", is_staff=True)
    follow_ups.record_call(FollowUp.objects.get().pk, caller=caller, outcome=outcome)


@pytest.mark.parametrize("hold_reason", [reasons.CONTACT_UNCONFIRMED, reasons.PROOF_TOO_OLD])
def test_whose_telephone_is_confirmed_is_not_called_because_the_mailbox_is_not(
    open_gate, hold_reason
) -> None:
    by_email(hold_reason=hold_reason)
    owed = news()
    assert waits(0) == ""
    settled(owed, "delivered")
    assert (waits(100), waits(181)) == ("", Why.NO_ANSWER)


def test_whose_confirmed_telephone_fails_is_called_though_the_mailbox_waits(open_gate) -> None:
    by_email(hold_reason=reasons.CONTACT_UNCONFIRMED)
    settled(news(), "undelivered")
    assert waits(0) == Why.NOT_DELIVERED


def test_a_family_all_of_whose_addresses_wait_for_proof_is_called_at_once(open_gate) -> None:
    by_email(hold_reason=reasons.CONTACT_UNCONFIRMED)
    news(hold_reason=reasons.PROOF_TOO_OLD)
    assert waits(0) == Why.PROOF_TOO_OLD


def test_whoever_confirms_the_address_and_then_has_the_message_is_taken_off_the_call_list(open_gate) -> None:
    owed = news(hold_reason=reasons.CONTACT_UNCONFIRMED)
    assert waits(0) == Why.UNPROVEN
    releasing.address_was_proven(reference=REFERENCE, channel="sms", to=NUMBER)
    settled(owed, "delivered")
    assert (waits(100), follow_ups.awaiting_a_call(), waits(181)) == ("", 0, Why.NO_ANSWER)


def test_a_message_that_arrives_late_takes_the_family_off_the_call_list(open_gate) -> None:
    owed = news()
    recovery.sweep()
    assert waits(31) == Why.NOT_DELIVERED
    settled(owed, "delivered")
    assert waits(32) == ""


def test_a_mailbox_that_has_it_spares_nobody_the_call_while_the_telephone_is_dead(open_gate) -> None:
    settled(by_email(), "delivered")
    settled(news(), "undelivered")
    assert (waits(0), waits(1)) == (Why.NOT_DELIVERED, Why.NOT_DELIVERED)


def test_a_telephone_that_has_it_is_enough_though_the_mailbox_is_dead(open_gate) -> None:
    settled(by_email(), "undelivered")
    owed = news()
    assert waits(0) == Why.NOT_DELIVERED
    settled(owed, "delivered")
    assert (waits(100), waits(181)) == ("", Why.NO_ANSWER)


@pytest.mark.parametrize("reason", [Why.TAKEN_BACK, Why.MINOR, Why.CALLED])
def test_what_no_message_answers_stays_a_call_whatever_arrives(open_gate, reason: str) -> None:
    settled(news(), "delivered")
    follow_ups.call_for(FollowUp.objects.all(), reason)
    assert waits(1) == reason


STOPS = [("not_me", Why.WRONG_ADDRESS), ("asked", Why.STOPPED)]


@pytest.mark.parametrize(("stop", "reason"), STOPS)
def test_who_was_called_since_an_address_was_stopped_is_not_once_it_is_theirs_again_and_has_it(
    open_gate, stop: str, reason: str
) -> None:
    recipients.stop(channel="sms", to=NUMBER, reason=stop)
    owed = news()
    recovery.sweep()
    assert waits(0) == reason
    recipients.allow_again(channel="sms", to=NUMBER)
    releasing.address_was_proven(reference=REFERENCE, channel="sms", to=NUMBER)
    by_hand.send_again(owed.pk)
    settled(owed, "delivered")
    assert (waits(100), waits(181)) == ("", Why.NO_ANSWER)


@pytest.mark.parametrize(("stop", "reason"), STOPS)
def test_what_a_stopped_number_has_spares_nobody_the_call_nor_what_the_mailbox_has(
    open_gate, stop: str, reason: str
) -> None:
    settled(news(), "delivered")
    settled(by_email(), "delivered")
    recipients.stop(channel="sms", to=NUMBER, reason=stop)
    assert (waits(1), waits(181)) == (reason, reason)


def test_where_a_caller_has_met_a_stranger_that_is_why_somebody_calls_about_later_news() -> None:
    news(hold_reason=reasons.STRANGER_MET)
    recovery.sweep()
    assert why() == Why.WRONG_ADDRESS


def test_of_a_dead_mailbox_nobody_says_that_they_asked_us_to_stop() -> None:
    by_email()
    recipients.stop(channel="email", to=MAILBOX, reason="dead_address")
    assert why() == Why.NOT_DELIVERED


@pytest.mark.parametrize("outcome", ["no_answer", "later", "refused"])
def test_whom_we_began_to_call_stays_to_be_called_whatever_arrives(open_gate, outcome: str) -> None:
    owed = news()
    recovery.sweep()
    assert waits(31) == Why.NOT_DELIVERED
    phoned(outcome)
    settled(owed, "delivered")
    assert waits(32) == Why.NOT_DELIVERED


def test_who_was_called_before_anybody_had_to_and_not_spoken_to_is_on_the_call_list(open_gate) -> None:
    news()
    phoned("later")
    assert (why(), follow_ups.awaiting_a_call()) == (Why.CALLED, 1)
