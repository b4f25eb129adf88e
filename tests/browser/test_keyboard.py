"""Without a mouse: the families' form, and a pair at the desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from familylink.reports.models import Report
from matching.models import Decision
from tests import factories
from tests.browser import family
from tests.portal.conftest import ANSWERS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = ("surname", "given_name", "patronymic", "birth_day", "birth_year", "place", "phone")
MOST_STEPS = 60


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
    phone.goto("/uk/report/")
    tab_to(phone, "skip")
    phone.keyboard.press("Enter")
    for name in ("surname", "given_name", "patronymic"):
        type_into(phone, name)
    type_into(phone, "birth_day")
    tab_to(phone, "id_birth_month")
    for _ in range(int(ANSWERS["birth_month"])):
        phone.keyboard.press("ArrowDown")
    type_into(phone, "birth_year")
    tab_to(phone, "id_sex_0")
    phone.keyboard.press("Space")
    type_into(phone, "place")
    tab_to(phone, "id_relation")
    phone.keyboard.press("ArrowDown")
    type_into(phone, "phone")
    phone.keyboard.press("Enter")
    the_summary_leads_to_the_mistake(phone)
    phone.keyboard.press("Space")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/confirm/")
    assert Report.objects.get().missing_person.birth_date == "1987-03-12"
    tab_to(phone, "id_code")
    phone.keyboard.type(family.kept_code())
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/receipt/")


def type_into(page: Page, name: str) -> None:
    tab_to(page, f"id_{name}")
    page.keyboard.type(ANSWERS[name])


def the_summary_leads_to_the_mistake(page: Page) -> None:
    """Only the consent is missing: the summary has the focus, its one link goes to the box."""
    expect(page.locator(".problems")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_consent")).to_be_focused()


def test_a_pair_is_decided_with_the_keyboard_alone(desk: Callable[..., Page]) -> None:
    match = factories.a_match()
    page = desk("reviewers")
    page.goto(f"/admin/matching/match/{match.pk}/change/")
    tab_to(page, "id_note")
    page.keyboard.type("Збігаються ім'я та дата")
    tab_to(page, "desk-button desk-button-same")
    page.keyboard.press("Enter")
    page.wait_for_url("**/match/")
    assert Decision.objects.get().verdict == "same"
