"""Who of the staff may do what: every page and every action of the desk, each role both ways."""

import html
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils.translation import override

import familylink.urls  # noqa: F401  # the desks are registered where the addresses are
from familylink.admin import ROLES_IN_WORDS, right_in_words, role_name
from familylink.reports import privacy
from familylink.roles import ROLES, renew_roles
from matching import review
from matching.admin import lists_desk
from matching.admin.pair_actions import ACTIONS as PAIR_ACTIONS
from matching.models import Correction, Decision, ListEntry, Match
from matching.urls import urlpatterns as staff_api
from notifications.models import Call, FollowUp, Reply, SunkMessage
from tests.factories import a_lead, a_match, a_member_of_staff, a_received_list, commit
from tests.matching.deciding import confirmed, has_left

pytestmark = pytest.mark.django_db

NOBODY: set[str] = set()
DESK = {"reviewers", "leads"}
LISTS = DESK | {"importers", "auditors"}
WATCHED = {"leads", "auditors"}
MASTERS = {"leads", "administrators"}

# Who sees rows of a model: in a list, on a page of their own, with its history.
SEE = {
    "account_emailaddress": NOBODY,
    "auth_group": {"administrators"},
    "auth_user": {"administrators"},
    "axes_accessattempt": NOBODY,
    "axes_accessfailurelog": NOBODY,
    "axes_accesslog": NOBODY,
    "matching_calibration": WATCHED,
    "matching_correction": DESK | {"auditors"},
    "matching_exchange": LISTS,
    "matching_match": DESK | {"auditors"},
    "matching_sourcelist": LISTS,
    "matching_wave": LISTS,
    "mfa_authenticator": NOBODY,
    "notifications_circuit": WATCHED,
    "notifications_followup": DESK | {"auditors"},
    "notifications_notification": DESK | {"auditors"},
    "notifications_receipt": NOBODY,
    "notifications_reconciliation": WATCHED,
    "notifications_reply": DESK,
    "notifications_sendingswitch": MASTERS,
    "notifications_sunkmessage": DESK,
    "notifications_template": WATCHED,
    "reports_accessrecord": {"auditors"},
    "reports_accountchange": {"auditors"},
    "reports_missingperson": DESK | {"intake"},
    "reports_report": DESK | {"intake"},
}
ADD = {
    "auth_user": {"administrators"},
    "matching_exchange": {"importers"},
    "matching_sourcelist": {"importers"},
    "matching_wave": {"importers"},
    "notifications_template": {"leads"},
    "reports_report": {"intake"},
}
CHANGE = {
    "auth_user": {"administrators"},
    "matching_calibration": {"leads"},
    "matching_exchange": {"importers"},
    "matching_match": DESK,
    "matching_sourcelist": {"importers"},
    "matching_wave": {"importers"},
    "reports_missingperson": {"intake"},
}
DELETE = {"matching_sourcelist": {"importers"}}
OWN_PAGES = {
    "auth_user_password_change": {"administrators"},
    "reports_accountchange_waiting": MASTERS,
    "matching_match_next": DESK,
    "matching_match_photo": DESK,
    "matching_match_together": DESK,
    "matching_match_why_not": DESK,
    "matching_sourcelist_refused": {"importers"},
    "matching_sourcelist_row": {"importers"},
    "reports_report_code_word": {"intake"},
    "reports_report_told_again": {"intake"},
    "reports_report_picture": DESK | {"intake"},
}
# What is done to the chosen rows of a list.
DO = {
    "notifications_followup": {f"record_{outcome}": DESK for outcome in Call.Outcome.values},
    "notifications_notification": {
        act: {"leads"}
        for act in (
            *("release_held", "send_again", "send_over_another", "confirm_arrived"),
            *("stop_kind", "stop_wording", "stop_wave"),
        )
    },
    "notifications_reply": {"is_theirs_after_all": DESK},
    "notifications_sendingswitch": {"stop": MASTERS, "resume": MASTERS},
    "notifications_template": {"approve": {"leads"}, "retire": {"leads"}},
}


def own_pages() -> Iterator[URLPattern]:
    for entry in admin.site.get_urls():
        yield from (page for page in getattr(entry, "url_patterns", [entry]) if page.name)


def models() -> dict[str, admin.ModelAdmin]:
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": desk
        for model, desk in admin.site._registry.items()
    }


AN_ID = re.compile("[0-9a-f]{8}", re.IGNORECASE)
RECORDS = {
    "matching_correction",
    "reports_accessrecord",
    "reports_accountchange",
}  # lists; their rows are not opened
NO_SUCH_ROW = "00000000-0000-4000-8000-000000000000"


def address_of(name: str, pk: object = NO_SUCH_ROW) -> str:
    ids: tuple[object, ...] = ()
    while True:
        try:
            return reverse(f"admin:{name}", args=ids)
        except NoReverseMatch:
            assert len(ids) < 2, name
            ids = (*ids, pk)


def a_desk_with_everything() -> None:
    """A row of most models, so that no page answers only that there is none."""
    match, lead = confirmed(a_match()), a_lead()
    has_left()
    review.correct(match.pk, by=lead, note="інший рік")
    privacy.record_view(lead, match)
    a_received_list("Інша Людина;31.02.1990")


def opened_by(client) -> set[str]:
    found = set()
    for name, desk in models().items():
        row = desk.model._default_manager.first()
        pk = row.pk if row else NO_SUCH_ROW
        pages = {kind: (f"{name}_{kind}", pk) for kind in ("changelist", "add", "change", "delete")}
        if row:
            pages["history"] = (f"{name}_history", pk)
        found |= {page for page, pk in pages.values() if client.get(address_of(page, pk)).status_code != 403}
        if client.post(address_of(f"{name}_change", pk), {"do": "stop"}).status_code != 403:
            found.add(f"{name}_changed")
    return found | {page for page in OWN_PAGES if client.get(address_of(page)).status_code != 403}


def may_open(role: str) -> set[str]:
    found = {page for page, roles in OWN_PAGES.items() if role in roles}
    for name, desk in models().items():
        seen = ["changelist", "change", *(["history"] if desk.model._default_manager.exists() else [])]
        kinds = {"add": ADD, "changed": CHANGE, "delete": DELETE}
        found |= {f"{name}_{kind}" for kind in seen if role in SEE[name]}
        found |= {f"{name}_{kind}" for kind, table in kinds.items() if role in table.get(name, NOBODY)}
    return found


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_each_role_opens_and_changes_its_own_pages_and_no_other(client, role):
    a_desk_with_everything()
    client.force_login(a_member_of_staff(role))
    # The newest list is the one that may still be dropped.
    assert opened_by(client) == may_open(role)


def test_no_page_of_the_desk_is_missing_in_these_tables():
    kinds = ("changelist", "add", "change", "delete", "history")
    known = {f"{name}_{kind}" for name in SEE for kind in kinds} | set(OWN_PAGES)
    framework = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete"}
    framework |= {"jsi18n", "view_on_site", "app_list", "search", "toggle_sidebar"}
    assert {page.name for page in own_pages()} - framework == known


@pytest.mark.parametrize("role", ["intake", "leads", "administrators"])
def test_nobody_is_handed_rows_by_what_he_types_into_an_address(client, role):
    a_desk_with_everything()
    client.force_login(a_member_of_staff(role))
    asked = [
        {"app_label": desk.opts.app_label, "model_name": desk.opts.model_name, "field_name": field.name}
        for desk in models().values()
        for field in desk.opts.get_fields()
        if field.is_relation
    ]
    assert {client.get(reverse("admin:autocomplete"), fields).status_code for fields in asked} == {404}


STAFF_API = {"run-progress": LISTS, "list-progress": LISTS}


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_each_address_of_the_staffs_api_opens_for_its_roles_and_no_other(client, role):
    assert {address.name for address in staff_api} == set(STAFF_API)
    run = commit(a_received_list())
    rows = {"run-progress": run.pk, "list-progress": run.source_list_id}
    client.force_login(a_member_of_staff(role))
    opened = {
        name
        for name, pk in rows.items()
        if client.get(reverse(f"matching:{name}", args=[pk])).status_code != 403
    }
    assert opened == {name for name, roles in STAFF_API.items() if role in roles}


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_each_role_is_offered_its_own_actions_on_many_rows_and_no_other(role):
    request = RequestFactory().get("/admin/")
    request.user = a_member_of_staff(role)
    seen = {name: desk for name, desk in models().items() if role in SEE[name]}
    offered = {name: set(desk.get_actions(request)) for name, desk in seen.items()}
    wanted = {name: {act for act, roles in DO.get(name, {}).items() if role in roles} for name in seen}
    assert offered == wanted


@pytest.mark.parametrize("role", ROLES)
def test_whoever_may_open_a_page_sees_each_table_on_it(role):
    """Such a table has no right of its own in any role: a superuser alone would see it."""
    request = RequestFactory().get("/admin/")
    request.user = a_member_of_staff(role)
    opened = [desk for name, desk in models().items() if role in SEE[name]]
    seen = {type(table) for desk in opened for table in desk.get_inline_instances(request)}
    assert seen == {table for desk in opened for table in desk.inlines}


def test_no_page_is_headed_by_an_id(client):
    a_desk_with_everything()
    SunkMessage.objects.create(attempt_reference=uuid4(), channel="sms", to="+380990000001", body="так")
    told = {"channel": "sms", "sender": "+380990000001", "text": "так", "meaning": "other"}
    Reply.objects.create(**told, transport="sink", event_id="1", from_index=b"1")
    client.force_login(a_member_of_staff(*ROLES))
    rows = [(name, desk.model._default_manager.first()) for name, desk in models().items() if SEE[name]]
    pages = {name: client.get(address_of(f"{name}_change", row.pk)) for name, row in rows if row}
    headings = {
        name: re.sub("<[^>]+>", " ", page.content.decode().partition("<h1")[2].partition("</h1>")[0])
        for name, page in pages.items()
        if page.status_code == 200 and name not in RECORDS
    }
    assert {"matching_match", "notifications_followup", "notifications_reply"} <= set(headings)
    assert not {name: told for name, told in headings.items() if AN_ID.search(told)}


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_only_who_decides_does_anything_to_a_pair(client, role):
    match = a_match()
    client.force_login(a_member_of_staff(role))
    address = address_of("matching_match_change", match.pk)
    told = [
        {"choice": "different:kin", "note": "брат", "revision": 1},
        *({"action": act, "note": "чому"} for act in PAIR_ACTIONS),
    ]
    refused = {client.post(address, form).status_code == 403 for form in told}
    assert refused == {role not in DESK}
    assert (client.post(address_of("matching_match_together"), {}).status_code == 403) is (role not in DESK)
    assert Decision.objects.exists() is (role in DESK)


def test_what_is_for_leads_is_refused_to_a_reviewer_in_words(client):
    match = confirmed(a_match())
    flag = review.raise_flag(match.missing_person_id, kind="hold", by=a_lead(), note="зачекати")
    client.force_login(a_member_of_staff("reviewers"))
    for act in ("correct", "lower_flag"):
        told = {"action": act, "note": "помилка", "flag": flag.pk}
        assert client.post(address_of("matching_match_change", match.pk), told).status_code == 409
    assert match.corrections.count() == 0
    assert match.missing_person.flags.get().lowered_at is None


@pytest.mark.parametrize("role", ["", *(role for role in ROLES if role != "importers")])
def test_only_who_receives_lists_does_anything_to_one(client, role):
    source_list = a_received_list()
    client.force_login(a_member_of_staff(role))
    address = address_of("matching_sourcelist_change", source_list.pk)
    assert {client.post(address, {"do": act}).status_code for act in lists_desk.ACTIONS} == {403}
    assert not ListEntry.objects.exists()


def test_an_auditor_keeps_no_pair_from_those_who_decide(client):
    match = a_match()
    auditor = a_member_of_staff("auditors")
    client.force_login(auditor)
    assert client.get(address_of("matching_match_next")).status_code == 403
    with pytest.raises(review.NotYours):
        review.claim(match.pk, by=auditor)
    with pytest.raises(review.NotYours):
        review.next_for(auditor, Match.objects.all())
    match.refresh_from_db()
    assert match.claimed_by is None


ACCOUNT = {"last_login_0": "", "date_joined_0": "01.01.2026", "date_joined_1": "10:00"}


def test_an_administrator_gives_nobody_every_right_and_themselves_no_role(client):
    administrator, colleague = a_member_of_staff("administrators"), a_member_of_staff("reviewers")
    client.force_login(administrator)
    leads = Group.objects.get(name="leads")
    for user in (administrator, colleague):
        told = {"username": user.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        answer = client.post(address_of("auth_user_change", user.pk), {**told, "groups": leads.pk, **ACCOUNT})
        assert answer.status_code == 302, answer.context["errors"]
    assert not User.objects.filter(is_superuser=True).exists()
    assert [group.name for group in administrator.groups.all()] == ["administrators"]
    assert [group.name for group in colleague.groups.all()] == ["leads"]


def test_an_administrator_becomes_no_superuser_by_their_password(client):
    owner = User.objects.create_superuser("owner", password="a-long-password")
    client.force_login(a_member_of_staff("administrators"))
    told = {"password1": "another-long-one", "password2": "another-long-one"}
    for page in ("auth_user_password_change", "auth_user_change"):
        assert client.post(address_of(page, owner.pk), told).status_code == 403
    owner.refresh_from_db()
    assert owner.check_password("a-long-password")


def test_every_migration_gives_each_role_exactly_its_rights():
    Group.objects.get(name="reviewers").permissions.add(Permission.objects.get(codename="commit_sourcelist"))
    renew_roles(apps.get_app_config("notifications"))
    for name, wanted in ROLES.items():
        rights = Group.objects.get(name=name).permissions.select_related("content_type")
        assert {f"{right.content_type.app_label}.{right.codename}" for right in rights} == set(wanted)


def test_an_administrator_reads_what_each_role_is_for_and_may_in_their_language(client):
    client.force_login(a_member_of_staff("administrators"))
    client.cookies["django_language"] = "uk"
    colleague = a_member_of_staff("reviewers")
    chosen = client.get(address_of("auth_user_change", colleague.pk)).content.decode()
    for group in Group.objects.filter(name__in=ROLES):
        with override("uk"):
            words, rights = str(ROLES_IN_WORDS[group.name]), map(right_in_words, ROLES[group.name])
            assert not re.search("[A-Za-z]", words + "".join(rights)), group.name
            named = f"{role_name(group.name)}: {words}"
            assert not re.search("[A-Za-z]", named), group.name
        assert named in html.unescape(chosen)
        assert words in html.unescape(client.get(address_of("auth_group_change", group.pk)).content.decode())


def test_a_right_of_another_package_is_called_as_it_was_named(client):
    content_type = ContentType.objects.get_for_model(Group)
    right = Permission.objects.create(
        content_type=content_type, codename="impersonate", name="Can impersonate"
    )
    client.force_login(a_member_of_staff("administrators"))
    group = Group.objects.create(name="others")
    group.permissions.add(right)
    assert right.name in client.get(address_of("auth_group_change", group.pk)).content.decode()


def test_a_page_that_is_not_for_a_role_says_so_and_leads_back_to_the_desk(client):
    client.force_login(a_member_of_staff("importers"))
    for address in (address_of("matching_match_changelist"), "/admin/no-such-page/"):
        seen = client.get(address).content.decode()
        assert f'href="{reverse("admin:index")}"' in seen
        assert 'class="button" href="/uk/"' not in seen


def test_whose_role_was_taken_away_reads_that_nothing_was_recorded(client):
    match, reviewer = a_match(), a_member_of_staff("reviewers")
    client.force_login(reviewer)
    reviewer.groups.clear()
    reviewer.user_permissions.set(Permission.objects.filter(codename__in=["view_match"]))
    told = client.post(address_of("matching_match_change", match.pk), {"choice": "same:details"})
    assert told.status_code == 403
    assert "Ваша роль" in told.content.decode()


def test_no_page_says_that_what_has_a_history_has_none(client):
    a_desk_with_everything()
    client.force_login(a_member_of_staff("leads", "auditors", "importers", "administrators", "intake"))
    for name, desk in models().items():
        row = desk.model._default_manager.first()
        if row is None or name not in SEE or not SEE[name]:
            continue
        seen = client.get(address_of(f"{name}_history", row.pk), follow=True)
        assert seen.status_code == 200, name
        assert "не має історії змін" not in seen.content.decode(), name


def test_the_history_of_a_list_stands_on_the_page_of_its_wave(client):
    source_list = a_received_list("Інша Людина;31.02.1990")
    client.force_login(a_member_of_staff("importers"))
    seen = client.get(address_of("matching_sourcelist_history", source_list.pk))
    assert seen.url == reverse("admin:matching_wave_change", args=[source_list.wave_id]) + "#timeline-heading"
    assert 'id="timeline-heading"' in client.get(seen.url).content.decode()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrators"])
def test_no_page_offers_an_account_to_who_may_not_open_it(client, role):
    a_desk_with_everything()
    lead = a_lead()
    review.close_correction(Correction.objects.get().pk, by=lead, note="Мати знає")
    assert FollowUp.objects.get().closed_by == lead
    client.force_login(a_member_of_staff(role))
    accounts = reverse("admin:auth_user_changelist")
    for name, desk in models().items():
        row = desk.model._default_manager.first()
        # The record of accounts has pages that nothing leads to.
        if role in SEE.get(name, NOBODY) and row and desk.list_display_links is not None:
            seen = client.get(address_of(f"{name}_change", row.pk)).content.decode()
            assert not re.search(rf'href="{accounts}\d+/', seen), name
