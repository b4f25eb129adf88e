"""A desk that was left closes: nothing more is shown or done in the name of whoever has gone."""

import time

import pytest
from django.urls import reverse

from familylink.idle import SITTING
from matching.models import Decision
from tests.factories import a_match, a_member_of_staff

pytestmark = pytest.mark.django_db

DESK = reverse("admin:index")
MINUTE, HOUR = 60, 3600


def sits_down(client, *groups):
    client.force_login(a_member_of_staff(*groups))
    client.get(DESK)


def was_last_seen(client, ago, sat_down=0.0):
    session = client.session
    session[SITTING] = [time.time() - max(ago, sat_down), time.time() - ago]
    session.save()


@pytest.mark.parametrize(("ago", "sat_down", "status"), [
    (29 * MINUTE, 29 * MINUTE, 200),
    (31 * MINUTE, 31 * MINUTE, 302),
    (MINUTE, 7.9 * HOUR, 200),
    (MINUTE, 8.1 * HOUR, 302),
])  # fmt: skip
def test_after_half_an_hour_or_a_shift_they_sign_in_again_and_come_back(client, ago, sat_down, status):
    sits_down(client, "reviewers")
    was_last_seen(client, ago, sat_down)
    queue = reverse("admin:matching_match_changelist")
    answer = client.get(queue, {"show": "second"})
    assert answer.status_code == status
    if status == 302:
        assert answer.url == f"{reverse('admin:login')}?next={queue}%3Fshow%3Dsecond"
        assert client.get(queue).status_code == 302


def test_a_verdict_from_a_desk_that_was_left_is_not_recorded(client):
    match = a_match()
    sits_down(client, "reviewers")
    was_last_seen(client, 31 * MINUTE)
    told = {"choice": "different:kin", "note": "брат", "revision": match.revision}
    address = reverse("admin:matching_match_change", args=[match.pk])
    assert client.post(address, told).url == f"{reverse('admin:login')}?next={address}"
    assert not Decision.objects.exists()


def test_what_a_page_asks_for_by_itself_is_no_hand_on_the_desk(client):
    sits_down(client, "reviewers")
    was_last_seen(client, 26 * MINUTE)
    told = client.get(reverse("staff_time_left")).json()
    assert 3 * MINUTE < told["seconds"] <= 4 * MINUTE < told["warn"]
    assert client.get(reverse("staff_stay")).status_code == 204
    assert client.get(reverse("staff_time_left")).json()["seconds"] > 29 * MINUTE


def test_whoever_fills_in_a_familys_report_by_telephone_is_at_the_desk(client):
    sits_down(client, "intake")
    was_last_seen(client, 20 * MINUTE)
    client.get("/uk/report/")
    assert client.get(reverse("staff_time_left")).json()["seconds"] > 29 * MINUTE


def test_nobody_is_told_of_a_desk_without_signing_in(client):
    for page in ("staff_time_left", "staff_stay"):
        assert client.get(reverse(page)).status_code == 302
