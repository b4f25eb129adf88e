"""Every page that a family can meet, in every state, one after the other."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.db.models.functions import Now
from playwright.sync_api import Page

from familylink.portal import limits
from familylink.reports import endings, intake, tallies
from familylink.reports.models import Contact, Report, Tally
from matching import lists_intake
from matching.models import RefusedRow
from notifications import delivery, outbox, recipients
from notifications.models import Notification
from tests.browser import family
from tests.browser.views import follow, whole
from tests.factories import SON_ON_LIST, a_committed_list, match_all
from tests.faults.scenery import approve_all
from tests.reports.photos import a_photo
from tests.test_damage import damage

MISTAKES = {
    "name": {"surname": "-"},
    "birth": {"birth_day": "40", "age_from": "x"},
    "relation": {},
    "contacts": {"phone": "12345", "email": "nina@"},
    "consent": {},
}
NAMESAKE = {"reporter_name": "Veresniak Oleksandr"}
SON_PUT_RIGHT = "Вересняк Александр Николаевич;13.03.1987"
OTHER_MAN = "Ковшар Леонтій Гнатович;03.08.1979"


def walk(page: Page, language: str) -> Iterator[str]:
    """Goes from page to page; each time it stops it tells where."""
    for places in (_before_filing, _filing, _looking, _what_comes_of_it, _errors):
        for place in places(page, language):
            whole(page)
            yield place


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
    for question in family.walk_questions(
        page, language, email="nina@example.org", language=language, **NAMESAKE
    ):
        yield f"question {question.slug}"
        if question.slug == "photo":
            yield from _photos(page, language)
    yield "answers of a namesake"
    page.fill("#id_website", "x")
    family.send(page)
    yield "answers asked for once more"
    family.send(page)
    yield "confirm"
    for path in ("report", "report/check"):
        page.goto(f"/{language}/{path}/")
        yield f"{path.replace('/', ' ')} when sent"
    page.goto(f"/{language}/report/confirm/")
    family.enter_code(page, "000000")
    yield "wrong code"
    follow(page.locator("button[name=again]"))
    yield "code sent again"
    family.enter_code(page, family.kept_code())
    yield "one contact confirmed"
    page.goto(f"/{language}/report/receipt/")
    yield "receipt"


def _link_that_stops_mail(language: str) -> str:
    mail = {"channel": "email", "to": "olha@example.org", "language": language}
    outbox.post(reference=language, message="report_withdrawn", context={"reference": "FL-7K3M-9QWX"}, **mail)
    return delivery.unsubscribe_url(Notification.objects.get(reference=language))


def _photos(page: Page, language: str) -> Iterator[str]:
    family.give_photo(page, b"no picture")
    yield "photo refused"
    family.give_photo(page, a_photo())
    page.goto(f"/{language}/report/photo/")
    yield "photo kept"
    follow(page.locator("button[name=drop]"))
    yield "photo removed"
    family.give_photo(page, a_photo())
    page.goto(f"/{language}/report/photo/")


def _looking(page: Page, language: str) -> Iterator[str]:
    page.goto(f"/{language}/my-report/")
    yield "sign-in"
    family.send(page)
    yield "sign-in without a number"
    family.sign_in(page, Report.objects.get(), language)
    yield "code"
    page.goto(f"/{language}/my-report/code/123456/")
    yield "code by a link"
    family.enter_code(page, "000000")
    yield "sign-in with a wrong code"
    follow(page.locator("button[name=again]"))
    yield "sign-in code sent again"
    family.enter_code(page, family.kept_code())
    yield "status without a list"
    for path in (
        "answers",
        "answers/photo",
        "answers/birth",
        "end/erased",
        "end/self",
        "end/withdrawn",
        "settings",
    ):
        page.goto(f"/{language}/my-report/{path}/")
        yield f"my report: {path.replace('/', ' ')}"
    page.select_option("#id_quiet_from", "22:00")
    family.send(page)
    yield "my report: settings with mistakes"
    page.goto(f"/{language}/my-report/contacts/")
    yield "my report: contacts"
    for _ in range(2):
        follow(page.locator("main li button").first)
    yield "my report: the last contact"


def _what_comes_of_it(page: Page, language: str) -> Iterator[str]:
    status = f"/{language}/my-report/status/"
    a_committed_list(OTHER_MAN, "Вересняк Олександр Миколайович;31.02.1987")
    match_all()
    page.goto(status)
    yield "status searching, with a row that is not clear"
    RefusedRow.objects.all().delete()
    page.goto(status)
    yield "status searching"
    yield from _unreachable(page, language)
    yield from _damaged(page, language)
    contacts = Contact.objects.all()
    contacts.update(confirmed_at=None)
    page.goto(status)
    yield "status not confirmed"
    contacts.update(confirmed_at=Now())
    named = a_committed_list(SON_ON_LIST)
    match_all()
    approve_all()
    page.goto(status)
    yield "status with news"
    follow(page.locator(".state form button"))
    yield "status with news that was read"
    corrected = a_committed_list(SON_PUT_RIGHT, replaces=named)
    page.goto(status)
    yield "status with news of which the row was put right"
    lists_intake.withdraw_list(corrected.source_list_id, by=None)
    page.goto(status)
    yield "status with news that was taken back"
    page.goto(f"/{language}/my-report/end/found/")
    yield "found"
    family.send(page)
    yield "status about to end"
    Report.objects.update(withdrawn_at=Now())
    page.goto(status)
    yield "status withdrawn"
    endings.erase(Report.objects.get())
    page.goto(status)
    yield "status erased"


def _unreachable(page: Page, language: str) -> Iterator[str]:
    report = Report.objects.get()
    mailbox = {"channel": "email", "to": report.contacts.get(stopped_at=None).address}
    recipients.stop(**mailbox, reason="dead_address")
    page.goto(f"/{language}/my-report/status/")
    yield "status of whom nobody can reach"
    number = intake.add_contact(report, "sms", "+380990000068")
    report.contacts.filter(pk=number.pk).update(confirmed_at=Now())
    recipients.stop(channel="sms", to=number.address)
    for path in ("status", "contacts"):
        page.goto(f"/{language}/my-report/{path}/")
        yield f"my report: {path} of whom nobody may write to"
    number.delete()
    recipients.allow_again(**mailbox)


def _damaged(page: Page, language: str) -> Iterator[str]:
    report = Report.objects.select_related("missing_person").get()
    person = report.missing_person
    lost = [(report, "answers"), (report, "code_word"), (report.contacts.latest("created_at"), "address")]
    for one in lost:
        damage(*one)
    for path in ("my-report/status", "my-report/answers", "report/receipt"):
        page.goto(f"/{language}/{path}/")
        yield f"{path.replace('/', ' ')} where all is damaged"
    for one in (facts := [(person, "profile"), (person.names.earliest("position"), "surname")]):
        damage(*one)
    page.goto(f"/{language}/my-report/status/")
    yield "status of whom nobody can search"
    for one in [*lost, *facts]:  # once more: it opens again
        damage(*one)


def _errors(page: Page, language: str) -> Iterator[str]:
    for path in ("no-such-page", "breaks"):
        page.goto(f"/{language}/{path}/")
        yield path
    tallies.count(limits.CODES, "127.0.0.1/32", within=limits.WINDOW)
    Tally.objects.update(count=1_000_000)
    page.goto(f"/{language}/my-report/")
    page.fill("#id_reference", "FL-AAAA-AAAA")
    family.send(page)
    yield "too many requests"
    Tally.objects.all().delete()
    page.goto(urlsplit(_link_that_stops_mail(language)).path)
    yield "stop e-mails"
    family.send(page)
    yield "e-mails stopped"
    for path, name in (("report/name/", "question grown old"), ("my-report/", "page grown old")):
        page.goto(f"/{language}/{path}")
        page.context.clear_cookies()
        family.send(page)
        yield name
