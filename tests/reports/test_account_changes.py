"""Who was given which rights, by whom and from where: the database writes it down, and lets nobody change it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from familylink import whence
from familylink.reports.models import AccessRecord, AccountChange
from familylink.roles import renew_roles
from matching.models import Decision
from tests.factories import a_match, a_member_of_staff
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db


def changes_of(account):
    changes = AccountChange.objects.filter(account=account).order_by("pk")
    return [(change.what, change.role) for change in changes]


def saved(client, account, **told):
    form = {"username": account.username, "is_active": "on", "is_staff": "on", **told}
    form |= {"last_login_0": "", "last_login_1": "", "date_joined_0": "2026-01-01", "date_joined_1": "00:00"}
    return client.post(page("auth_user_change", account.pk), form)


def test_a_role_that_is_given_and_taken_on_the_page_says_by_whom_and_from_where(client):
    account = a_member_of_staff("importers")
    administrator = signed_in(client, "administrators")
    leads = Group.objects.get(name="leads")
    assert saved(client, account, groups=[leads.pk]).status_code == 302
    assert changes_of(account) == [
        ("opened", ""),
        ("given", "importers"),
        ("taken", "importers"),
        ("given", "leads"),
    ]
    given = AccountChange.objects.get(account=account, role="leads")
    assert (given.by, bytes(given.from_where)) == (administrator, whence.mark_of("127.0.0.1"))


def test_what_bypasses_the_page_is_on_record_too():
    account = a_member_of_staff("reviewers")
    account.groups.clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE auth_user SET is_superuser = true, is_active = false WHERE id = %s", [account.pk]
        )
    assert changes_of(account)[2:] == [("taken", "reviewers"), ("closed", ""), ("everything", "")]
    assert not AccountChange.objects.exclude(by=None).exists()


def test_a_new_password_is_on_record_and_a_mere_sign_in_is_not(client):
    account = a_member_of_staff("reviewers")
    client.post(reverse("admin:login"), {"username": account.username, "password": "a-long-password"})
    assert ("password", "") not in changes_of(account)
    account.set_password("another-long-password")
    account.save()
    assert changes_of(account)[-1] == ("password", "")


@pytest.mark.parametrize(
    "deed", ["UPDATE reports_accountchange SET role = 'x'", "DELETE FROM reports_accountchange"]
)
def test_nobody_changes_what_is_on_record(deed):
    a_member_of_staff("reviewers")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)


def test_who_acted_is_forgotten_with_the_request(client):
    signed_in(client, "administrators")
    saved(client, a_member_of_staff("importers"))
    assert whence.mark() is None
    assert AccountChange.objects.filter(account=User.objects.latest("pk"), by=None).exists()


@pytest.mark.parametrize(
    ("one", "other", "is_one_place"),
    [
        ("192.0.2.7", "192.0.2.201", True),
        ("192.0.2.7", "192.0.3.7", False),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::3", "2001:db8:2::3", False),
    ],
)
def test_one_network_has_one_mark(one, other, is_one_place):
    assert (whence.mark_of(one) == whence.mark_of(other)) is is_one_place
    assert one.encode() not in whence.mark_of(one)


def test_no_address_has_no_mark():
    assert whence.mark_of("unix:") is None


def test_a_verdict_and_a_view_say_from_where(client):
    match = a_match()
    signed_in(client, "reviewers")
    address = page("matching_match_change", match.pk)
    seen = client.get(address, REMOTE_ADDR="192.0.2.7").context["seen"]
    told = {"choice": "same:name_and_date", "revision": match.revision, "seen": seen}
    client.post(address, told, REMOTE_ADDR="198.51.100.4")
    views = AccessRecord.objects.filter(subject_id=match.pk)
    assert {bytes(view.from_where) for view in views} == {whence.mark_of("192.0.2.7")}
    decision = Decision.objects.get()
    assert bytes(decision.from_where) == whence.mark_of("198.51.100.4")
    shown = client.get(address).content.decode()
    assert whence.in_words(decision.from_where) in shown


def test_what_a_role_may_is_on_record_when_it_changes_whatever_changes_it():
    leads, right = Group.objects.get(name="leads"), Permission.objects.get(codename="commit_sourcelist")
    leads.permissions.add(right)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM auth_group_permissions WHERE group_id = %s AND permission_id = %s",
            [leads.pk, right.pk],
        )
    changes = AccountChange.objects.filter(permission="matching.commit_sourcelist", role="leads")
    assert [change.what for change in changes.order_by("pk")] == ["allowed", "forbidden"]


def test_rights_of_a_role_that_are_as_they_were_are_not_written_down_again():
    before = AccountChange.objects.count()
    renew_roles(apps.get_app_config("notifications"))
    assert AccountChange.objects.count() == before


@pytest.mark.parametrize(("language", "role"), [("uk", "старші зміни"), ("ru", "старшие смены")])
def test_a_role_is_named_in_the_readers_language_wherever_it_stands(client, language, role):
    client.cookies["django_language"] = language
    account = a_member_of_staff("leads")
    reader = signed_in(client, "auditors", "administrators", "leads")
    for address in (
        page("reports_accountchange_changelist"),
        page("auth_group_changelist"),
        page("auth_group_change", Group.objects.get(name="leads").pk),
        page("auth_user_change", account.pk),
        page("auth_user_change", reader.pk),
    ):
        shown = client.get(address).content.decode().partition("</head>")[2]
        assert role.lower() in shown.lower()
        assert "leads" not in shown.lower()


def test_an_auditor_reads_in_words_which_right_a_role_was_given(client):
    signed_in(client, "auditors")
    client.cookies["django_language"] = "uk"
    Group.objects.get(name="leads").permissions.add(Permission.objects.get(codename="commit_sourcelist"))
    shown = client.get(page("reports_accountchange_changelist")).content.decode()
    assert "брати список у роботу" in shown
    assert "commit_sourcelist" not in shown
