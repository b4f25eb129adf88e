"""What every reader of a file gives: lines of text cells, and how they were read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

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
    `Line` without cells, numbered as the first of them. `page` counts from 1 in a PDF and is 0 elsewhere.
    """

    sheet: str
    number: int
    cells: tuple[str, ...]
    page: int = 0


# Told while a file is read: rows done, and rows in all, 0 while that is unknown. May raise, which ends the work.
Progress = Callable[[int, int], None]


def unheard(done: int, total: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What a caseworker says of a file instead of what would be detected; "" and () leave it to detection.

    `encoding` is one of ENCODINGS, `delimiter` one character, `sheets` the names of those to read.
    """

    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it; `from_json` reads it back."""
        return {"encoding": self.encoding, "delimiter": self.delimiter, "sheets": list(self.sheets)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ReadAs":
        """What `to_json` gave; what is missing is left to detection."""
        return cls(
            str(kept.get("encoding", "")), str(kept.get("delimiter", "")), tuple(kept.get("sheets", ()))
        )


DETECT = ReadAs()


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
