"""A mother's way through all pages: a small phone, no JavaScript, each language, a bad line, paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from familylink.reports.models import Contact, Report
from tests.browser import family
from tests.browser.views import follow, words
from tests.reports.photos import a_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., BrowserContext]
BAD_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
BUTTONS = """() => [...document.querySelectorAll("button, .button, nav, .leave, footer ul, .skip")]
    .filter(each => each.checkVisibility()).map(each => each.outerHTML.slice(0, 60))"""
COLOURS = """() => [...new Set([...document.querySelectorAll("body, main *")].filter(each => each.checkVisibility())
    .map(each => getComputedStyle(each).color)), getComputedStyle(document.body).backgroundColor]"""


def link(page: Page, text: str, language: str) -> None:
    follow(page.locator("main").get_by_role("link", name=words(text, language), exact=True).first)


def press(page: Page, text: str, language: str) -> None:
    follow(page.locator("main").get_by_role("button", name=words(text, language), exact=True))


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_a_report_is_filed_proven_mended_withdrawn_and_taken_back(phone: Page, language: str) -> None:
    phone.goto(f"/{language}/")
    link(phone, "Report a missing person", language)
    link(phone, "Begin", language)
    family.file_report(phone, language, language=language)
    family.enter_code(phone, family.kept_code())
    report = Report.objects.get()
    assert Contact.objects.reachable().get().report == report
    expect(phone.locator(".reference").first).to_have_text(report.reference)
    it_prints_black_on_white_without_buttons(phone, report)
    link(phone, "Look at my report", language)
    link(phone, "a photo", language)
    phone.set_input_files("#id_photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    press(phone, "Keep this", language)
    assert report.pictures.get().content.startswith(b"\xff\xd8")
    phone.goto(f"/{language}/my-report/answers/home/")
    phone.fill("#id_place", "Нове Місто")
    press(phone, "Keep this", language)
    expect(phone.locator("main")).to_contain_text("Нове Місто")
    phone.goto(f"/{language}/my-report/status/")
    link(phone, "Withdraw the report", language)
    press(phone, "Yes, end it", language)
    assert Report.objects.get().ending == "withdrawn"
    press(phone, "Undo", language)
    assert Report.objects.get().ending == ""
    press(phone, "Sign out", language)
    phone.goto(f"/{language}/my-report/status/")
    expect(phone).to_have_url(f"{phone.url.split(f'/{language}/')[0]}/{language}/my-report/")


def test_on_a_bad_line_nothing_is_lost(window: Window) -> None:
    page = window(width=360, script=False).new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", BAD_LINE)
    family.file_report(page, surname="\u202eВересняк")
    wire.send("Network.emulateNetworkConditions", {**BAD_LINE, "offline": True})
    page.fill("#id_code", family.kept_code())
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/uk/report/receipt/")
    wire.send("Network.emulateNetworkConditions", BAD_LINE)
    page.goto("/uk/report/confirm/")
    family.enter_code(page, family.kept_code())
    expect(page.locator(".reference").first).to_have_text(Report.objects.get().reference)


def it_prints_black_on_white_without_buttons(page: Page, report: Report) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    for kept in (report.reference, report.code_word):
        expect(page.get_by_text(kept, exact=True).first).to_be_visible()
    assert page.evaluate(BUTTONS) == []
    assert page.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.emulate_media(media="screen", color_scheme="light")
