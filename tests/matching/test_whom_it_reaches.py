"""What clicks, replies and corrections in a bad order must not do: tell a stranger, lose a family, tell one twice."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from familylink.portal import calling, filing
from familylink.portal.standing import Stage, standing_of
from familylink.reports import contact_codes, endings, intake
from familylink.reports.models import Contact, ContactCode, Report
from familylink.reports.references import news_reference
from matching import review
from matching.models import Correction, Match
from matching.news import alarms
from notifications import follow_ups, recipients, recovery, replies, switches
from notifications.models import FollowUp
from notifications.transports import memory
from tests.factories import (
    a_committed_list,
    a_lead,
    a_match,
    a_person,
    a_report,
    a_reviewer,
    match_all,
    person_of,
)
from tests.matching.deciding import confirmed, live_news, news, told, verdict
from tests.notifications.conftest import let_sending_go_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sending")]
PHONE, MAILBOX = "+380990000001", "nina@example.org"


def linked(report: Report, to: Report) -> None:
    link = review.propose_link(report.pk, to.missing_person_id, by=a_reviewer(), note="одна людина")
    review.confirm_link(link.pk, by=a_reviewer())
    report.refresh_from_db()


def two_reports_over_one_phone(**first: bool) -> tuple[Report, Report]:
    mother, wife = a_report(**first), a_report(given="Саша")
    a_committed_list()
    match_all()
    return mother, wife


def match_of(report: Report) -> Match:
    return Match.objects.get(missing_person=person_of(report))


# ---------------------------------------------------------------------------------------------- told twice


def test_one_telephone_in_two_reports_about_one_man_rings_once() -> None:
    mother, wife = two_reports_over_one_phone()
    linked(wife, mother)
    confirmed(match_of(mother))
    assert told() == [PHONE]
    assert sorted(news().values_list("state", "state_reason")) == [
        ("accepted", ""),
        ("cancelled", "told_with_another_report"),
    ]
    assert not review.untold(Match.objects.confirmed()).exists()
    assert alarms.approved_without_message() == set()


def test_a_report_that_is_linked_after_its_telephone_has_rung_does_not_ring_it_again() -> None:
    mother, wife = two_reports_over_one_phone()
    confirmed(match_of(mother))
    assert told() == [PHONE]
    linked(wife, mother)
    assert told() == [PHONE]


def test_the_report_that_has_proven_the_telephone_is_the_one_that_rings_it() -> None:
    mother, wife = two_reports_over_one_phone(confirmed=False)
    linked(wife, mother)
    confirmed(match_of(mother))
    assert told() == [PHONE]
    assert live_news().get().reference == news_reference(wife)


def test_the_reviewers_see_that_the_second_report_rings_no_second_time() -> None:
    mother, wife = two_reports_over_one_phone()
    linked(wife, mother)
    planned = review.plan(match_of(mother))
    assert [letter.mode for letter in planned.letters] == ["send", "told_with_another_report"]
    assert len(planned.owed) == 1


def test_an_address_proven_after_the_family_has_read_it_all_gets_no_late_news() -> None:
    report = a_report(email=MAILBOX)
    mailbox = Contact.objects.get(channel="email")
    Contact.objects.filter(pk=mailbox.pk).update(confirmed_at=None)
    confirmed(a_match(report=report))
    assert told() == [PHONE]
    follow_ups.heard(reference=news_reference(report))
    ContactCode.objects.all().delete()
    contact_codes.send_code(mailbox)
    recovery.sweep()
    assert contact_codes.confirm_code(report, memory.sent[-1].body.split("підтвердження: ")[1][:6])
    assert told() == [PHONE]
    assert news().get(channel="email").state_reason == "has_heard"


def test_a_family_that_was_called_in_its_quiet_hours_is_not_written_to_in_the_morning() -> None:
    recipients.set_quiet_hours(channel="sms", to=PHONE, begin=dt.time(0), end=dt.time(23, 59, 59))
    confirmed(a_match())
    assert told() == []
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    recipients.set_quiet_hours(channel="sms", to=PHONE, begin=None, end=None)
    news().update(due_at=timezone.now())
    assert told() == []


def test_a_family_that_was_called_and_gives_an_address_later_is_not_owed_a_message() -> None:
    report = a_report(phone="")
    match = confirmed(a_match(report=report))
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    intake.add_contact(report, "sms", PHONE)
    Contact.objects.update(confirmed_at=timezone.now())
    assert not review.untold(Match.objects.confirmed()).exists()
    with pytest.raises(review.NothingToTell):
        review.tell(match.pk, by=a_reviewer(), seen=review.plan(match).digest)


# ------------------------------------------------------------------------------------------- the wrong family


def test_a_strangers_number_stays_a_strangers_when_the_family_writes_it_down_again() -> None:
    report = a_report(email=MAILBOX)
    replies.receive(transport="gateway", event_id="1", sender=PHONE, text="це не я")
    intake.stop_contact(report, report.contacts.get(channel="sms").pk)
    filing.add_contact(report, "sms", PHONE)
    confirmed(a_match(report=report))
    assert told() == [MAILBOX]
    assert report.contacts.get(channel="sms").confirmed_at is None


def test_a_code_that_was_read_shows_that_a_mailbox_is_not_dead() -> None:
    report = a_report(phone="", email=MAILBOX)
    recipients.stop(channel="email", to=MAILBOX, reason="dead_address")
    contact_codes.send_sign_in_code(report)
    recovery.sweep()
    assert filing.recognise(report, code_in(memory.sent[-1].body))
    confirmed(a_match(report=report))
    assert told() == [MAILBOX]


def test_where_a_caller_has_met_a_stranger_no_news_goes_until_the_number_is_proven_anew() -> None:
    report = a_report(email=MAILBOX)
    switches.stop("all", reason="x")
    confirmed(a_match(report=report))
    recovery.sweep()
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="wrong_number")
    let_sending_go_on("all")
    news().update(due_at=timezone.now())
    assert told() == [MAILBOX]
    assert news().get(channel="sms").state_reason == "a_caller_met_a_stranger"
    assert planned(report) == {"sms": "a_caller_met_a_stranger", "email": "send"}
    contact_codes.send_sign_in_code(report)
    recovery.sweep()
    assert filing.recognise(report, code_in(next(sent.body for sent in memory.sent if sent.to == PHONE)))
    assert told() == [MAILBOX, PHONE]
    assert planned(report) == {"sms": "send", "email": "send"}


@pytest.mark.parametrize("reason", ["asked", "not_me", "doubted"])
def test_whoever_decides_reads_that_an_address_will_get_nothing(reason: str) -> None:
    report = a_report(email=MAILBOX)
    match = a_match(report=report)
    recipients.stop(channel="sms", to=PHONE, reason=reason)
    assert planned(report) == {"sms": f"recipient_{reason}", "email": "send"}
    confirmed(match)
    assert told() == [MAILBOX]


def planned(report: Report) -> dict[str, str]:
    """What the page of the pair says becomes of each message."""
    return {one.contact.channel: one.mode for one in review.plan(match_of(report)).letters if one.contact}


def code_in(body: str) -> str:
    return re.findall(r"\b[0-9]{6}\b", body)[0]


@pytest.mark.parametrize("change", [{"is_active": False}, {"groups": []}])
def test_news_decided_by_somebody_who_may_no_longer_decide_waits_for_a_person(change) -> None:
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer)
    verdict(match, a_reviewer())
    if "groups" in change:
        reviewer.groups.clear()
    else:
        type(reviewer).objects.filter(pk=reviewer.pk).update(**change)
    assert told() == []
    assert news().get().state_reason == "reviewer_lost_the_right"
    recovery.sweep()
    owed = FollowUp.objects.get()
    assert owed.call_reason == "not_delivered"
    with override("uk"):
        (caution,) = calling.families_of([owed.reference])[owed.reference].cautions
    assert "більше не має на це права" in caution
    assert standing_of(Report.objects.get()).stage == Stage.SEARCHING
    follow_ups.record_call(owed.pk, caller=a_reviewer(), outcome="spoke")
    assert standing_of(Report.objects.get()).stage == Stage.NEWS


@pytest.mark.parametrize("has_left", [False, True])
def test_what_no_longer_speaks_for_the_pair_is_not_read_on_the_page_unless_it_was_sent_before(
    has_left: bool,
) -> None:
    confirmed(a_match())
    if has_left:
        assert told() == [PHONE]
    in_doubt(Report.objects.get())
    told()
    assert (standing_of(Report.objects.get()).stage == Stage.NEWS) is has_left


def in_doubt(report: Report) -> None:
    """What its family tells of him now speaks no more for the pair."""
    intake.change_person(report.missing_person_id, a_person("Вересняк", "Петро", "Миколайович", "1961-05-05"))


@pytest.mark.parametrize("has_rung", [False, True])
def test_what_is_in_doubt_two_families_read_over_one_telephone_only_once_it_has_rung(has_rung: bool) -> None:
    mother, wife = two_reports_over_one_phone()
    linked(wife, mother)
    if not has_rung:
        switches.stop("all", reason="x")
    confirmed(match_of(mother))
    assert told() == ([PHONE] if has_rung else [])
    in_doubt(mother)
    stages = {standing_of(report).stage for report in Report.objects.all()}
    assert stages == {Stage.NEWS if has_rung else Stage.SEARCHING}


@pytest.mark.parametrize("reason", ["may_have_been_sent", "sent_after_cancel"])
def test_what_may_have_been_sent_stays_on_the_page_when_it_is_in_doubt(reason: str) -> None:
    report = a_report()
    confirmed(a_match(report=report))
    news().update(state="review", state_reason=reason)
    in_doubt(report)
    standing = standing_of(Report.objects.get())
    assert (standing.stage, len(standing.messages)) == (Stage.NEWS, 1)


def test_news_that_is_kept_back_is_not_listed_while_it_waits() -> None:
    report = a_report()
    switches.stop("all", reason="x")
    confirmed(a_match(report=report))
    in_doubt(report)
    standing = standing_of(Report.objects.get())
    assert (standing.stage, standing.messages) == (Stage.SEARCHING, [])


def test_who_calls_a_family_that_changed_its_language_speaks_the_new_one() -> None:
    report = a_report(phone="")
    confirmed(a_match(report=report))
    person = a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12")
    intake.correct(report, intake.Told(person=person, relation="mother", language="ru"))
    assert FollowUp.objects.get().language == "ru"


@pytest.mark.parametrize(
    ("kind", "is_shown"), [("hold", 0), ("conflict", 0), ("minor", 0), ("vulnerable", 1)]
)
def test_the_familys_page_says_no_more_than_a_message_may(kind: str, is_shown: int) -> None:
    match = a_match()
    review.raise_flag(match.missing_person_id, kind=kind, by=a_reviewer(), note="зачекати")
    confirmed(match)
    assert (standing_of(Report.objects.get()).stage == Stage.NEWS) is bool(is_shown)


def test_what_a_family_was_told_before_the_flag_stays_on_its_page() -> None:
    match = confirmed(a_match())
    assert told() == [PHONE]
    review.raise_flag(match.missing_person_id, kind="conflict", by=a_reviewer(), note="зачекати")
    assert standing_of(Report.objects.get()).stage == Stage.NEWS


@pytest.mark.parametrize("how", ["call", "page"])
def test_a_family_that_knew_before_any_message_had_left_is_told_when_it_is_no_longer_so(how: str) -> None:
    recipients.stop(channel="sms", to=PHONE)
    match = confirmed(a_match())
    assert told() == []
    if how == "call":
        follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    else:
        follow_ups.heard(reference=news_reference(Report.objects.get()))
    review.correct(match.pk, by=a_lead(), note="помилка")
    assert Correction.objects.open().get().heard == "perhaps"
    assert FollowUp.objects.awaiting_a_call().get().call_reason == "taken_back"


@pytest.mark.parametrize("how", ["message", "call"])
def test_whoever_had_its_report_erased_is_nobodys_task_when_it_is_no_longer_so(how: str) -> None:
    if how == "call":
        recipients.stop(channel="sms", to=PHONE)
    match = confirmed(a_match())
    assert told() == ([PHONE] if how == "message" else [])
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    endings.erase(Report.objects.get())
    assert review.correct(match.pk, by=a_lead(), note="помилка") == []
    assert follow_ups.awaiting_a_call() == 0


def test_who_heard_from_a_caller_of_a_row_put_right_is_told_anew_only_once_that_is_said() -> None:
    recipients.stop(channel="sms", to=PHONE)
    report = a_report()
    run = a_committed_list("Вересняк Олександр Миколайович;12.03.1987", "Кропива Тарас Опанасович;01.02.1990")
    match_all()
    confirmed(match_of(report))
    assert told() == []
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    a_committed_list(
        "Вересняк Олександр Миколайович;12.03.1986", "Кропива Тарас Опанасович;01.02.1990", replaces=run
    )
    task = Correction.objects.open().get()
    assert (task.reason, Report.objects.get().news_round) == ("row_changed", 0)
    review.close_correction(task.pk, by=a_lead(), note="сказано")
    assert Report.objects.get().news_round == 1


@pytest.mark.parametrize("text", ["Дякую!", "Це не я"])
@pytest.mark.parametrize("is_settled", [True, False])
def test_an_answer_to_news_that_was_taken_back_has_nobody_call_as_if_it_were_so(text, is_settled) -> None:
    match = confirmed(a_match())
    assert told() == [PHONE]
    news().update(state="delivered")
    review.correct(match.pk, by=a_lead(), note="помилка")
    if is_settled:
        review.close_correction(Correction.objects.get().pk, by=a_lead(), note="сказано")
    replies.receive(transport="gateway", event_id="1", sender=PHONE, text=text)
    waiting = [row.call_reason for row in FollowUp.objects.awaiting_a_call()]
    assert waiting == ([] if is_settled else ["taken_back"])


# ------------------------------------------------------------------------------------------------------ lost


def test_of_a_minor_every_family_is_called_and_sees_it_on_its_page_once_it_has_heard() -> None:
    report = a_report(birth="2010")
    a_committed_list("Вересняк Олександр Миколайович;2010")
    match_all()
    confirmed(match_of(report))
    assert told() == []
    assert FollowUp.objects.get().call_reason == "minor"
    assert alarms.approved_without_message() == set()
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    assert standing_of(Report.objects.get()).stage == Stage.NEWS


def test_whom_a_flag_holds_nobody_calls_and_no_alarm_rings_for_it() -> None:
    match = a_match()
    review.raise_flag(match.missing_person_id, kind="hold", by=a_reviewer(), note="зачекати")
    confirmed(match)
    assert not FollowUp.objects.exists()
    assert alarms.approved_without_message() == set()
    assert review.untold(Match.objects.confirmed()).exists()


def test_a_minor_of_whom_it_is_found_out_after_the_second_verdict_is_called_about_all_the_same() -> None:
    match = confirmed(a_match())
    review.raise_flag(match.missing_person_id, kind="minor", by=a_reviewer(), note="йому шістнадцять")
    assert told() == []
    assert follow_ups.awaiting_a_call() == 1
    assert alarms.approved_without_message() == set()


def confirmed_and_not_sent(report: Report) -> None:
    """On a list without birth dates, while the sending switch is off."""
    switches.stop("all", reason="x")
    a_committed_list("Вересняк Олександр Миколайович")
    match_all()
    confirmed(match_of(report))


def test_who_turns_out_to_be_a_minor_when_a_report_is_linked_is_told_of_in_a_call() -> None:
    mother = a_report(birth="")
    confirmed_and_not_sent(mother)
    wife = a_report(phone="+380990000002", birth="2010")
    linked(wife, mother)
    let_sending_go_on("all")
    assert told() == []
    assert [row.call_reason for row in FollowUp.objects.awaiting_a_call()] == ["minor", "minor"]


def test_of_whom_the_family_tells_that_he_is_a_minor_before_the_news_has_left_a_person_speaks() -> None:
    report = a_report(birth="")
    confirmed_and_not_sent(report)
    person = a_person("Вересняк", "Олександр", "Миколайович", "2010")
    intake.correct(report, intake.Told(person=person, relation="mother", language="uk"))
    let_sending_go_on("all")
    news().update(due_at=timezone.now())
    assert told() == []
    assert (news().get().state, news().get().state_reason) == ("review", "may_be_a_minor")


def test_a_minor_is_called_about_once_a_lead_has_lowered_what_held_it() -> None:
    match = a_match()
    flags = [
        review.raise_flag(match.missing_person_id, kind=kind, by=a_reviewer(), note="зачекати")
        for kind in ("hold", "minor")
    ]
    confirmed(match)
    review.lower_flag(flags[0].pk, by=a_lead(), note="можна")
    match = Match.objects.get(pk=match.pk)
    review.tell(match.pk, by=a_reviewer(), seen=review.plan(match).digest)
    assert FollowUp.objects.get().call_reason == "minor"


def test_a_family_whose_telephone_was_to_ring_for_another_report_is_called_when_that_one_is_withdrawn() -> (
    None
):
    mother, wife = two_reports_over_one_phone()
    linked(wife, mother)
    confirmed(match_of(mother))
    endings.withdraw(Report.objects.get(pk=mother.pk))
    assert told() == []
    FollowUp.objects.update(opened_at=timezone.now() - dt.timedelta(hours=1))
    recovery.sweep()
    called = FollowUp.objects.awaiting_a_call().get()
    assert (called.reference, called.call_reason) == (news_reference(wife), "not_delivered")


def test_where_the_telephone_has_rung_for_the_other_report_nobody_is_missed() -> None:
    mother, wife = two_reports_over_one_phone()
    linked(wife, mother)
    confirmed(match_of(mother))
    assert told() == [PHONE]
    live_news().update(state="delivered")
    FollowUp.objects.update(opened_at=timezone.now() - dt.timedelta(hours=1))
    recovery.sweep()
    assert follow_ups.awaiting_a_call() == 0
