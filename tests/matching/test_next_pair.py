"""Which pair comes next: no reviewer is kept at one with which they can do nothing, and none is lost to the others."""

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from matching import review
from matching.models import Match, Verdict
from tests.factories import a_match, a_report, a_reviewer, match_all
from tests.faults.scenery import matched_families
from tests.matching.deciding import confirmed, verdict

pytestmark = pytest.mark.django_db


def the_next(reviewer):
    return review.next_for(reviewer, Match.objects.all())


@pytest.fixture
def barred():
    """A second relative's pair, whose entry is confirmed for the first."""
    confirmed(a_match())
    second = a_report(phone="+380990000002")
    match_all()
    return Match.objects.get(missing_person=second.missing_person_id)


@pytest.fixture
def link(barred):
    """Proposed on that pair, which is all that can be done there."""
    first = Match.objects.confirmed().get()
    [link] = review.propose_links(
        barred.missing_person_id, first.missing_person_id, by=a_reviewer(), note="один"
    )
    return link


def test_whoever_asks_for_the_next_pair_without_deciding_sees_each_before_one_comes_back():
    matched_families(3, with_email=False)
    reviewer = a_reviewer()
    once = [the_next(reviewer) for _ in range(3)]
    assert once == list(Match.objects.all())
    assert [the_next(reviewer) for _ in range(3)] == once


def test_a_pair_that_was_left_a_while_ago_is_in_its_place_in_the_queue_again():
    matched_families(3, with_email=False)
    reviewer = a_reviewer()
    best = the_next(reviewer)
    the_next(reviewer)
    Match.objects.filter(pk=best.pk).update(claimed_until=Now())
    assert the_next(reviewer) == best


def test_a_pair_on_which_the_same_person_is_barred_keeps_nobody_from_the_others(barred):
    matched_families(1, with_email=False)
    reviewer = a_reviewer()
    assert {the_next(reviewer), the_next(reviewer)} == set(Match.objects.undecided())
    assert Match.objects.undecided().count() == 2


def test_whoever_proposed_a_link_is_not_given_its_pair_while_it_waits_for_a_colleague(barred, link):
    assert the_next(link.proposed_by) is None


def test_a_pair_whose_link_waits_is_given_to_the_colleague_who_can_agree_to_it(barred, link):
    assert the_next(a_reviewer()) == barred


def test_whoever_proposes_a_link_gives_the_pair_back_to_the_colleague_who_can_agree(barred, client):
    proposing = a_reviewer()
    assert the_next(proposing) == barred
    rival = Match.objects.confirmed().get()
    client.force_login(proposing)
    asked = {"action": "propose_link", "rival": str(rival.pk), "note": "один"}
    client.post(reverse("admin:matching_match_change", args=[barred.pk]), asked)
    assert the_next(a_reviewer()) == barred


def test_a_pair_comes_back_to_whoever_proposed_its_link_when_a_colleague_has_declined(barred, link):
    assert the_next(link.proposed_by) is None
    review.end_link(link.pk, by=a_reviewer(), note="двоє різних")
    assert the_next(link.proposed_by) == barred


def test_a_pair_of_which_two_were_unsure_is_given_to_a_third_and_not_to_them():
    match = a_match()
    doubting = a_reviewer(), a_reviewer()
    for reviewer in doubting:
        assert the_next(reviewer) == match
        verdict(match, reviewer, Verdict.UNSURE)
    assert [the_next(reviewer) for reviewer in doubting] == [None, None]
    assert the_next(a_reviewer()) == match
