"""The staff's pages for calls, replies and wordings: who may see an address, and that looking is on record."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from familylink.portal import calling
from familylink.reports import intake
from familylink.reports.models import AccessRecord, Report
from familylink.reports.references import news_reference
from matching import review
from notifications import by_hand, follow_ups, reasons, recipients, recovery, replies
from notifications.models import FollowUp, Notification, Reply, Template
from notifications.transports import memory
from notifications.transports.base import TransportError
from tests.factories import a_lead, a_match, a_report, a_reviewer
from tests.matching.deciding import confirmed, has_left

from .conftest import MAILBOX, NUMBER, owe, reason, state
from .test_follow_ups import news_without_a_match

__all__ = ["news_without_a_match"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Any) -> Any:
    names = iter(("lesia", "taras", "ostap"))

    def sign_in(*permissions: str) -> Any:
        clerk = User.objects.create_user(next(names), is_staff=True)
        clerk.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(clerk)
        return client

    return sign_in


def page(client: Any, row: Any) -> str:
    kind = row._meta.model_name
    return client.get(reverse(f"admin:notifications_{kind}_change", args=[row.pk])).content.decode()


def act(client: Any, action: str, row: Any) -> None:
    form = {"action": action, "_selected_action": [str(row.pk)]}
    client.post(reverse(f"admin:notifications_{row._meta.model_name}_changelist"), form)


@pytest.fixture
def to_call() -> FollowUp:
    """A family whose report is told of by news to its address of then, proven by nobody."""
    owe(
        reference=news_reference(a_report(phone=NUMBER)),
        message="news",
        hold_reason=reasons.CONTACT_UNCONFIRMED,
    )
    recovery.sweep()
    return FollowUp.objects.get()


def test_whoever_calls_reads_first_that_the_family_needs_care_and_nobody_else_does(desk, to_call) -> None:
    caller = desk("view_followup", "record_call")
    assert "перш ніж телефонувати" not in page(caller, to_call)
    person = Report.objects.get().missing_person
    review.raise_flag(person.pk, kind="vulnerable", note="мати в лікарні", by=a_reviewer())
    seen = page(caller, to_call)
    assert "вразлива родина" in seen
    assert "мати в лікарні" in seen
    assert "мати в лікарні" not in page(desk("view_followup"), to_call)


def test_who_calls_sees_the_number_and_the_report_and_that_is_on_record(desk, to_call) -> None:
    seen = page(desk("view_followup", "record_call"), to_call)
    assert NUMBER in seen.replace(" ", "")
    report = Report.objects.get()
    assert report.reference in seen
    assert reverse("admin:reports_report_change", args=[report.pk]) in seen
    record = AccessRecord.objects.get()
    assert (record.subject, record.subject_id) == ("notifications.followup", to_call.pk)


def test_who_calls_sees_where_they_are_reached_now_and_never_a_strangers_number(desk, to_call) -> None:
    report, client = Report.objects.get(), desk("view_followup", "record_call")
    intake.add_contact(report, "sms", "+380671112233")
    assert {NUMBER in page(client, to_call), "+380671112233" in page(client, to_call)} == {True}
    replies.receive(transport="gateway", event_id="1", sender=NUMBER, text="це не я")
    assert NUMBER not in page(client, to_call)
    report.contacts.update(stopped_at=report.filed_at)
    assert "+380671112233" not in page(client, to_call)


def test_who_calls_sees_over_what_the_family_has_been_told_already(desk, to_call) -> None:
    seen = page(desk("view_followup", "record_call"), to_call)
    assert "адресу не підтверджено" in seen
    assert "доставлено" not in seen
    owe(reference=to_call.reference, message="news", channel="email", to=MAILBOX)
    Notification.objects.filter(channel="email").update(state="delivered")
    seen = page(desk("view_followup", "record_call"), to_call)
    assert re.search("[^<]*: доставлено<", seen)
    assert MAILBOX not in seen


def test_who_only_looks_sees_no_number(desk, to_call) -> None:
    assert NUMBER[1:] not in page(desk("view_followup"), to_call)
    assert not AccessRecord.objects.exists()


def test_the_list_shows_whom_to_call_in_which_language_and_no_number(desk, to_call) -> None:
    client = desk("view_followup", "record_call")
    seen = client.get(reverse("admin:notifications_followup_changelist") + "?call=yes").content.decode()
    assert Report.objects.get().reference in seen
    assert "Українська" in seen
    assert NUMBER[1:] not in seen
    assert to_call.reference not in seen + page(client, to_call), "only the number that the family has too"


def test_a_call_is_recorded_beside_the_number_that_was_called(desk, to_call) -> None:
    client = desk("view_followup", "record_call")
    assert 'value="record_spoke"' in page(client, to_call)
    act(client, "record_spoke", to_call)
    assert 'value="record_spoke"' not in page(client, to_call)


@pytest.mark.parametrize(("outcome", "left"), [("no_answer", 1), ("wrong_number", 1), ("spoke", 0)])
def test_a_call_is_recorded_with_its_outcome(desk, to_call, outcome: str, left: int) -> None:
    act(desk("view_followup", "record_call"), f"record_{outcome}", to_call)
    assert follow_ups.awaiting_a_call() == left
    assert to_call.calls.get().outcome == outcome


def test_the_number_where_a_caller_met_a_stranger_is_marked_for_the_next_one(desk, to_call) -> None:
    Report.objects.get().contacts.update(confirmed_at=timezone.now())
    caller = desk("view_followup", "record_call", "view_report")
    assert f"{NUMBER} (підтверджено)" in page(caller, to_call)
    act(caller, "record_wrong_number", to_call)
    assert "натрапив там на чужу людину: переконайтеся, хто відповідає" in page(caller, to_call)
    report = Report.objects.get()
    seen = caller.get(reverse("admin:reports_report_change", args=[report.pk])).content.decode()
    assert "натрапив за цим номером на чужу людину" in seen


def test_who_may_not_call_records_nothing(desk, to_call) -> None:
    act(desk("view_followup"), "record_spoke", to_call)
    assert to_call.calls.count() == 0


@pytest.mark.parametrize("right", ["view_text", "record_call"])
def test_what_a_family_wrote_is_read_by_those_who_may_and_that_is_on_record(desk, right) -> None:
    replies.receive(transport="gateway", event_id="1", sender=NUMBER, text="А де він зараз?")
    reply = Reply.objects.get()
    assert "зараз" not in page(desk("view_reply"), reply)
    assert "А де він зараз?" in page(desk("view_reply", right), reply)
    assert AccessRecord.objects.get().subject == "notifications.reply"


def test_who_calls_reads_what_came_back_and_who_reads_it_finds_the_call(desk, settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}
    report = a_report(phone=NUMBER)
    replies.receive(transport="gateway", event_id="0", sender=NUMBER, text="А коли будуть списки?")
    Reply.objects.update(received_at=timezone.now() - dt.timedelta(days=1))
    owe(reference=news_reference(report), message="news")
    recovery.sweep()
    replies.receive(transport="gateway", event_id="1", sender=NUMBER, text="А де він зараз?")
    follow_up, reply = FollowUp.objects.get(), Reply.objects.latest("received_at")
    called = page(desk("view_followup", "record_call"), follow_up)
    assert "А де він зараз?" in called
    assert "списки" not in called, "that came before the news"
    assert "зараз" not in page(desk("view_followup"), follow_up)
    seen = page(desk("view_reply", "record_call"), reply)
    assert f"{report.reference}</a>: треба зателефонувати: нам написали" in seen
    assert reverse("admin:notifications_followup_change", args=[follow_up.pk]) in seen


def test_whoever_was_taken_for_a_stranger_by_mistake_can_prove_the_number_again(desk, to_call) -> None:
    replies.receive(transport="gateway", event_id="1", sender=NUMBER, text="це не я")
    caller = desk("view_followup", "view_reply", "record_call")
    assert NUMBER not in page(caller, to_call).replace(" ", "")
    assert 'value="is_theirs_after_all"' in page(caller, Reply.objects.get())
    act(desk("view_reply"), "is_theirs_after_all", Reply.objects.get())
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "not_me"
    caller = desk("view_followup", "view_reply", "record_call")
    act(caller, "is_theirs_after_all", Reply.objects.get())
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "doubted"
    assert "переконайтеся, хто відповідає" in page(caller, to_call)
    assert 'value="is_theirs_after_all"' not in page(caller, Reply.objects.get())
    code = owe(message="contact_code", reference="contact-code-1", context={"code": "123456"})
    recovery.sweep()
    assert state(code) == "accepted"


def test_a_wording_is_written_and_approved_on_the_pages(desk) -> None:
    rights = ("view_template", "add_template", "approve_template")
    form = {"message": "report_received", "language": "uk", "channel": "sms", "subject": ""}
    first = desk(*rights)
    url = reverse("admin:notifications_template_add")
    refused = first.post(url, {**form, "text": "{{ reference }} {{ code_word }} https://x.example"})
    assert "a link" in refused.content.decode()
    first.post(url, {**form, "text": "Звернення {{ reference }} у нас. Слово: {{ code_word }}."})
    made = Template.objects.get(is_shipped=False)
    assert "Звернення AAAAAAAAAAAA у нас" in page(first, made)
    act(first, "approve", made)
    act(first, "approve", made)
    made.refresh_from_db()
    assert made.approved_at is None
    second = desk(*rights)
    act(second, "approve", made)
    assert owe().template_version == made.digest
    act(second, "retire", made)
    assert owe(reference="match-18").template_version != made.digest


def test_a_message_that_cannot_arrive_goes_over_the_familys_other_channel(desk, settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}
    memory.failures.append(TransportError("no_such_number", permanent=True))
    by_sms = owe(message="news")
    recovery.sweep()
    by_mail = owe(message="news", channel="email", to=MAILBOX, hold_reason="cautious")
    act(desk("view_notification", "settle_notification"), "send_over_another", by_sms)
    assert (state(by_mail), reason(by_mail)) == ("queued", "went_over_another_channel")
    recovery.sweep()
    assert [sent.to for sent in memory.sent] == [MAILBOX]


def test_what_may_have_been_sent_over_the_other_channel_is_not_sent_again(settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}
    by_mail = owe(message="news", channel="email", to=MAILBOX)
    memory.failures.append(RuntimeError())
    recovery.sweep()
    memory.failures.append(TransportError("no_such_number", permanent=True))
    by_sms = owe(message="news")
    recovery.sweep()
    assert state(by_sms) == "review"
    assert not by_hand.send_over_another(by_sms.pk)
    assert state(by_mail) == "unknown"


def test_the_list_marks_whom_to_read_of_first_and_not_why(desk, to_call) -> None:
    def listed(*rights: str) -> str:
        return desk(*rights).get(reverse("admin:notifications_followup_changelist")).content.decode()

    person = Report.objects.get().missing_person
    review.raise_flag(person.pk, kind="vulnerable", note="мати в лікарні", by=a_reviewer())
    seen = listed("view_followup", "record_call")
    assert "⚑" in seen
    assert "мати в лікарні" not in seen
    assert "⚑" not in listed("view_followup")


def families_to_call(*surnames: str) -> None:
    """Of men whom two people confirmed; no address of theirs is proven, and of each something is to be known first."""
    for surname in surnames:
        report = a_report(phone="", email=MAILBOX, surname=surname, confirmed=False)
        confirmed(a_match(f"{surname} Олександр Миколайович;12.03.1987", report=report))
        review.raise_flag(report.missing_person_id, kind="vulnerable", note="вагітна", by=a_reviewer())
    recovery.sweep()


def test_many_families_to_call_are_listed_with_no_more_queries_than_few(desk) -> None:
    client, address = desk("view_followup", "record_call"), reverse("admin:notifications_followup_changelist")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, {"call": "yes"})
        assert answer.content.decode().count("⚑") == follow_ups.awaiting_a_call()
        return len(asked)

    families_to_call("Вересняк")
    queries()
    few = queries()
    families_to_call("Кличук", "Ляшенко", "Соловій")
    assert (queries(), follow_ups.awaiting_a_call()) == (few, 4)


def test_each_of_many_families_is_called_by_what_is_known_of_it_alone(to_call, settings) -> None:
    settings.SENDING = "send"
    gentle = Report.objects.get()
    review.raise_flag(gentle.missing_person_id, kind="vulnerable", note="мати в лікарні", by=a_reviewer())
    strangers = a_report(phone="+380990000002", email="Olena@example.org", surname="Кличук")
    recipients.stop(channel="sms", to="+380990000002", reason="not_me")
    wrong = a_report(phone="+380990000003", email="olena@example.org", surname="Ляшенко")
    pair = a_match("Ляшенко Олександр Миколайович;12.03.1987", report=wrong)
    confirmed(pair)
    has_left()
    review.correct(pair.pk, by=a_lead(), note="інший рік")
    wrong.refresh_from_db()
    references = {report: news_reference(report) for report in (gentle, strangers, wrong)}
    together = calling.families_of(list(references.values()))
    each = {report: together[reference] for report, reference in references.items()}
    assert [family.name for family in each.values()] == [report.reference for report in each]
    assert [len(family.addresses) for family in each.values()] == [1, 1, 2]
    assert [len(family.cautions) for family in each.values()] == [1, 0, 0]
    assert [bool(family.correction) for family in each.values()] == [False, False, True]
    assert together == {one: calling.families_of([one])[one] for one in references.values()}


def test_that_earlier_news_was_wrong_is_read_before_the_number(desk, settings) -> None:
    settings.SENDING = "send"
    match = a_match(report=a_report(phone=NUMBER))
    confirmed(match)
    has_left()
    review.correct(match.pk, by=a_lead(), note="інший рік")
    seen = page(desk("view_followup", "record_call"), FollowUp.objects.get())
    assert seen.index('id="correction-heading"') < seen.index(NUMBER)
