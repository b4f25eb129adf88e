"""What every reader of a file gives: lines of text cells, and how they were read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from matching.engine.words import say
from matching.lists.words import REFUSALS, SAYINGS


class Unreadable(Exception):
    """The file as a whole cannot be used; `code` and `params` tell why, `sentence` in words."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, str] = params

    def sentence(self, language: str) -> str:
        """The reason and what to do about it, for the person who sent the file."""
        return say(REFUSALS, self.code, language, **self.params)


@dataclass(frozen=True, slots=True)
class Saying:
    """One remark about how a file was read, to be said in any language."""

    code: str
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """The remark in words."""
        return say(SAYINGS, self.code, language, **self.params)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet, its `number` as a text editor or a spreadsheet shows it, from 1.

    `cells` are text as it stands in the file; a date cell is ISO text. A run of blank lines is one
    `Line` without cells, numbered as the first of them.
    """

    sheet: str
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as lines. `encoding` and `delimiter` are "" for workbooks, `sheet` of a line "" for text."""

    lines: tuple[Line, ...]
    format: str
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[Saying, ...] = ()

    def sheets(self) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """The lines of each sheet, in the order of the file."""
        for sheet, lines in groupby(self.lines, key=lambda line: line.sheet):
            yield sheet, tuple(lines)


def short(text: str, limit: int = 80) -> str:
    """One line of at most `limit` characters: a cell may be ten megabytes, a message may not."""
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit and len(text) <= limit * 4 else flat[: limit - 1] + "…"


def same_width(cells: list[str]) -> tuple[str, ...]:
    """Cells without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return tuple(cells[:end])
