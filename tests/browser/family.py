"""What a mother does on her phone, and what she finds there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Page

from familylink.reports.models import Report
from notifications.models import Notification, SunkMessage
from tests.faults.processes import Processes, until
from tests.portal.conftest import ANSWERS, age_codes

CODE = re.compile(r"\b\d{6}\b")
CHOICES = {"birth_month", "relation", "language"}


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Type and choose these on the report's form."""
    for name, answer in answers.items():
        if name in CHOICES:
            page.select_option(f"#id_{name}", answer)
        elif name == "sex":
            page.check(f"input[name=sex][value={answer}]")
        elif name == "consent":
            page.set_checked("#id_consent", answer == "on")
        else:
            page.fill(f"#id_{name}", answer)


def answers(page: Page) -> dict[str, str]:
    """What stands in the form now; of a box only whether it is ticked."""
    found = {}
    for name in ANSWERS:
        if name == "sex":
            found[name] = page.locator("input[name=sex]:checked").get_attribute("value") or ""
        elif name == "consent":
            found[name] = "on" if page.is_checked("#id_consent") else ""
        else:
            found[name] = page.input_value(f"#id_{name}")
    return found


def send(page: Page) -> None:
    """Press the button at the end of the form, or the one button of a small form."""
    page.locator("main form").first.locator("button:not([name=again])").last.click()


def file_report(page: Page, language: str = "uk", **changes: str) -> None:
    """Fill the form and send it."""
    page.goto(f"/{language}/report/")
    fill(page, {**ANSWERS, **changes})
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
    """As far as the page that asks for the code, a minute after the last code."""
    age_codes(2)
    page.goto(f"/{language}/my-report/")
    page.fill("#id_reference", report.reference)
    send(page)
