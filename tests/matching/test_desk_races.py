"""What happens at the same instant comes to one defined outcome each, in real concurrent transactions."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import F

from familylink.reports import intake
from matching import lists_intake, review
from matching.models import Decision, ListState, Match, MatchState, SourceList, Verdict
from matching.review import claims
from notifications.models import FollowUp, Notification
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_lead,
    a_match,
    a_received_list,
    a_report,
    a_reviewer,
    a_wave,
    match_all,
)
from tests.faults.scenery import matched_families
from tests.holding import FOR_EVER, held_by_a_worker
from tests.matching.deciding import confirmed, has_left, live_news, news, verdict, weak_pairs
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
ALL = 500
WORKERS = 8


def at_once(*acts):
    """Each in a thread and on a connection of its own, from one barrier; what each returned, or its refusal."""
    barrier = threading.Barrier(len(acts))

    def act(number):
        try:
            barrier.wait(timeout=30)
            return acts[number]()
        except review.Refused as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, range(len(acts))))


def approved_once():
    match = a_match()
    verdict(match, a_reviewer())
    match.refresh_from_db()
    return match, a_reviewer()


def test_five_hundred_pairs_and_two_reviewers_each_make_five_hundred_messages():
    """Reviewers meet at a barrier before every pair, so that both verdicts on it fall together."""
    addresses = matched_families(ALL, with_email=False)
    matches = list(Match.objects.order_by("entry", "-points").distinct("entry"))
    assert len(matches) == len(addresses) == ALL
    pairs_of_reviewers = [(a_reviewer(), a_reviewer()) for _ in range(WORKERS // 2)]

    def sit(number):
        barrier, reviewer = barriers[number // 2], pairs_of_reviewers[number // 2][number % 2]
        try:
            for match in matches[number // 2 :: len(pairs_of_reviewers)]:
                barrier.wait(timeout=60)
                review.decide(match.pk, reviewer=reviewer, verdict=Verdict.SAME, revision=match.revision)
        finally:
            connection.close()

    barriers = [threading.Barrier(2) for _ in pairs_of_reviewers]
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(sit, range(WORKERS)))
    assert Counter(Match.objects.values_list("state", flat=True))["confirmed"] == ALL
    assert Decision.objects.count() == 2 * ALL
    assert Notification.objects.filter(message="news").count() == ALL


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_approval_against_rejection_is_a_disagreement_and_tells_nobody(round_):
    match = a_match()
    yes, no = a_reviewer(), a_reviewer()
    at_once(lambda: verdict(match, yes), lambda: verdict(Match.objects.get(pk=match.pk), no, "different"))
    match.refresh_from_db()
    assert match.state == MatchState.DISPUTED
    assert match.decisions.count() == 2
    assert not news().exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_report_withdrawn_during_the_approval_leaves_nothing_to_send(round_):
    match, second = approved_once()
    report = match.missing_person.reports.get()
    at_once(lambda: verdict(match, second), lambda: intake.withdraw(report))
    assert not live_news().exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_list_withdrawn_during_the_approval_leaves_nothing_to_send(round_):
    match, second = approved_once()
    said, _ = at_once(
        lambda: verdict(match, second),
        lambda: lists_intake.withdraw_list(match.entry.source_list_id, by=second),
    )
    match.refresh_from_db()
    came_first = said is not review.TakenBackByTheList
    assert match.state == (MatchState.RETRACTED if came_first else MatchState.LAPSED)
    assert not live_news().exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_flag_raised_during_the_approval_leaves_nothing_to_send(round_):
    match, second = approved_once()
    person, other = match.missing_person_id, a_reviewer()
    at_once(
        lambda: verdict(match, second),
        lambda: review.raise_flag(person, kind="hold", by=other, note="зачекати"),
    )
    match.refresh_from_db()
    assert match.state == MatchState.CONFIRMED
    assert not live_news().exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_role_taken_away_during_the_approval_either_counts_or_does_not(round_):
    match, second = approved_once()
    said, _ = at_once(lambda: verdict(match, second), lambda: second.groups.clear())
    match.refresh_from_db()
    told = said is not review.NotYours
    assert match.state == (MatchState.CONFIRMED if told else MatchState.AWAITING_SECOND)
    assert news().exists() is told


def test_a_role_taken_away_before_counts_although_the_page_is_still_open():
    match, second = approved_once()
    assert second.has_perm("matching.decide_match")
    Group.objects.get(name="reviewers").user_set.remove(second)
    with pytest.raises(review.NotYours):
        verdict(match, second)


def test_a_member_of_staff_who_left_decides_nothing():
    match, second = approved_once()
    second.is_active = False
    second.save()
    with pytest.raises(review.NotYours):
        verdict(match, second)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_tabs_of_one_reviewer_give_one_verdict(round_):
    match, reviewer = a_match(), a_reviewer()
    said = at_once(*[lambda: verdict(match, reviewer)] * 2)
    assert said.count(review.SameReviewer) == 1
    assert match.decisions.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_who_claim_a_pair_at_once_exactly_one_gets_it(round_):
    match, reviewers = a_match(), [a_reviewer() for _ in range(4)]
    won = at_once(*[lambda who=who: review.claim(match.pk, by=who) for who in reviewers])
    assert (won.count(None), won.count(review.Claimed)) == (1, 3)
    match.refresh_from_db()
    assert match.claimed_by == reviewers[won.index(None)]


def test_a_pair_left_for_a_quarter_of_an_hour_is_free_for_a_colleague():
    match, first, second = a_match(), a_reviewer(), a_reviewer()
    review.claim(match.pk, by=first)
    for take in (lambda: review.claim(match.pk, by=second), lambda: verdict(match, second)):
        with pytest.raises(review.Claimed):
            take()
    Match.objects.update(claimed_until=F("claimed_until") - timedelta(minutes=claims.CLAIM_MINUTES))
    review.claim(match.pk, by=second)
    match.refresh_from_db()
    assert match.claimed_by == second


def test_two_who_ask_for_the_next_pair_get_two_pairs():
    matched_families(2)
    first, second = at_once(
        *[lambda who=who: review.next_for(who, Match.objects.all()) for who in (a_reviewer(), a_reviewer())]
    )
    assert {first, second} == set(Match.objects.all())


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_an_undo_against_the_second_verdict_never_leaves_a_message_without_two_standing_verdicts(round_):
    match = a_match()
    first, second = a_reviewer(), a_reviewer()
    verdict(match, first)
    at_once(lambda: review.undo(match.pk, by=first), lambda: verdict(Match.objects.get(pk=match.pk), second))
    match.refresh_from_db()
    assert live_news().exists() is (match.state == MatchState.CONFIRMED)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_who_confirm_one_entry_for_two_men_one_is_refused(round_):
    a_report(phone="+380990000002")
    match = a_match()
    other = Match.objects.exclude(pk=match.pk).get()
    for each in (match, other):
        verdict(each, a_reviewer())
    said = at_once(*[lambda each=each: verdict(each, a_reviewer()) for each in (match, other)])
    assert said.count(review.EntryTaken) == 1
    assert news().count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_who_confirm_one_man_for_two_families_each_on_another_list_one_is_refused(round_):
    mother, _other = a_report(), a_report(phone="+380990000002")
    wave = a_wave()
    runs = [a_committed_list(*rows, wave=wave) for rows in ((), (SON_ON_LIST, "Інший Рядок;01.01.1970"))]
    match_all()
    of_list = [Match.objects.filter(entry__source_list=run.source_list) for run in runs]
    pairs = [
        of_list[0].get(missing_person=mother.missing_person_id),
        of_list[1].exclude(missing_person=mother.missing_person_id).get(),
    ]
    for each in pairs:
        verdict(each, a_reviewer())
    said = at_once(*[lambda each=each: verdict(each, a_reviewer()) for each in pairs])
    assert said.count(review.EntryTaken) == 1
    assert news().count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_corrections_at_once_make_one_task(round_, settings):
    settings.SENDING = "send"
    match, second = approved_once()
    verdict(match, second)
    has_left()
    lead = a_lead()
    said = at_once(*[lambda: review.correct(match.pk, by=lead, note="помилка")] * 2)
    assert said.count(review.NotConfirmed) == 1
    assert match.corrections.count() == 1


# ------------------------------------------------------------------------------------- a lock that does not come


def test_a_list_that_a_worker_is_storing_says_so_and_is_stopped_later(client):
    source_list = a_received_list()
    SourceList.objects.update(state=ListState.READING)
    signed_in(client, "importers")
    address = page("matching_sourcelist_change", source_list.pk)
    with held_by_a_worker(source_list):
        answer = client.post(address, {"do": "stop"}, headers={"accept-language": "en"}, follow=True)
        assert "A worker is busy with this list. Nothing was changed" in answer.content.decode()
        drop = page("matching_sourcelist_delete", source_list.pk)
        answer = client.post(drop, {"post": "yes"}, headers={"accept-language": "en"}, follow=True)
        assert "A worker is busy with this list. Nothing was changed" in answer.content.decode()
        assert not SourceList.objects.exclude(stopped_at=None).exists()
    client.post(address, {"do": "stop"})
    assert SourceList.objects.exclude(stopped_at=None).exists()


def test_what_was_typed_for_a_row_of_a_list_that_a_worker_holds_stays_on_the_page(client):
    source_list = a_received_list(SON_ON_LIST, "Дремлюк Павло Савич;31.13.1987")
    signed_in(client, "importers")
    refused = source_list.refused_rows.get()
    address = page("matching_sourcelist_row", source_list.pk, refused.pk)
    typed = {"people": "1", "cell-0": "Дремлюк Павло Савич", "cell-1": "31.12.1987"}
    with held_by_a_worker(source_list):
        answer = client.post(address, typed, headers={"accept-language": "en"})
    assert "A worker is busy with this list. Nothing was changed" in answer.content.decode()
    assert 'value="31.12.1987"' in answer.content.decode()
    client.post(address, typed)
    assert source_list.refused_rows.put_right().exists()


def the_database_goes_while_a_request_waits():
    """Its connection is cut while it waits for a lock that somebody holds."""
    waits = "wait_event_type = 'Lock' AND datname = current_database()"
    deadline, cut = time.monotonic() + 20, 0
    try:
        while not cut and time.monotonic() < deadline:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {waits}")
                (cut,) = cursor.fetchone()
            time.sleep(0.01)
    finally:
        connection.close()
    return cut


def test_a_database_that_is_gone_is_not_called_a_busy_worker(client):
    source_list = a_received_list()
    signed_in(client, "importers")
    client.raise_request_exception = False
    with held_by_a_worker(source_list, patience="30s"), ThreadPoolExecutor(1) as pool:
        cut = pool.submit(the_database_goes_while_a_request_waits)
        answer = client.post(page("matching_sourcelist_change", source_list.pk), {"do": "commit"})
        assert cut.result() == 1
        connection.close()
    assert answer.status_code == 503


def test_a_pair_that_somebody_holds_keeps_the_verdict_on_the_page(client):
    match = a_match()
    signed_in(client, "reviewers")
    typed = {"choice": "same:other", "note": "за шрамом", "revision": match.revision}
    with held_by_a_worker(match):
        answer = client.post(
            page("matching_match_change", match.pk), typed, headers={"accept-language": "en"}
        )
    assert answer.status_code == 409
    assert "Somebody is busy with this pair" in answer.content.decode()
    assert answer.context["note"] == "за шрамом"
    assert not match.decisions.exists()


def test_of_pairs_turned_down_together_those_that_somebody_holds_are_passed_over_and_named(client):
    pairs = weak_pairs(3)
    held, address = pairs[0], page("matching_match_together")
    reviewer = signed_in(client, "reviewers")
    typed = {"reason": "namesake", "pair": [f"{match.pk}:{match.revision}" for match in pairs]}
    with held_by_a_worker(held, patience=FOR_EVER):
        answer = client.post(address, typed, headers={"accept-language": "en"}, follow=True).content.decode()
    assert "2 pairs were turned down." in answer
    assert "1 pair was left alone" in answer
    assert f'href="{page("matching_match_change", held.pk)}">{str(held.pk)[:8]}</a>' in answer
    assert list(Match.objects.filter(state=MatchState.OPEN)) == [held]
    bulk = review.undoable_together(reviewer)
    typed = {**typed, "pair": [f"{held.pk}:{held.revision}"]}
    with held_by_a_worker(held, patience=FOR_EVER):
        answer = client.post(address, typed, headers={"accept-language": "en"}, follow=True).content.decode()
    assert "turned down." not in answer, "none was"
    with held_by_a_worker(pairs[1], patience=FOR_EVER):
        assert review.undo_together(bulk, by=reviewer) == (1, [pairs[1].pk])


@pytest.mark.parametrize("phone", ["", "+380990000002"])
def test_a_family_linked_while_the_list_is_withdrawn_is_told_nothing_of_it(sending, phone):
    mother, wife = a_report(), a_report(phone=phone, given="Саша")
    link = review.propose_link(wife.pk, mother.missing_person_id, by=a_reviewer(), note="одна людина")
    run, second = a_committed_list(), a_reviewer()
    match_all()
    confirmed(Match.objects.get(missing_person=mother.missing_person_id))

    def agree():
        try:
            return review.confirm_link(link.pk, by=second)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lists_intake.withdraw_list(run.source_list_id, by=None)
            linking = pool.submit(agree)
            time.sleep(1)
        assert linking.result(timeout=30).confirmed_at
    assert not live_news().filter(reference__contains=str(wife.pk)).exists()
    assert not FollowUp.objects.awaiting_a_call().filter(reference__contains=str(wife.pk)).exists()
