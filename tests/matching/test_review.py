"""Two different people decide; only then a family is owed a message, and it is owed once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from familylink.reports import contact_codes, intake
from familylink.reports.models import Contact, MissingPerson
from familylink.reports.references import news_reference
from matching import review, waves
from matching.models import Band, Decision, ListKind, Match, MatchState, Verdict
from notifications import follow_ups
from notifications.models import Notification
from tests.factories import (
    a_lead,
    a_match,
    a_person,
    a_report,
    a_reviewer,
    match_all,
)
from tests.matching.deciding import a_man_on_two_lists, confirmed, news

pytestmark = pytest.mark.django_db


def verdict(match, reviewer, verdict=Verdict.SAME, note="", revision=None):
    """Of the pair as it is in the reviewer's hands, which may be older than the database's."""
    return review.decide(
        match.pk, reviewer=reviewer, verdict=verdict, note=note, revision=revision or match.revision
    )


def test_one_reviewer_alone_tells_nobody():
    match = verdict(a_match(), a_reviewer())
    assert match.state == MatchState.AWAITING_SECOND
    assert not news().exists()


def test_two_reviewers_tell_the_family_in_their_language():
    match = a_match(report=a_report(email="nina@example.org", language="ru"))
    confirmed(match)
    assert match.state == MatchState.CONFIRMED
    assert sorted(news().values_list("channel", "language")) == [("email", "ru"), ("sms", "ru")]


def test_the_second_verdict_must_come_from_another_person():
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer)
    with pytest.raises(review.SameReviewer):
        verdict(match, reviewer)
    assert not news().exists()


def test_the_database_itself_refuses_one_person_as_both_reviewers():
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(
            state=MatchState.CONFIRMED, second_reviewer=reviewer, decided_at="2026-05-24T21:00Z"
        )


def test_the_database_refuses_a_confirmation_without_two_decisions():
    match = a_match()
    with pytest.raises(IntegrityError, match="two different people"), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(
            state=MatchState.CONFIRMED,
            first_reviewer=a_reviewer(),
            second_reviewer=a_reviewer(),
            decided_at="2026-05-24T21:00Z",
        )


def test_the_database_refuses_news_that_nobody_approved():
    match = a_match()
    report = match.missing_person.reports.get()
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        Notification.objects.create(
            reference=news_reference(report),
            channel="sms",
            message=review.NEWS,
            language="uk",
            to="+380990000001",
            to_index=b"x" * 32,
            body="news",
            body_digest=b"x" * 32,
            template_version="1",
            priority=1,
        )


def test_a_decision_can_be_neither_changed_nor_deleted():
    verdict(a_match(), a_reviewer())
    for change in (
        lambda: Decision.objects.update(verdict="different"),
        lambda: Decision.objects.all().delete(),
    ):
        with pytest.raises(Exception, match=r"Cannot delete|only added"), transaction.atomic():
            change()


def test_a_match_is_never_deleted():
    match = a_match()
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        Match.objects.filter(pk=match.pk).delete()


def test_disagreement_needs_a_lead():
    match = a_match()
    verdict(match, a_reviewer())
    verdict(match, a_reviewer(), Verdict.DIFFERENT, note="Інший рік")
    match.refresh_from_db()
    assert match.state == MatchState.DISPUTED
    assert not news().exists()
    with pytest.raises(review.LeadNeeded):
        verdict(match, a_reviewer())
    assert verdict(match, a_lead()).state == MatchState.CONFIRMED
    assert news().count() == 1


def test_a_lead_may_also_turn_a_disputed_pair_down():
    match = a_match()
    verdict(match, a_reviewer())
    verdict(match, a_reviewer(), Verdict.DIFFERENT, note="Інший рік")
    match.refresh_from_db()
    assert verdict(match, a_lead(), Verdict.DIFFERENT, note="Так").state == MatchState.REJECTED
    assert not news().exists()


@pytest.mark.parametrize("first_said", [Verdict.SAME, Verdict.DIFFERENT])
def test_the_verdict_of_somebody_who_may_decide_no_more_does_not_count(first_said):
    """Of a family without an address a person would be asked to call at once: no gate is asked again."""
    match, first = a_match(report=a_report(phone="")), a_reviewer()
    verdict(match, first, first_said, note="?")
    first.groups.clear()
    assert verdict(match, a_reviewer()).state == MatchState.AWAITING_SECOND
    assert follow_ups.awaiting_a_call() == 0
    assert verdict(match, a_reviewer()).state == MatchState.CONFIRMED
    assert follow_ups.awaiting_a_call() == 1


def test_a_lead_alone_does_not_settle_a_dispute_with_somebody_who_may_decide_no_more():
    match, first = a_match(), a_reviewer()
    verdict(match, first)
    verdict(match, a_reviewer(), Verdict.DIFFERENT, note="Інший рік")
    first.groups.clear()
    assert verdict(match, a_lead()).state == MatchState.DISPUTED
    assert verdict(match, a_lead()).state == MatchState.CONFIRMED


def test_one_no_does_not_lose_a_family_whose_evidence_is_strong():
    match = a_match()
    assert match.band in (Band.CERTAIN, Band.PROBABLE)
    assert verdict(match, a_reviewer(), Verdict.DIFFERENT, note="?").state == MatchState.AWAITING_SECOND


def test_one_no_closes_what_was_hardly_possible():
    match = a_match("Вересняк Олексій Миколайович;", report=a_report(birth=""))
    assert match.band == Band.POSSIBLE
    assert verdict(match, a_reviewer(), Verdict.DIFFERENT).state == MatchState.REJECTED


def test_unsure_is_recorded_with_its_reason_and_leaves_the_pair_open():
    match = a_match()
    with pytest.raises(review.NoteRequired):
        verdict(match, a_reviewer(), Verdict.UNSURE)
    assert verdict(match, a_reviewer(), Verdict.UNSURE, note="Немає дати").state == MatchState.OPEN
    assert match.decisions.get().note == "Немає дати"


def test_turning_down_strong_evidence_needs_a_reason():
    with pytest.raises(review.NoteRequired):
        verdict(a_match(), a_reviewer(), Verdict.DIFFERENT)


def test_a_decided_pair_takes_no_further_verdict():
    match = confirmed(a_match())
    with pytest.raises(review.AlreadyDecided):
        verdict(match, a_reviewer())


def test_a_verdict_on_evidence_that_has_changed_is_refused():
    match = a_match()
    with pytest.raises(review.StaleRevision):
        verdict(match, a_reviewer(), revision=match.revision + 1)


def test_new_facts_void_the_first_verdict():
    report = a_report(birth="1987")
    match = a_match(report=report)
    verdict(match, a_reviewer())
    intake.change_person(
        report.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12")
    )
    match_all()
    match.refresh_from_db()
    assert (match.state, match.revision, match.first_reviewer) == (MatchState.OPEN, 2, None)


def test_a_run_never_changes_a_decided_pair_and_only_flags_it():
    report = a_report(birth="1987")
    match = confirmed(a_match(report=report))
    before = (match.points, match.band, match.evidence, match.revision)
    intake.change_person(
        report.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1991-01-01")
    )
    match_all()
    match.refresh_from_db()
    assert (match.points, match.band, match.evidence, match.revision) == before
    assert match.state == MatchState.CONFIRMED
    assert match.new_evidence_at


NOT_HIS = a_person("Вересняк", "Олександр", "Миколайович", "1961-05-05")


def test_facts_that_nobody_has_compared_yet_take_no_yes():
    match, second = verdict(a_match(), a_reviewer()), a_reviewer()
    intake.change_person(match.missing_person_id, NOT_HIS)
    with pytest.raises(review.FactsChanged):
        verdict(match, second)
    assert not news().exists()
    match_all()
    match.refresh_from_db()
    assert (match.state, match.revision) == (MatchState.OPEN, 2)
    assert verdict(match, second).state == MatchState.AWAITING_SECOND


def test_a_no_and_a_doubt_need_no_new_comparing():
    match = a_match()
    intake.change_person(match.missing_person_id, NOT_HIS)
    assert verdict(match, a_reviewer(), Verdict.UNSURE, note="рік інший").state == MatchState.OPEN
    assert verdict(match, a_reviewer(), Verdict.DIFFERENT, note="не він").state == MatchState.AWAITING_SECOND


def test_other_rules_of_the_engine_alone_keep_nobody_waiting():
    match = a_match()
    MissingPerson.objects.update(matched_revision=0)
    assert confirmed(match).state == MatchState.CONFIRMED


def test_a_family_confirmed_on_other_facts_is_not_told_when_its_flag_is_lowered():
    match = a_match()
    flag = review.raise_flag(match.missing_person_id, kind="hold", by=a_reviewer(), note="мати в лікарні")
    confirmed(match)
    review.lower_flag(flag.pk, by=a_lead(), note="усе добре")
    intake.change_person(match.missing_person_id, NOT_HIS)
    seen = review.plan(Match.objects.get()).digest
    with pytest.raises(review.Weakened):
        review.tell(match.pk, by=a_reviewer(), seen=seen)
    assert not news().exists()


def test_a_confirmed_pair_that_nobody_would_propose_any_more_is_flagged():
    match = confirmed(a_match())
    intake.change_person(match.missing_person_id, a_person("Кропива", "Тарас", "Опанасович", "1990-02-01"))
    match_all()
    match.refresh_from_db()
    assert match.state == MatchState.CONFIRMED
    assert match.new_evidence_at


def test_a_rejected_pair_stays_rejected_when_matching_runs_again():
    report = a_report()
    match = a_match(report=report)
    for reviewer in (a_reviewer(), a_reviewer()):
        verdict(match, reviewer, Verdict.DIFFERENT, note="Інша людина")
    intake.change_person(
        report.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987-03-12")
    )
    match_all()
    match.refresh_from_db()
    assert match.state == MatchState.REJECTED


def test_a_withdrawn_report_takes_its_pair_off_the_queue():
    report = a_report()
    match = a_match(report=report)
    intake.withdraw(report)
    match_all()
    waves.lapse_unsought()
    match.refresh_from_db()
    assert match.state == MatchState.LAPSED
    with pytest.raises(review.Ended):
        verdict(match, a_reviewer())


@pytest.mark.parametrize("kind", [kind for kind in ListKind.values if kind != ListKind.RELEASED])
def test_no_list_but_one_of_the_released_leads_to_a_message(kind):
    match = confirmed(a_match(kind=kind))
    assert match.state == MatchState.CONFIRMED
    assert not news().exists()


def test_a_man_on_two_lists_of_the_released_is_told_to_his_family_once_and_his_other_pair_is_settled():
    first, second = a_man_on_two_lists()
    confirmed(first)
    second.refresh_from_db()
    assert (second.state, second.settled_by) == (MatchState.SETTLED, first)
    assert news().count() == 1
    review.reopen(second.pk, by=a_reviewer(), note="Другий список теж про нього")
    second.refresh_from_db()
    assert confirmed(second).state == MatchState.CONFIRMED
    assert news().count() == 1


def test_an_address_that_nobody_confirmed_is_held_for_a_call():
    confirmed(a_match(report=a_report(confirmed=False)))
    assert news().get().state == "held"
    assert news().get().state_reason == "contact_unconfirmed"


def test_news_held_for_an_unproven_address_goes_out_once_the_family_proves_it(settings, monkeypatch):
    settings.SENDING = "send"
    monkeypatch.setattr(contact_codes, "new_code", lambda: "246810")
    report, other = a_report(confirmed=False), a_report(confirmed=False, given="Зовсімінакший", birth="1950")
    confirmed(a_match(report=report))
    contact_codes.send_code(other.contacts.get())
    contact_codes.confirm_code(other, "246810")
    assert news().get().state == "held", "the same number on another report proves nothing for this one"
    contact_codes.send_code(report.contacts.get())
    contact_codes.confirm_code(report, "246810")
    assert news().get().state == "queued"


def test_news_to_a_proven_address_still_waits_while_sending_is_off(settings, monkeypatch):
    settings.SENDING = "hold"
    monkeypatch.setattr(contact_codes, "new_code", lambda: "246810")
    report = a_report(confirmed=False)
    confirmed(a_match(report=report))
    contact_codes.send_code(report.contacts.get())
    contact_codes.confirm_code(report, "246810")
    assert [(row.state, row.state_reason) for row in news()] == [("held", "sending_off")]


def test_a_contact_that_the_family_stopped_gets_nothing():
    report = a_report(email="nina@example.org")
    Contact.objects.filter(report=report, channel="sms").update(stopped_at="2026-05-24T21:00Z")
    confirmed(a_match(report=report))
    assert [row.channel for row in news()] == ["email"]


def test_news_that_is_still_unsent_does_not_go_out_after_a_withdrawal():
    report = a_report()
    confirmed(a_match(report=report))
    intake.withdraw(report)
    assert [(row.state, row.state_reason) for row in news()] == [("cancelled", "report_withdrawn")]


def test_a_rolled_back_approval_owes_nothing():
    match = a_match()
    verdict(match, a_reviewer())
    with transaction.atomic():
        verdict(match, a_reviewer())
        transaction.set_rollback(True)
    match.refresh_from_db()
    assert match.state == MatchState.AWAITING_SECOND
    assert not news().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_two_reviewers_at_the_same_instant_make_one_outcome_and_one_message(round_):
    match = a_match()
    reviewers = [a_reviewer(), a_reviewer()]
    barrier, states = threading.Barrier(2), []

    def click(reviewer):
        try:
            barrier.wait(timeout=120)
            states.append(verdict(match, reviewer).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(reviewer,)) for reviewer in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(states) == [MatchState.AWAITING_SECOND, MatchState.CONFIRMED]
    assert match.decisions.count() == 2
    assert news().count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_reviewer_clicking_many_times_gives_one_verdict():
    match, reviewer = a_match(), a_reviewer()
    barrier, taken = threading.Barrier(8), []

    def click():
        try:
            barrier.wait(timeout=120)
            verdict(match, reviewer)
            taken.append(True)
        except review.SameReviewer:
            taken.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(taken) == [False] * 7 + [True]
    assert match.decisions.count() == 1
