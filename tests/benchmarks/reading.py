"""How fast a list is read, beside openpyxl and pandas on the same bytes in the same run."""

import csv
import io
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Literal

import openpyxl
import pandas

from matching.engine import Person
from matching.lists import PersonRow, each_row, read_table, recognise
from tests.benchmarks.saying import say

_HEADINGS = (
    "№",
    "Прізвище",
    "Ім'я",
    "По батькові",
    "Дата народження",
    "Звання",
    "В/ч",
    "Область",
    "Примітка",
)


def measure_reading(people: Sequence[Person]) -> None:
    """One list as XLSX and as CSV in windows-1251: cells alone, then all the way to people."""
    rows = [_HEADINGS, *(_cells(number, person) for number, person in enumerate(people, 1))]
    files = {"xlsx": _xlsx(rows), "csv": _csv(rows)}
    peers: dict[str, list[tuple[str, Callable[[bytes], object]]]] = {
        "xlsx": [
            ("openpyxl, read only", _by_openpyxl),
            ("pandas with openpyxl", partial(_by_pandas, engine="openpyxl")),
            ("pandas with calamine", partial(_by_pandas, engine="calamine")),
        ],
        "csv": [("pandas", _by_pandas_csv)],
    }
    for form, content in files.items():
        ours = _spent(partial(read_table, content, f"list.{form}"))
        whole = _spent(partial(_to_people, content, form))
        _tell(form, "cells, in a child", len(people), ours)
        _tell(form, "cells, columns and people", len(people), whole)
        for name, read in peers[form]:
            theirs = _spent(partial(read, content))
            _tell(form, name, len(people), theirs, times_slower=round(theirs[1] / ours[1], 2))


def _cells(number: int, person: Person) -> tuple[str, ...]:
    (name,) = person.names
    parts = (name.surname, name.given, name.patronymic) if name.surname else (name.full, "", "")
    return (str(number), *parts, str(person.birth), "солдат", f"А{number % 9000 + 1000}", person.place, "")


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Список")
    for row in rows:
        sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode("cp1251", "replace")


def _to_people(content: bytes, form: str) -> int:
    table = read_table(content, f"list.{form}")
    return sum(isinstance(row, PersonRow) for row in each_row(table, recognise(table)))


def _by_openpyxl(content: bytes) -> object:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def _by_pandas(content: bytes, engine: Literal["openpyxl", "calamine"]) -> object:
    return pandas.read_excel(io.BytesIO(content), dtype=str, engine=engine)


def _by_pandas_csv(content: bytes) -> object:
    return pandas.read_csv(io.BytesIO(content), dtype=str, sep=";", encoding="cp1251")


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock, and of the CPU of this process and its children."""
    began, cpu = time.perf_counter(), _cpu()
    work()
    return time.perf_counter() - began, _cpu() - cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _tell(form: str, reader: str, rows: int, spent: tuple[float, float], **facts: object) -> None:
    seconds, cpu = spent
    say(
        f"reading {form}",
        reader=reader,
        rows=rows,
        seconds=round(seconds, 2),
        cpu_seconds=round(cpu, 2),
        rows_per_cpu_second=round(rows / cpu),
        **facts,
    )
