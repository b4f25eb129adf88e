"""How the review goes tonight: who should rest, how long the rest will take, since when pairs wait."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import review, workload
from matching.models import Decision, Match, MatchState
from tests.factories import a_match, a_member_of_staff, a_reviewer
from tests.faults.scenery import matched_families
from tests.matching.deciding import grow_old, verdict

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("setting", "words"), [
    ("PAUSE_AFTER_PAIRS_AN_HOUR", "last hour"),
    ("PAUSE_AFTER_PAIRS_A_SHIFT", "last eight hours"),
])  # fmt: skip
def test_whoever_has_decided_much_is_asked_to_rest_on_the_pair_before_them(
    client, monkeypatch, setting, words
):
    monkeypatch.setattr(workload, setting, 1)
    matched_families(2, with_email=False)
    first, second = Match.objects.all()
    reviewer = a_member_of_staff("reviewers")
    client.force_login(reviewer)
    client.cookies["django_language"] = "en"
    address = reverse("admin:matching_match_change", args=[second.pk])
    assert words not in client.get(address).content.decode()
    verdict(first, reviewer)
    assert f"You have decided 1 pair in the {words}." in client.get(address).content.decode()


def test_the_forecast_counts_the_verdicts_still_needed_at_tonights_pace():
    matched_families(2, with_email=False)
    assert workload.forecast(workload.waiting()) == (4, 0, 0, None)
    for _ in range(2):
        grow_old(Decision.objects.all(), 70)
        verdict(Match.objects.all()[0], a_reviewer())
    assert workload.forecast(workload.waiting()) == (2, 1, 1, timedelta(hours=2))


def test_the_pace_of_a_night_that_has_just_begun_is_not_spread_over_an_hour():
    matched_families(2, with_email=False)
    verdict(Match.objects.all()[0], a_reviewer())
    grow_old(Decision.objects.all(), 20)
    left = workload.forecast(workload.waiting()).time_left
    assert left.total_seconds() == pytest.approx(timedelta(hours=1).total_seconds(), rel=0.05)


def test_one_verdict_of_this_moment_does_not_promise_that_all_is_done_at_once():
    matched_families(2, with_email=False)
    verdict(Match.objects.all()[0], a_reviewer())
    assert workload.forecast(workload.waiting()).time_left == 3 * workload.SHORTEST_PACE


def test_pairs_on_which_two_differed_are_found_after_a_lead_has_decided():
    match = a_match()
    verdict(match, a_reviewer())
    review.decide(match.pk, reviewer=a_reviewer(), verdict="different", reason="kin", note="брат", revision=1)
    assert workload.agreement() == (0, 1)
    assert list(Match.objects.judged_differently()) == [match]
    assert Match.objects.get().state == MatchState.DISPUTED


def test_half_of_the_pairs_wait_since_before_the_middle_one():
    matched_families(3, with_email=False)
    pairs = list(Match.objects.all())
    for hours, pair in enumerate(pairs):
        Match.objects.filter(pk=pair.pk).update(proposed_at=timezone.now() - timedelta(hours=hours))
    oldest, median = workload.waiting_since()
    assert (oldest, median) == tuple(
        Match.objects.get(pk=pair.pk).proposed_at for pair in (pairs[2], pairs[1])
    )
    assert not Decision.objects.exists()
