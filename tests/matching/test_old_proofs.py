"""A telephone passes to a stranger in time: what was proven long ago is proven again before news goes there."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from familylink.reports import contact_codes, due
from familylink.reports.models import Contact, ContactCode, Report
from familylink.reports.references import news_reference
from matching import review
from matching.models import Match
from matching.news import after_wave
from notifications import follow_ups, recipients, recovery
from notifications.models import FollowUp, Notification
from notifications.transports import memory
from tests.factories import a_lead, a_match, a_report, a_reviewer
from tests.matching.deciding import confirmed, has_left, news

pytestmark = pytest.mark.django_db
PHONE, MAILBOX = "+380990000001", "nina@example.org"


@pytest.fixture(autouse=True)
def at_any_hour(sending, settings):
    settings.QUIET_HOURS = ()


def proven(days_ago: int, **contacts: str) -> None:
    then = timezone.now() - dt.timedelta(days=days_ago)
    Contact.objects.filter(**contacts).update(confirmed_at=then)


def told() -> list[str]:
    """Whom news has reached."""
    recovery.sweep()
    return [sent.to for sent in memory.sent if "новина" in sent.body]


def asked() -> list[str]:
    """Who was asked whether the address is still theirs."""
    recovery.sweep()
    return [sent.to for sent in memory.sent if "досі Ваш" in sent.body]


def types_the_code(contact: Contact) -> None:
    ContactCode.objects.all().delete()
    contact_codes.send_code(contact)
    recovery.sweep()
    [code] = re.findall(r"\b[0-9]{6}\b", memory.sent[-1].body)
    assert contact_codes.confirm_code(contact.report, code)


@pytest.mark.parametrize(("days_ago", "is_told"), [(89, True), (91, False)])
def test_news_goes_only_where_the_proof_is_younger_than_ninety_days(days_ago, is_told) -> None:
    match = a_match()
    proven(days_ago)
    confirmed(match)
    assert bool(told()) is is_told
    assert bool(FollowUp.objects.awaiting_a_call()) is not is_told


def test_whose_proof_is_too_old_is_called_and_asked_and_hears_after_a_code(client) -> None:
    match = a_match()
    proven(91)
    confirmed(match)
    assert (told(), asked()) == ([], [PHONE])
    assert news().get().state_reason == "proof_too_old"
    assert FollowUp.objects.get().call_reason == "proof_too_old"
    client.force_login(a_lead())
    client.cookies["django_language"] = "en"
    page = reverse("admin:notifications_followup_change", args=[FollowUp.objects.get().pk])
    assert "long ago: make sure who answers" in client.get(page).content.decode()
    types_the_code(Contact.objects.get())
    assert told() == [PHONE]


def test_a_proof_that_ends_between_approval_and_sending_keeps_it_back_and_a_new_one_lets_it_out() -> None:
    confirmed(a_match())
    proven(91)
    assert told() == []
    assert (news().get().state, news().get().state_reason) == ("review", "proof_too_old")
    recovery.sweep()
    assert FollowUp.objects.get().call_reason == "proof_too_old"
    types_the_code(Contact.objects.get())
    assert told() == [PHONE]


def test_of_two_addresses_only_the_one_proven_lately_is_written_to() -> None:
    match = a_match(report=a_report(email=MAILBOX))
    proven(91, channel="sms")
    confirmed(match)
    assert told() == [MAILBOX]


def test_the_reviewers_see_that_it_will_not_go_there_by_itself() -> None:
    match = a_match()
    proven(91)
    [letter] = review.plan(match).letters
    assert letter.mode == "proof_too_old"


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
@pytest.mark.parametrize("to", [{"phone": PHONE}, {"phone": "", "email": MAILBOX}])
def test_the_question_tells_a_stranger_neither_number_nor_code_word(language, to) -> None:
    report = a_report(language=language, **to)
    proven(80)
    due.ask_for_new_proofs()
    recovery.sweep()
    [question] = memory.sent
    assert report.reference not in question.subject + question.body
    assert report.code_word not in question.body


def test_two_weeks_before_it_ends_they_are_asked_once_and_again_for_the_next_proof() -> None:
    a_report()
    proven(75)
    due.ask_for_new_proofs()
    assert asked() == []
    proven(77)
    for _ in range(2):
        due.ask_for_new_proofs()
    assert asked() == [PHONE]
    types_the_code(Contact.objects.get())
    due.ask_for_new_proofs()
    assert asked() == [PHONE]
    proven(78)
    Notification.objects.update(posted_at=timezone.now() - dt.timedelta(days=78))
    due.ask_for_new_proofs()
    assert Notification.objects.filter(message="prove_again").count() == 2


@pytest.mark.parametrize(
    "change", [{"withdrawn_at": timezone.now()}, {"ending": "found", "ends_at": timezone.now()}]
)
def test_who_no_longer_searches_is_not_asked(change) -> None:
    report = a_report()
    proven(100)
    Report.objects.filter(pk=report.pk).update(**change)
    due.ask_for_new_proofs()
    assert asked() == []


def test_of_many_at_once_each_sweep_asks_some() -> None:
    for number in range(due.ASKED_A_SWEEP + 1):
        a_report(phone=f"+3809900001{number:02}")
    proven(100)
    due.ask_for_new_proofs()
    assert Notification.objects.filter(message="prove_again").count() == due.ASKED_A_SWEEP
    due.ask_for_new_proofs()
    assert Notification.objects.filter(message="prove_again").count() == due.ASKED_A_SWEEP + 1


def test_what_names_the_report_does_not_go_where_the_proof_is_too_old() -> None:
    report = a_report()
    recipients.want_checks(channel="sms", to=PHONE, wanted=True)
    match = a_match(report=report)
    proven(91)
    assert after_wave.tell_checked() == 0
    with pytest.raises(review.NobodyToAsk):
        review.ask_family(match.pk, by=a_reviewer(), feature="place", note="де", revision=match.revision)
    Report.objects.update(searching_at=timezone.now() - dt.timedelta(days=400))
    due.ask_next_whether_still_searching()
    assert asked() == [PHONE]
    assert not Notification.objects.filter(message="still_searching").exists()


def test_a_code_lets_nothing_out_that_waits_until_somebody_has_called() -> None:
    report = a_report()
    match = confirmed(a_match(report=report))
    has_left()
    review.correct(match.pk, by=a_lead(), note="помилка")
    proven(91)
    confirmed(Match.objects.get(pk=match.pk))
    types_the_code(report.contacts.get())
    assert told() == []
    report.refresh_from_db()
    assert follow_ups.standing(news_reference(report))
