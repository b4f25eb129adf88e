"""Approved and owed nothing, owed and not approved: both are 0, and the second stops all news."""

import logging

import pytest
from django.db import connection

from familylink.reports.references import news_reference
from matching import review
from matching.models import Decision, Verdict
from matching.news import alarms
from notifications import outbox, switches
from notifications.models import FollowUp, Notification
from tests.factories import a_lead, a_match, a_report, a_reviewer
from tests.matching.deciding import has_left

pytestmark = pytest.mark.django_db


def confirmed(**facts):
    match = a_match(**facts)
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(match.pk, reviewer=reviewer, verdict=Verdict.SAME, revision=match.revision)
    return match


def past_the_trigger(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_a_confirmed_match_leaves_both_at_nought() -> None:
    confirmed()
    assert (alarms.approved_without_message(), alarms.messages_without_approval()) == (set(), 0)
    alarms.watch()
    assert switches.stopped() == []


def test_a_correction_after_the_message_is_no_alarm_and_stops_nobody_elses_news() -> None:
    match = confirmed()
    has_left()
    review.correct(match.pk, by=a_lead(), note="інший рік")
    assert alarms.messages_without_approval() == 0
    alarms.watch()
    assert switches.stopped() == []


def test_news_whose_second_approval_never_was_is_an_alarm() -> None:
    confirmed()
    past_the_trigger("matching_decision")
    Decision.objects.filter(pk=Decision.objects.latest("decided_at").pk).delete()
    assert alarms.messages_without_approval() == 1


def test_a_family_without_an_address_is_owed_a_call_and_no_alarm() -> None:
    confirmed(report=a_report(phone=""))
    assert not alarms.approved_without_message()


def test_an_approval_that_owes_nobody_anything_is_an_alarm(caplog) -> None:
    match = confirmed()
    Notification.objects.all().delete()
    FollowUp.objects.all().delete()
    assert alarms.approved_without_message() == {match.missing_person.reports.get().pk}
    with caplog.at_level(logging.ERROR):
        alarms.watch()
    assert "1 reports approved and owed no message" in caplog.text


def test_news_that_nobody_approved_stops_all_news() -> None:
    report = a_report()
    past_the_trigger("notifications_notification")
    outbox.post(
        reference=news_reference(report),
        channel="sms",
        to="+380501234567",
        message="news",
        language="uk",
        context={"reference": report.reference, "code_word": report.code_word},
    )
    assert alarms.messages_without_approval() == 1
    alarms.watch()
    assert switches.stopped() == ["message:news"]
