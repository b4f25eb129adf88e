"""A mother's way through all pages: a small phone, no JavaScript, each language, a bad line, paper."""

import json
from collections.abc import Callable

import pytest
from django.db.models.functions import Now
from playwright.sync_api import BrowserContext, Page, expect

from familylink.reports import endings
from familylink.reports.models import Contact, Picture, Report
from tests.browser import family
from tests.browser.views import follow, words
from tests.factories import SON_ON_LIST, a_committed_list, match_all
from tests.faults.scenery import approve_all
from tests.reports.photos import a_heic, a_photo

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


def test_whoever_knows_little_errs_and_turns_back_loses_nothing(phone: Page) -> None:
    phone.goto("/uk/report/name/")
    family.send(phone)
    expect(phone.locator(".problems")).to_be_focused()
    family.fill(phone, {"surname": "Вересняк"})
    family.send(phone)
    spellings = {"russian_name": "Вересняк Александр", "other_spellings": "Вересняк О. М.\nСашко"}
    family.fill(phone, spellings)
    press(phone, "Back", "uk")
    expect(phone.locator("#id_surname")).to_have_value("Вересняк")
    family.send(phone)
    for name, typed in spellings.items():
        expect(phone.locator(f"#id_{name}")).to_have_value(typed)
    family.send(phone)
    family.know_nothing_until(phone, "photo")
    for kind in ("JPEG", "PNG", "WEBP", "HEIC"):
        family.give_photo(phone, a_heic() if kind == "HEIC" else a_photo(kind), f"фото.{kind.lower()}")
        assert Picture.objects.get().content.startswith(b"\xff\xd8")
        press(phone, "Back", "uk")
    family.know_nothing_until(phone, "relation")
    family.fill(phone, {"relation": "mother"})
    family.send(phone)
    family.know_nothing_until(phone, "contacts")
    several = {"phone": "099 000 00 6З", "phone_2": "+48 512 345 678", "email": "nina@example.org"}
    family.fill(phone, several)
    family.send(phone)
    for name, typed in several.items():
        expect(phone.locator(f"#id_{name}")).to_have_value(typed)
    family.fill(phone, {"phone": "099 000 00 67"})
    family.send(phone)
    family.know_nothing_until(phone, "consent")
    family.fill(phone, {"consent_search": "on", "consent_contact": "on"})
    family.send(phone)
    family.send(phone)
    report = Report.objects.get()
    assert (report.contacts.count(), report.pictures.count()) == (3, 1)
    assert len(report.missing_person.as_person().names) == 4


def test_news_is_read_and_answered_and_the_report_taken_away_and_erased(phone: Page) -> None:
    family.file_report(phone)
    family.enter_code(phone, family.kept_code())
    a_committed_list(SON_ON_LIST)
    match_all()
    approve_all()
    phone.goto("/uk/my-report/status/")
    expect(phone.locator(".state")).to_contain_text("в офіційному списку звільнених")
    press(phone, "I have read this", "uk")
    expect(phone.locator(".state")).to_contain_text("Ми знаємо, що Ви це прочитали")
    with phone.expect_download() as download:
        phone.locator("a[download]").click()
    held = json.loads(download.value.path().read_text())
    assert held["answers"]["surname"] == Report.objects.get().answers["surname"]
    assert {message["message"] for message in held["messages"]} >= {"news", "report_received"}
    link(phone, "Withdraw the report and erase everything", "uk")
    press(phone, "Yes, end it", "uk")
    Report.objects.update(ends_at=Now())
    assert endings.end_due()
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Це звернення видалено")
    assert not Contact.objects.exists()


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
