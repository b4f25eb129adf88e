"""What a mother does on her phone, and what she finds there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from playwright.sync_api import Page

from familylink.portal.questions import QUESTIONS, Question, by_slug
from familylink.reports.models import Report
from notifications.models import Notification, SunkMessage
from tests.browser.views import follow, wait_until
from tests.faults.processes import Processes, until
from tests.portal.conftest import ANSWERS, age_codes

CODE = re.compile(r"\b\d{6}\b")
CHOICES = {"birth_month", "relation", "language"}
RADIOS = {"sex", "category"}


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Type and choose these on the page of a question."""
    for name, answer in answers.items():
        if name in CHOICES:
            page.select_option(f"#id_{name}", answer)
        elif name in RADIOS:
            page.check(f"input[name={name}][value={answer}]")
        elif name.startswith("consent_"):
            page.set_checked(f"#id_{name}", answer == "on")
        else:
            page.fill(f"#id_{name}", answer)


def shown(page: Page, question: type[Question]) -> dict[str, str]:
    """What stands in the fields of a question now; of a box only whether it is ticked."""
    found = {}
    for name in question.base_fields:
        if name in RADIOS:
            chosen = page.locator(f"input[name={name}]:checked")
            found[name] = chosen.get_attribute("value") or "" if chosen.count() else ""
        elif name.startswith("consent_"):
            found[name] = "on" if page.is_checked(f"#id_{name}") else ""
        else:
            found[name] = page.input_value(f"#id_{name}")
    return found


def send(page: Page) -> None:
    """Press the button that goes on."""
    follow(page.locator("main form button:not([name=again], [name=skip], [name=back])").last)


def walk_questions(page: Page, in_language: str = "uk", /, **changes: str) -> Iterator[type[Question]]:
    """From the first question to the page with all answers; stops at each one when it is filled in."""
    answers = {**ANSWERS, **changes}
    page.goto(f"/{in_language}/report/{QUESTIONS[0].slug}/")
    for _ in QUESTIONS:
        question = by_slug(page.url.rstrip("/").rpartition("/")[2])
        own = {name: answers[name] for name in question.base_fields if answers.get(name)}
        fill(page, own)
        yield question
        (skip if not own and page.locator("button[name=skip]").count() else send)(page)
        if page.url.endswith("/check/"):
            return
    raise AssertionError(f"no way on from {page.url}")


def give_photo(page: Page, content: bytes, name: str = "a.jpg") -> None:
    """Choose this file on the page that asks for a photo, and go on."""
    page.set_input_files("#id_photo", {"name": name, "mimeType": "image/jpeg", "buffer": content})
    follow(page.locator("main form button[name=go]"))


def skip(page: Page) -> None:
    """Press the button of somebody who does not know."""
    follow(page.locator("button[name=skip]"))


def know_nothing_until(page: Page, slug: str) -> None:
    """Say at each question that nothing is known, until this one is there."""
    while f"/{slug}/" not in page.url:
        (skip if page.locator("button[name=skip]").count() else send)(page)


def file_report(page: Page, in_language: str = "uk", /, **changes: str) -> None:
    """Answer all questions and send the report."""
    for _ in walk_questions(page, in_language, **changes):
        pass
    send(page)


def enter_code(page: Page, code: str) -> None:
    page.fill("#id_code", code)
    send(page)


def kept_code() -> str:
    """The newest code as it was posted: for tests that need no worker to carry it."""
    posted = Notification.objects.filter(message="contact_code").latest("posted_at")
    found = CODE.search(posted.body)
    assert found
    return found.group()


def received(message: str) -> list[SunkMessage]:
    """What arrived on phones and in mailboxes of this kind of message."""
    posted = Notification.objects.filter(message=message)
    references = posted.values_list("attempts__reference", flat=True)
    return list(SunkMessage.objects.filter(attempt_reference__in=references).order_by("received_at"))


def received_code(workers: Processes, *, number: int) -> str:
    """The code in the n-th message with a code, once a worker has carried it."""
    messages = until(lambda: received("contact_code")[number - 1 :], f"code number {number}", workers)
    found = CODE.search(messages[0].body)
    assert found
    return found.group()


def sign_in(page: Page, report: Report, language: str = "uk") -> None:
    """As far as the page that asks for the code, a minute after the last one. The page does not wait for the code."""
    age_codes(2)
    codes = Notification.objects.filter(message="contact_code")
    sent_before = codes.count()
    page.goto(f"/{language}/my-report/")
    page.fill("#id_reference", report.reference)
    send(page)
    wait_until(page, lambda: codes.count() > sent_before, "no code was sent")
