"""What the pages look like: pictures for whoever wants to look, their words in a language, and the way on."""

import os
from pathlib import Path

from django.utils import translation
from playwright.sync_api import Locator, Page


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
