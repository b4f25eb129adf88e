"""ASK: what the staff did with people's data is on record; and what we hold of a family, for them."""

import base64
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from familylink.damage import in_words, opens
from familylink.reports.models import AccessRecord, Report


def record_view(viewer: User, subject: models.Model) -> None:
    """Note that this member of staff opened this page about a person. Written before the page is shown."""
    record_views(viewer, [subject])


def record_views(viewer: User, subjects: Iterable[models.Model]) -> None:
    """The same for a page that shows several."""
    AccessRecord.objects.bulk_create(
        AccessRecord(viewer=viewer, subject=one._meta.label_lower, subject_id=one.pk) for one in subjects
    )


def export(report: Report) -> dict[str, object]:
    """All that we hold about this report and the relative who made it, for that relative alone.

    What the missing person's other relatives told is theirs and not in it. What is damaged says so in its place.
    """
    return {
        "reference": report.reference,
        "filed_at": report.filed_at,
        "language": report.language,
        "told_how": report.told_how,
        "ending": report.ending,
        "withdrawn_at": report.withdrawn_at,
        "last_said_to_be_searching_at": report.searching_at,
        "code_word": _held(report, "code_word"),
        "answers": _held(report, "answers") or {},
        "contacts": [
            {"address": _held(contact, "address")}
            | {name: getattr(contact, name) for name in ("channel", "confirmed_at", "stopped_at")}
            for contact in report.contacts.order_by("created_at")
        ],
        "consents": list(
            report.consents.order_by("given_at").values(
                "purpose", "version", "language", "told_how", "given_at", "withdrawn_at"
            )
        ),
        "pictures": [
            {"kind": picture.kind, "jpeg_base64": _in_letters(_held(picture, "content"))}
            for picture in report.pictures.order_by("given_at")
        ],
    }


def _held(row: models.Model, name: str) -> Any:
    return getattr(row, name) if opens(row, name) else in_words(row)


def _in_letters(content: bytes | str) -> str:
    return content if isinstance(content, str) else base64.b64encode(content).decode()
