"""An importer's night: a list whose columns nobody knows, a row put right, a commit, and the list again, corrected."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matching.models import Correction, ListEntry, Match, SourceList
from tests import factories
from tests.browser import staff
from tests.browser.axe import violations
from tests.browser.views import follow, shoot
from tests.faults.scenery import approve_all

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST = (
    "Хто;Коли народився\nВересняк Олександр Миколайович;12.03.1987\n"
    "Дремлюк Павло Савич;31.02.1990\nСмерека Юхим Лукич;1979\n"
)
AGAIN = "Хто;Коли народився\nСмерека Юхим Лукич;1979\nКовшар Леонтій Гнатович;03.08.1979\n"


@pytest.mark.parametrize(("locale", "scheme"), [("uk-UA", "light")])
def test_from_an_unknown_layout_to_a_corrected_list(
    desk: Callable[..., Page], locale: str, scheme: str
) -> None:
    factories.a_report()
    page, wave = desk("importers", locale=locale, color_scheme=scheme), factories.a_wave()
    staff.upload(page, wave, staff.text_file(FIRST))
    the_columns_are_told(page)
    a_row_is_put_right(page)
    looked_at(page, f"list-preview-{locale}")
    staff.commit(page)
    expect(page.locator("[id^=progress-]")).to_be_visible()
    factories.match_all()
    approve_all()
    the_corrected_list_comes(page)
    looked_at(page, f"list-differences-{locale}")
    staff.commit(page)
    expect(page.locator("[id^=progress-]")).to_be_visible()
    assert sorted(SourceList.objects.values_list("state", flat=True)) == ["committed", "superseded"]
    assert Match.objects.get().state == "retracted"
    assert not Correction.objects.exists()  # nothing had left yet
    page.goto(f"/admin/matching/wave/{wave.pk}/change/")
    expect(page.locator("[aria-labelledby=timeline-heading] tbody tr")).not_to_have_count(0)
    looked_at(page, f"wave-{locale}")


def the_columns_are_told(page: Page) -> None:
    page.select_option("[name=field-0-0]", "full_name")
    page.select_option("[name=field-0-1]", "birth_date")
    follow(page.locator("form:has([value=columns]) .desk-button"))
    expect(page.locator("[aria-labelledby=rows-heading] tbody tr")).to_have_count(2)


def a_row_is_put_right(page: Page) -> None:
    follow(staff.problems(page).locator("xpath=..").locator("a"))
    looked_at(page, "row-to-put-right")
    page.fill("#id_cell-1", "28.02.1990")
    follow(page.get_by_role("button", name="Прочитати рядок"))
    expect(page.locator("[aria-labelledby=problems-heading]")).to_have_count(0)


def the_corrected_list_comes(page: Page) -> None:
    follow(page.locator("a[href*=supersedes]"))
    assert page.input_value("#id_kind") == "released"
    page.fill("#id_text", AGAIN)
    follow(page.locator(".desk-form .desk-button"))
    expect(page.locator("[aria-labelledby=difference-heading]")).to_contain_text("Вересняк")
    assert ListEntry.objects.live().count() == 3


def looked_at(page: Page, name: str) -> None:
    assert violations(page) == []
    shoot(page, name)
