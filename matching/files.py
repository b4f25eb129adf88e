"""Two spreadsheets matched with no database: the same readers and the same engine as a wave."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matching.engine import (
    NoName,
    Person,
    Population,
    Profile,
    Ranked,
    cap_sentence,
    is_broad,
    profile,
    query_keys,
    rank_profiles,
    stored_keys,
)
from matching.lists import Recognition, Rows, Table, harmless, read_rows, read_table, recognise

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
        self._filed: defaultdict[str, list[int]] = defaultdict(list)

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
            self._filed[key].append(place)
        return True

    def candidates(self, found: Profile) -> list[int]:
        """Places of the reports that share a key with `found`, in the order they were added."""
        places: set[int] = set()
        for key in query_keys(found):
            filed = self._filed.get(key)
            if filed is None:
                continue
            if len(filed) > MAX_BEHIND_BROAD_KEY and is_broad(key):
                self.not_followed[key] = len(filed)
            else:
                places.update(filed)
        return sorted(places)

    def best(self, found: Profile, population: Population, top: int) -> tuple[int, tuple[Ranked, ...]]:
        """How many candidates one listed person has, and the best `top` of them, best first."""
        places = self.candidates(found)
        wanted = [self._profiles[place] for place in places]
        ranked = rank_profiles(wanted, found, population, searched=len(self), top=top)[:top]
        return len(places), tuple(each._replace(index=places[each.index]) for each in ranked)


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
        yield Listed(numbers[row.sheet, row.number], *_best(index, row.person, population, top))
        progress(done, len(rows.people))


def _best(
    index: ReportIndex, person: Person, population: Population, top: int
) -> tuple[int, tuple[Ranked, ...]]:
    try:
        return index.best(profile(person), population, top)
    except NoName:
        return 0, ()


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
