"""The lines of a table become people; what cannot is named with its row, column, value and reason."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice, tee, zip_longest

from matching.lists.columns import Recognition
from matching.lists.not_released import Answers, Titles
from matching.lists.passing_over import PassingOver
from matching.lists.rows import PersonRow, Refused, Remark, Rows, Skipped
from matching.lists.sheet_reader import SheetReader
from matching.lists.table import Line, Progress, Table, sheet_and_line, unheard

_TELL_EVERY = 1_000


def read_rows(
    table: Table, recognition: Recognition, *, as_of: date | None = None, progress: Progress = unheard
) -> Rows:
    """All that `each_row` gives, in three heaps."""
    people: list[PersonRow] = []
    refused: list[Refused] = []
    skipped: list[Skipped] = []
    for row in each_row(table, recognition, as_of=as_of, progress=progress):
        if isinstance(row, PersonRow):
            people.append(row)
        elif isinstance(row, Refused):
            refused.append(row)
        else:
            skipped.append(row)
    return Rows(tuple(people), tuple(refused), tuple(skipped))


def each_row(
    table: Table, recognition: Recognition, *, as_of: date | None = None, progress: Progress = unheard
) -> Iterator[PersonRow | Refused | Skipped]:
    """The rows of every recognised sheet one by one, so that a million of them need not be held.

    A row with a bad date or without a name is refused. `as_of`: the day of the list; with it an age becomes
    years of birth, without it an age says nothing.
    """
    waiting: list[PersonRow | Refused | Skipped] = []  # a row, and the lines below it that name nobody
    for row, remark in _with_remarks_below(table, recognition, as_of, progress):
        if remark is not None and waiting and isinstance(above := waiting[0], PersonRow):
            waiting[0] = above._replace(remarks=(*above.remarks, remark))
        if not _names_nobody(row):
            yield from waiting
            waiting.clear()
        waiting.append(row)
    yield from waiting


def _names_nobody(row: PersonRow | Refused | Skipped) -> bool:
    """A blank line, or a remark: what stands below may still be about the man above."""
    if isinstance(row, Refused):
        return {problem.code for problem in row.problems} <= {"not_a_name", "no_name"}
    return isinstance(row, Skipped) and row.code == "blank"


def _with_remarks_below(
    table: Table, recognition: Recognition, as_of: date | None, progress: Progress
) -> Iterator[tuple[PersonRow | Refused | Skipped, Remark | None]]:
    """Each row, and the remark on the one above that it may be."""
    done, total, titles = 0, len(table.lines), Titles()
    below = [*[sheet_and_line(sheet)[1] for sheet, _ in table.sheets()][1:], 0]
    for (sheet, lines), begins in zip(table.sheets(), below, strict=False):
        titles.enter(sheet_and_line(sheet)[0])
        columns = recognition.for_sheet(sheet)
        if columns is None:
            list(map(titles.hear, lines))  # a title over the next list of this sheet
            yield Skipped(lines[0].sheet, lines[0].number, lines[-1].number, "sheet_without_names"), None
            done += len(lines)
            continue
        reader, passing = SheetReader(columns, as_of, frozenset(table.torn)), PassingOver(columns)
        answers = Answers(reader.beside, reader.naming.columns, lines, columns.header_line)
        for line, following, filled in _with_following(lines):
            heard = titles.hear(line)
            is_above = passing.is_heading(filled) if filled else bool(begins)
            row = _told(reader, passing, line, following, is_title=heard.is_title, is_above_headings=is_above)
            if (code := heard.of_the_man_above) and (not isinstance(row, Skipped) or row.code == "title"):
                alone = reader.refused(line, "not_a_name")
                yield row if isinstance(row, Skipped) else alone, _as_remark(alone, code)
            elif isinstance(row, PersonRow):
                yield titles.remarked(answers.remarked(row, line), reader.first_name_column), None
            else:
                yield row, None
            done += 1
            if done % _TELL_EVERY == 0:
                progress(done, total)
    progress(total, total)


def _as_remark(alone: Refused, code: str) -> Remark:
    told = alone.problems[0]
    return Remark(told.sheet, told.row, told.column, told.value, code, {"read": ""})


def read_row(
    recognition: Recognition,
    cells: Sequence[str],
    *,
    sheet: str = "",
    number: int = 0,
    page: int = 0,
    as_of: date | None = None,
) -> PersonRow | Refused:
    """One row as a caseworker corrected it, by the columns it was read by (`columns_of_row`)."""
    return SheetReader(recognition, as_of).read(Line(sheet, number, tuple(cells), page))


def _with_following(lines: Iterable[Line]) -> Iterator[tuple[Line, int, Line | None]]:
    """Each line, the number of the next, and the next that holds something: a run of blank lines is one."""
    here, below, further = tee(lines, 3)
    for line, following, after in zip_longest(here, islice(below, 1, None), islice(further, 2, None)):
        if line is not None:
            filled = following if following is None or following.cells else after
            yield line, following.number if following else line.number + 1, filled


def _told(
    reader: SheetReader,
    passing: PassingOver,
    line: Line,
    following: int,
    *,
    is_title: bool,
    is_above_headings: bool,
) -> PersonRow | Refused | Skipped:
    if code := passing.why(line) or ("title" if is_title else ""):
        return Skipped(line.sheet, line.number, following - 1 if code == "blank" else line.number, code)
    if line.is_struck:
        return reader.refused(line, "struck_out")
    row = reader.read(line)
    is_doubtful = isinstance(row, PersonRow) and passing.is_doubtful(
        line, is_above_headings=is_above_headings
    )
    return reader.refused(line, "not_a_name") if is_doubtful else row
