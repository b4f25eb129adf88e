"""The staff's pages keep the rules of accessibility: every page, in three languages, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from familylink.roles import ROLES
from tests import factories
from tests.browser.axe import OF_COLOUR, violations
from tests.browser.every_desk_page import walk
from tests.browser.views import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The theme follows the system when it opens a page; here the same page is shown in both. Colours do not fade.
SHOW_IN = """scheme => {
    document.documentElement.classList.toggle("dark", scheme === "dark");
    const still = new CSSStyleSheet();
    still.replaceSync("* { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [still];
}"""


@pytest.mark.parametrize(("language", "locale"), [("uk", "uk-UA"), ("en", "en-GB"), ("ru", "ru-RU")])
def test_every_page_of_the_desk_keeps_the_rules_in_light_and_dark(
    desk: Callable[..., Page], window: Callable[..., BrowserContext], language: str, locale: str
) -> None:
    outside = window(locale=locale).new_page()
    outside.goto("/admin/")
    found = looked_at(outside, "sign-in", language)
    user = factories.a_member_of_staff(*ROLES)
    page = desk(user=user, locale=locale)
    for place in walk(page, user):
        found += looked_at(page, place, language)
    assert not found, "\n".join(found)


def looked_at(page: Page, place: str, language: str) -> list[str]:
    assert page.get_attribute("html", "lang") == language, place
    found = []
    for scheme, rules in (("light", None), ("dark", OF_COLOUR)):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SHOW_IN, scheme)
        shoot(page, f"desk-{place.replace('/', '-')}-{language}-{scheme}")
        seen = violations(page, rules) if rules else violations(page)
        found += [f"{place}, {scheme}: {line}" for line in seen]
    return found
