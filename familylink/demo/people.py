"""The invented families, staff and exchange, brought in by the same doors as real ones."""

import csv
import datetime as dt
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import CommandError

from familylink.reports import intake
from familylink.reports.models import Channel, Contact, Report
from matching import lists_intake
from matching.engine import BirthDate, Name, Person
from matching.models import Exchange, ListKind, Reliability, SourceList, Wave

DATA = Path(__file__).parent
LIST_FILE = DATA / "wave.csv"
STAFF = {
    "iryna": ("importers", "reviewers"),
    "bohdan": ("reviewers",),
    "sofiia": ("leads",),
    "admin": ("administrators",),
}


def refuse_real_service() -> None:
    """Invented people never enter a database that somebody named."""
    if not settings.IS_BARE:
        raise CommandError("DATABASE_URL is set: the invented demo is for a machine of its own only.")


def refuse_real_phones() -> None:
    """Invented numbers may be somebody's: what is played reaches the sink and nobody else."""
    real = sorted(
        name for name, paths in settings.TRANSPORTS.items() if any("sink" not in path for path in paths)
    )
    if real:
        raise CommandError(f"A transport is set for {' and '.join(real)}: the demo sends to its sink only.")


def make_staff(logins: Path) -> dict[str, str]:
    """Demo staff with passwords of their own, written to a file that only the owner reads."""
    passwords = known_logins(logins)
    for name, groups in STAFF.items():
        passwords.setdefault(name, secrets.token_urlsafe(9))
        user, _ = User.objects.get_or_create(username=name)
        user.is_staff, user.is_superuser = True, "administrators" in groups
        user.set_password(passwords[name])
        user.save()
        user.groups.set(Group.objects.filter(name__in=groups))
    private = os.open(logins, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "w", encoding="utf-8") as file:
        file.writelines(f"{name} {password}\n" for name, password in passwords.items())
    return passwords


def known_logins(logins: Path) -> dict[str, str]:
    """Name and password of each, as they were made."""
    if not logins.exists():
        return {}
    return dict(line.split() for line in logins.read_text(encoding="utf-8").splitlines())


def file_reports() -> list[Report]:
    """Every report of the file, once, however often this runs."""
    with (DATA / "reports.csv").open(encoding="utf-8", newline="") as file:
        return [_file(row) for row in csv.DictReader(file) if not _is_known(row)]


def _is_known(row: dict[str, str]) -> bool:
    return Report.objects.at_source(Report.Source.IMPORT, row["report_id"]).exists()


def _file(row: dict[str, str]) -> Report:
    names = [Name(row["surname"], row["given"], row["patronymic"]), *_others(row["other_names"])]
    addresses = {Channel.SMS: row["phone"], Channel.EMAIL: row["email"]}
    return intake.file_report(
        intake.Told(
            person=Person(
                tuple(names), BirthDate.parse(row["birth_date"]), row["sex"], row["place"], row["unit"]
            ),
            relation=row["relation"],
            language=row["language"],
            reporter_name=row["reporter"],
            circumstances=row["circumstances"],
            addresses=[(channel, address) for channel, address in addresses.items() if address],
            consents=intake.REQUIRED,
            source=Report.Source.IMPORT,
            source_reference=row["report_id"],
            source_number=row["report_id"],
        )
    )


def _others(text: str) -> Iterable[Name]:
    return [Name(full=text)] if text else []


def contacts() -> list[Contact]:
    """Every address of the demo's families."""
    return list(Contact.objects.select_related("report").order_by("created_at"))


def make_wave() -> Wave:
    """The invented exchange's first wave."""
    exchange, _ = Exchange.objects.get_or_create(
        name="Демонстраційний обмін", defaults={"agreed_on": dt.date(2026, 11, 20), "agreed_number": 60}
    )
    wave, _ = Wave.objects.get_or_create(
        exchange=exchange, stage=1, defaults={"occurred_on": dt.date(2026, 11, 21), "announced_count": 20}
    )
    return wave


def receive_wave_list(wave: Wave, by: User) -> SourceList:
    """The invented list, received as a caseworker's upload would be."""
    try:
        return lists_intake.receive_list(
            wave=wave,
            source_name="Демонстраційний штаб",
            kind=ListKind.RELEASED,
            reliability=Reliability.A,
            filename=LIST_FILE.name,
            content=LIST_FILE.read_bytes(),
            by=by,
        )
    except lists_intake.AlreadyReceived as received:
        return received.known
