"""manage.py match_files REPORTS LIST --out MATCHES: for two spreadsheets and no database."""

import csv
import gc
import os
import tempfile
import time
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.engine.saying import say
from matching.files import (
    TOO_COMMON,
    Listed,
    PeopleFile,
    as_cells,
    index_reports,
    match_list,
    read_people,
)
from matching.lists import Unreadable

HEADINGS = ("list_row", "report_id", "rank", "probability", "band", "points", "why")
_SECONDS_BETWEEN_NEWS = 2.0


class Command(BaseCommand):
    """Matches a file of reports with a received list and writes the candidates as CSV."""

    help = "Match two files, reports and a received list, without any database; write the candidates as CSV."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "reports", type=Path, help="file with a name and any of report_id, birth date, sex, place, unit"
        )
        parser.add_argument(
            "list", type=Path, help="the received list, in any layout that an upload may have"
        )
        parser.add_argument("--out", type=Path, required=True, help="CSV to write: " + ",".join(HEADINGS))
        parser.add_argument(
            "--top", type=_at_least_one, default=10, help="at most so many reports per list row"
        )
        parser.add_argument(
            "--language", choices=("uk", "en", "ru"), default="en", help="of evidence and messages"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with collector_resting():
            self._match(options)

    def _match(self, options: dict[str, Any]) -> None:
        language: str = options["language"]
        reports = self._read(options["reports"], language)
        listed = self._read(options["list"], language)
        index = index_reports(reports.rows)
        if not index or not listed.rows.people:
            raise CommandError("Nothing to match: no row of one of the files could be used.")
        self._say(f"{len(index)} reports filed, {len(listed.rows.people)} listed people to look for")
        found = list(match_list(index, listed.rows, top=options["top"], progress=_News(self)))
        lines = (cells for one in found for cells in as_cells(one, index.ids, language))
        try:
            with_match = write_whole(options["out"], lines)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self._tell_too_common(found, language)
        self._say(
            f"{with_match} of {len(listed.rows.people)} listed people have a candidate: {options['out']}"
        )

    def _read(self, path: Path, language: str) -> PeopleFile:
        try:
            read = read_people(path.read_bytes(), path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Unreadable as refusal:
            raise CommandError(f"{path}: {refusal.sentence(language)}") from refusal
        self._tell(path.name, read, language)
        return read

    def _tell(self, name: str, read: PeopleFile, language: str) -> None:
        for note in read.table.notes:
            self._say(f"{name}: {note.sentence(language)}")
        for problem in read.rows.problems:
            self._say(f"{name}: {problem.discreet(language)}")
        people, problems, skipped = map(len, (read.rows.people, read.rows.problems, read.rows.skipped))
        self._say(f"{name}: {people} people, {problems} problems, {skipped} lines passed over")

    def _tell_too_common(self, found: Sequence[Listed], language: str) -> None:
        rows = [str(one.data_row) for one in found if one.is_too_common]
        if rows:
            self._say(f"{say(TOO_COMMON, 'too_common', language)}: {', '.join(rows)}")

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str)


def _at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise ArgumentTypeError("at least 1: with fewer it would say that nobody was found")
    return number


class _News:
    """Rows done, rate and time left, every other second."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._began = self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_NEWS and done < total:
            return
        self._last = now
        rate = done / max(now - self._began, 0.001)
        left = (total - done) / rate
        self._command.stderr.write(
            f"{done} of {total} rows, {rate:.0f} rows/s, {left:.0f} s left", style_func=str
        )


@contextmanager
def collector_resting() -> Iterator[None]:
    """Millions of small objects that all stay: looking for garbage among them took a third of the time, and once more
    at the very end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def write_whole(path: Path, lines: Iterable[tuple[str, ...]]) -> int:
    """Write all lines or leave the old file as it was; the number of list rows among them."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            rows = _write(csv.writer(out), lines)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return rows


def _write(writer: Any, lines: Iterable[tuple[str, ...]]) -> int:
    rows = set()
    writer.writerow(HEADINGS)
    for cells in lines:
        writer.writerow(cells)
        rows.add(cells[0])
    return len(rows)
