"""CSV and its kin: which delimiter, which quotes, and where each line begins."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from matching.parsing.encodings import Why, decode
from matching.parsing.frames import LINES_BESIDE_ROWS, Options, Out, Refusal, serve
from matching.parsing.labelled import is_labelled, tell_labelled
from matching.parsing.message import is_message, tell_message

_DELIMITERS = (";", "\t", "|", ",")
_MAX_CELL = 128 * 1024 * 1024
csv.field_size_limit(_MAX_CELL)
# A cell that spans more lines than this is a quote somebody forgot to close, not a remark.
_MAX_LINES_IN_CELL = 12
Line = tuple[int, list[str]]  # its number, its cells


def read(content: bytes, options: Options, out: Out) -> None:
    """Read delimited text in any of the encodings that offices use."""
    text, encoding, (code, params) = decode(content, options.encoding)
    out.note(code, **params)
    text, zeros = text.lstrip("\ufeff").replace("\x00", ""), text.count("\x00")
    if zeros:
        out.note("zeros_removed", count=str(zeros))
    _refuse_binary(text)
    _refuse_length(text, options.max_rows)
    if not options.delimiter and is_labelled(text):
        out.table(format="text", encoding=encoding)
        tell_labelled(text, out)
        return
    if not options.delimiter and is_message(text):
        out.table(format="text", encoding=encoding, is_message=True)
        tell_message(text, out)
        return
    delimiter, (code, params) = _delimiter(text, options.delimiter)
    out.note(code, **params)
    out.table(format="csv", encoding=encoding, delimiter=delimiter)
    out.total(text.count("\n"))
    out.sheet("")
    for number, cells in _lines(text, delimiter, out):
        out.line(number, cells)


def _refuse_length(text: str, max_rows: int) -> None:
    """Where no quote can join lines, they can be counted before anything is taken apart."""
    if text.count("\n") <= max_rows + LINES_BESIDE_ROWS or '"' in text:
        return
    if sum(map(bool, map(str.strip, text.split("\n")))) > max_rows + LINES_BESIDE_ROWS:
        raise Refusal("too_many_rows", limit=str(max_rows))


def _refuse_binary(text: str) -> None:
    sample = text[:20_000]
    if sum(letter < " " and letter not in "\t\r\n\f\v" for letter in sample) > 0.02 * len(sample):
        raise Refusal("binary")


def _delimiter(text: str, told: str) -> tuple[str, Why]:
    if told:
        return told[0], ("delimiter_told", {"delimiter": _spoken(told[0])})
    first = text[:20].splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:
        return first[0][4], ("delimiter_named", {"delimiter": _spoken(first[0][4])})
    sample = [line for line in io.StringIO(text[:200_000], newline=None) if line.strip()][:200]
    best = max(_DELIMITERS, key=lambda delimiter: _steadiness(sample, delimiter))
    if not _steadiness(sample, best):
        return ",", ("one_column", {})
    return best, ("delimiter_found", {"delimiter": _spoken(best)})


def _spoken(delimiter: str) -> str:
    return "TAB" if delimiter == "\t" else delimiter


def _steadiness(sample: list[str], delimiter: str) -> float:
    """How many of the lines have the usual number of columns, more columns counting slightly more."""
    rows = (sum(1 for _ in _cells(line, delimiter)) for line in sample)
    widths = Counter(width for width in rows if width > 1)
    if not widths:
        return 0.0
    width, lines = widths.most_common(1)[0]
    return lines * (1 + 0.01 * min(width, 40))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _lines(text: str, delimiter: str, out: Out) -> Iterator[Line]:
    try:
        # Once through, so that a quote left open is known before any line goes on.
        for _ in _quoted(text, delimiter):
            pass
    except (csv.Error, _OpenQuote) as error:
        at = error.line if isinstance(error, _OpenQuote) else 1
        out.note("quotes_unbalanced", line=str(at))
        return _line_by_line(text, delimiter)
    return _quoted(text, delimiter)


class _OpenQuote(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _quoted(text: str, delimiter: str) -> Iterator[Line]:
    """Lines as RFC 4180 has them. Raises _OpenQuote where a quote swallows the lines after it."""
    if text.count('"') % 2:
        raise _OpenQuote(_first_odd_line(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begin, widest = 1, 1
    for cells in reader:
        widest = max(widest, len(cells))
        further = reader.line_num - begin
        if further and (further >= _MAX_LINES_IN_CELL or _swallowed(cells, delimiter, widest)):
            raise _OpenQuote(begin)
        if not _names_delimiter(begin, cells, delimiter):
            yield begin, cells
        begin = reader.line_num + 1


def _first_odd_line(text: str) -> int:
    lines = io.StringIO(text, newline=None)
    return next((number for number, line in enumerate(lines, 1) if line.count('"') % 2), 1)


def _swallowed(cells: list[str], delimiter: str, widest: int) -> bool:
    """A cell with a line end and then about as many delimiters as a line has ate the next person."""
    enough = max(1, min(3, widest - 1))
    return any(
        "\n" in cell and any(line.count(delimiter) >= enough for line in cell.split("\n")[1:])
        for cell in cells
    )


def _line_by_line(text: str, delimiter: str) -> Iterator[Line]:
    """Every line on its own, so that one forgotten quote costs one line and not the rest of the file."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        bare = line.rstrip("\r\n")
        cells = _cells(bare, delimiter) if '"' in bare and bare.count('"') % 2 == 0 else bare.split(delimiter)
        if not _names_delimiter(number, cells, delimiter):
            yield number, cells


def _names_delimiter(number: int, cells: list[str], delimiter: str) -> bool:
    return number == 1 and (cells == [f"sep={delimiter}"] or cells == ["sep=", ""])


if __name__ == "__main__":
    serve(read)
