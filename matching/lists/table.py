"""What every reader of a file gives: lines of text cells, and how they were read."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import Any, NamedTuple, overload

import orjson

from matching.engine.saying import say
from matching.lists.file_words import REFUSALS, SAYINGS


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


_NOTHING_LENT: Mapping[int, str] = {}


class Line(NamedTuple):
    """One line of a sheet, its `number` as a text editor or a spreadsheet shows it, from 1.

    `cells` are text as it stands in the file; a date cell is ISO text. A run of blank lines is one
    `Line` without cells, numbered as the first of them. `page` counts from 1 in a PDF and is 0 elsewhere.
    `lent` are the values of cells merged with one in a row above, by column; `is_struck`: a filled cell of it is
    struck out.
    """

    sheet: str
    number: int
    cells: tuple[str, ...]
    page: int = 0
    lent: Mapping[int, str] = _NOTHING_LENT
    is_struck: bool = False

    def cell(self, index: int) -> str:
        """What stands in the column at `index` (from 0), without blanks around it; "" where the line ends before."""
        return self.cells[index].strip() if index < len(self.cells) else ""

    def filled(self) -> list[str]:
        """The cells that hold something, without blanks around it."""
        return [cell for cell in map(str.strip, self.cells) if cell]


BELOW = " ↓"  # what follows is the line from which on a sheet holds a further list


def sheet_and_line(part: str) -> tuple[str, int]:
    """Of "ЗСУ ↓47" the sheet as the file has it, and the line from which on it is another list; 0 for the first."""
    sheet, below, line = part.rpartition(BELOW)
    return (sheet, int(line)) if below and line.isdecimal() else (part, 0)


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


class Lines(Sequence[Line]):
    """Lines kept as packed frames and unpacked as they are walked: a million of them need not be held."""

    def __init__(self) -> None:
        self._frames: list[tuple[str, int, bytes]] = []  # sheet, how many lines, packed JSON
        self._length = 0

    def add(self, sheet: str, count: int, frame: bytes) -> None:
        """Take over a frame of `count` lines as the reading child wrote it."""
        self._frames.append((sheet, count, zlib.compress(frame, 1)))
        self._length += count

    def sheets(self) -> Iterator[tuple[str, "Lines"]]:
        """The lines of each sheet, in the order of the file."""
        for sheet, frames in groupby(self._frames, key=lambda frame: frame[0]):
            lines = Lines()
            lines._frames = list(frames)
            lines._length = sum(count for _, count, _ in lines._frames)
            yield sheet, lines

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Line]:
        return chain.from_iterable(self._unpacked(frame) for frame in self._frames)

    @staticmethod
    def _unpacked(frame: tuple[str, int, bytes]) -> Iterator[Line]:
        part, _, packed = frame
        sheet, _ = sheet_and_line(part)
        for number, page, cells, lent, is_struck in orjson.loads(zlib.decompress(packed))[1]:
            by_column = {int(at): value for at, value in lent.items()} if lent else _NOTHING_LENT
            yield Line(sheet, number, tuple(cells), page, by_column, is_struck)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            return tuple(islice(self._from(first), 0, max(0, last - first), step))
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        return next(self._from(place))

    def _from(self, first: int) -> Iterator[Line]:
        """The lines from `first` on, without unpacking the frames before it."""
        for number, (_, count, _) in enumerate(self._frames):
            if first < count:
                rest = chain.from_iterable(map(self._unpacked, self._frames[number:]))
                return islice(rest, first, None)
            first -= count
        return iter(())


@dataclass(frozen=True, slots=True)
class Table:
    """A file as lines. `encoding` and `delimiter` are "" for workbooks, `sheet` of a line "" for text.

    `date1904`: a day as a number counts from 1904. `is_message`: each line is one cell that holds everything.
    `torn`: numbers of lines that are parts of one row, and nobody can say of which. `sheet_names`: as the file
    has them; `sheets` tells lists below each other on one sheet apart.
    """

    lines: Lines
    format: str
    encoding: str = ""
    delimiter: str = ""
    date1904: bool = False
    is_message: bool = False
    torn: Sequence[int] = ()
    sheet_names: tuple[str, ...] = ()
    notes: tuple[Saying, ...] = ()

    def sheets(self) -> Iterator[tuple[str, Lines]]:
        """The lines of each list in the file: of a sheet, or of a part of it under other headings."""
        return self.lines.sheets()


def short(text: str, limit: int = 80) -> str:
    """One line of at most `limit` characters: a cell may be very long, a message may not."""
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit and len(text) <= limit * 4 else flat[: limit - 1] + "…"
