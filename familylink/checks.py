"""Each dangerous setting is a numbered message with a hint."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage

SINK = "notifications.transports.sink."


def dangerous_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """All findings; `manage.py check` and every start print them."""
    return [*_database(), *_sending(), *_keeping(), *_debug(), *_staff(), *_proxy()]


def _database() -> Iterator[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] != "familylink.postgresql":
        yield checks.Error(
            "The database is not PostgreSQL.",
            hint="Row locks and triggers keep a family from hearing twice: set DATABASE_URL=postgres://...",
            id="familylink.E001",
        )


def _sending() -> Iterator[CheckMessage]:
    if settings.SENDING not in ("send", "hold"):
        yield checks.Warning(
            "FAMILYLINK_SENDING is neither 'send' nor 'hold': every message is held.",
            hint="Set it to exactly 'send' to let messages leave.",
            id="familylink.W001",
        )
    sunk = [channel for channel, paths in settings.TRANSPORTS.items() if any(SINK in path for path in paths)]
    if sunk and settings.SENDING == "send" and not settings.IS_BARE:
        yield checks.Warning(
            f"Messages by {' and '.join(sunk)} go to the local sink: no family will receive them.",
            hint="Set FAMILYLINK_SMS_TRANSPORT=gateway or twilio and FAMILYLINK_EMAIL_TRANSPORT=smtp.",
            id="familylink.W002",
        )


def _keeping() -> Iterator[CheckMessage]:
    if settings.KEEP_TEXT_DAYS < 4:
        yield checks.Error(
            "Texts of messages are deleted before a person could send one again that never arrived.",
            hint="An SMS without a receipt waits for a person after 3 days: FAMILYLINK_KEEP_TEXT_DAYS=30.",
            id="familylink.E004",
        )
    if settings.KEEP_TEXT_DAYS > 90:
        yield checks.Warning(
            "Texts and addresses of messages are kept for more than three months after they have ended.",
            hint="They serve nobody by then: FAMILYLINK_KEEP_TEXT_DAYS=30.",
            id="familylink.W003",
        )


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG and settings.SENDING == "send":
        yield checks.Error(
            "DEBUG is on while messages may leave: error pages would show families' data.",
            hint="Unset DJANGO_DEBUG.",
            id="familylink.E002",
        )


def _staff() -> Iterator[CheckMessage]:
    if not settings.STAFF_NEED_SECOND_FACTOR and not settings.IS_BARE:
        yield checks.Error(
            "Staff may sign in by password alone.",
            hint="Unset FAMILYLINK_DEMO_WITHOUT_SECOND_FACTOR: it is for the demo on a machine of one's own.",
            id="familylink.E003",
        )


def _proxy() -> Iterator[CheckMessage]:
    if not settings.IS_BARE and not settings.IS_BEHIND_PROXY:
        yield checks.Warning(
            "Requests are counted by the address of the connection.",
            hint="If a proxy stands in front, set FAMILYLINK_BEHIND_PROXY=1: else all families count as one.",
            id="familylink.W010",
        )
