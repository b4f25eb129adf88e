"""One sheet may hold lists below each other, each under headings of its own: they are read as sheets apart."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from matching.lists.columns import NAME_FIELDS
from matching.lists.headings import meaning, words_of
from matching.lists.table import BELOW, Line, Lines

_LINES_A_FRAME = 500
_WIDEST_HEADING = 200  # cells that are looked at, of every line of the file
_DIGIT = re.compile(r"\d")


def apart(lines: Lines) -> Lines:
    """The same lines, those below other headings under a name of their own: "ЗСУ", then "ЗСУ ↓47"."""
    cut = {
        sheet: numbers for sheet, of_sheet in lines.sheets() if (numbers := set(_other_headings(of_sheet)))
    }
    if not cut:
        return lines
    parted = Lines()
    for sheet, of_sheet in lines.sheets():
        for name, part in _parts(sheet, of_sheet, cut.get(sheet, set())):
            for start in range(0, len(part), _LINES_A_FRAME):
                some = part[start : start + _LINES_A_FRAME]
                parted.add(name, len(some), _framed(some))
    return parted


def _parts(sheet: str, lines: Iterable[Line], cut: set[int]) -> Iterator[tuple[str, list[Line]]]:
    name, part = sheet, list[Line]()
    for line in lines:
        if line.number in cut:
            yield name, part
            name, part = f"{sheet}{BELOW}{line.number}", []
        part.append(line)
    yield name, part


def _framed(lines: Sequence[Line]) -> bytes:
    told = [[line.number, line.page, line.cells, dict(line.lent), line.is_struck] for line in lines]
    return json.dumps(["lines", told], ensure_ascii=False).encode()


def _other_headings(lines: Iterable[Line]) -> Iterator[int]:
    """Numbers of the lines of headings that are neither the first ones nor these again."""
    known: list[list[str]] = []
    directly_below = False
    for line in lines:
        if not line.cells:
            continue
        words = _as_heading(line)
        if words and known and not directly_below and not any(_is_again(words, each) for each in known):
            yield line.number
            known = []
        if words:
            known.append(words)
        directly_below = bool(words)


def _as_heading(line: Line) -> list[str]:
    """The words of a line of headings, two of them and one of a name; [] for any other."""
    if any(_DIGIT.search(cell[:80]) for cell in line.cells):
        return []
    said = [cell for cell in line.cells if cell.strip()][:_WIDEST_HEADING]
    if len(said) < 2 or any(len(cell) > 80 for cell in said):
        return []
    meanings = [meaning(cell) for cell in said]
    known = sum(reason != "unknown" for _, _, reason in meanings)
    if known < max(2, 0.6 * len(said)) or not NAME_FIELDS & {field for field, _, _ in meanings}:
        return []
    return [words_of(cell) for cell in line.cells]


def _is_again(words: Sequence[str], header: Sequence[str]) -> bool:
    """The same headings, or fewer of them: with one more they would be taken for those of all that stands above."""
    return is_same_heading(words, header) and sum(map(bool, words)) <= sum(map(bool, header))


def is_same_heading(words: Sequence[str], header: Sequence[str]) -> bool:
    """Most of what both say is the same, column by column."""
    same = sum(a == b for a, b in zip(words, header, strict=False) if b)
    return same > 0 and same >= 0.7 * min(sum(map(bool, words)), sum(map(bool, header)))
