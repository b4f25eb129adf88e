"""Every page that a family can meet, in every state, one after the other."""

from collections.abc import Iterator

from django.db.models.functions import Now
from playwright.sync_api import Page

from familylink.reports.models import Contact, Report
from tests.browser import family
from tests.browser.views import follow
from tests.factories import SON_ON_LIST, a_committed_list, match_all
from tests.faults.scenery import approve_all

MISTAKES = {
    "name": {"surname": "-"},
    "birth": {"birth_day": "40", "age_from": "x"},
    "relation": {},
    "contacts": {"phone": "12345", "email": "nina@"},
    "consent": {},
}
OTHER_MAN = "Ковшар Леонтій Гнатович;03.08.1979"


def walk(page: Page, language: str) -> Iterator[str]:
    """Goes from page to page; each time it stops it tells where."""
    yield from _before_filing(page, language)
    yield from _filing(page, language)
    yield from _looking(page, language)
    yield from _what_comes_of_it(page, language)
    yield from _errors(page, language)


def _before_filing(page: Page, language: str) -> Iterator[str]:
    page.goto(f"/{language}/")
    yield "start"
    for path in (
        "safety",
        "support",
        "check-message",
        "your-data",
        "report",
        "my-report/code/123456",
        "leave",
    ):
        page.goto(f"/{language}/{path}/")
        yield path.replace("/", " ")


def _filing(page: Page, language: str) -> Iterator[str]:
    for slug, typed in MISTAKES.items():
        page.goto(f"/{language}/report/{slug}/")
        family.fill(page, typed)
        family.send(page)
        yield f"{slug} with mistakes"
    page.goto(f"/{language}/report/")
    yield "begun"
    page.goto(f"/{language}/report/check/")
    yield "answers with mistakes"
    page.goto(f"/{language}/report/")
    follow(page.locator(".state button"))
    for question in family.walk_questions(page, language, email="nina@example.org", language=language):
        yield f"question {question.slug}"
    yield "answers"
    family.send(page)
    yield "confirm"
    family.enter_code(page, "000000")
    yield "wrong code"
    follow(page.locator("button[name=again]"))
    yield "code sent again"
    family.enter_code(page, family.kept_code())
    yield "one contact confirmed"
    page.goto(f"/{language}/report/receipt/")
    yield "receipt"


def _looking(page: Page, language: str) -> Iterator[str]:
    page.goto(f"/{language}/my-report/")
    yield "sign-in"
    family.send(page)
    yield "sign-in without a number"
    family.sign_in(page, Report.objects.get(), language)
    yield "code"
    family.enter_code(page, "000000")
    yield "sign-in with a wrong code"
    follow(page.locator("button[name=again]"))
    yield "sign-in code sent again"
    family.enter_code(page, family.kept_code())
    yield "status without a list"
    for path in ("answers", "answers/birth", "contacts", "settings", "end/erased"):
        page.goto(f"/{language}/my-report/{path}/")
        yield f"my report: {path.replace('/', ' ')}"


def _what_comes_of_it(page: Page, language: str) -> Iterator[str]:
    status = f"/{language}/my-report/status/"
    a_committed_list(OTHER_MAN)
    match_all()
    page.goto(status)
    yield "status searching"
    contacts = Contact.objects.all()
    contacts.update(confirmed_at=None)
    page.goto(status)
    yield "status not confirmed"
    contacts.update(confirmed_at=Now())
    a_committed_list(SON_ON_LIST)
    match_all()
    approve_all()
    page.goto(status)
    yield "status with news"
    follow(page.locator(".state form button"))
    yield "status with news that was read"
    page.goto(f"/{language}/my-report/end/found/")
    family.send(page)
    yield "status about to end"
    Report.objects.update(withdrawn_at=Now())
    page.goto(status)
    yield "status withdrawn"


def _errors(page: Page, language: str) -> Iterator[str]:
    for path in ("no-such-page", "breaks"):
        page.goto(f"/{language}/{path}/")
        yield path
    for path, name in (("report/name/", "question grown old"), ("my-report/", "page grown old")):
        page.goto(f"/{language}/{path}")
        page.context.clear_cookies()
        family.send(page)
        yield name
