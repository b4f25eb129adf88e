"""One administrator alone never becomes two reviewers: an account begins once a second person says whose it is.

All of a test is one transaction, in which the database goes on believing that whoever asked last acts still: so whom
nobody has to vouch for is made first.
"""

from importlib import import_module
from itertools import count

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from familylink.reports import vouching
from familylink.reports.models import AccountChange
from matching import review
from matching.models import Match, Verdict
from matching.review import NotYours
from notifications import recovery
from notifications.models import Notification
from tests.factories import a_lead, a_match, a_member_of_staff, a_reviewer
from tests.matching.conftest import sending
from tests.matching.deciding import confirmed, live_news, verdict

__all__ = ["sending"]
pytestmark = pytest.mark.django_db
PASSWORD = "voda-i-hlib-2026"
WAITING = "admin:reports_accountchange_waiting"
DATES = {"last_login_0": "", "date_joined_0": "01.01.2026", "date_joined_1": "10:00"}
numbers = count(1)


def desk_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator() -> User:
    return a_member_of_staff("administrators")


def opened_by(administrator: User, role: str = "reviewers") -> User:
    """In the admin, as an administrator does it: the account, and then its role."""
    desk, name = desk_of(administrator), f"new{next(numbers)}"
    told = {"username": name, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    desk.post(reverse("admin:auth_user_add"), told)
    account = User.objects.get(username=name)
    groups = [Group.objects.get(name=role).pk]
    rights = {"username": name, "is_active": "on", "is_staff": "on", "groups": groups, **DATES}
    desk.post(reverse("admin:auth_user_change", args=[account.pk]), rights)
    assert list(account.groups.values_list("name", flat=True)) == [role]
    return account


def new_password(account: User, administrator: User) -> None:
    told = {"usable_password": "true", "password1": f"{PASSWORD}!", "password2": f"{PASSWORD}!"}
    desk_of(administrator).post(reverse("admin:auth_user_password_change", args=[account.pk]), told)


def says_whose(by: User, account: User) -> str:
    page = desk_of(by).post(reverse(WAITING), {"account": account.pk}, follow=True)
    return page.content.decode()


def again(account: User) -> User:
    return User.objects.get(pk=account.pk)


def test_two_accounts_that_one_administrator_opened_confirm_no_pair_and_see_no_family(administrator) -> None:
    match = a_match()
    for account in (opened_by(administrator), opened_by(administrator)):
        with pytest.raises(NotYours):
            verdict(match, account)
        page = desk_of(account).get(reverse("admin:matching_match_change", args=[match.pk]))
        assert page.status_code == 403
        assert "чекає на другу людину" in desk_of(account).get("/admin/").content.decode()
    match.refresh_from_db()
    assert match.state == "open"
    assert not live_news()


@pytest.mark.parametrize("second", [a_lead, lambda: a_member_of_staff("administrators")])
def test_once_a_second_person_says_whose_it_is_the_account_may_what_its_role_may(
    administrator, second
) -> None:
    match, somebody, account = a_match(), second(), opened_by(administrator)
    assert account.username in desk_of(somebody).get(reverse(WAITING)).content.decode()
    says_whose(somebody, account)
    verdict(match, again(account))
    match.refresh_from_db()
    assert match.state == "awaiting_second"
    last = AccountChange.objects.filter(account=account).order_by("-pk").first()
    assert (last.what, last.by) == ("vouched", somebody)


def test_neither_who_made_it_nor_whose_it_is_nor_one_who_waits_too_is_the_second_person(
    administrator,
) -> None:
    account, lead = opened_by(administrator), opened_by(administrator, "leads")
    assert "має інша людина" in says_whose(administrator, account)
    for who in (account, lead):
        assert desk_of(who).post(reverse(WAITING), {"account": account.pk}).status_code == 403
        with pytest.raises(vouching.NotForYou):
            vouching.vouch(account.pk, by=again(who))
    assert set(vouching.waiting()) == {account, lead}


def test_a_reviewer_says_of_nobody_whose_an_account_is(administrator) -> None:
    reviewer, account = a_reviewer(), opened_by(administrator)
    assert desk_of(reviewer).post(reverse(WAITING), {"account": account.pk}).status_code == 403
    assert vouching.waits(account)


def test_a_password_that_an_administrator_gave_a_colleague_is_looked_at_by_a_second_person(
    administrator,
) -> None:
    colleague, lead = a_reviewer(), a_lead()
    new_password(colleague, administrator)
    assert not again(colleague).has_perm("matching.decide_match")
    says_whose(lead, colleague)
    assert again(colleague).has_perm("matching.decide_match")


def test_ones_own_new_password_needs_nobody() -> None:
    reviewer = a_reviewer()
    reviewer.set_password(PASSWORD)
    reviewer.save()
    told = {"old_password": PASSWORD, "new_password1": f"{PASSWORD}!", "new_password2": f"{PASSWORD}!"}
    desk_of(reviewer).post(reverse("admin:password_change"), told)
    assert again(reviewer).check_password(f"{PASSWORD}!")
    assert again(reviewer).has_perm("matching.decide_match")


def test_what_a_superuser_does_or_the_servers_shell_needs_nobody_else() -> None:
    assert again(a_reviewer()).has_perm("matching.decide_match"), "made without the admin"
    account = opened_by(User.objects.create_superuser("root"))
    assert again(account).has_perm("matching.decide_match")


def test_what_a_superuser_did_holds_when_he_is_none_any_more_and_what_he_did_before_waits(
    administrator,
) -> None:
    root = User.objects.create_superuser("root")
    account = opened_by(root)
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    assert not vouching.waits(account)
    later = opened_by(administrator)
    User.objects.filter(pk=administrator.pk).update(is_superuser=True)
    assert set(vouching.waiting()) == {later}


def test_news_waits_while_one_of_the_two_who_decided_is_not_known_to_be_he_and_leaves_once_he_is(
    administrator, sending, settings
) -> None:
    settings.QUIET_HOURS = ()
    lead = a_lead()
    match = confirmed(a_match())
    new_password(match.second_reviewer, administrator)
    recovery.sweep()
    news = Notification.objects.filter(message=review.NEWS)
    assert set(news.values_list("state", "state_reason")) == {("queued", "reviewer_lost_the_right")}
    says_whose(lead, match.second_reviewer)
    news.update(due_at=Now())
    recovery.sweep()
    assert set(news.values_list("state", flat=True)) == {"accepted"}


def test_news_of_one_who_may_decide_no_more_is_for_a_person_though_he_is_vouched_for(
    administrator, sending, settings
) -> None:
    settings.QUIET_HOURS = ()
    lead = a_lead()
    match = confirmed(a_match())
    match.second_reviewer.groups.clear()
    new_password(match.second_reviewer, administrator)
    says_whose(lead, match.second_reviewer)
    recovery.sweep()
    assert set(Notification.objects.filter(message=review.NEWS).values_list("state", flat=True)) == {"review"}


def test_whoever_worked_before_this_rule_works_on(administrator) -> None:
    account = opened_by(administrator)
    migration = import_module("familylink.reports.migrations.0028_vouched_accounts")
    migration.vouch_for_those_at_work(apps, None)
    match = a_match()
    verdict(match, again(account), Verdict.SAME)
    assert Match.objects.get().state == "awaiting_second"
