"""A man confirmed on two lists, of which one no longer stands: his family still hears, once, and of nothing else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import lists_intake, review
from matching.models import Correction, Match, MatchState
from matching.news import alarms
from notifications import recovery
from notifications.models import FollowUp
from notifications.transports import memory
from notifications.transports.base import NotThere, OutcomeUnknown
from tests.factories import SON_ON_LIST, a_committed_list, a_lead, a_report, a_reviewer, match_all
from tests.matching.deciding import confirmed, live_news, news, rejected, told, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sending")]
PHONE = "+380990000001"
NEIGHBOUR = "Кропива Тарас Опанасович;01.02.1990"
STRANGER = "Липа Гнат Остапович;03.04.1985"


@pytest.fixture
def first() -> Match:
    """His pair on the first list, confirmed; nothing has left yet."""
    report = a_report()
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    match_all()
    return confirmed(
        Match.objects.get(entry__source_list=run.source_list, missing_person=report.missing_person_id)
    )


@pytest.fixture
def second(first) -> Match:
    """His pair on a list of the released that came later."""
    run = a_committed_list(SON_ON_LIST, STRANGER)
    match_all()
    return Match.objects.get(entry__source_list=run.source_list)


def corrected(match: Match) -> None:
    """The list comes again without him."""
    a_committed_list(NEIGHBOUR, replaces=match.entry.source_list.runs.get())
    match_all()


def withdrawn(match: Match) -> None:
    lists_intake.withdraw_list(match.entry.source_list_id, by=a_reviewer())


def undone(match: Match) -> None:
    review.undo(match.pk, by=match.second_reviewer)


@pytest.mark.parametrize("take_back", [corrected, withdrawn, undone])
def test_news_that_the_second_list_stands_behind_leaves_once(first, second, take_back) -> None:
    confirmed(second)
    take_back(first)
    assert told() == [PHONE]
    assert told() == [PHONE]
    assert news().count() == 1
    assert not Correction.objects.exists()
    assert FollowUp.objects.get().call_reason == ""
    assert alarms.messages_without_approval() == 0


def test_news_that_has_left_is_not_sent_again_for_the_second_list(first, second) -> None:
    assert told() == [PHONE]
    confirmed(second)
    withdrawn(first)
    assert told() == [PHONE]
    assert not Correction.objects.exists()


def test_a_pair_that_nobody_has_confirmed_keeps_nothing_alive_and_comes_back_to_review(first, second) -> None:
    withdrawn(first)
    assert told() == []
    assert not live_news().exists()
    reviewers = a_reviewer(), a_reviewer()
    assert review.next_for(reviewers[0], Match.objects.all()) == second
    for reviewer in reviewers:
        verdict(second, reviewer)
    assert told() == [PHONE]


def test_when_the_second_list_falls_too_nothing_leaves(first, second) -> None:
    confirmed(second)
    withdrawn(first)
    withdrawn(second)
    assert told() == []
    assert not live_news().exists()
    assert Match.objects.filter(state=MatchState.RETRACTED).count() == 2


def test_who_must_call_about_a_list_that_fell_is_shown_the_other_that_names_him(
    client, first, second
) -> None:
    assert told() == [PHONE]
    withdrawn(first)
    client.force_login(a_lead())
    client.cookies["django_language"] = "en"
    page = reverse("admin:matching_match_change", args=[first.pk])
    assert Correction.objects.get().match == first
    assert "Do not call yet" in client.get(page).content.decode()
    rejected(second)
    assert "Do not call yet" not in client.get(page).content.decode()


def test_no_caller_is_given_words_that_are_false_since_two_have_confirmed_the_man_elsewhere(
    client, first, second
) -> None:
    assert told() == [PHONE]
    withdrawn(first)
    client.force_login(a_lead())
    client.cookies["django_language"] = "en"
    page = reverse("admin:matching_match_change", args=[first.pk])
    assert "Мені дуже шкода" in client.get(page).content.decode()
    confirmed(second)
    shown = client.get(page).content.decode()
    assert "Мені дуже шкода" not in shown
    assert "Новина, яку Ви маєте від нас, правильна" in shown
    assert "Two people have confirmed him all the same" in shown
    assert "Do not call yet" not in shown


def test_when_the_second_list_falls_after_the_family_has_heard_a_person_must_call(first, second) -> None:
    confirmed(second)
    withdrawn(first)
    assert told() == [PHONE]
    withdrawn(second)
    assert Correction.objects.get().match == second


def test_news_of_which_nobody_knows_whether_it_left_goes_out_once_when_the_provider_never_saw_it(
    first, second
) -> None:
    confirmed(second)
    memory.failures.append(OutcomeUnknown("timed_out"))
    assert told() == []
    withdrawn(first)
    memory.answers.append(NotThere())
    news().update(due_at=timezone.now())
    recovery.sweep()
    assert told() == [PHONE]
    assert news().get().state in ("accepted", "delivered")
