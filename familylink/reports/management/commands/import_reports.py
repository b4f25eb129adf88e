"""Bring in reports that another organisation has collected, from a CSV or workbook."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import QuerySet

from familylink.reports import intake
from familylink.reports.models import Relation, Report
from familylink.reports.models.report import number_index, source_index
from familylink.sealing import blind_index
from matching import lists

AT_ONCE = 200
LONGEST_NUMBER = 60


class Command(BaseCommand):
    help = (
        "File every readable row of FILE as a report. A row that is known already, by its report number and "
        "person or by its person alone, is left as it is; a number that is known with another person is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=["uk", "en", "ru"], default="uk", help="of the families")
        parser.add_argument(
            "--source", default="", help="who collected them: their numbers are apart from everybody else's"
        )

    def handle(self, *, file: Path, language: str, source: str, **options: Any) -> None:
        rows = _read(file)
        for problem in rows.problems:
            self.stderr.write(problem.discreet("en"))
        sorted_rows = _sort(_marked(rows.people, source.strip()[:20]))
        started = time.monotonic()
        new = sorted_rows.new
        for start in range(0, len(new), AT_ONCE):
            _file_all(new[start : start + AT_ONCE], language)
            self._say_progress(min(start + AT_ONCE, len(new)), len(new), started)
        self.stdout.write(
            f"{len(new)} reports filed, {sorted_rows.known} known before, "
            f"{len(rows.problems)} problems (said above)."
        )
        self._refuse(sorted_rows.clashing)

    def _refuse(self, clashing: list["Marked"]) -> None:
        """Never silently: each of these may be a family that nobody else knows of."""
        for marked in clashing:
            row = marked.row
            self.stderr.write(
                f"Row {row.number}: report number {row.report_id} is known with another person."
            )
        if clashing:
            raise CommandError(
                f"{len(clashing)} rows were NOT filed (said above). If the file comes from somebody else, name "
                "them: --source NAME. If a person was corrected, correct the report in the admin."
            )

    def _say_progress(self, done: int, total: int, started: float) -> None:
        rate = done / max(time.monotonic() - started, 0.001)
        print(f"{done} of {total}, {rate:.0f} a second, {(total - done) / rate:.0f} s left", file=sys.stderr)


class Marked(NamedTuple):
    """A row, and what it is known by when it comes again."""

    row: lists.PersonRow
    number: str  # its report's number at its source, "" without one
    person: str  # a mark of name and birth date that tells neither

    @property
    def reference(self) -> str:
        return f"{self.number}~{self.person}"

    @property
    def source_index(self) -> bytes | None:
        """How the database knows the reference."""
        return source_index(Report.Source.IMPORT, self.reference)

    @property
    def number_index(self) -> bytes | None:
        """How the database knows the number."""
        return number_index(self.number)


class Sorted(NamedTuple):
    """Rows to file, how many are filed already, and rows whose number belongs to another person."""

    new: list[Marked]
    known: int
    clashing: list[Marked]


def _read(file: Path) -> lists.Rows:
    try:
        table = lists.read_table(file.read_bytes(), file.name)
        return lists.read_rows(table, lists.recognise(table))
    except OSError as error:
        raise CommandError(f"{file.name} cannot be read: {error.strerror}") from error
    except lists.Unreadable as unreadable:
        raise CommandError(unreadable.sentence("en")) from unreadable


def _marked(rows: Iterable[lists.PersonRow], source: str) -> Iterator[Marked]:
    """Where a row stands says nothing: another file has its first row too. Equal rows are told apart by count."""
    seen: Counter[str] = Counter()
    for row in rows:
        number, person = f"{source}/" * bool(source) + row.report_id[:LONGEST_NUMBER], _mark(row)
        if not row.report_id:
            seen[person] += 1
            person += f".{seen[person]}" if seen[person] > 1 else ""
        yield Marked(row, number, person)


def _mark(row: lists.PersonRow) -> str:
    names = [[name.surname, name.given, name.patronymic, name.full] for name in row.person.names]
    return blind_index("imported person", json.dumps([names, str(row.person.birth)]))[:8].hex()


def _sort(rows: Iterable[Marked]) -> Sorted:
    filed = Report.objects.filter(source=Report.Source.IMPORT)
    references, numbers = (_indexes(filed, name) for name in ("source_index", "number_index"))
    result, known = Sorted([], 0, []), 0
    for marked in rows:
        if marked.source_index in references:
            known += 1
        elif marked.row.report_id and marked.number_index in numbers:
            result.clashing.append(marked)
        else:
            result.new.append(marked)
            references.add(marked.source_index)
            numbers.add(marked.number_index)
    return result._replace(known=known)


def _indexes(filed: QuerySet[Report], name: str) -> set[bytes | None]:
    return {bytes(index) for index in filed.exclude(**{name: None}).values_list(name, flat=True)}


@transaction.atomic
def _file_all(rows: list[Marked], language: str) -> None:
    for marked in rows:
        intake.file_report(
            intake.Told(
                person=marked.row.person,
                relation=Relation.OTHER,
                language=language,
                circumstances=marked.row.note,
                source=Report.Source.IMPORT,
                source_reference=marked.reference,
                source_number=marked.number,
            )
        )
