"""Bring in reports that another organisation has collected, from a CSV or workbook."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import QuerySet

from familylink.damage import opens
from familylink.reports import intake
from familylink.reports.models import Relation, Report
from familylink.reports.models.report import number_index, source_index
from familylink.sealing import blind_index
from matching import lists
from matching.engine.normalise import fold, one_script

AT_ONCE = 200
LONGEST_NUMBER = 60
_WORD = re.compile(r"[^\W\d_]+")


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
        source = f"{source.strip()[:20]}/" if source.strip() else ""
        sorted_rows = _sort(_marked(rows.people, source), _Filed.by(source))
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
    as_written: str  # the same of the cells as they stood: reports filed by earlier versions are known by it
    nth: int  # of the rows of this person that have no number

    @property
    def reference(self) -> str:
        return self._reference(self.person)

    @property
    def source_indexes(self) -> set[bytes | None]:
        """How the database knows the reference, or knew it."""
        references = map(self._reference, (self.person, self.as_written))
        return {source_index(Report.Source.IMPORT, reference) for reference in references}

    def _reference(self, person: str) -> str:
        return f"{self.number}~{person}" + (f".{self.nth}" if self.nth > 1 else "")


class _Filed(NamedTuple):
    """What earlier imports have filed, also what was erased since: by the keyed hashes of all, and how many of each
    person came from this source, with a number and without."""

    references: set[bytes | None]
    numbers: set[bytes | None]
    numbered: Counter[str]
    unnumbered: Counter[str]

    @classmethod
    def by(cls, source: str) -> "_Filed":
        filed = Report.objects.filter(source=Report.Source.IMPORT)
        found = cls(_indexes(filed, "source_index"), _indexes(filed, "number_index"), Counter(), Counter())
        for report in filed.only("source_reference").iterator():
            whole = (report.source_reference or "") if opens(report, "source_reference") else ""
            number, tilde, person = whole.rpartition("~")
            # Without the name of a source there is none before the number.
            if tilde and number.startswith(source) and (source or "/" not in number):
                of_source = found.unnumbered if number == source else found.numbered
                of_source[person.partition(".")[0]] += 1
        return found

    def has(self, marked: Marked) -> bool:
        """It is filed, or stands for a report that came when this source's file had numbers, or had none yet: but only
        where the whole birth date says so, else a namesake would be lost."""
        if marked.source_indexes & self.references:
            return True
        marks = (marked.person, marked.as_written)
        is_sure = marked.row.person.birth.is_full
        if not marked.row.report_id:
            numbered = sum(self.numbered[mark] for mark in marks) if is_sure else 0
            return marked.nth <= numbered + sum(self.unnumbered[mark] for mark in marks)
        if not is_sure or self.has_number(marked):
            return False
        spent = next((mark for mark in marks if self.unnumbered[mark]), None)
        if spent is not None:  # each stands for one
            self.unnumbered[spent] -= 1
        return spent is not None

    def has_number(self, marked: Marked) -> bool:
        return bool(marked.row.report_id) and number_index(marked.number) in self.numbers

    def add(self, marked: Marked) -> None:
        self.references.update(marked.source_indexes)
        self.numbers.add(number_index(marked.number))


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
        person = _mark(row)
        seen[person] += not row.report_id
        nth = 1 if row.report_id else seen[person]
        yield Marked(row, source + row.report_id[:LONGEST_NUMBER], person, _mark_as_written(row), nth)


def _mark(row: lists.PersonRow) -> str:
    """The same however a file writes a person: in capitals, in one column or three, the surname first or last."""
    name = row.person.names[0]
    written = " ".join((name.surname, name.given, name.patronymic, name.full)).split()
    words = _WORD.findall(fold(" ".join(map(one_script, written))))
    return _hash([sorted(set(words)), str(row.person.birth)])


def _mark_as_written(row: lists.PersonRow) -> str:
    names = [[name.surname, name.given, name.patronymic, name.full] for name in row.person.names]
    return _hash([names, str(row.person.birth)])


def _hash(person: list[Any]) -> str:
    return blind_index("imported person", json.dumps(person))[:8].hex()


def _sort(rows: Iterable[Marked], filed: _Filed) -> Sorted:
    result, known = Sorted([], 0, []), 0
    for marked in rows:
        if filed.has(marked):
            known += 1
        elif filed.has_number(marked):
            result.clashing.append(marked)
        else:
            result.new.append(marked)
            filed.add(marked)
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
