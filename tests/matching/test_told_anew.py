"""News that was taken back before anybody heard it, at once or late, is owed anew: nobody is lost or told twice."""

import datetime as dt

import pytest
from django.utils import timezone

from familylink.reports.models import Report
from familylink.reports.references import news_reference
from matching import review
from matching.models import Correction, Match, MatchState
from matching.news import alarms
from notifications import delivery, follow_ups, recovery, replies
from notifications.models import Attempt, FollowUp, Notification
from notifications.settling import Ended, Result, settle
from notifications.transports import memory
from notifications.transports.base import NotThere, OutcomeUnknown
from tests.factories import SON_ON_LIST, a_committed_list, a_lead, a_match, a_report, a_reviewer, match_all
from tests.matching.deciding import confirmed, live_news, news, told
from tests.matching.pages import page, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sending")]
PHONE = "+380990000001"
NEIGHBOUR = "Кропива Тарас Опанасович;01.02.1990"
SON_PUT_RIGHT = "Вересняк Александр Николаевич;13.03.1987"


def flagged(match: Match, kind: str = "hold"):
    return review.raise_flag(match.missing_person_id, kind=kind, by=a_reviewer(), note="зачекати")


def told_by_the_desk(match: Match) -> review.Owed:
    match = Match.objects.with_lists().get(pk=match.pk)
    return review.tell(match.pk, by=a_reviewer(), seen=review.plan(match).digest)


def held_for_a_while(match: Match) -> None:
    flag = flagged(match)
    review.lower_flag(flag.pk, by=a_lead(), note="можна")


def whose_call_is_owed() -> Match:
    return confirmed(a_match(report=a_report(phone="")))


def put_right(match: Match) -> None:
    """The list comes again, and says something else in his row."""
    a_committed_list(SON_PUT_RIGHT, NEIGHBOUR, replaces=match.entry.source_list.runs.get())
    match_all()


def settled() -> None:
    review.close_correction(
        Correction.objects.open().get().pk, by=a_lead(), note="сказали, що то була помилка"
    )


def an_hour_later() -> None:
    FollowUp.objects.update(opened_at=timezone.now() - dt.timedelta(hours=1))
    recovery.sweep()


# ----------------------------------------------------------------------------------------------- after a flag


def test_a_minor_whose_family_has_no_address_is_called_about_when_it_is_found_out_late() -> None:
    flagged(whose_call_is_owed(), "minor")
    assert FollowUp.objects.awaiting_a_call().get().call_reason == "minor"


def test_a_family_without_an_address_is_to_be_called_again_once_the_flag_is_lowered() -> None:
    match = whose_call_is_owed()
    held_for_a_while(match)
    assert follow_ups.awaiting_a_call() == 0, "nobody is told by lowering a flag"
    assert alarms.approved_without_message() == {Report.objects.get().pk}
    assert told_by_the_desk(match) == (0, 1)
    assert follow_ups.awaiting_a_call() == 1
    assert not alarms.approved_without_message()


def test_a_minor_is_to_be_called_about_again_once_the_flag_beside_is_lowered() -> None:
    match = a_match()
    flagged(match, "minor")
    held_for_a_while(confirmed(match))
    assert told_by_the_desk(match) == (0, 1)
    assert FollowUp.objects.awaiting_a_call().get().call_reason == "minor"
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(match)


def test_the_desk_says_that_somebody_is_to_be_called(client) -> None:
    match = whose_call_is_owed()
    held_for_a_while(match)
    signed_in(client, "reviewers")
    address = page("matching_match_change", match.pk)
    form = {"action": "tell", "digest": client.get(address).context["plan_digest"]}
    said = client.post(address, form, follow=True, headers={"accept-language": "en"}).content.decode()
    assert "0 messages were written. 1 family is to be called." in said


def test_a_family_that_was_called_is_not_told_again_after_a_flag() -> None:
    match = confirmed(a_match())
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    held_for_a_while(match)
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(match)
    assert told() == []


@pytest.mark.parametrize("how", ["on the telephone", "on our page"])
def test_a_family_that_hears_it_while_a_flag_is_being_raised_is_not_told_again(how: str) -> None:
    match = whose_call_is_owed()
    flag = flagged(match)
    if how == "on the telephone":
        follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    else:
        follow_ups.heard(reference=news_reference(Report.objects.get()))
    review.lower_flag(flag.pk, by=a_lead(), note="можна")
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(match)
    assert not alarms.approved_without_message()


# ------------------------------------------------------------------------------------- while a call is under way


@pytest.fixture
def under_way():
    """His pair, confirmed, and what ends the call to the provider in which the news is right now: it is not taken."""
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    [opened] = delivery.open_attempts(delivery.claim())
    return match, lambda: settle([Ended(opened.attempt, Result(Attempt.Outcome.REFUSED, "busy"))])


@pytest.mark.django_db(transaction=True)
def test_a_message_under_way_when_a_flag_was_raised_and_not_taken_is_owed_anew(under_way) -> None:
    match, refuse = under_way
    flag = flagged(match)
    refuse()
    review.lower_flag(flag.pk, by=a_lead(), note="можна")
    assert alarms.approved_without_message() == {Report.objects.get().pk}
    assert told_by_the_desk(match) == (1, 0)
    assert told() == [PHONE]
    assert not alarms.approved_without_message()
    assert FollowUp.objects.open().count() == 1, "nobody looks after what was taken back"


@pytest.mark.django_db(transaction=True)
def test_a_message_still_under_way_is_not_owed_a_second_time(under_way) -> None:
    match, _ = under_way
    held_for_a_while(match)
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(match)
    assert live_news().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_that_the_provider_never_saw_is_owed_anew_and_one_in_doubt_is_not() -> None:
    match = confirmed(a_match())
    memory.failures.append(OutcomeUnknown("timed_out"))
    recovery.sweep()
    held_for_a_while(match)
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(match)
    memory.answers.append(NotThere())
    Notification.objects.update(due_at=timezone.now())
    assert told() == []
    assert told_by_the_desk(match) == (1, 0)
    assert told() == [PHONE]


@pytest.mark.django_db(transaction=True)
def test_whom_somebody_is_to_call_of_a_message_in_doubt_gets_no_second_one() -> None:
    match = confirmed(a_match())
    memory.failures.append(OutcomeUnknown("timed_out"))
    recovery.sweep()
    an_hour_later()
    held_for_a_while(match)
    memory.answers.append(NotThere())
    Notification.objects.update(due_at=timezone.now())
    recovery.sweep()
    assert news().get().state == "cancelled"
    assert FollowUp.objects.awaiting_a_call().get().call_reason == "may_be_lost"
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(match)


# -------------------------------------------------------------------------------------- a row that was put right


def test_a_family_that_was_told_that_it_was_wrong_is_told_when_the_row_put_right_is_confirmed() -> None:
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    assert told() == [PHONE]
    put_right(match)
    settled()
    confirmed(Match.objects.get(state=MatchState.OPEN))
    assert told() == [PHONE, PHONE]
    assert not alarms.approved_without_message()


def test_a_family_that_heard_of_a_row_put_right_from_whoever_called_is_not_told_again() -> None:
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    assert told() == [PHONE]
    put_right(match)
    again = confirmed(Match.objects.get(state=MatchState.OPEN))
    settled()
    with pytest.raises(review.NothingToTell):
        told_by_the_desk(again)
    assert told() == [PHONE]
    assert not alarms.approved_without_message()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("comes_first", ["the correction is settled", "the row is confirmed"])
def test_news_that_never_left_of_a_row_put_right_is_owed_anew(under_way, comes_first: str) -> None:
    match, refuse = under_way
    put_right(match)
    refuse()
    if comes_first == "the correction is settled":
        settled()
        confirmed(Match.objects.get(state=MatchState.OPEN))
    else:
        again = confirmed(Match.objects.get(state=MatchState.OPEN))
        assert not live_news().exists(), "somebody is to call them"
        settled()
        assert alarms.approved_without_message() == {Report.objects.get().pk}
        told_by_the_desk(again)
    assert told() == [PHONE]
    report = Report.objects.get()
    assert follow_ups.standing(news_reference(report)).heard_at is None


@pytest.mark.parametrize(
    "comes_first", ["the stranger writes", "the correction is settled", "the stranger writes before all"]
)
def test_a_stranger_whom_news_of_a_row_put_right_has_reached_leaves_its_family_to_be_called(
    comes_first: str,
) -> None:
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    assert told() == [PHONE]
    if comes_first == "the stranger writes before all":
        replies.receive(transport="gateway", event_id="1", sender=PHONE, text="Це не я")
    put_right(match)
    confirmed(Match.objects.get(state=MatchState.OPEN))
    if comes_first == "the stranger writes":
        replies.receive(transport="gateway", event_id="1", sender=PHONE, text="Це не я")
    if comes_first != "the correction is settled":
        settled()
    else:
        settled()
        assert not follow_ups.awaiting_a_call()
        replies.receive(transport="gateway", event_id="1", sender=PHONE, text="Це не я")
    assert FollowUp.objects.awaiting_a_call().get().call_reason == "wrong_address"


def test_who_was_called_instead_of_a_stranger_before_a_row_was_put_right_is_not_called_again_of_him() -> None:
    match = confirmed(a_match(SON_ON_LIST, NEIGHBOUR))
    assert told() == [PHONE]
    replies.receive(transport="gateway", event_id="1", sender=PHONE, text="Це не я")
    follow_ups.record_call(FollowUp.objects.get().pk, caller=a_reviewer(), outcome="spoke")
    put_right(match)
    confirmed(Match.objects.get(state=MatchState.OPEN))
    settled()
    assert not follow_ups.awaiting_a_call()
