"""What staff do at their desks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
from playwright.sync_api import FilePayload, Locator, Page

from matching.models import Wave
from tests.browser.views import follow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[str | date | None]


def sign_in(page: Page, name: str, password: str = "a-long-password") -> None:
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    with page.expect_navigation(url=lambda url: "login" not in url):
        page.press("#id_password", "Enter")


def workbook(*rows: Row, name: str = "список.xlsx") -> FilePayload:
    """A file to upload, of one sheet with these rows."""
    book = openpyxl.Workbook()
    assert book.active
    book.active.title = "Список"
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return {"name": name, "mimeType": XLSX, "buffer": file.getvalue()}


def text_file(content: str | bytes, name: str = "список.csv") -> FilePayload:
    content = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def upload(page: Page, wave: Wave, file: FilePayload) -> None:
    """Receive a list for this wave: what the reader says of it is on the page that follows."""
    page.goto(f"/admin/matching/sourcelist/add/?wave={wave.pk}")
    fill_and_read(page, file)


def fill_and_read(page: Page, file: FilePayload) -> None:
    page.fill("#id_source_name", "Штаб")
    page.select_option("#id_kind", "released")
    page.select_option("#id_reliability", "A")
    page.set_input_files("#id_file", file)
    follow(page.locator(".desk-form .desk-button"))


def problems(page: Page) -> Locator:
    """The sentences about rows that could not be read."""
    return page.locator("[aria-labelledby=problems-heading] li span")


def commit(page: Page) -> None:
    follow(page.locator("button[value=commit]"))


def same_button(page: Page) -> Locator:
    """The first reason for "the same person"."""
    return page.locator("[data-key=x] input").first


def confirm(page: Page) -> None:
    same_button(page).check()
    follow(page.locator("#record"))


def ask_why_not_of_nobody(page: Page) -> None:
    page.goto("/admin/matching/match/why-not/")
    page.fill("#id_report", "FL-AAAA-AAAA")
    page.fill("#id_row", "99")
    page.locator("#id_source_list").select_option(index=1)
    follow(page.locator(".desk-form .desk-button"))


def fill_and_read_nothing(page: Page) -> None:
    page.goto("/admin/matching/sourcelist/add/")
    follow(page.locator(".desk-form .desk-button"))
