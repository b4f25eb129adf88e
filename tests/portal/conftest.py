"""A family before the pages: a browser without JavaScript, and a phone whose messages can be read."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db.models import F
from django.test import Client

from familylink import celery
from familylink.management.commands.compile_translations import catalogues, compile_catalogue, is_stale
from familylink.portal import pace
from familylink.portal.questions import QUESTIONS
from familylink.reports.models import ContactCode, Report
from notifications.models import Notification

# When the tests are collected nothing has been translated yet, so no half-loaded catalogue is kept.
for catalogue in catalogues(Path(project.BASE_DIR)):
    if is_stale(catalogue):
        compile_catalogue(catalogue)

ANSWERS = {
    "surname": "Вересняк",
    "given_name": "Олександр",
    "patronymic": "Миколайович",
    "russian_name": "Вересняк Александр Николаевич",
    "passport_name": "Veresniak Oleksandr",
    "birth_day": "12",
    "birth_month": "3",
    "birth_year": "1987",
    "category": "soldier",
    "sex": "m",
    "place": "Тихий Яр",
    "rank": "солдат",
    "unit": "А0000",
    "circumstances": "Востаннє дзвонив у квітні.",
    "relation": "mother",
    "reporter_name": "Вереснякова Ніна",
    "phone": "099 000 00 67",
    "email": "",
    "language": "uk",
    "consent_search": "on",
    "consent_contact": "on",
}


@pytest.fixture(autouse=True)
def families_pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.SENDING = "send"
    settings.REPORT_LEAST_SECONDS = 0
    settings.USES_HTTPS = settings.SECURE_SSL_REDIRECT = False
    # Nobody listens there: the rows are what these tests read.
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(celery, "_broker_failed_at", float("inf"))
    monkeypatch.setattr(pace, "ANSWER_SECONDS", 0.0)
    return settings


def answer(client: Client, slug: str, page: str = "uk", **typed: Any) -> Any:
    """Answer one question and go on."""
    return client.post(f"/{page}/report/{slug}/", typed)


def fill(client: Client, page: str = "uk", **changes: str | None) -> dict[str, Any]:
    """Answer every question (with these answers unless told otherwise); what came back, by the question."""
    answers = {name: text for name, text in {**ANSWERS, **changes}.items() if text is not None}
    replies = {}
    for question in QUESTIONS:
        typed = {name: answers[name] for name in question.base_fields if name in answers}
        if typed:
            replies[question.slug] = answer(client, question.slug, page, **typed)
    return replies


def send_form(client: Client, page: str = "uk", **changes: str | None) -> Any:
    """A new report from its first question to its end."""
    client.post(f"/{page}/report/")
    fill(client, page, **changes)
    return client.post(f"/{page}/report/check/")


def last_code(channel: str = "sms") -> str:
    """The code in the newest message of this channel."""
    message = Notification.objects.filter(message="contact_code", channel=channel).latest("posted_at")
    found = re.search(r"\b\d{6}\b", message.body)
    assert found
    return found[0]


def file_and_prove(client: Client, page: str = "uk", **changes: str) -> Report:
    """A report whose contact is proven; the visitor is signed in."""
    send_form(client, page, **changes)
    client.post(f"/{page}/report/confirm/", {"code": last_code()})
    return Report.objects.latest("filed_at")


def sign_in(client: Client, report: Report, language: str = "uk") -> Any:
    """Look at a report by its number and a code; the response is the status page."""
    client.post(f"/{language}/my-report/", {"reference": report.reference})
    return client.post(f"/{language}/my-report/code/", {"code": last_code()}, follow=True)


def text(response: Any) -> str:
    return response.content.decode()


def age_codes(minutes: int) -> None:
    """As if every code had been sent so long ago; the database's clock cannot be moved."""
    gone = dt.timedelta(minutes=minutes)
    ContactCode.objects.update(expires_at=F("expires_at") - gone, created_at=F("created_at") - gone)
