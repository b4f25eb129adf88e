"""The families' pages for every reader: rules of accessibility, small phones, bad lines, three languages."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Response

from tests.browser.axe import ALL, OF_COLOUR, violations
from tests.browser.every_page import walk
from tests.browser.views import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., BrowserContext]
LANGUAGES = ("uk", "en", "ru")
WIDTHS = (360, 1280)
STYLES = {"/static/portal/portal.css", "/static/portal/icon.svg", "/favicon.ico"}
MOST_BYTES = 50_000
LEAST_TARGET = 44
# Links within a sentence are as high as its line; a box with a label is as large as both together.
SMALL_TARGETS = """least => [...document.querySelectorAll(
        "button, .button, select, textarea, header a, footer a, .problems a, label:has(input), "
        + "input:not([type=hidden], [type=radio], [type=checkbox])")]
    .filter(each => !each.matches("[tabindex='-1']"))
    .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
    .filter(([html, box]) => box.height < least || box.width < least)
    .map(([html, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# As in a language that is written from the right: what stands in it is moved, never cut off.
DIRECTION = "direction => { document.documentElement.dir = direction }"
BEGINS_AT = "() => Math.round(document.querySelector('h1').getBoundingClientRect().right)"
LETTERS = "size => { document.documentElement.style.fontSize = size }"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_keeps_the_rules_of_accessibility_light_and_dark_narrow_and_wide(
    window: Window, language: str
) -> None:
    page = window().new_page()
    found = []
    for place in walk(page, language):
        assert page.get_attribute("html", "lang") == language
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            # A wide window has the colours of a narrow one in every language.
            for scheme, rules in (("light", ALL), ("dark", OF_COLOUR))[: 1 if width > 700 else 2]:
                page.emulate_media(color_scheme=scheme)
                shoot(page, f"{place}-{language}-{width}-{scheme}")
                found += [f"{place}, {width} px, {scheme}: {line}" for line in violations(page, rules)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_the_smallest_phone_and_a_trembling_finger(window: Window, language: str) -> None:
    page = window(width=320, script=False).new_page()
    found = []
    for place in walk(page, language):
        found += [f"{place}: {line}" for line in page.evaluate(SMALL_TARGETS, LEAST_TARGET)]
        if wider := page.evaluate(SIDEWAYS):
            found.append(f"{place}: {wider} px wider than the phone")
        page.evaluate(LETTERS, "200%")
        if wider := page.evaluate(SIDEWAYS):
            found.append(f"{place}, letters twice as large: {wider} px wider than the phone")
        page.evaluate(LETTERS, "")
        page.evaluate(DIRECTION, "rtl")
        if wider := page.evaluate(SIDEWAYS):
            found.append(f"{place}, from right to left: {wider} px wider than the phone")
        if (right := page.evaluate(BEGINS_AT)) < 290:
            found.append(f"{place}, from right to left: begins at {right} px")
        page.evaluate(DIRECTION, "ltr")
    assert not found, "\n".join(found)


def test_every_page_is_itself_and_one_style_sheet_and_light(window: Window) -> None:
    page = window(width=360).new_page()
    answers: list[Response] = []
    styles: dict[str, int] = {}  # a browser asks for them once, and later at most whether they have changed
    page.on("response", lambda answer: answers.append(answer))
    for place in walk(page, "uk"):
        page.wait_for_load_state("networkidle")
        assert page.locator("script, iframe, object, embed, [style], style").count() == 0, place
        loaded = [answer for answer in answers if answer.status != 302]
        pages = [answer for answer in loaded if answer.request.resource_type == "document"]
        others = [answer for answer in loaded if answer not in pages]
        assert {urlsplit(answer.url).path for answer in others} <= STYLES, place
        assert {urlsplit(answer.url).netloc for answer in loaded} <= {urlsplit(page.url).netloc}, place
        styles |= {urlsplit(answer.url).path: size(answer) for answer in others if answer.status == 200}
        weight = max(map(size, pages), default=0) + sum(styles.values())
        assert weight <= MOST_BYTES, f"{place}: {weight} bytes"
        answers.clear()


def size(answer: Response) -> int:
    return int(answer.headers["content-length"])
