"""From due to settled: one claim, one call, and the right state after every way a call can end."""

import time
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from notifications import by_hand, delivery, recovery, settling, switches
from notifications.delivery import Claim
from notifications.models import Attempt, Notification, State
from notifications.settling import Ended, Result, settle
from notifications.transports import memory
from notifications.transports.base import Accepted, NotThere, OutcomeUnknown, TransportError

from .conftest import CODE, MAILBOX, let_pass, let_sending_go_on, outcomes, owe, reason, state

Outcome = Attempt.Outcome


def test_a_due_message_is_handed_over_once(owed) -> None:
    delivery.deliver_due()
    delivery.deliver_due()
    recovery.sweep()
    assert (state(owed), outcomes(owed), len(memory.sent)) == ("accepted", ["accepted"], 1)


def test_the_provider_gets_what_was_posted(owed) -> None:
    delivery.deliver_due()
    (sent,) = memory.sent
    assert sent.to == "+380501234567"
    assert sent.body.startswith("FamilyLink: звернення FL-34AC-7DEF отримано. Ваше кодове слово: калина 47.")
    assert sent.reference == owed.attempts.get().reference


def test_a_claimed_message_cannot_be_claimed_again(owed) -> None:
    assert delivery.claim()
    assert delivery.claim() == []
    assert delivery.claim(8) == []


def test_a_code_leaves_before_a_receipt(db) -> None:
    owe()
    owe(message="contact_code", context={"code": "123456"})
    delivery.deliver_due()
    assert ["123456" in sent.body for sent in memory.sent] == [True, False]


@pytest.mark.parametrize("n", range(1, 12))
def test_a_refused_message_is_tried_again_later(owed, n: int) -> None:
    Notification.objects.filter(pk=owed.pk).update(attempt_count=n - 1)
    memory.failures.append(TransportError("http_503"))
    delivery.deliver_due()
    wait = Notification.objects.get(pk=owed.pk).due_at - timezone.now()
    planned = timedelta(seconds=settling.BACK_OFF_S[min(n, 6) - 1])
    assert (state(owed), reason(owed)) == ("queued", "http_503")
    assert planned * 0.75 < wait < planned * 1.25


def test_a_provider_that_names_a_later_time_is_heard(owed) -> None:
    memory.failures.append(TransportError("http_429", retry_after_s=600))
    delivery.deliver_due()
    wait = Notification.objects.get(pk=owed.pk).due_at - timezone.now()
    assert timedelta(seconds=590) < wait < timedelta(seconds=601)


def test_a_message_refused_for_good_waits_for_a_person(owed) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    delivery.deliver_due()
    assert (state(owed), reason(owed)) == ("review", "no_such_number")


def test_after_the_last_try_a_person_is_asked(owed) -> None:
    Notification.objects.filter(pk=owed.pk).update(attempt_count=settling.MAX_ATTEMPTS - 1)
    memory.failures.append(TransportError("http_503"))
    delivery.deliver_due()
    assert state(owed) == "review"


@pytest.mark.parametrize("failure", [OutcomeUnknown("timeout"), RuntimeError("bug"), ConnectionResetError()])
def test_an_unknown_outcome_is_never_sent_again(owed, failure) -> None:
    memory.failures.append(failure)
    delivery.deliver_due()
    for _ in range(20):
        let_pass(owed, minutes=6)
        recovery.sweep()
    assert (state(owed), reason(owed)) == ("review", "may_have_been_sent")
    assert (outcomes(owed), memory.sent) == (["unknown"], [])


def test_an_unknown_outcome_is_settled_by_the_provider_saying_yes(owed) -> None:
    memory.failures.append(OutcomeUnknown("timeout"))
    memory.answers.append(Accepted("found-1"))
    delivery.deliver_due()
    let_pass(owed, minutes=16)
    recovery.sweep()
    assert (state(owed), outcomes(owed), memory.sent) == ("accepted", ["accepted"], [])


def test_an_unknown_outcome_is_sent_again_when_the_provider_is_sure_it_never_came(owed) -> None:
    memory.failures.append(OutcomeUnknown("timeout"))
    memory.answers.append(NotThere())
    delivery.deliver_due()
    let_pass(owed, minutes=16)
    recovery.sweep()
    assert (state(owed), outcomes(owed), len(memory.sent)) == ("accepted", ["refused", "accepted"], 1)


def test_the_provider_is_not_asked_before_the_grace_is_over(owed) -> None:
    memory.failures.append(OutcomeUnknown("timeout"))
    memory.answers.append(NotThere())
    delivery.deliver_due()
    let_pass(owed, minutes=14)
    recovery.sweep()
    assert (state(owed), len(memory.answers)) == ("unknown", 1)


def test_another_provider_is_not_believed_about_the_first(owed, settings) -> None:
    memory.failures.append(OutcomeUnknown("timeout"))
    delivery.deliver_due()
    settings.TRANSPORTS = {"sms": "notifications.transports.sink.SinkTransport"}
    let_pass(owed, minutes=16)
    recovery.sweep()
    assert state(owed) == "unknown"


def test_a_person_sends_again_what_nobody_could_settle(owed) -> None:
    memory.failures.append(OutcomeUnknown("timeout"))
    delivery.deliver_due()
    let_pass(owed, minutes=31)
    recovery.sweep()
    assert by_hand.send_again(owed.pk)
    assert not by_hand.send_again(owed.pk)
    recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("accepted", 1)


def test_a_person_confirms_that_it_arrived(owed) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    delivery.deliver_due()
    assert by_hand.confirm_arrived(owed.pk)
    assert (state(owed), reason(owed)) == ("delivered", "confirmed_by_a_person")
    assert not by_hand.confirm_arrived(owed.pk)


# --- a worker dies or sleeps


def test_a_worker_that_died_before_its_attempt_leaves_the_message_queued(owed) -> None:
    delivery.claim()
    let_pass(owed, seconds=61)
    recovery.release_stale()
    assert (state(owed), outcomes(owed)) == ("queued", [])
    recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("accepted", 1)


def test_a_worker_that_died_after_its_attempt_leaves_the_outcome_unknown(owed) -> None:
    delivery.open_attempts(delivery.claim())
    let_pass(owed, seconds=61)
    recovery.sweep()
    assert (state(owed), outcomes(owed), memory.sent) == ("unknown", ["unknown"], [])


def test_a_worker_that_died_after_the_call_sends_nothing_twice(owed) -> None:
    (opened,) = delivery.open_attempts(delivery.claim())
    delivery.hand_over(opened)
    for _ in range(12):
        let_pass(owed, minutes=6)
        recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("review", 1)


def test_a_live_lease_is_left_alone(owed) -> None:
    delivery.claim()
    let_pass(owed, seconds=50)
    assert recovery.release_stale() == 0
    assert state(owed) == "claimed"


def test_a_worker_whose_lease_ran_out_opens_no_attempt(owed) -> None:
    claimed = delivery.claim()
    let_pass(owed, seconds=61)
    assert delivery.open_attempts(claimed) == []
    assert outcomes(owed) == []


def test_a_worker_whose_place_was_taken_opens_no_attempt(owed) -> None:
    first = delivery.claim()
    let_pass(owed, seconds=61)
    recovery.release_stale()
    second = delivery.claim()
    assert delivery.open_attempts(first) == []
    assert delivery.open_attempts(second)


def test_a_worker_that_slept_for_half_its_lease_gives_up_before_the_call(owed) -> None:
    (claimed,) = delivery.claim()
    slept = Claim(claimed.notification_id, claimed.fence, taken_at=time.monotonic() - 31)
    delivery.carry_out([slept])
    assert (state(owed), outcomes(owed), memory.sent) == ("queued", ["aborted"], [])


def test_a_late_no_of_the_one_in_doubt_puts_it_back_in_the_queue(owed) -> None:
    (opened,) = delivery.open_attempts(delivery.claim())
    let_pass(owed, seconds=61)
    recovery.release_stale()
    settle([Ended(opened.attempt, Result(Outcome.REFUSED, "http_503"))])
    assert (state(owed), outcomes(owed)) == ("queued", ["refused"])


def test_a_late_no_behind_a_new_fence_changes_nothing(owed) -> None:
    (opened,) = delivery.open_attempts(delivery.claim())
    let_pass(owed, minutes=31)
    recovery.release_stale()
    let_pass(owed, minutes=31)
    recovery.settle_unknown()
    by_hand.send_again(owed.pk)
    delivery.claim()
    settle([Ended(opened.attempt, Result(Outcome.REFUSED, "no_such_number", is_permanent=True))])
    assert state(owed) == "claimed"


def test_a_late_yes_stops_a_second_sending(owed) -> None:
    (opened,) = delivery.open_attempts(delivery.claim())
    let_pass(owed, minutes=31)
    recovery.release_stale()
    let_pass(owed, minutes=31)
    recovery.settle_unknown()
    by_hand.send_again(owed.pk)
    settle([Ended(opened.attempt, Result(Outcome.ACCEPTED, provider_id="late"))])
    recovery.sweep()
    assert (state(owed), outcomes(owed), memory.sent) == ("accepted", ["accepted"], [])


# --- the gates right before the call


@pytest.mark.parametrize(
    "scope", ["all", "sms", "message:report_received", "template:report_received.uk.sms", "batch:wave-1"]
)
def test_a_switch_thrown_between_claim_and_call_stops_the_message(db, scope: str) -> None:
    owed, other = owe(batch="wave-1"), owe(channel="email", to=MAILBOX, message="contact_code", context=CODE)
    claimed = delivery.claim(among=Notification.objects.filter(pk=owed.pk))
    switches.stop(scope, reason="test")
    delivery.carry_out(claimed)
    assert (state(owed), reason(owed), memory.sent) == ("queued", "switch_off", [])
    assert delivery.claim(among=Notification.objects.filter(pk=owed.pk)) == []
    recovery.sweep()
    assert state(other) == ("queued" if scope == "all" else "accepted")
    let_sending_go_on(scope)
    recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("accepted", 2)


def test_sending_turned_off_between_claim_and_call_holds_the_message(owed, settings) -> None:
    claimed = delivery.claim()
    settings.SENDING = "hold"
    delivery.carry_out(claimed)
    assert (state(owed), reason(owed), memory.sent) == ("held", "sending_off", [])


def test_a_message_whose_time_passes_between_claim_and_call_is_not_sent(db) -> None:
    code = owe(
        message="contact_code", context={"code": "123456"}, expires_at=timezone.now() + timedelta(seconds=50)
    )
    claimed = delivery.claim()
    Notification.objects.filter(pk=code.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    delivery.carry_out(claimed)
    recovery.sweep()
    assert (state(code), reason(code), memory.sent) == ("cancelled", "lapsed", [])


def test_a_message_other_than_a_code_is_not_dropped_when_its_time_passes(db) -> None:
    late = owe(expires_at=timezone.now() - timedelta(seconds=1))
    recovery.sweep()
    assert (state(late), reason(late), memory.sent) == ("review", "lapsed", [])


def test_a_text_that_is_not_the_one_posted_is_not_sent(owed) -> None:
    row = Notification.objects.get(pk=owed.pk)
    row.body = "Переказуйте гроші"
    row.save(update_fields=["body"])
    recovery.sweep()
    assert (state(owed), reason(owed)) == ("review", "text_differs_from_what_was_posted")
    assert memory.sent == []


def test_a_message_that_cannot_be_opened_waits_and_holds_up_nobody(db, settings) -> None:
    poisoned = owe()
    stranger = owe(reference="match-18-report-5")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_notification SET body = '\\x00'::bytea WHERE id = %s", [str(poisoned.pk)]
        )
    recovery.sweep()
    assert (state(poisoned), reason(poisoned)) == ("queued", "cannot_open_Damaged")
    assert state(stranger) == "accepted"
    for then in ("queued", "review"):  # at the third claim
        let_pass(poisoned, hours=2)
        recovery.sweep()
        assert state(poisoned) == then


def test_a_message_whose_key_is_away_waits_for_it_much_longer(owed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_notification SET body = '\\x01026b3900112233445566778899aabbccdd'::bytea"
        )
    for _ in range(delivery.MAX_DAMAGED + 2):
        let_pass(owed, hours=2)
        recovery.sweep()
    assert (state(owed), reason(owed)) == ("queued", "cannot_open_KeyIsAway")


def test_a_transport_set_up_wrongly_opens_no_attempt(owed, settings) -> None:
    settings.TRANSPORTS = {"sms": "notifications.transports.sms_twilio.TwilioTransport"}
    recovery.sweep()
    assert (state(owed), reason(owed), outcomes(owed)) == ("queued", "cannot_open_ImproperlyConfigured", [])


# --- what the database itself refuses


@pytest.mark.parametrize("back_to", [State.QUEUED, State.HELD, State.CLAIMED, State.CANCELLED])
def test_the_database_lets_nothing_go_back_from_accepted(owed, back_to) -> None:
    delivery.deliver_due()
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        Notification.objects.filter(pk=owed.pk).update(state=back_to)


def test_the_database_allows_one_open_attempt(owed) -> None:
    (opened,) = delivery.open_attempts(delivery.claim())
    with pytest.raises(Exception, match="one_open_attempt_per_notification"), transaction.atomic():
        Attempt.objects.create(notification=owed, n=opened.attempt.n + 1, fence=9, transport="memory")


def test_an_sms_without_a_receipt_for_three_days_waits_for_a_person(owed) -> None:
    delivery.deliver_due()
    assert owed not in Notification.objects.awaiting_a_person()
    let_pass(owed, hours=73)
    assert owed in Notification.objects.awaiting_a_person()
