"""What a reading child says to its parent: one JSON array a line, and the limits under which it says it.

["sheet", name] begins a sheet; ["lines", [[number, page, cells, lent, is_struck], ...]] are lines of it; ["note",
code, params] and ["table", facts] tell how the file was read; ["progress", done, total] tells of work before the
first line; ["total", n] how many lines there will be, as far as is known; ["refused", code, params] ends the
reading; ["end"] says that it is whole.
"""

import json
import re
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

MAX_CPU_SECONDS = 120
MAX_MEMORY = 3 * 1024**3
# The headings, titles and page headers are no rows.
LINES_BESIDE_ROWS = 20
# No list tells so much of a person, and the parent looks at every cell.
MAX_FILLED_CELLS = 2_000
MAX_LETTERS = 20_000  # of a cell: the parent looks for a hundred patterns in each
_CUT_ROWS_TOLD = 5
_LINES_A_FRAME = 500
_LETTERS_A_FRAME = 1_000_000
_HALF_A_LETTER = re.compile("[\ud800-\udfff]")
# What nobody sees, in the UTF-8 of JSON: a word processor's hyphens, with the end of a line behind them, and marks of
# messengers. Inside a word they would hide from the parent that a man has died.
_UNSEEN = re.compile(
    b"\xc2\xad(?: |\\\\r|\\\\n)*|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
)


class Refusal(Exception):
    """The file as a whole cannot be used; `code` is one of the REFUSALS of `matching.lists.file_words`."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Options:
    """What the parent asks for: the limit of rows, and what a caseworker said of the file."""

    max_rows: int = 200_000
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()

    def to_json(self) -> str:
        told = [self.max_rows, self.encoding, self.delimiter, self.sheets]
        return json.dumps(told)

    @classmethod
    def from_json(cls, told: str) -> "Options":
        max_rows, encoding, delimiter, sheets = json.loads(told)
        return cls(max_rows, encoding, delimiter, tuple(sheets))


@dataclass(slots=True)
class Out:
    """Takes what a reader finds and hands it on in frames, so that neither side holds the whole file."""

    options: Options
    write: Callable[[bytes], object]
    count: int = 0
    _lines: list[list[Any]] = field(default_factory=list)
    _letters: int = 0
    _blank: int = 0
    _cut: list[int] = field(default_factory=list)

    def sheet(self, name: str) -> None:
        """Begin a sheet; a run of blank lines at the end of the one before is dropped."""
        self._flush()
        self._blank = 0
        self._say("sheet", name)

    def line(
        self,
        number: int,
        cells: Sequence[str],
        page: int = 0,
        lent: Mapping[int, str] | None = None,
        is_struck: bool = False,
    ) -> None:
        """One line, blank ones too: of a run of them the first is told. Of a cell the first MAX_LETTERS are. Refuses a
        file of too many, and a line of too many cells; those left empty before a stray one do not count."""
        width = len(cells)
        while width and not cells[width - 1].strip():
            width -= 1
        if not width:
            self._blank = self._blank or number
            return
        if width > MAX_FILLED_CELLS and sum(map(bool, map(str.strip, cells))) > MAX_FILLED_CELLS:
            raise Refusal("too_spread", rows=str(number), columns=str(width))
        if self._blank:
            self._add([self._blank, page, [], {}, False])
            self._blank = 0
        if max(map(len, cells)) > MAX_LETTERS:
            self._cut.append(number)
        told = [cell[:MAX_LETTERS] for cell in cells[:width]]
        self._add([number, page, told, lent or {}, is_struck])

    def note(self, code: str, **params: str) -> None:
        """A remark about how the file was read."""
        self._say("note", code, params)

    def table(self, **facts: str | bool | Sequence[int]) -> None:
        """Facts of the whole: format, encoding, delimiter, date1904, is_message, torn."""
        self._say("table", facts)

    def total(self, lines: int) -> None:
        """How many lines there are, blank ones counted."""
        self._say("total", lines)

    def progress(self, done: int, total: int) -> None:
        """Work done before there are lines, such as pages."""
        self._say("progress", done, total)

    def refused(self, refusal: Refusal) -> None:
        """Nothing more follows."""
        self._say("refused", refusal.code, refusal.params)

    def end(self) -> None:
        """Everything was told. Refuses a file without a line."""
        self._flush()
        if not self.count:
            raise Refusal("empty")
        if self._cut:
            rows = ", ".join(map(str, self._cut[:_CUT_ROWS_TOLD]))
            more = ", …" if len(self._cut) > _CUT_ROWS_TOLD else ""
            self.note("cells_cut", rows=rows + more, limit=str(MAX_LETTERS))
        self._say("end")

    def _add(self, line: list[Any]) -> None:
        self.count += 1
        if self.count > self.options.max_rows + LINES_BESIDE_ROWS:
            raise Refusal("too_many_rows", limit=str(self.options.max_rows))
        self._lines.append(line)
        self._letters += sum(map(len, line[2]))
        if len(self._lines) >= _LINES_A_FRAME or self._letters > _LETTERS_A_FRAME:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._hand_on(_UNSEEN.sub(b"", _packed("lines", self._lines)))
            self._lines, self._letters = [], 0

    def _say(self, *frame: object) -> None:
        self._hand_on(_packed(*frame))

    def _hand_on(self, packed: bytes) -> None:
        self.write(packed + b"\n")


def _packed(*frame: object) -> bytes:
    try:
        return orjson.dumps(frame, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half of a letter, which nobody downstream could store
        return _HALF_A_LETTER.sub("\ufffd", json.dumps(frame, ensure_ascii=False)).encode()


Reader = Callable[[bytes, Options, Out], None]


def tell(read: Reader, content: bytes, options: Options, write: Callable[[bytes], object]) -> None:
    """Run a reader to its end or its refusal; whatever else it raises means that the file is damaged."""
    out = Out(options, write)
    try:
        read(content, options, out)
        out.end()
    except Refusal as refusal:
        out.refused(refusal)
    except MemoryError:
        out.refused(Refusal("too_heavy"))
    except BaseException:  # a panic inside calamine is no Exception
        out.refused(Refusal("damaged"))


def serve(read: Reader, *, cpu_seconds: int = MAX_CPU_SECONDS) -> None:
    """The whole life of a child: limits, the file from standard input, frames to standard output."""
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    options = Options.from_json(sys.argv[1])
    tell(read, sys.stdin.buffer.read(), options, sys.stdout.buffer.write)
    sys.stdout.buffer.flush()
