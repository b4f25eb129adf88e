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
    "other_spellings": "Вересняк Александр Николаевич\nVeresniak Oleksandr",
    "birth_day": "12",
    "birth_month": "3",
    "birth_year": "1987",
    "sex": "m",
    "place": "Тихий Яр",
    "unit": "А0000",
    "circumstances": "Востаннє дзвонив у квітні.",
    "relation": "mother",
    "reporter_name": "Вереснякова Ніна",
    "phone": "099 000 00 67",
    "email": "",
    "language": "uk",
    "consent": "on",
}


@pytest.fixture(autouse=True)
def families_pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.SENDING = "send"
    settings.USES_HTTPS = settings.SECURE_SSL_REDIRECT = False
    # Nobody listens there: the rows are what these tests read.
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(celery, "_broker_failed_at", float("inf"))
    monkeypatch.setattr(pace, "ANSWER_SECONDS", 0.0)
    return settings


def open_form(client: Client, language: str = "uk") -> str:
    """The token of a fresh form."""
    page = client.get(f"/{language}/report/").content.decode()
    found = re.search(r'name="draft" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def send_form(client: Client, page: str = "uk", **changes: str | None) -> Any:
    """Fill a form (these answers unless told otherwise; None leaves one out) and send it."""
    answers = {**ANSWERS, **changes}
    answers.setdefault("draft", open_form(client, page))
    return client.post(
        f"/{page}/report/", {key: value for key, value in answers.items() if value is not None}
    )


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
