"""Without a mouse: the families' form, and a pair at the desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from familylink.reports.models import Report
from matching import review
from matching.models import Decision, Match, Reopening
from tests import factories
from tests.browser import family
from tests.browser.views import whole, words
from tests.faults.scenery import matched_families
from tests.matching.deciding import confirmed
from tests.portal.conftest import ANSWERS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STEPS = 60
TAKEN_BACK = "The verdict was taken back. The pair is open again, and nobody is told."


def focused(page: Page) -> str:
    found: str = page.evaluate("() => document.activeElement.id || document.activeElement.className")
    return found


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is there, and see that the focus can be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", wanted
            return
    pytest.fail(f"{wanted} is not reached by Tab")


def test_a_report_is_filed_with_the_keyboard_alone(phone: Page) -> None:
    phone.goto("/uk/report/name/")
    tab_to(phone, "skip")
    phone.keyboard.press("Enter")
    type_into(phone, "surname", "given_name", "patronymic")
    go_on(phone)
    skip_to(phone, "birth")
    type_into(phone, "birth_day")
    tab_to(phone, "id_birth_month")
    for _ in range(int(ANSWERS["birth_month"])):
        phone.keyboard.press("ArrowDown")
    type_into(phone, "birth_year")
    go_on(phone)
    tab_to(phone, "id_category_3")  # "I do not know", until somebody chooses
    phone.keyboard.press("ArrowDown")
    go_on(phone)
    skip_to(phone, "relation")
    tab_to(phone, "id_relation")
    phone.keyboard.press("ArrowDown")
    type_into(phone, "reporter_name")
    go_on(phone)
    skip_to(phone, "contacts")
    type_into(phone, "phone")
    go_on(phone)
    skip_to(phone, "consent")
    tab_to(phone, "id_consent_search")
    phone.keyboard.press("Space")
    go_on(phone)
    the_summary_leads_to_the_mistake(phone, "consent_contact")
    phone.keyboard.press("Space")
    go_on(phone)
    phone.wait_for_url("**/check/")
    tab_to(phone, "send")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/confirm/")
    assert Report.objects.get().missing_person.birth_date == "1987-03-12"
    tab_to(phone, "id_code")
    phone.keyboard.type(family.kept_code())
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/receipt/")


def type_into(page: Page, *names: str) -> None:
    for name in names:
        tab_to(page, f"id_{name}")
        page.keyboard.type(ANSWERS[name])


def skip_to(page: Page, slug: str) -> None:
    """Say that nothing is known until this question is there."""
    while f"/{slug}/" not in page.url:
        tab_to(page, "skip-question")
        go_on(page)


def go_on(page: Page) -> None:
    """Press Enter, and wait for the page behind it."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
    whole(page)


def the_summary_leads_to_the_mistake(page: Page, name: str) -> None:
    """One box is not ticked: the summary has the focus, its one link goes to the box."""
    expect(page.locator(".problems")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#id_{name}")).to_be_focused()


def test_a_pair_is_decided_by_tab_alone(desk: Callable[..., Page]) -> None:
    match = factories.a_match()
    page = desk("reviewers")
    page.goto(f"/admin/matching/match/{match.pk}/change/")
    page.locator("#id_note").focus()
    page.keyboard.type("xnu?: у полі це літери")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    tab_to(page, "record")
    page.keyboard.press("Enter")
    page.wait_for_url("**/match/")
    assert Decision.objects.get().note == "xnu?: у полі це літери"


def test_a_pair_is_decided_with_single_keys(desk: Callable[..., Page]) -> None:
    match = factories.a_match()
    page = desk("reviewers")
    page.goto("/admin/matching/match/next/")
    page.wait_for_url(f"**/{match.pk}/change/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_have_attribute("open", "")
    page.keyboard.press("l")
    expect(page.locator(".desk-latin").first).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/match/")
    decision = Decision.objects.get()
    assert (decision.verdict, decision.reason) == ("same", "name_and_father")


def test_single_keys_can_be_switched_off(desk: Callable[..., Page]) -> None:
    match = factories.a_match()
    page = desk("reviewers")
    page.goto(f"/admin/matching/match/{match.pk}/change/")
    page.locator("#keys summary").click()
    page.locator("#keys-on").uncheck()
    page.reload()
    page.keyboard.press("x")
    expect(page.locator("[data-key=x] input").first).not_to_be_checked()
    expect(page.locator("[data-key=x] kbd")).to_be_hidden()
    expect(page.locator("#keys summary kbd")).to_be_visible()


def test_the_queue_is_filtered_and_the_desk_left_without_a_mouse(desk: Callable[..., Page]) -> None:
    factories.a_match()
    page = desk("reviewers", locale="en-GB")
    page.goto("/admin/matching/match/")
    tab_to(page, "skip")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    tab_to_button(page, "Filters")
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter").get_by_text("waiting for my verdict")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Filters")).to_be_focused()
    page.goto("/admin/matching/match/")
    tab_to_button(page, "Account")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def tab_to_button(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            return
    pytest.fail(f"{name} is not reached by Tab")


def test_a_forgotten_note_has_the_focus(desk: Callable[..., Page]) -> None:
    match = factories.a_match()
    page = desk("reviewers")
    page.goto(f"/admin/matching/match/{match.pk}/change/")
    for key in ("n", "1", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#id_note")).to_be_focused()
    expect(page.locator("[data-key=n] input").first).to_be_checked()


def test_a_slip_is_taken_back_by_the_same_key_twice(desk: Callable[..., Page]) -> None:
    matched_families(2, with_email=False)
    page = desk("reviewers")
    page.goto("/admin/matching/match/next/")
    slipped = page.url
    for keys in ("x", "Enter"):
        page.keyboard.press(keys)
    page.wait_for_url(lambda url: url != slipped)
    whole(page)
    page.keyboard.press("z")
    page.wait_for_url(slipped)
    whole(page)
    page.keyboard.press("z")
    expect(page.get_by_role("status").filter(has_text=words(TAKEN_BACK))).to_be_visible()
    assert Reopening.objects.filter(cause="undone").count() == 1


def test_the_key_of_a_verdict_that_is_barred_chooses_nothing_and_the_page_says_why(
    desk: Callable[..., Page],
) -> None:
    confirmed(factories.a_match())
    other = factories.a_report(phone="+380990000002")
    factories.match_all()
    match = Match.objects.get(missing_person=other.missing_person_id)
    page = desk("reviewers")
    page.goto(f"/admin/matching/match/{match.pk}/change/")
    whole(page)
    for keys in "n2x1":
        page.keyboard.press(keys)
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)
    expect(page.locator("[data-key=x]")).to_contain_text(words(str(review.EntryTaken.words)))
