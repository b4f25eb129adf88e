"""Staff show a second factor before any page of the desk opens; a stolen password alone opens nothing."""

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import checks
from django.urls import reverse

from familylink.checks import dangerous_settings
from tests.factories import a_match, a_member_of_staff

pytestmark = pytest.mark.django_db

DESK = reverse("admin:index")
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def _a_second_factor_is_needed(settings):
    settings.STAFF_NEED_SECOND_FACTOR = True


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enrolled(*groups):
    user, secret = a_member_of_staff(*groups), generate_totp_secret()
    TOTP.activate(user, secret)
    return user, secret


def signs_in(client, user, password=PASSWORD):
    return client.post(
        reverse("admin:login"), {"username": user.username, "password": password, "next": DESK}
    )


def shows(client, code, following=DESK):
    return client.post(reverse("mfa_reauthenticate"), {"code": code, "next": following})


def test_the_desk_opens_after_password_and_code(client):
    user, secret = enrolled("reviewers")
    signs_in(client, user)
    assert client.get(DESK).url.startswith(reverse("mfa_reauthenticate"))
    assert shows(client, code_of(secret)).url == DESK
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize(
    "page",
    ["admin:matching_match_changelist", "admin:reports_report_changelist", "admin:matching_match_next"],
)
def test_the_password_alone_opens_no_page(client, page):
    user, _ = enrolled("reviewers")
    signs_in(client, user)
    assert client.get(reverse(page)).status_code == 302
    assert client.post(reverse(page)).url.startswith(reverse("mfa_reauthenticate"))


def test_the_password_alone_gives_no_verdict(client):
    match = a_match()
    user, _ = enrolled("reviewers")
    signs_in(client, user)
    client.post(
        reverse("admin:matching_match_change", args=[match.pk]), {"choice": "same:details", "revision": 1}
    )
    assert not match.decisions.exists()


@pytest.mark.parametrize(
    "page",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
    ],
)
def test_the_password_alone_changes_no_second_factor(client, page):
    user, _ = enrolled("reviewers")
    signs_in(client, user)
    for response in (client.get(reverse(page)), client.post(reverse(page))):
        assert response.url.startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_wrong_code_opens_nothing(client):
    user, secret = enrolled("reviewers")
    signs_in(client, user)
    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"
    assert shows(client, wrong).status_code == 200
    assert client.get(DESK).status_code == 302


def test_a_code_is_good_once(client):
    user, secret = enrolled("reviewers")
    signs_in(client, user)
    code = code_of(secret)
    shows(client, code)
    client.logout()
    signs_in(client, user)
    assert shows(client, code).status_code == 200
    assert client.get(DESK).status_code == 302


def test_who_has_none_sets_one_up_before_anything_else(client):
    user = a_member_of_staff("reviewers")
    signs_in(client, user)
    assert client.get(DESK).url == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.status_code == 302
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert client.get(DESK).url.startswith(reverse("mfa_reauthenticate"))
    shows(client, code_of(secret))
    assert client.get(DESK).status_code == 200
    assert len(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]) == 10


def test_a_recovery_code_opens_the_desk_once(client):
    user, secret = enrolled("reviewers")
    signs_in(client, user)
    shows(client, code_of(secret))
    client.post(reverse("mfa_generate_recovery_codes"))
    [code, *_rest] = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    for expected in (200, 302):
        client.logout()
        signs_in(client, user)
        shows(client, code)
        assert client.get(DESK).status_code == expected


def test_the_secret_is_sealed_in_the_database():
    user, secret = enrolled()
    assert secret not in str(Authenticator.objects.get(user=user).data)


def test_passwords_that_are_tried_are_locked_for_a_while_and_only_from_there(client):
    user, _secret = enrolled("reviewers")
    for _ in range(5):
        signs_in(client, user, "a-wrong-password")
    assert signs_in(client, user).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    credentials = {"username": user.username, "password": PASSWORD, "next": DESK}
    assert client.post(reverse("admin:login"), credentials, **elsewhere).status_code == 302


def test_nobody_signs_up_or_resets_a_password_by_these_pages(client):
    for path in ("signup/", "password/reset/", "login/code/"):
        assert client.get(f"/staff/{path}").status_code == 404


def test_a_production_service_without_a_second_factor_does_not_start(settings):
    settings.IS_BARE, settings.STAFF_NEED_SECOND_FACTOR = False, False
    assert "familylink.E003" in [found.id for found in dangerous_settings([]) if found.level >= checks.ERROR]
    settings.STAFF_NEED_SECOND_FACTOR = True
    assert "familylink.E003" not in [found.id for found in dangerous_settings([])]


def test_the_demo_may_do_without_and_says_so(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    user = a_member_of_staff("reviewers")
    signs_in(client, user)
    assert client.get(DESK).status_code == 200


def at_the_desk(client):
    """A reviewer who has shown a code just now, before a pair."""
    user, secret = enrolled("reviewers")
    signs_in(client, user)
    shows(client, code_of(secret))
    return a_match()


def says(client, match, choice):
    address = reverse("admin:matching_match_change", args=[match.pk])
    seen = client.get(address).context["seen"]
    told = {"choice": choice, "revision": match.revision, "seen": seen, "note": "так"}
    return client.post(address, told)


def an_hour_passes(client):
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "at": record["at"] - 3601} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()


def test_the_same_person_is_said_with_a_second_factor_shown_lately(client):
    match = at_the_desk(client)
    says(client, match, "same:name_and_date")
    assert match.decisions.count() == 1


def test_after_an_hour_what_may_tell_a_family_asks_for_the_second_factor_again(client):
    match = at_the_desk(client)
    an_hour_passes(client)
    asked = says(client, match, "same:name_and_date")
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert str(match.pk) in asked.url
    assert not match.decisions.exists()
    address = reverse("admin:matching_match_change", args=[match.pk])
    for action in ("tell", "confirm_link"):
        assert client.post(address, {"action": action}).url.startswith(reverse("mfa_reauthenticate"))


def test_after_an_hour_the_other_verdicts_need_no_code(client):
    match = at_the_desk(client)
    an_hour_passes(client)
    says(client, match, "different:kin")
    assert match.decisions.count() == 1


def test_whoever_is_asked_for_a_code_is_offered_nothing_that_leads_in_a_circle(client):
    user, _ = enrolled("reviewers")
    signs_in(client, user)
    shown = client.get(reverse("mfa_reauthenticate")).content.decode()
    assert reverse("account_reauthenticate") not in shown
