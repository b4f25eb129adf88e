"""`manage.py match_files` on two files from start to finish, as somebody with no database runs it."""

import csv
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from matching.engine import Person
from tests.benchmarks.saying import Clock, say


def measure_files(reports: Sequence[Person], listed: Sequence[Person]) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("reports.csv", "list.csv", "matches.csv")]
        _write(paths[0], ("report_id", "Прізвище", "Ім'я", "По батькові", "Дата народження"), _parts(reports))
        _write(paths[1], ("ПІБ", "Дата народження"), ((one.names[0].full, str(one.birth)) for one in listed))
        clock = Clock(children=True)
        _match(*paths)
        spent = clock.seconds()
        lines = len(paths[2].read_text().splitlines())
    say("match_files", reports=len(reports), listed=len(listed), lines=lines, **spent)


def _write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])


def _parts(reports: Sequence[Person]) -> Iterable[tuple[str, ...]]:
    for number, person in enumerate(reports):
        (name,) = person.names
        yield str(number), name.surname, name.given, name.patronymic, str(person.birth)


def _match(reports: Path, listed: Path, out: Path) -> None:
    command = [sys.executable, "manage.py", "match_files", str(reports), str(listed), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
