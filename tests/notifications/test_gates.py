"""Whatever has become untrue since a message was posted stops it right before the call."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from notifications import delivery, gates, messages, recipients, recovery
from notifications.models import Circuit, Notification
from notifications.models.recipient import quiet_for
from notifications.transports import memory

from .conftest import CODE, NUMBER, let_pass, owe, reason, state

pytestmark = pytest.mark.django_db
KYIV = ZoneInfo("Europe/Kyiv")
NINE, EIGHT = dt.time(21), dt.time(8)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_to_somebody_who_asked_us_to_stop_nothing_goes() -> None:
    owed = owe()
    recipients.stop(channel="sms", to=NUMBER)
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("review", "recipient_asked", [])


def test_a_stop_between_claim_and_call_still_counts() -> None:
    owed = owe()
    claimed = delivery.claim()
    recipients.stop(channel="sms", to=NUMBER)
    delivery.carry_out(claimed)
    assert (state(owed), memory.sent) == ("review", [])


@pytest.mark.parametrize("reason", ["asked", "complained", "dead_address"])
def test_whom_nothing_else_goes_to_may_still_ask_for_a_code(reason: str) -> None:
    """It is their only way in; a mailbox that was dead once may live again."""
    recipients.stop(channel="sms", to=NUMBER, reason=reason)
    code = owe(message="contact_code", context=CODE)
    recovery.sweep()
    assert state(code) == "accepted"


def test_a_stranger_gets_not_even_a_code() -> None:
    recipients.stop(channel="sms", to=NUMBER, reason="not_me")
    code = owe(message="contact_code", context=CODE)
    recovery.sweep()
    assert (state(code), memory.sent) == ("cancelled", [])


def test_who_allows_messages_again_gets_them() -> None:
    recipients.stop(channel="sms", to=NUMBER)
    recipients.allow_again(channel="sms", to=NUMBER)
    assert not recipients.wishes_of(channel="sms", to=NUMBER).is_stopped
    owe()
    recovery.sweep()
    assert len(memory.sent) == 1


@pytest.mark.parametrize("to", ["+79161234567", "+375291234567", "+73651234567"])
def test_a_number_in_a_network_of_the_other_side_gets_nothing(to: str) -> None:
    owed = owe(to=to)
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("review", "number_is_not_safe", [])


def test_news_without_its_owners_gate_never_leaves(settings) -> None:
    owed = owe()
    make_news(owed, settings)
    settings.MESSAGE_GATES = {}
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("review", "no_gate", [])


def shut_for_a_reason(question: gates.Question) -> str:
    assert (question.reference, question.basis, question.to) == ("match-17-report-4", "m:3", NUMBER)
    return "decision_no_longer_stands"


def broken(question: gates.Question) -> str:
    raise LookupError


def test_what_its_owner_takes_back_waits_for_a_person(settings) -> None:
    settings.MESSAGE_GATES = {"report_received": f"{__name__}.shut_for_a_reason"}
    owed = owe(basis="m:3")
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("review", "decision_no_longer_stands", [])


def test_an_owners_gate_that_breaks_lets_nothing_through(settings) -> None:
    settings.MESSAGE_GATES = {"report_received": f"{__name__}.broken"}
    owed = owe()
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("queued", "cannot_open_LookupError", [])
    for _ in range(delivery.MAX_UNREADABLE):
        let_pass(owed, hours=2)
        recovery.sweep()
    assert (state(owed), memory.sent) == ("review", [])


def test_one_recipient_gets_only_so_many_of_a_kind_in_a_day() -> None:
    rows = [owe(reference=f"match-{n}") for n in range(7)]
    recovery.sweep(60.0)
    assert len(memory.sent) == 6
    assert [reason(row) for row in rows if state(row) == "review"] == ["too_many_for_one_recipient"]


def test_tries_at_one_message_do_not_count_as_many() -> None:
    owed = owe()
    for _ in range(8):
        memory.failures.append(delivery.TransportError("http_503"))
        recovery.sweep()
        assert not memory.failures
        # It is due again, and the provider that refused so often may be tried again.
        Notification.objects.filter(pk=owed.pk).update(due_at=LONG_AGO)
        Circuit.objects.update(open_until=LONG_AGO)
    recovery.sweep()
    assert state(owed) == "accepted"


# --- quiet hours


@pytest.mark.parametrize(
    ("local", "hours"),
    [
        ("2026-05-24 20:59", 0),
        ("2026-05-24 21:00", 11),
        ("2026-05-25 00:00", 8),
        ("2026-05-25 07:30", 0.5),
        ("2026-05-25 08:00", 0),
        ("2026-03-28 22:00", 9),  # the clocks go forward that night: it is an hour shorter
        ("2026-10-24 22:00", 11),  # and back: an hour longer
    ],
)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(local: str, hours: float) -> None:
    moment = dt.datetime.fromisoformat(local).replace(tzinfo=KYIV)
    assert quiet_for(moment, NINE, EIGHT) == dt.timedelta(hours=hours)


def test_quiet_hours_within_one_day() -> None:
    noon = dt.datetime(2026, 5, 24, 12, tzinfo=KYIV)
    assert quiet_for(noon, dt.time(11), dt.time(13, 30)) == dt.timedelta(hours=1.5)
    assert quiet_for(noon, dt.time(13), dt.time(14)) == dt.timedelta(0)


def all_day(channel: str, to: str, zone: str) -> None:
    """Quiet from the minute that has just begun there until the one before: whatever the hour of this test."""
    now = dt.datetime.now(ZoneInfo(zone)).replace(second=0, microsecond=0)
    begin, end = (now - dt.timedelta(minutes=2)).time(), (now - dt.timedelta(minutes=3)).time()
    recipients.set_quiet_hours(channel=channel, to=to, begin=begin, end=end, zone=zone)


def make_news(owed: Notification, settings) -> None:
    version = messages.shipped("news", "uk", "sms").version
    Notification.objects.filter(pk=owed.pk).update(message="news", template_version=version)
    settings.MESSAGE_GATES = {"news": f"{__name__}.open_gate"}


def open_gate(question: gates.Question) -> str:
    return ""


def test_news_waits_for_a_family_that_asked_for_quiet(settings) -> None:
    owed = owe()
    make_news(owed, settings)
    all_day("sms", NUMBER, "America/Toronto")
    recovery.sweep()
    assert (state(owed), reason(owed), memory.sent) == ("queued", "quiet_hours", [])
    recipients.set_quiet_hours(channel="sms", to=NUMBER, begin=None, end=None)
    let_pass(owed, hours=24)
    recovery.sweep()
    assert state(owed) == "accepted"


def test_news_wakes_a_family_that_has_not_asked_for_quiet(settings) -> None:
    owed = owe()
    make_news(owed, settings)
    settings.QUIET_HOURS = (dt.time(0), dt.time(23, 59, 59))
    recovery.sweep()
    assert state(owed) == "accepted"


def test_an_answer_leaves_at_any_hour() -> None:
    all_day("sms", NUMBER, "Europe/Kyiv")
    owe()
    recovery.sweep()
    assert len(memory.sent) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"zone": "Kyiv"}, {"begin": None}, {"end": None}],
)
def test_quiet_hours_need_two_times_and_a_zone_that_exists(wrong) -> None:
    with pytest.raises(ValueError, match="two times"):
        recipients.set_quiet_hours(**{"channel": "sms", "to": NUMBER, "begin": NINE, "end": EIGHT, **wrong})
