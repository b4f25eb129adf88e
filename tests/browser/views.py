"""What the pages look like: pictures for whoever wants to look, their words in a language, and the way on."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import translation
from playwright.sync_api import Locator, Page

PATIENCE_SECONDS = 90.0
IS_WHOLE = "() => document.readyState === 'complete' && document.body !== null"


def shoot(page: Page, name: str) -> None:
    """A picture of the whole page in the folder FAMILYLINK_SCREENSHOTS, if there is one."""
    if folder := os.environ.get("FAMILYLINK_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def words(text: str, language: str = "uk", **values: object) -> str:
    """How the service says this in a language."""
    with translation.override(language):
        return translation.gettext(text) % values if values else translation.gettext(text)


def follow(way: Locator) -> None:
    """Click what leads to another page, and wait for that page: a click alone returns before it has come."""
    with way.page.expect_navigation():
        way.click()
    whole(way.page)


def whole(page: Page) -> None:
    """Wait until the page has been read to its end.

    On a busy machine the browser reports a page as loaded of which it has not read a letter yet: the report was of the
    page before. What is asked of it then (its width, its words) is of nothing at all.
    """
    wait_until(page, lambda: page.evaluate(IS_WHOLE), f"{page.url} was never read to its end")


def wait_until(page: Page, is_so: Callable[[], object], else_what: str) -> None:
    """Look again and again, while the browser goes on; `else_what` is said when it never comes."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at, else_what
        page.wait_for_timeout(20)
