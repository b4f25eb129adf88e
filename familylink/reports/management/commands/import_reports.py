"""Bring in reports that another organisation has collected, from a CSV or workbook."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from familylink.reports import intake
from familylink.reports.models import Relation, Report
from matching import lists

AT_ONCE = 200


class Command(BaseCommand):
    help = (
        "File every readable row of FILE as a report. Rows known by their report number are left as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=["uk", "en", "ru"], default="uk", help="of the families")

    def handle(self, *, file: Path, language: str, **options: Any) -> None:
        rows = _read(file)
        for problem in rows.problems:
            self.stderr.write(problem.sentence("en"))
        known = set(
            Report.objects.filter(source=Report.Source.IMPORT).values_list("source_reference", flat=True)
        )
        new = [row for row in rows.people if _number(row) not in known]
        started = time.monotonic()
        for start in range(0, len(new), AT_ONCE):
            _file_all(new[start : start + AT_ONCE], language)
            self._say_progress(min(start + AT_ONCE, len(new)), len(new), started)
        self.stdout.write(
            f"{len(new)} reports filed, {len(rows.people) - len(new)} known before, "
            f"{len(rows.problems)} problems (said above)."
        )

    def _say_progress(self, done: int, total: int, started: float) -> None:
        rate = done / max(time.monotonic() - started, 0.001)
        print(f"{done} of {total}, {rate:.0f} a second, {(total - done) / rate:.0f} s left", file=sys.stderr)


def _read(file: Path) -> lists.Rows:
    try:
        table = lists.read_table(file.read_bytes(), file.name)
        return lists.read_rows(table, lists.recognise(table))
    except OSError as error:
        raise CommandError(f"{file.name} cannot be read: {error.strerror}") from error
    except lists.Unreadable as unreadable:
        raise CommandError(unreadable.sentence("en")) from unreadable


def _number(row: lists.PersonRow) -> str:
    """The report's number at its source; without one, where it stood in the file."""
    return row.report_id or f"{row.sheet}:{row.number}"


@transaction.atomic
def _file_all(rows: list[lists.PersonRow], language: str) -> None:
    for row in rows:
        intake.file_report(
            intake.Told(
                person=row.person,
                relation=Relation.OTHER,
                language=language,
                circumstances=row.note,
                source=Report.Source.IMPORT,
                source_reference=_number(row),
            )
        )
