"""Flags hold every message, in the database too; reports about one man are linked by two people, reversibly."""

import pytest
from django.db import IntegrityError, transaction

from familylink.reports import endings, intake
from familylink.reports.models import Flag, Report, ReportLink
from familylink.reports.references import news_reference
from matching import lists_intake, review
from matching.admin.queue import put_right_since_told
from matching.models import Correction, CorrectionReason, Match, MatchState
from matching.news import corrections, family_view
from notifications import follow_ups, reasons
from notifications.models import FollowUp, Notification
from tests.factories import a_committed_list, a_lead, a_match, a_report, a_reviewer, match_all, person_of
from tests.matching.deciding import (
    confirmed,
    has_left,
    linked,
    live_news,
    news,
    parted,
    rejected,
    told,
    verdict,
)
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db
MOTHERS, WIFES = "+380990000001", "+380990000002"


def flagged(match, kind="hold"):
    return review.raise_flag(match.missing_person_id, kind=kind, by=a_reviewer(), note="мати в лікарні")


@pytest.mark.parametrize("kind", ["hold", "conflict", "minor"])
def test_a_blocking_flag_keeps_every_message_back(kind):
    match = a_match()
    flagged(match, kind)
    assert confirmed(match).state == MatchState.CONFIRMED
    assert not news().exists()


def test_a_vulnerable_family_is_shown_and_not_kept_waiting():
    match = a_match()
    flagged(match, "vulnerable")
    confirmed(match)
    assert news().count() == 1


NOT_HELD = "This flag holds no message back"


def test_beside_a_vulnerable_family_the_page_says_that_its_message_leaves_all_the_same(client, settings):
    settings.SENDING = "send"
    match = a_match()
    flagged(match, "vulnerable")
    client.force_login(a_reviewer())
    shown = pair_page(client, match)
    assert NOT_HELD in shown
    assert "is sent at once" in shown
    flagged(match, "hold")
    assert NOT_HELD not in pair_page(client, match)  # nothing would be sent
    review.lower_flag(Flag.objects.get(kind="hold").pk, by=a_lead(), note="зателефонували")
    confirmed(match)
    assert NOT_HELD not in pair_page(client, match)  # it is owed already


def pair_page(client, match):
    shown = client.get(page("matching_match_change", match.pk), headers={"accept-language": "en"})
    return shown.content.decode()


@pytest.mark.parametrize("kind", ["hold", "conflict", "minor"])
def test_the_database_itself_refuses_a_message_under_a_flag(kind):
    match = confirmed(a_match())
    row = news().get()
    flagged(match, kind)
    row.pk, row.reference = None, news_reference(match.missing_person.reports.get())
    with pytest.raises(IntegrityError, match="flag"), transaction.atomic():
        Notification.objects.create(
            reference=row.reference,
            channel="sms",
            message="news",
            language="uk",
            to="+380990000001",
            to_index=b"y" * 32,
            body="news",
            body_digest=b"x" * 32,
            template_version="1",
            priority=1,
        )


def test_a_flag_calls_back_what_has_not_left_and_tells_after_a_lead_lowered_it(settings):
    settings.SENDING = "send"
    match = confirmed(a_match())
    flag = flagged(match)
    assert not live_news().exists()
    with pytest.raises(review.LeadNeeded):
        review.lower_flag(flag.pk, by=a_reviewer(), note="усе добре")
    review.lower_flag(flag.pk, by=a_lead(), note="усе добре")
    assert not live_news().exists(), "nobody is told by that alone"
    match = Match.objects.get(pk=match.pk)
    review.tell(match.pk, by=a_reviewer(), seen=review.plan(match).digest)
    assert live_news().count() == 1


def test_a_flag_raised_after_a_message_left_changes_nothing_that_was_true(settings):
    settings.SENDING = "send"
    match = confirmed(a_match())
    has_left()
    flagged(match, "conflict")
    assert live_news().count() == 1
    assert not Correction.objects.exists()
    assert follow_ups.awaiting_a_call() == 0, "nobody is to say that it was wrong"


@pytest.mark.parametrize(
    ("reported", "listed", "is_told"),
    [
        ("2008-05-25", "25.05.2008", False),
        ("2008-05-24", "24.05.2008", True),
        ("2008", "2008", False),
        ("", "2012", False),
        ("", "", True),
    ],
)
def test_a_minor_is_told_of_by_a_person_and_never_by_a_message(reported, listed, is_told):
    report = a_report(birth=reported)
    a_committed_list(f"Вересняк Олександр Миколайович;{listed}")
    match_all()
    match = confirmed(Match.objects.get(missing_person=report.missing_person_id))
    assert match.state == MatchState.CONFIRMED
    assert news().exists() is is_told
    assert Flag.objects.filter(kind="minor").exists() is not is_told


def test_a_flag_is_raised_with_words_once_and_stays_on_record():
    match = a_match()
    with pytest.raises(review.NoteRequired):
        review.raise_flag(match.missing_person_id, kind="hold", by=a_reviewer(), note=" ")
    assert flagged(match) == flagged(match)
    for change in (lambda: Flag.objects.update(kind="vulnerable"), lambda: Flag.objects.all().delete()):
        with pytest.raises(Exception, match=r"Cannot delete|only added"), transaction.atomic():
            change()


# ------------------------------------------------------------------------------------------------- links


def two_reports():
    mother, wife = a_report(), a_report(phone="+380990000002", given="Саша")
    a_committed_list()
    match_all()
    return mother, wife


def match_of(report):
    return Match.objects.get(missing_person=person_of(report))


def test_nothing_moves_until_a_second_person_agrees_that_it_is_one_man():
    mother, wife = two_reports()
    first = a_reviewer()
    link = review.propose_link(wife.pk, mother.missing_person_id, by=first, note="мати й дружина")
    wife.refresh_from_db()
    assert wife.missing_person_id != mother.missing_person_id
    with pytest.raises(review.SameReviewer):
        review.confirm_link(link.pk, by=first)
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        ReportLink.objects.filter(pk=link.pk).update(confirmed_by=first, confirmed_at="2026-05-24T21:00Z")


def test_every_linked_family_is_told_once():
    mother, wife = two_reports()
    linked(wife, mother)
    confirmed(match_of(mother))
    assert news().count() == 2
    assert news().values("to_index").distinct().count() == 2


def test_a_report_linked_to_a_confirmed_man_is_told_then_and_the_others_not_again():
    mother, wife = two_reports()
    confirmed(match_of(mother))
    assert news().count() == 1
    linked(wife, mother)
    assert news().count() == 2
    assert news().filter(reference=news_reference(mother)).count() == 1


def test_the_spellings_of_a_linked_report_come_with_it_and_leave_with_it():
    mother, wife = two_reports()
    link = linked(wife, mother)
    names = {name.given_name for name in person_of(mother).names.all()}
    assert names == {"Олександр", "Саша"}
    review.end_link(link.pk, by=a_reviewer(), note="двоє різних")
    wife.refresh_from_db()
    assert wife.missing_person_id == link.from_person_id
    assert {name.given_name for name in person_of(mother).names.all()} == {"Олександр"}


def test_a_link_voids_verdicts_given_before_it():
    mother, wife = two_reports()
    match, first = match_of(mother), a_reviewer()
    verdict(match, first)
    linked(wife, mother)
    match.refresh_from_db()
    assert (match.state, match.revision) == (MatchState.OPEN, 2)
    match_all()
    assert verdict(match, first).state == MatchState.AWAITING_SECOND


def test_unlinking_a_family_that_heard_makes_a_task_and_one_that_did_not_is_called_back(settings):
    settings.SENDING = "send"
    mother, wife = two_reports()
    link = linked(wife, mother)
    confirmed(match_of(mother))
    news().filter(reference=news_reference(mother)).move("accepted")
    review.end_link(link.pk, by=a_reviewer(), note="двоє різних")
    assert not Correction.objects.exists()
    assert [row.reference for row in live_news()] == [news_reference(mother)]
    wife.refresh_from_db()
    again = linked(wife, mother)
    wife.refresh_from_db()
    live_news().filter(reference=news_reference(wife)).move("accepted")
    review.end_link(again.pk, by=a_reviewer(), note="таки двоє")
    task = Correction.objects.get()
    assert (task.reason, task.report) == (CorrectionReason.UNLINKED, wife)


def a_wife_told_of_another_mans_news():
    """Linked, told with the mother, and not his wife after all: the pair of the mother's man."""
    mother, wife = two_reports()
    link = linked(wife, mother)
    match = confirmed(match_of(mother))
    has_left()
    review.end_link(link.pk, by=a_reviewer(), note="двоє різних")
    wife.refresh_from_db()
    return match, mother, wife


def test_the_words_for_the_call_after_an_unlinking_are_for_the_family_that_was_told_wrongly_alone(
    client, settings
):
    settings.SENDING = "send"
    match, mother, wife = a_wife_told_of_another_mans_news()
    signed_in(client, "reviewers")
    [to_correct] = client.get(page("matching_match_change", match.pk)).context["corrections"]
    assert [report for report, _words in to_correct.told] == [wife]
    assert mother.code_word not in str(to_correct.told)
    listed = client.get(page("matching_correction_changelist")).content.decode()
    assert wife.reference in listed
    assert mother.reference not in listed


def test_later_news_waits_for_the_call_of_whom_an_unlinking_concerns_and_of_nobody_else(settings):
    settings.SENDING = "send"
    match, mother, wife = a_wife_told_of_another_mans_news()
    assert not corrections.is_open_for(mother.missing_person_id)
    assert corrections.is_open_for(wife.missing_person_id)
    review.close_correction(match.corrections.get().pk, by=a_reviewer(), note="сказано")
    assert not corrections.is_open_for(wife.missing_person_id)


def test_a_list_withdrawn_after_an_unlinking_has_the_other_family_called_too(settings):
    settings.SENDING = "send"
    match, _mother, wife = a_wife_told_of_another_mans_news()
    lists_intake.withdraw_list(match.entry.source_list_id, by=None)
    tasks = match.corrections.open().values_list("reason", "report")
    assert set(tasks) == {("unlinked", wife.pk), ("list_withdrawn", None)}


def test_a_family_that_was_called_of_another_man_is_owed_the_call_of_its_own_later(client, settings):
    """Nothing was posted to it, so nothing but the call stood for its having heard."""
    mother, wife = a_report(), a_report(phone="", email="", given="Саша")
    a_committed_list()
    match_all()
    link = linked(wife, mother)
    confirmed(match_of(mother))
    call = FollowUp.objects.get(reference=news_reference(wife))
    follow_ups.record_call(call.pk, caller=a_reviewer(), outcome="spoke")
    review.end_link(link.pk, by=a_reviewer(), note="двоє різних")
    wife.refresh_from_db()
    assert Correction.objects.get().report == wife
    assert not follow_ups.heard_references([news_reference(wife)])


def test_a_link_away_from_a_confirmed_man_is_refused():
    mother, wife = two_reports()
    confirmed(match_of(mother))
    with pytest.raises(review.LinkRefused):
        review.propose_link(mother.pk, wife.missing_person_id, by=a_reviewer(), note="навпаки")


def test_a_conflict_holds_all_the_relatives_linked():
    mother, wife = two_reports()
    linked(wife, mother)
    match = match_of(mother)
    flagged(match, "conflict")
    confirmed(match)
    assert not news().exists()


@pytest.mark.parametrize("kind", ["hold", "conflict", "minor"])
def test_what_holds_the_news_of_a_report_holds_it_after_the_link_too(kind, sending):
    mother, wife = two_reports()
    review.raise_flag(wife.missing_person_id, kind=kind, by=a_reviewer(), note="дружині погрожують")
    confirmed(match_of(mother))
    assert told() == [MOTHERS]
    linked(wife, mother)
    assert told() == [MOTHERS]
    flag = Flag.objects.get(missing_person=mother.missing_person_id)
    assert (flag.kind, flag.note) == (kind, "дружині погрожують")
    assert follow_ups.awaiting_a_call() == (1 if kind == "minor" else 0)


def test_a_flag_that_comes_with_a_report_calls_back_what_the_others_are_owed_until_a_lead_lowers_it(sending):
    mother, wife = two_reports()
    review.raise_flag(wife.missing_person_id, kind="conflict", by=a_reviewer(), note="сварка")
    match = confirmed(match_of(mother))
    linked(wife, mother)
    assert told() == []
    flag = Flag.objects.get(missing_person=mother.missing_person_id)
    review.lower_flag(flag.pk, by=a_lead(), note="домовилися")
    match = Match.objects.get(pk=match.pk)
    review.tell(match.pk, by=a_reviewer(), seen=review.plan(match).digest)
    assert sorted(told()) == [MOTHERS, WIFES]


def test_a_flag_of_the_joint_man_goes_with_a_report_that_leaves_him_once(sending):
    mother, wife = two_reports()
    link = linked(wife, mother)
    flagged(match_of(mother))
    flagged(match_of(mother), "vulnerable")
    parted(link)
    assert Flag.objects.get(missing_person=link.from_person_id).kind == "hold"
    parted(linked(wife, mother))
    assert Flag.objects.standing().filter(kind="hold").count() == 2


def a_list_withdrawn_after_both_were_told():
    """The mother's pair and the link of the wife: somebody must call both."""
    mother, wife = two_reports()
    link = linked(wife, mother)
    match = confirmed(match_of(mother))
    told()
    lists_intake.withdraw_list(match.entry.source_list_id, by=None)
    return match, mother, wife, link


def test_a_family_that_is_unlinked_before_the_call_is_still_called_and_each_once(sending):
    match, mother, wife, link = a_list_withdrawn_after_both_were_told()
    parted(link)
    wife.refresh_from_db()
    whole, wifes = match.corrections.open()
    assert (whole.report, wifes.report, wifes.reason) == (None, wife, CorrectionReason.LIST_WITHDRAWN)
    assert corrections.of_report(wife) == wifes
    review.close_correction(wifes.pk, by=a_reviewer(), note="сказано дружині")
    assert corrections.of_report(wife) is None
    assert corrections.of_report(mother) == whole
    assert follow_ups.awaiting_a_call() == 1
    review.close_correction(whole.pk, by=a_reviewer(), note="сказано матері")
    assert follow_ups.awaiting_a_call() == 0


def test_a_family_that_came_back_is_called_with_the_others(sending):
    match, mother, wife, link = a_list_withdrawn_after_both_were_told()
    parted(link)
    wife.refresh_from_db()
    linked(wife, mother)
    review.close_correction(match.corrections.get(report=None).pk, by=a_reviewer(), note="сказано обом")
    assert not Correction.objects.open().exists()
    assert follow_ups.awaiting_a_call() == 0


def test_a_family_that_left_a_man_whose_row_was_put_right_is_promised_no_comparison_of_him(sending):
    mother, wife = two_reports()
    link = linked(wife, mother)
    match = confirmed(match_of(mother))
    told()
    a_committed_list("Вересняк Александр Николаевич;13.03.1987", replaces=match.entry.source_list.runs.get())
    match_all()
    parted(link)
    wife.refresh_from_db()
    match_all()
    for anew in Match.objects.undecided().filter(missing_person=wife.missing_person_id):
        rejected(anew)
    assert Match.objects.undecided().filter(missing_person=mother.missing_person_id).exists()
    assert family_view.is_compared_again(mother)
    assert not family_view.is_compared_again(wife)
    assert {found.missing_person_id for found in put_right_since_told(Match.objects.all())} == {
        mother.missing_person_id
    }


def test_a_family_that_left_a_man_whose_row_was_put_right_has_its_own_pair_compared_again(sending):
    mother, wife = two_reports()
    link = linked(wife, mother)
    match = confirmed(match_of(mother))
    told()
    a_committed_list("Вересняк Александр Николаевич;13.03.1987", replaces=match.entry.source_list.runs.get())
    parted(link)
    wife.refresh_from_db()
    match_all()
    assert family_view.is_compared_again(wife)
    assert {found.missing_person_id for found in put_right_since_told(Match.objects.all())} == {
        mother.missing_person_id,
        wife.missing_person_id,
    }


def test_a_family_linked_after_the_wrong_news_is_not_called_of_it_when_it_leaves(sending):
    _match, mother, _wife, _link = a_list_withdrawn_after_both_were_told()
    friend = a_report(phone="+380990000003")
    parted(linked(friend, mother))
    friend.refresh_from_db()
    assert corrections.of_report(friend) is None


def test_news_of_the_new_man_waits_for_the_call_of_the_earlier_one(sending):
    mother, wife = a_report(), a_report(phone=WIFES, surname="Вересень")
    run = a_committed_list("Вересень Олександр Миколайович;12.03.1987")
    match_all()
    wrong = confirmed(match_of(wife))
    assert told() == [WIFES]
    lists_intake.withdraw_list(run.source_list_id, by=None)
    a_committed_list()
    match_all()
    confirmed(Match.objects.get(missing_person=mother.missing_person_id, state=MatchState.OPEN))
    linked(wife, mother)
    assert told() == [WIFES, MOTHERS]
    wife.refresh_from_db()
    assert corrections.of_report(wife).match == wrong
    assert corrections.of_report(mother) is None
    row = live_news().get(reference=news_reference(wife))
    assert (row.state, row.state_reason) == ("held", reasons.CORRECTION_OPEN)


def test_a_reviewer_that_saw_another_plan_is_refused():
    match = a_match()
    seen = review.plan(match).digest
    verdict(match, a_reviewer(), seen=seen)
    flagged(match)
    with pytest.raises(review.PlanChanged):
        verdict(match, a_reviewer(), seen=seen)
    assert match.decisions.count() == 1


def test_the_plan_says_who_is_told_and_in_which_words(settings):
    settings.SENDING = "send"
    report = a_report(email="nina@example.org", language="uk")
    planned = review.plan(a_match(report=report))
    assert {letter.mode for letter in planned.letters} == {"send"}
    assert len(planned.owed) == 2
    for letter in planned.letters:
        assert report.reference in letter.body
        assert (letter.sms_parts > 0) is (letter.contact.channel == "sms")
    confirmed(Match.objects.get())
    assert sorted(row.body for row in news()) == sorted(letter.body for letter in planned.letters)


# ------------------------------------------------------------------------------------------ three relatives


def three_reports(*given):
    return [a_report(phone=f"+38099000000{n}", given=name) for n, name in enumerate(given, 1)]


def test_no_link_leads_on_to_a_third_man_and_two_reports_never_change_places():
    mother, wife, father = three_reports("Ян", "Петро", "Іван")
    way = review.propose_link(mother.pk, wife.missing_person_id, by=a_reviewer(), note="один")
    with pytest.raises(review.LinkProposed):
        review.propose_link(wife.pk, mother.missing_person_id, by=a_reviewer(), note="навпаки")
    review.confirm_link(way.pk, by=a_reviewer())
    with pytest.raises(review.LinkRefused):
        review.propose_link(
            father.pk, mother.missing_person_id, by=a_reviewer(), note="його звернення вже там"
        )
    with pytest.raises(review.LinkRefused):
        review.propose_link(wife.pk, father.missing_person_id, by=a_reviewer(), note="з матір'ю разом")


def test_whoever_proposes_a_link_that_a_colleague_has_just_proposed_from_the_other_page_is_shown_that_one(
    client,
):
    mother, wife, _ = three_reports("Олександр", "Олександр", "Олександр")
    a_committed_list()
    match_all()
    of_mother, of_wife = (Match.objects.get(missing_person=one.missing_person_id) for one in (mother, wife))
    asked = {"action": "propose_link", "note": "один"}
    client.force_login(a_reviewer())
    client.post(page("matching_match_change", of_mother.pk), {**asked, "rival": str(of_wife.pk)})
    client.force_login(a_reviewer())
    refused = client.post(
        page("matching_match_change", of_wife.pk),
        {**asked, "rival": str(of_mother.pk)},
        headers={"accept-language": "en"},
    )
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "A colleague has proposed" in shown
    assert "Agree: link the reports" in shown
    assert ReportLink.objects.awaiting_second().count() == 1


def test_two_linked_reports_are_linked_to_a_third_each_by_itself_and_all_three_are_told(settings):
    mother, wife, father = three_reports("Олександр", "Олександр", "Олександр")
    linked(wife, mother)
    a_committed_list()
    match_all()
    confirmed(Match.objects.get(missing_person=father.missing_person_id))
    both = review.propose_links(
        mother.missing_person_id, father.missing_person_id, by=a_reviewer(), note="усі про одного"
    )
    assert {link.report_id for link in both} == {mother.pk, wife.pk}
    for link in both:
        review.confirm_link(link.pk, by=a_reviewer())
    told_of = {row.reference.split("-report-")[-1][:36] for row in live_news()}
    assert {str(one.pk) in " ".join(told_of) for one in (mother, wife, father)} == {True}


def test_nothing_is_proposed_of_a_man_for_whom_nobody_searches_or_who_is_confirmed():
    mother, wife, _ = three_reports("Олександр", "Олександр", "Олександр")
    intake.withdraw(wife)
    with pytest.raises(review.LinkRefused):
        review.propose_links(wife.missing_person_id, mother.missing_person_id, by=a_reviewer(), note="один")
    assert not ReportLink.objects.exists()


def test_a_family_that_comes_back_to_a_man_who_was_confirmed_meanwhile_is_told():
    mother, wife, father = three_reports("Олександр", "Олекса", "Олекса")
    link = linked(wife, mother)
    Report.objects.filter(pk=father.pk).update(missing_person=link.from_person_id)
    a_committed_list("Вересняк Олекса Миколайович;12.03.1987")
    match_all()
    confirmed(Match.objects.get(missing_person=link.from_person_id))
    assert live_news().count() == 1
    parted(link)
    assert live_news().count() == 2


def test_a_report_that_was_erased_is_linked_no_more():
    mother, wife, _ = three_reports("Олександр", "Олександр", "Олександр")
    link = review.propose_link(wife.pk, mother.missing_person_id, by=a_reviewer(), note="один")
    endings.erase(wife)
    with pytest.raises(review.LinkRefused):
        review.confirm_link(link.pk, by=a_reviewer())
