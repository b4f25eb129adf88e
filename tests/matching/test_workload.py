"""How the review goes tonight: who should rest, how long the rest will take, since when pairs wait."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import review, workload
from matching.models import Decision, Match, MatchState
from tests.factories import a_match, a_member_of_staff, a_reviewer
from tests.faults.scenery import matched_families
from tests.matching.deciding import verdict

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
    verdict(Match.objects.all()[0], a_reviewer())
    assert workload.forecast(workload.waiting()) == (3, 1, 1, timedelta(hours=3))


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
