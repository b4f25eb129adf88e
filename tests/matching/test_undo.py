"""A verdict is taken back within ten minutes and before anything left; afterwards a person corrects it."""

import re
import uuid
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from matching import lists_intake, review
from matching.models import (
    Correction,
    CorrectionReason,
    Decision,
    Heard,
    Match,
    MatchState,
    Reopening,
    Verdict,
)
from notifications import follow_ups, overdue
from notifications.models import FollowUp
from tests.factories import SON_ON_LIST, a_committed_list, a_lead, a_match, a_report, a_reviewer, match_all
from tests.matching.deciding import (
    a_man_on_two_lists,
    confirmed,
    grow_old,
    has_left,
    live_news,
    news,
    rejected,
    verdict,
    weak_pairs,
)
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db

CALLS = import_module("matching.migrations.0028_calls_of_closed_corrections")


def test_a_first_verdict_is_taken_back_by_whoever_gave_it():
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer)
    review.undo(match.pk, by=reviewer)
    match.refresh_from_db()
    assert (match.state, match.revision, match.first_reviewer) == (MatchState.OPEN, 2, None)
    assert match.decisions.count() == 1, "the verdict stays on record"
    assert match.reopenings.get().cause == Reopening.Cause.UNDONE
    assert verdict(match, reviewer).state == MatchState.AWAITING_SECOND


def test_nobody_takes_back_a_colleagues_verdict_but_a_lead():
    match = a_match()
    verdict(match, a_reviewer())
    with pytest.raises(review.LeadNeeded):
        review.undo(match.pk, by=a_reviewer())
    review.undo(match.pk, by=a_lead())
    match.refresh_from_db()
    assert match.state == MatchState.OPEN


def test_undoing_a_confirmation_calls_the_message_back_before_it_leaves(settings):
    settings.SENDING = "send"
    match, second = a_match(), a_reviewer()
    verdict(match, a_reviewer())
    verdict(match, second)
    assert news().get().state == "queued"
    review.undo(match.pk, by=second)
    match.refresh_from_db()
    assert match.state == MatchState.OPEN
    assert news().get().state == "cancelled"


def test_a_family_whose_news_was_called_back_is_told_after_a_new_decision():
    match, second = a_match(), a_reviewer()
    verdict(match, a_reviewer())
    verdict(match, second)
    review.undo(match.pk, by=second)
    confirmed(match)
    assert sorted(news().values_list("state", flat=True)) == ["cancelled", "held"]


def test_nothing_is_undone_once_a_message_has_left(settings):
    settings.SENDING = "send"
    match, second = a_match(), a_reviewer()
    verdict(match, a_reviewer())
    verdict(match, second)
    has_left()
    with pytest.raises(review.AlreadySent):
        review.undo(match.pk, by=second)
    match.refresh_from_db()
    assert match.state == MatchState.CONFIRMED
    assert live_news().count() == 1


def test_when_one_of_two_messages_has_left_neither_is_called_back(settings):
    settings.SENDING = "send"
    match, second = a_match(report=a_report(email="nina@example.org")), a_reviewer()
    verdict(match, a_reviewer())
    verdict(match, second)
    has_left_by_sms = news().filter(channel="sms")
    has_left_by_sms.move("accepted")
    with pytest.raises(review.AlreadySent):
        review.undo(match.pk, by=second)
    assert sorted(news().values_list("channel", "state")) == [("email", "queued"), ("sms", "accepted")]


def test_after_ten_minutes_nothing_is_undone():
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer)
    grow_old(match.decisions.all(), review.UNDO_MINUTES)
    with pytest.raises(review.TooLate):
        review.undo(match.pk, by=reviewer)
    assert review.undoable(reviewer) is None


def test_a_rejection_is_taken_back_too():
    match = rejected(a_match())
    review.undo(match.pk, by=match.second_reviewer)
    match.refresh_from_db()
    assert match.state == MatchState.OPEN


def test_unsure_is_nothing_to_take_back():
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer, Verdict.UNSURE)
    with pytest.raises(review.NothingToUndo):
        review.undo(match.pk, by=reviewer)


def test_the_database_opens_no_decided_pair_without_an_event_on_record():
    match = rejected(a_match())
    for change in ({"state": "open", "decided_at": None}, {"state": "open", "revision": match.revision + 1}):
        with pytest.raises(IntegrityError, match="recorded event"), transaction.atomic():
            Match.objects.filter(pk=match.pk).update(**change)


@pytest.mark.parametrize("change", [lambda rows: rows.update(cause="correction"), lambda rows: rows.delete()])
def test_an_event_can_be_neither_changed_nor_deleted(change):
    match, reviewer = a_match(), a_reviewer()
    verdict(match, reviewer)
    review.undo(match.pk, by=reviewer, note="інший")
    with pytest.raises(Exception, match=r"Cannot delete|only added"), transaction.atomic():
        change(Reopening.objects.all())


# ------------------------------------------------------------------------------------------------- correction


def wrongly_told(settings):
    settings.SENDING = "send"
    match = confirmed(a_match(report=a_report(language="en")))
    has_left()
    return match


def test_a_lead_corrects_what_was_sent_and_a_person_gets_the_task(settings):
    match = wrongly_told(settings)
    [task] = review.correct(match.pk, by=a_lead(), note="Інший рік народження")
    match.refresh_from_db()
    assert match.state == MatchState.OPEN
    assert (task.reason, task.heard, task.settled_at) == (CorrectionReason.UNDONE, Heard.MESSAGE, None)


def test_the_words_for_the_call_are_in_the_familys_language():
    report = a_report(language="en")
    words = review.script(report)
    assert report.code_word in words[0]
    assert "not right" in words[1]


def test_the_words_for_the_call_are_true_of_a_family_to_whom_nothing_was_written(settings):
    settings.SENDING = "send"
    report = a_report(language="en", phone="")
    match = confirmed(a_match(report=report))
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    review.correct(match.pk, by=a_lead(), note="помилка")
    said = [*review.script(report), FollowUp.objects.get().get_call_reason_display()]
    assert not [words for words in said if re.search(r"wrote|message|sent", words)]


def test_a_correction_sends_nothing_by_itself(settings):
    match = wrongly_told(settings)
    before = list(news().values_list("pk", "state"))
    review.correct(match.pk, by=a_lead(), note="Інший рік народження")
    assert list(news().values_list("pk", "state")) == before


def test_only_a_lead_corrects_and_only_with_words(settings):
    match = wrongly_told(settings)
    with pytest.raises(review.LeadNeeded):
        review.correct(match.pk, by=a_reviewer(), note="?")
    with pytest.raises(review.NoteRequired):
        review.correct(match.pk, by=a_lead(), note=" ")


def test_a_family_that_was_told_wrongly_gets_no_message_before_a_person_spoke_to_them(settings):
    match = wrongly_told(settings)
    review.correct(match.pk, by=a_lead(), note="Інший рік народження")
    confirmed(match)
    newest = news().latest("posted_at")
    assert (newest.state, newest.state_reason) == ("held", "correction_open")


def test_once_a_correction_is_closed_news_held_for_it_asks_for_its_own_call_and_no_longer_for_that_one(
    settings, client
):
    match = wrongly_told(settings)
    [task] = review.correct(match.pk, by=a_lead(), note="Інший рік народження")
    confirmed(match)
    signed_in(client, "reviewers")
    shown = client.get(page("matching_match_change", match.pk)).content.decode()
    assert "спершу зателефонуйте родині" in shown
    assert "попередню звістку виправлено" not in shown
    review.close_correction(task.pk, by=a_lead(), note="Мати знає")
    shown = client.get(page("matching_match_change", match.pk)).content.decode()
    assert "спершу зателефонуйте родині" not in shown
    assert "попередню звістку виправлено: зателефонуйте родині й про цю новину" in shown
    FollowUp.objects.update(opened_at=F("opened_at") - timedelta(hours=1))
    overdue.ask_for_calls()
    assert follow_ups.awaiting_a_call() == 1, "they are called, as the page says"
    assert live_news().latest("posted_at").state == "held", "the call of the correction may have told them"


def test_news_waits_for_the_last_correction_about_the_man(settings):
    settings.SENDING, lead = "send", a_lead()
    first, second = a_man_on_two_lists()
    confirmed(first)
    has_left()
    [task] = review.correct(first.pk, by=lead, note="Інший рік народження")
    about = {"reason": CorrectionReason.UNDONE, "heard": Heard.PERHAPS, "raised_by": lead}
    other = Correction.objects.create(match=second, **about)
    confirmed(second)
    review.close_correction(task.pk, by=lead, note="Мати знає")
    assert news().latest("posted_at").state_reason == "correction_open"
    review.close_correction(other.pk, by=lead, note="Мати знає")
    assert news().latest("posted_at").state_reason == "correction_closed"


def test_a_correction_is_closed_once_and_stays_on_record(settings):
    lead = a_lead()
    [task] = review.correct(wrongly_told(settings).pk, by=lead, note="помилка")
    review.close_correction(task.pk, by=lead, note="Мати знає")
    with pytest.raises(review.CorrectionClosed):
        review.close_correction(task.pk, by=lead, note="ні")
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        Correction.objects.update(settled_at=None, settled_by=None)


def test_a_family_that_was_told_wrongly_is_spoken_to_once_by_whoever_closes_the_correction(settings):
    lead = a_lead()
    [task] = review.correct(wrongly_told(settings).pk, by=lead, note="помилка")
    assert follow_ups.awaiting_a_call() == 1
    review.close_correction(task.pk, by=lead, note="Мати знає")
    assert follow_ups.awaiting_a_call() == 0
    row = FollowUp.objects.get()
    assert (row.outcome, row.closed_by) == ("call", lead)


def test_a_correction_that_was_closed_earlier_asks_for_no_second_call(settings):
    """Closing it did not always close the call; a database of that time is set right by its migration."""
    lead = a_lead()
    [task] = review.correct(wrongly_told(settings).pk, by=lead, note="помилка")
    CALLS.set_right(apps, None)
    assert follow_ups.awaiting_a_call() == 1, "nobody has spoken to them yet"
    review.close_correction(task.pk, by=lead, note="Мати знає")
    FollowUp.objects.update(closed_at=None, outcome="", closed_by=None)
    CALLS.set_right(apps, None)
    row = FollowUp.objects.get()
    assert (row.outcome, row.closed_by) == ("call", lead)


def test_while_a_correction_is_open_its_family_is_called_from_the_page_of_the_pair_alone(settings, client):
    [task] = review.correct(wrongly_told(settings).pk, by=a_lead(), note="помилка")
    row = FollowUp.objects.get()
    client.force_login(a_lead())
    seen = client.get(reverse("admin:notifications_followup_change", args=[row.pk])).content.decode()
    assert reverse("admin:matching_match_change", args=[task.match_id]) in seen
    assert 'value="record_spoke"' not in seen
    form = {"action": "record_spoke", "_selected_action": [str(row.pk)]}
    said = client.post(reverse("admin:notifications_followup_changelist"), form, follow=True)
    assert reverse("admin:matching_match_change", args=[task.match_id]) in said.content.decode()
    assert not row.calls.exists()
    assert follow_ups.awaiting_a_call() == 1


# ------------------------------------------------------------------------------------------------- rivals


def test_an_entry_that_is_one_mans_is_closed_for_a_weak_rival_and_opens_again_with_the_undo():
    his_report, _ = a_report(birth=""), a_report(given="Олексій", birth="")
    a_committed_list("Вересняк О. М.;")
    match_all()
    his = Match.objects.get(missing_person=his_report.missing_person_id)
    brothers = Match.objects.exclude(pk=his.pk).get()
    assert brothers.band == "possible"
    confirmed(his)
    brothers.refresh_from_db()
    assert (brothers.state, brothers.settled_by) == (MatchState.SETTLED, his)
    his.refresh_from_db()
    review.undo(his.pk, by=his.second_reviewer)
    brothers.refresh_from_db()
    assert (brothers.state, brothers.settled_by, brothers.revision) == (MatchState.OPEN, None, 2)


def test_a_second_report_about_the_same_man_is_not_closed_with_the_first():
    a_report()
    a_report(phone="+380990000002")
    a_committed_list()
    match_all()
    his, too = Match.objects.all()
    confirmed(his)
    too.refresh_from_db()
    assert too.state == MatchState.OPEN


def test_an_entry_is_never_confirmed_for_two_missing_persons():
    a_report()
    a_report(phone="+380990000002")
    a_committed_list()
    match_all()
    his, too = Match.objects.all()
    confirmed(his)
    with pytest.raises(review.EntryTaken):
        verdict(too, a_reviewer())
    with pytest.raises(IntegrityError, match=r"one_person|two different people"), transaction.atomic():
        Match.objects.filter(pk=too.pk).update(
            state="confirmed",
            first_reviewer=a_reviewer(),
            second_reviewer=a_reviewer(),
            decided_at="2026-05-24T21:00Z",
        )


def test_what_is_settled_leaves_a_man_of_a_list_that_tells_nobody_alone():
    report = a_report()
    planned = a_match(report=report, kind="planned")
    a_committed_list(SON_ON_LIST, "Інший Рядок Списку;01.01.1970")
    match_all()
    confirmed(planned)
    released = Match.objects.exclude(pk=planned.pk).get(missing_person=report.missing_person_id)
    assert released.state == MatchState.OPEN, "nobody was told by the other list"
    confirmed(released)
    assert news().count() == 1


def test_an_undone_pair_leaves_news_alone_that_another_list_has_earned():
    first, second = a_man_on_two_lists()
    confirmed(first)
    review.reopen(second.pk, by=a_reviewer(), note="він і там")
    second.refresh_from_db()
    confirmed(second)
    review.undo(second.pk, by=second.second_reviewer)
    assert live_news().count() == 1


def test_pairs_that_a_withdrawn_list_had_settled_open_again():
    first, second = a_man_on_two_lists()
    confirmed(first)
    lists_intake.withdraw_list(first.entry.source_list_id, by=a_reviewer())
    second.refresh_from_db()
    assert (second.state, second.settled_by) == (MatchState.OPEN, None)
    assert confirmed(second).state == MatchState.CONFIRMED
    assert live_news().count() == 1


# ------------------------------------------------------------------------------------------------- together


def test_weak_pairs_are_turned_down_together_and_taken_back_together():
    pairs, reviewer = weak_pairs(3), a_reviewer()
    assert len(pairs) == 3
    chosen = {match.pk: match.revision for match in pairs}
    bulk, done, left = review.reject_together(chosen, reviewer=reviewer, reason="namesake")
    assert (done, left) == (len(pairs), [])
    assert not Match.objects.undecided().filter(pk__in=chosen).exists()
    assert review.undo_together(bulk, by=reviewer) == (len(pairs), [])
    assert Match.objects.undecided().filter(pk__in=chosen).count() == len(pairs)


def test_the_record_of_a_pair_says_that_its_reason_was_given_for_others_too(client):
    """Its own evidence is on record with it, as the reviewer saw it; the reason may fit another of them better."""
    first, second, *_rest = weak_pairs(2)
    reviewer = signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    review.reject_together({first.pk: first.revision}, reviewer=reviewer, reason="namesake")
    review.decide(
        second.pk, reviewer=reviewer, verdict="different", revision=second.revision, reason="namesake"
    )
    said = [
        "one reason for all" in client.get(page("matching_match_change", match.pk)).content.decode()
        for match in (first, second)
    ]
    assert said == [True, False]
    decision = first.decisions.get()
    assert (decision.reason, decision.evidence) == ("namesake", first.evidence)


def test_the_way_back_stands_for_whoever_turned_down_together_even_after_a_second_click(client):
    """A second click turns nothing down: it must not take the way back of the first one away."""
    (match,), reviewer = weak_pairs(1), signed_in(client, "reviewers")
    address = page("matching_match_together")
    for _click in range(2):
        client.post(address, {"pair": f"{match.pk}:{match.revision}", "reason": "namesake"})
    bulk = client.get(address).context["undoable"]
    assert bulk == match.decisions.get().bulk
    assert review.undoable_together(a_reviewer()) is None
    client.post(address, {"bulk": bulk})
    assert Match.objects.undecided().filter(pk=match.pk).exists()
    assert review.undoable_together(reviewer) is None


def test_what_was_turned_down_together_long_ago_is_not_offered_to_be_taken_back():
    (match,), reviewer = weak_pairs(1), a_reviewer()
    review.reject_together({match.pk: match.revision}, reviewer=reviewer, reason="namesake")
    grow_old(match.decisions.all(), review.UNDO_MINUTES + 1)
    assert review.undoable_together(reviewer) is None


def test_a_strong_pair_and_one_that_has_changed_are_left_alone_in_bulk():
    strong, (weak, *_rest) = a_match(), weak_pairs(1)
    chosen = {strong.pk: strong.revision, weak.pk: weak.revision + 1}
    _bulk, done, left = review.reject_together(chosen, reviewer=a_reviewer(), reason="namesake")
    assert (done, set(left)) == (0, {strong.pk, weak.pk})


def test_two_hundred_at_most_are_turned_down_together():
    chosen = {uuid.uuid4(): 1 for _ in range(201)}
    with pytest.raises(review.TooMany):
        review.reject_together(chosen, reviewer=a_reviewer(), reason="namesake")


def test_the_database_refuses_a_confirmation_in_bulk():
    match = a_match()
    with pytest.raises(IntegrityError, match="nobody_confirms_in_bulk"), transaction.atomic():
        Decision.objects.create(
            match=match,
            match_revision=1,
            reviewer=a_reviewer(),
            verdict="same",
            evidence_index=b"x" * 32,
            bulk=match.pk,
        )


# ------------------------------------------------------------------------------------------------- the page


def seen_by(client, match, *groups: str) -> str:
    signed_in(client, *groups)
    return client.get(page("matching_match_change", match.pk)).content.decode()


def test_after_a_message_has_left_the_page_offers_the_next_step_and_no_undo(settings, client):
    match = wrongly_told(settings)
    client.force_login(match.second_reviewer)
    theirs = client.get(page("matching_match_change", match.pk)).content.decode()
    assert 'value="undo"' not in theirs
    assert "поставте позначку «зачекати»" in theirs
    leads = seen_by(client, match, "leads")
    assert 'value="correct"' in leads
    assert "почніть виправлення" in leads


def test_of_each_message_the_page_says_over_which_channel_it_went(settings, client):
    settings.SENDING = "send"
    match = confirmed(a_match(report=a_report(email="nina@example.org")))
    news().filter(channel="sms").move("claimed", lease_until=match.decided_at)
    news().filter(channel="sms").move("delivered")
    seen = " ".join(seen_by(client, match, "reviewers").split())
    assert "SMS: доставлено" in seen
    assert "електронна пошта: доставлено" not in seen


def test_a_doubt_about_a_confirmed_pair_reaches_the_leads(settings, client):
    match = wrongly_told(settings)
    signed_in(client, "leads")
    queue = page("matching_match_changelist") + "?show=flagged"
    assert str(match.pk) not in client.get(queue).content.decode()
    review.raise_flag(match.missing_person_id, kind="hold", by=a_reviewer(), note="інший рік")
    assert str(match.pk) in client.get(queue).content.decode()
    assert "show=flagged" in client.get(reverse("admin:index")).content.decode()
