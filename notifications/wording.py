"""ASK: a new wording of a message: written, looked through by `lint`, approved by two, and retired at once by one."""

import hashlib
from typing import Any

from django.contrib.auth.models import User
from django.db import connections, transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from notifications import lint, messages
from notifications.models import Channel, Template


class Refused(ValueError):
    """`problems` say why this wording may not be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class AlreadyApproved(Exception):
    """Two different people approve a wording; this one has said so already, or it is retired."""


@transaction.atomic
def propose(
    *, message: str, language: str, channel: str, subject: str, text: str, by: User | None
) -> Template:
    """A new version, in force when two people have approved it. Raises Refused."""
    subject, text = subject.strip(), text.strip().replace("\r\n", "\n")
    found = lint.problems(message=message, language=language, channel=channel, subject=subject, text=text)
    if found:
        raise Refused(found)
    return Template.objects.create(
        message=message,
        language=language,
        channel=channel,
        version=_next_version(message, language, channel),
        subject=subject,
        text=text,
        digest=hashlib.sha256(f"{subject}\n{text}".encode()).hexdigest()[:12],
        written_by=by,
    )


@transaction.atomic
def approve(template_id: int, *, by: User) -> bool:
    """This person has read it and wants it sent. True: it is in force now. Raises AlreadyApproved."""
    row = Template.objects.select_for_update().get(pk=template_id)
    this = Template.objects.filter(pk=row.pk)
    if row.approved_at or row.retired_at or row.first_approver_id == by.pk:
        raise AlreadyApproved
    if row.first_approver_id is None:
        this.update(first_approver=by)
        return False
    this.update(second_approver=by, approved_at=Now())
    return True


def retire(template_id: int) -> bool:
    """No message made from it leaves any more, from the next call on. False: it was retired before."""
    return Template.objects.filter(pk=template_id, retired_at=None).update(retired_at=Now()) == 1


def install_shipped(using: str = "default", **_: Any) -> None:
    """After every migration: what came with the program and is not there yet, as approved by its release."""
    if Template._meta.db_table not in connections[using].introspection.table_names():
        return
    rows = Template.objects.using(using)
    known = set(rows.values_list("message", "language", "channel", "digest"))
    new = [row for row in _all_shipped() if (row.message, row.language, row.channel, row.digest) not in known]
    for row in new:
        row.version = _next_version(row.message, row.language, row.channel) if known else 1
    rows.bulk_create(new, ignore_conflicts=True)


def _all_shipped() -> list[Template]:
    return [
        Template(
            message=message,
            language=language,
            channel=channel,
            subject=source.subject,
            text=source.body,
            digest=source.version,
            is_shipped=True,
            approved_at=Now(),
        )
        for message in messages.KINDS
        for language in messages.LANGUAGES
        for channel in Channel.values
        for source in [messages.shipped(message, language, channel)]
    ]


def _next_version(message: str, language: str, channel: str) -> int:
    of_this = Template.objects.filter(message=message, language=language, channel=channel)
    newest: int | None = of_this.aggregate(newest=Max(F("version")))["newest"]
    return (newest or 0) + 1
