"""Two spreadsheets matched with no database: the same readers and the same engine as a wave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from matching.engine import NoName, Person, Population, Profile, Ranked, Stake, cap_sentence, divided, profile
from matching.engine.saying import Sentences, say
from matching.lists import Recognition, Rows, Table, harmless, read_rows, read_table, recognise
from matching.report_index import Best, ReportIndex

AT_ONCE = 500  # rows of the list ranked together: fewer cost more each, and more are told of later

TOO_COMMON: Sentences = {
    "too_common": {
        "uk": "це ім’я надто поширене, щоб порівняти з усіма зверненнями: потрібна дата народження",
        "en": "this name is too common to compare with every report: it needs a birth date",
        "ru": "это имя слишком распространено, чтобы сравнить со всеми обращениями: нужна дата рождения",
    }
}


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """One file as read: how it was understood, its people and what was refused."""

    table: Table
    recognition: Recognition
    rows: Rows


NOBODY = Best(0, (), is_too_common=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """What one data row of a list led to: `ranked.index` is the place of a report in the index."""

    data_row: int
    candidates: int
    ranked: tuple[Ranked, ...]
    is_too_common: bool = False


def read_people(content: bytes, filename: str) -> PeopleFile:
    """Read a file of reports or a list. Raises Unreadable."""
    table = read_table(content, filename, max_rows=1_000_000)
    recognition = recognise(table)
    return PeopleFile(table, recognition, read_rows(table, recognition))


def index_reports(rows: Rows) -> ReportIndex:
    """All reports of a file; one without `report_id` is called by the number of its data row."""
    index, numbers = ReportIndex(), rows.data_numbers()
    ids = [row.report_id or str(numbers[row.sheet, row.number]) for row in rows.people]
    index.add_all(ids, [row.person for row in rows.people])
    return index


def match_list(
    index: ReportIndex,
    rows: Rows,
    *,
    top: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Listed]:
    """The best `top` reports for each person of a list; `progress` hears of rows done and rows in all.

    Nothing comes before the last row is done: a report that another row claims as well is said of both."""
    population = index.population()
    numbers = rows.data_numbers()
    found: list[Listed] = []
    clusters: list[str] = []
    for first in range(0, len(rows.people), AT_ONCE):
        part = rows.people[first : first + AT_ONCE]
        compiled = [_compiled(row.person) for row in part]
        for row, one, best in zip(part, compiled, _best(index, compiled, population, top), strict=True):
            found.append(Listed(numbers[row.sheet, row.number], *best))
            clusters.append(one.cluster if one is not None else "")
            progress(len(found), len(rows.people))
    yield from _one_row_each(found, clusters)


def _best(
    index: ReportIndex, people: Sequence[Profile | None], population: Population, top: int
) -> Iterator[Best]:
    best = iter(index.best([one for one in people if one is not None], population, top))
    return (next(best) if one is not None else NOBODY for one in people)


def _one_row_each(listed: Sequence[Listed], clusters: Sequence[str]) -> Iterator[Listed]:
    """What is said of each report, when at most one man of the list is meant by it."""
    claims: dict[int, list[tuple[int, Stake]]] = {}
    for place, row in enumerate(listed):
        for ranked in row.ranked:
            claims.setdefault(ranked.index, []).append((place, Stake(ranked, clusters[place])))
    now: dict[tuple[int, int], Ranked] = {}
    for report, rivals in claims.items():
        said = divided([stake for _, stake in rivals])
        now |= {(place, report): one for (place, _), one in zip(rivals, said, strict=True)}
    for place, row in enumerate(listed):
        said_anew = [now[place, one.index] for one in row.ranked]
        best_first = sorted(said_anew, key=lambda one: (-one.probability, -one.comparison.points))
        yield replace(row, ranked=tuple(best_first))


def _compiled(person: Person) -> Profile | None:
    try:
        return profile(person)
    except NoName:
        return None


def why(ranked: Ranked, language: str) -> str:
    """The evidence as sentences: what speaks for and against, then what held the match down."""
    said = [seen.sentence(language) for seen in ranked.comparison.evidence if seen.level != "not_given"]
    return "; ".join([*said, *(cap_sentence(code, language) for code in ranked.comparison.caps)])


def as_cells(listed: Listed, ids: Sequence[str], language: str) -> Iterator[tuple[str, ...]]:
    """Lines of MATCHES: list_row, report_id, rank, probability, band, points, why."""
    doubt = f"; {say(TOO_COMMON, 'too_common', language)}" if listed.is_too_common else ""
    for place, ranked in enumerate(listed.ranked, 1):
        yield (
            str(listed.data_row),
            harmless(ids[ranked.index]),
            str(place),
            f"{ranked.probability:.4f}",
            ranked.band,
            f"{ranked.comparison.points:.2f}",
            harmless(why(ranked, language) + doubt),
        )
