"""A man whom two lists of a wave name: one look with two sources, and his family is told once."""

import pytest
from django.urls import reverse

from matching import review
from matching.models import ListKind, Match, MatchState
from tests.factories import SON_ON_LIST, a_committed_list, a_lead, a_report, a_reviewer, a_wave, match_all
from tests.matching.deciding import confirmed, live_news, rejected

pytestmark = pytest.mark.django_db

FURTHER = "Вересняк Александр Николаевич;12.03.1987;в/ч А1234"
WITH_UNIT = "ПІБ;Дата народження;В/ч"


@pytest.fixture
def wave():
    return a_wave()


@pytest.fixture
def pairs(wave):
    """What the media said first, and then the list of the released, each with his pair."""
    a_report()
    said = a_committed_list(SON_ON_LIST, wave=wave, kind=ListKind.MEDIA)
    released = a_committed_list(FURTHER, wave=wave, heading=WITH_UNIT)
    match_all()
    of_list = {match.entry.source_list_id: match for match in Match.objects.all()}
    return of_list[said.source_list_id], of_list[released.source_list_id]


def the_next():
    return review.next_for(a_reviewer(), Match.objects.all())


def test_only_the_pair_whose_family_can_be_told_is_given_to_look_at(pairs):
    _, released = pairs
    reviewer = a_reviewer()
    assert review.next_for(reviewer, Match.objects.all()) == released
    assert the_next() is None  # the second pair does not come up while somebody looks at the first


def test_confirming_the_one_settles_the_other_and_the_family_is_told_once(pairs):
    said, released = pairs
    confirmed(released)
    said.refresh_from_db()
    assert (said.state, said.settled_by) == (MatchState.SETTLED, released)
    assert live_news().count() == 1
    assert the_next() is None


def test_what_was_turned_down_on_one_list_is_still_looked_at_on_the_other(pairs):
    said, released = pairs
    rejected(released)
    assert the_next() == said


def test_a_list_that_names_a_confirmed_man_again_asks_for_no_second_look(wave):
    a_report()
    run = a_committed_list(SON_ON_LIST, wave=wave)
    match_all()
    first = confirmed(Match.objects.get(entry__source_list=run.source_list))
    again = a_committed_list(FURTHER, wave=wave, heading=WITH_UNIT)
    match_all()
    assert Match.objects.get(entry__source_list=again.source_list).state == MatchState.OPEN
    assert the_next() is None
    assert live_news().count() == 1
    assert first.state == MatchState.CONFIRMED


def test_confirmed_where_nobody_may_be_told_he_is_looked_at_again_on_a_list_of_the_released(pairs):
    said, released = pairs
    confirmed(said)
    assert not live_news().exists()
    assert the_next() == released


def test_a_man_confirmed_on_one_list_is_no_other_familys_man_on_the_second(pairs):
    said, released = pairs
    other = a_report(phone="+380990000002")  # a namesake born the same day, or a second relative
    match_all()
    confirmed(said)
    theirs = Match.objects.get(missing_person=other.missing_person_id, entry=released.entry)
    with pytest.raises(review.EntryTaken):
        confirmed(theirs)
    review.correct(said.pk, by=a_lead(), note="не він")
    assert confirmed(theirs).state == MatchState.CONFIRMED
    assert live_news().count() == 1


def test_a_second_relative_of_a_man_on_two_lists_is_told_once_the_reports_are_linked(pairs):
    _, released = pairs
    wife = a_report(phone="+380990000002")
    match_all()
    confirmed(released)
    link = review.propose_link(wife.pk, released.missing_person_id, by=a_reviewer(), note="мати й дружина")
    review.confirm_link(link.pk, by=a_reviewer())
    assert live_news().count() == 2


def test_another_wave_is_another_look(pairs):
    later = a_committed_list(f"{FURTHER}5", heading=WITH_UNIT, kind=ListKind.MEDIA)
    match_all()
    elsewhere = Match.objects.get(entry__source_list=later.source_list)
    assert {the_next(), the_next(), the_next()} == {pairs[1], elsewhere, None}


def test_the_page_of_a_pair_names_both_sources_and_not_as_rivals(client, pairs):
    said, released = pairs
    client.force_login(a_lead())
    for match, other in (pairs, (released, said)):
        shown = client.get(reverse("admin:matching_match_change", args=[match.pk])).context["rivals"]
        assert shown["sources"] == [other]
        assert shown["for_person"] == []


def test_the_queue_says_who_else_names_him(client, pairs):
    client.force_login(a_lead())
    client.cookies["django_language"] = "en"
    shown = client.get(reverse("admin:matching_match_changelist")).content.decode()
    assert shown.count("also on the list of: Штаб") == 2
