"""Two spreadsheets matched with no database: the same readers and the same engine as a wave."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matching.engine import (
    NoName,
    Person,
    Population,
    Profile,
    Ranked,
    cap_sentence,
    compare,
    is_broad,
    profile,
    query_keys,
    rank,
    stored_keys,
)
from matching.lists import Recognition, Rows, Table, read_rows, read_table, recognise

# A key like a common surname alone may hold thousands of reports; beyond this it is left out, and said so.
MAX_BEHIND_BROAD_KEY = 4_000


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """One file as read: how it was understood, its people and what was refused."""

    table: Table
    recognition: Recognition
    rows: Rows


@dataclass(frozen=True, slots=True)
class Listed:
    """What one data row of a list led to: `ranked.index` is the place of a report in the index."""

    data_row: int
    candidates: int
    ranked: tuple[Ranked, ...]


def read_people(content: bytes, filename: str) -> PeopleFile:
    """Read a file of reports or a list. Raises Unreadable."""
    table = read_table(content, filename, max_rows=1_000_000)
    recognition = recognise(table)
    return PeopleFile(table, recognition, read_rows(table, recognition))


class ReportIndex:
    """Reports in memory, filed under their keys."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.not_followed: dict[str, int] = {}
        self._profiles: list[Profile] = []
        self._filed: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, report_id: str, person: Person) -> bool:
        """File one report; False when its name has no letter to go by."""
        try:
            compiled = profile(person)
        except NoName:
            return False
        place = len(self.ids)
        self.ids.append(report_id)
        self._profiles.append(compiled)
        for key in stored_keys(compiled):
            self._filed.setdefault(key, []).append(place)
        return True

    def candidates(self, found: Profile) -> list[int]:
        """Places of the reports that share a key with `found`, in the order they were added."""
        places: set[int] = set()
        for key in query_keys(found):
            filed = self._filed.get(key, ())
            if len(filed) > MAX_BEHIND_BROAD_KEY and is_broad(key):
                self.not_followed[key] = len(filed)
            else:
                places.update(filed)
        return sorted(places)

    def ranked(self, found: Profile, population: Population) -> tuple[Ranked, ...]:
        """All candidates of one listed person, best first."""
        places = self.candidates(found)
        comparisons = [compare(self._profiles[place], found, population) for place in places]
        ranked = rank(comparisons, searched=len(self))
        return tuple(each._replace(index=places[each.index]) for each in ranked)


def index_reports(rows: Rows) -> ReportIndex:
    """All reports of a file; one without `report_id` is called by the number of its data row."""
    index = ReportIndex()
    numbers = rows.data_numbers()
    for row in rows.people:
        index.add(row.report_id or str(numbers[row.sheet, row.number]), row.person)
    return index


def match_list(
    index: ReportIndex,
    rows: Rows,
    *,
    top: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Listed]:
    """The best `top` reports for each person of a list; `progress` hears of rows done and rows in all."""
    population = Population.from_tables()
    numbers = rows.data_numbers()
    for done, row in enumerate(rows.people, 1):
        ranked = _ranked(index, row.person, population)
        yield Listed(numbers[row.sheet, row.number], len(ranked), ranked[:top])
        progress(done, len(rows.people))


def _ranked(index: ReportIndex, person: Person, population: Population) -> tuple[Ranked, ...]:
    try:
        return index.ranked(profile(person), population)
    except NoName:
        return ()


def why(ranked: Ranked, language: str) -> str:
    """The evidence as sentences: what speaks for and against, then what held the match down."""
    said = [seen.sentence(language) for seen in ranked.comparison.evidence if seen.level != "not_given"]
    return "; ".join([*said, *(cap_sentence(code, language) for code in ranked.comparison.caps)])


def as_cells(listed: Listed, ids: Sequence[str], language: str) -> Iterator[tuple[str, ...]]:
    """Lines of MATCHES: list_row, report_id, rank, probability, band, points, why."""
    for place, ranked in enumerate(listed.ranked, 1):
        yield (
            str(listed.data_row),
            harmless(ids[ranked.index]),
            str(place),
            f"{ranked.probability:.4f}",
            ranked.band,
            f"{ranked.comparison.points:.2f}",
            harmless(why(ranked, language)),
        )


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
