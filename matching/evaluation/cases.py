"""A case: a folder with reports.csv, wave.csv and truth.csv. Matched as two spreadsheets are, then judged.

truth.csv has wave_row,report_id,kind: a line for each report of a row of the wave (report_id empty: nobody
reported this person), and, with wave_row empty, a line for each report of nobody there, whose kind says who it is.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from matching.engine import NoName, Person, profile
from matching.evaluation.measures import Judged
from matching.files import Listed, PeopleFile, index_reports, match_list, read_people
from matching.lists import Rows, Unreadable
from matching.report_index import ReportIndex

SHOWN = 10
_HEADINGS = {"wave_row", "report_id", "kind"}
_UKRAINIAN, _RUSSIAN, _BELARUSIAN = frozenset("іїєґ'’ʼ"), frozenset("ыэъё"), frozenset("ў")


class NotACase(ValueError):
    """The folder cannot be evaluated; the text says why, with the name of the file."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Row of the wave -> its reports; report of nobody on the wave -> what kind of person it is of."""

    reports: dict[int, frozenset[str]]
    kinds: dict[str, str] = field(default_factory=dict)


def judge_case(folder: Path) -> list[Judged]:
    """Match the case and say of every row of its wave, also of those that no reader could use, what came of it.
    Raises NotACase."""
    reports, wave = _people(folder / "reports.csv"), _people(folder / "wave.csv")
    truth = read_truth(folder / "truth.csv")
    if not truth.reports:
        raise NotACase("truth.csv: no row of the wave is named")
    return list(_Judge(reports.rows, wave.rows, truth).rows())


def read_truth(path: Path) -> Truth:
    """What truth.csv says of the wave's rows and of the reports. Raises NotACase."""
    reports: defaultdict[int, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            lines = csv.DictReader(opened)
            if missing := _HEADINGS - set(lines.fieldnames or ()):
                raise NotACase(f"{path.name}: no column {', '.join(sorted(missing))}")
            for line in lines:
                if line["wave_row"]:
                    reports[int(line["wave_row"])] |= {line["report_id"]} - {""}
                else:
                    kinds[line["report_id"]] = line["kind"]
    except (OSError, UnicodeDecodeError) as error:
        raise NotACase(f"{path.name}: cannot be read") from error
    except (TypeError, ValueError) as error:
        raise (
            error if isinstance(error, NotACase) else NotACase(f"{path.name}: a wave_row is no number")
        ) from error
    return Truth({row: frozenset(ids) for row, ids in reports.items()}, kinds)


def _people(path: Path) -> PeopleFile:
    try:
        return read_people(path.read_bytes(), path.name)
    except OSError as error:
        raise NotACase(f"{path.name}: cannot be read") from error
    except Unreadable as refusal:
        raise NotACase(f"{path.name}: {refusal.sentence('en')}") from refusal


class _Judge:
    """Matches the rows of a wave one by one and holds each beside the truth."""

    def __init__(self, reports: Rows, wave: Rows, truth: Truth) -> None:
        self._index: ReportIndex = index_reports(reports)
        self._wave, self._truth = wave, truth
        numbers = reports.data_numbers()
        self._reported: dict[str, Person] = {
            row.report_id or str(numbers[row.sheet, row.number]): row.person for row in reports.people
        }

    def rows(self) -> Iterator[Judged]:
        """What came of each row of the wave: first of those that were read, then of those that could not be."""
        read = set()
        listed = match_list(self._index, self._wave, top=SHOWN)
        for row, found in zip(self._wave.people, listed, strict=True):
            read.add(found.data_row)
            yield self._judged(row.person, found)
        for number, own in self._truth.reports.items():
            if number not in read:
                yield Judged(bool(own), strata=("a row that was not read",))

    def _judged(self, person: Person, found: Listed) -> Judged:
        own = self._truth.reports.get(found.data_row, frozenset())
        shown = [self._index.ids[ranked.index] for ranked in found.ranked]
        place = next((at for at, report in enumerate(shown, 1) if report in own), 0)
        beside = self._reported.get(next(iter(sorted(own) or shown), ""))
        return Judged(
            bool(own),
            place > 0 or (bool(own) and not own.isdisjoint(self._met(person))),
            found.candidates,
            place,
            found.ranked[0].probability if found.ranked else None,
            self._truth.kinds.get(shown[0], "another one's report") if shown and place != 1 else "",
            strata(beside, person) if beside else (),
        )

    def _met(self, person: Person) -> list[str]:
        try:
            met = self._index.candidates([profile(person)], self._index.population()).pairs.wanted
            return [self._index.ids[place] for place in met.tolist()]
        except NoName:
            return []


def strata(wanted: Person, found: Person) -> tuple[str, ...]:
    """The groups of a pair: its scripts, and what evidence both sides give."""
    births = (wanted.birth, found.birth)
    dates = "none" if not all(births) else "full" if all(one.is_full for one in births) else "partial"
    fathers = "both" if _has_father(wanted) and _has_father(found) else "missing"
    return (f"script {script(wanted)} > {script(found)}", f"date {dates}", f"patronymic {fathers}")


def _has_father(person: Person) -> bool:
    try:
        return profile(person).spellings[0].patronymic is not None
    except NoName:
        return False


def script(person: Person) -> str:
    """Latin, or the language whose own letters the name has, or Cyrillic where any could have written it."""
    letters = set(
        " ".join(" ".join((n.surname, n.given, n.patronymic, n.full)) for n in person.names).lower()
    )
    if sum("a" <= letter <= "z" for letter in letters) > sum("а" <= letter <= "ґ" for letter in letters):
        return "Latin"
    own = {"be": letters & _BELARUSIAN, "ru": letters & _RUSSIAN, "uk": letters & _UKRAINIAN}
    return next((language for language, seen in own.items() if seen), "Cyrillic")
