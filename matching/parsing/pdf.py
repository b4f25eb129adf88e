"""PDF with text: ruled tables, tables made of spaces alone, or plain lines. A picture of a list is refused."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from matching.parsing.frames import Options, Out, Refusal, serve
from matching.parsing.message import is_message

MAX_PAGES = 1_000
_CPU_SECONDS = 600  # a page takes a tenth of a second and more
_MOST_OF_PAGE = 0.8
Word = dict[str, Any]  # text, x0, x1, top, bottom in points


_NUMBER = re.compile(r"\d{1,6}\s*[.)]?")
_NO_ROW = re.compile(
    r"[\s–—-]*\d{1,3}[\s–—-]*(?:/\s*\d{1,3}\s*)?$|(?:сторінка|стор\.|страница|стр\.|page)\s", re.I
)
_TOTAL = re.compile(r"\s*(?:всього|усього|разом|загалом|итого|всего|total)\b", re.I)


@dataclass(slots=True)
class _Line:
    """One line of a page: cells of a ruled table, or words that have yet to find their columns."""

    page: int
    cells: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    space: float = 0.0

    @property
    def top(self) -> float:
        return float(self.words[0]["top"])

    def text(self) -> str:
        return " ".join(word["text"] for word in self.words)

    def is_numbered(self) -> bool:
        return len(self.cells) > 1 and bool(_NUMBER.fullmatch(self.cells[0]))

    def is_fragment(self, headings: list[list[str]]) -> bool:
        """A line of a numbered table that has no number, no heading and no total."""
        if len(self.cells) < 2 or self.cells[0] or self.cells in headings:
            return False
        return not any(_TOTAL.match(cell) for cell in self.cells)


def read(content: bytes, options: Options, out: Out) -> None:
    """Read every page; rows are numbered through the whole document."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            lines = _all_lines(document.pages, options, out)
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise Refusal("password") from error
        raise
    loose = [line for line in lines if line.words]
    columns = _columns(loose)
    message = bool(loose) and len(columns) < 2 and is_message("\n".join(line.text() for line in loose))
    lines, torn = _settled(lines, columns)
    out.table(format="pdf", is_message=message, torn=torn)
    out.total(len(lines))
    out.sheet("")
    for number, line in enumerate(lines, 1):
        out.line(number, line.cells, page=line.page)


def _all_lines(pages: Sequence[Page], options: Options, out: Out) -> list[_Line]:
    if len(pages) > MAX_PAGES:
        raise Refusal("too_many_pages", limit=str(MAX_PAGES))
    lines: list[_Line] = []
    pictures: list[str] = []
    recognised: list[str] = []
    for page in pages:
        has_text = any(not char["text"].isspace() for char in page.chars)
        if _is_covered(page):
            (recognised if has_text else pictures).append(str(page.page_number))
        lines.extend(_lines_of(page))
        out.progress(page.page_number, len(pages))
        page.close()
        if len(lines) > 2 * options.max_rows:
            raise Refusal("too_many_rows", limit=str(options.max_rows))
    if not lines:
        raise Refusal("scan")
    out.note("pdf", pages=str(len(pages)))
    for code, numbers in (("picture_pages", pictures), ("recognised_pages", recognised)):
        if numbers:
            out.note(code, pages=", ".join(numbers))
    return lines


def _is_covered(page: Page) -> bool:
    """One picture fills the page: what a scanner makes, with or without text that a machine guessed behind it."""
    size = float(page.width * page.height)
    return any(
        (image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) > _MOST_OF_PAGE * size
        for image in page.images
    )


def _lines_of(page: Page) -> Iterator[_Line]:
    """From the top of a page to its bottom: rows of ruled tables, and lines of words between them."""
    tables = [
        table for table in page.find_tables() if max((len(row.cells) for row in table.rows), default=0) > 1
    ]
    words = [word for word in page.extract_words() if not any(_inside(word, table.bbox) for table in tables)]
    space = _space(page)
    found = [
        (line[0]["top"], [_Line(page.page_number, words=line, space=space)]) for line in _in_lines(words)
    ]
    for table in tables:
        rows = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
        found.append((table.bbox[1], [_Line(page.page_number, cells=row) for row in rows]))
    for _, lines in sorted(found, key=lambda each: each[0]):
        yield from lines


def _space(page: Page) -> float:
    """As wide as a space and a bit: what is wider stands between columns. Typewriter spaces are wide."""
    spaces = sorted(char["x1"] - char["x0"] for char in page.chars if char["text"] == " ")
    sizes = sorted(char["size"] for char in page.chars)
    usual = spaces[len(spaces) // 2] if spaces else 0.0
    return float(max(0.45 * (sizes[len(sizes) // 2] if sizes else 0.0), 1.4 * usual))


def _inside(word: Word, box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _in_lines(words: list[Word]) -> list[list[Word]]:
    """Words of one height on the page, from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        if lines and lines[-1][0]["top"] <= middle <= lines[-1][0]["bottom"]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: float(word["x0"])) for line in lines]


def _columns(lines: Sequence[_Line]) -> list[float]:
    """Where each column begins: behind the gaps that nearly all lines of a table leave open at one place."""
    tabular = [segments for line in lines if len(segments := _segments(line)) > 1]
    if len(tabular) < 2:
        return []
    inked: dict[int, int] = {}
    for segments in tabular:
        for point in {p for x0, x1 in segments for p in range(int(x0), int(x1) + 1)}:
            inked[point] = inked.get(point, 0) + 1
    few = len(tabular) // 20
    points = [point for point in sorted(inked) if inked[point] > few]
    return [float(points[0]), *(float(b) for a, b in pairwise(points) if b - a > 2)]


def _segments(line: _Line) -> list[tuple[float, float]]:
    """Words with no more than a space between them, as stretches of the line."""
    segments: list[tuple[float, float]] = []
    for word in line.words:
        if segments and word["x0"] - segments[-1][1] < line.space:
            segments[-1] = (segments[-1][0], word["x1"])
        else:
            segments.append((word["x0"], word["x1"]))
    return segments


def _settled(lines: list[_Line], columns: list[float]) -> tuple[list[_Line], list[int]]:
    """Words into their columns; then what belongs to a numbered row above or below goes into it.

    Also the numbers of the lines that remain torn: a row that goes on somewhere, and nobody can say where.
    """
    for line in lines:
        if line.words:
            line.cells = _cells(line, columns)
    numbered = [place for place, line in enumerate(lines) if line.is_numbered()]
    if len(numbered) < 3:
        return lines, []
    headings = [line.cells for line in _above(lines, numbered[0])]
    settled = list(_joined(lines, headings))
    return settled, _torn(settled, headings)


def _above(lines: list[_Line], first: int) -> list[_Line]:
    """What stands above the first numbered line; closer to it than to the headings it is a part of its row."""
    if (
        first > 1
        and _follows(lines[first], lines[first - 1])
        and _follows(lines[first - 1], lines[first - 2])
    ):
        title, last, row = lines[first - 2 : first + 1]
        if row.top - last.top < last.top - title.top:
            return lines[: first - 1]
    return lines[:first]


def _torn(lines: list[_Line], headings: list[list[str]]) -> list[int]:
    """Fragments and the rows above and below them, a repeated heading between them or not."""
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.cells not in headings]
    torn = {place for place, (_, line) in enumerate(rows) if line.is_fragment(headings)}
    beside = {place + step for place in torn for step in (-1, 1) if 0 <= place + step < len(rows)}
    return sorted(rows[place][0] for place in torn | {p for p in beside if rows[p][1].is_numbered()})


def _joined(lines: list[_Line], headings: list[list[str]]) -> Iterator[_Line]:
    """A numbered line and the fragments that stand closer to it than rows stand to each other are one row."""
    gaps = [b.top - a.top for a, b in pairwise(lines) if _follows(b, a)]
    close = 1.15 * min((gap for gap in gaps if gap > 0), default=0.0)
    block: list[_Line] = []
    for line in lines:
        near = block and _follows(line, block[-1]) and line.top - block[-1].top <= close
        if not (near and (line.is_fragment(headings) or line.is_numbered())):
            yield from _as_one(block, headings)
            block = []
        block.append(line)
    yield from _as_one(block, headings)


def _follows(line: _Line, above: _Line) -> bool:
    """Both are lines of words on one page."""
    return bool(line.words and above.words) and line.page == above.page


def _as_one(block: list[_Line], headings: list[list[str]]) -> list[_Line]:
    numbered = [line for line in block if line.is_numbered()]
    widths = {len(line.cells) for line in block}
    if (
        len(block) < 2
        or len(numbered) != 1
        or len(widths) != 1
        or not all(line is numbered[0] or line.is_fragment(headings) for line in block)
    ):
        return block
    cells = [" ".join(filter(None, parts)) for parts in zip(*(line.cells for line in block), strict=True)]
    return [_Line(numbered[0].page, cells)]


def _cells(line: _Line, columns: list[float]) -> list[str]:
    """The words of each column; a line that runs across the gaps, such as a title, or a page number is one cell."""
    across = any(x0 < begin - 2 and x1 > begin + 2 for x0, x1 in _segments(line) for begin in columns)
    if len(columns) < 2 or across or _NO_ROW.match(line.text()):
        return [line.text()]
    cells = [""] * len(columns)
    for word in line.words:
        at = max((i for i, begin in enumerate(columns) if begin <= word["x0"] + 2), default=0)
        cells[at] = f"{cells[at]} {word['text']}".strip()
    return cells


if __name__ == "__main__":
    serve(read, cpu_seconds=_CPU_SECONDS)
