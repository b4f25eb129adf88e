"""JSON: an array of objects or of rows, wherever it stands in the file, or one object a line."""

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import ijson
from ijson.common import JSONError

from matching.parsing.encodings import decode
from matching.parsing.frames import Options, Out, Refusal, serve
from matching.parsing.records import Record, tell_records

_MAX_DEPTH = 4
# No list is nested so deep, and the time to follow it would grow with the square of the depth.
_NESTED = re.compile(rb'(?:[\[{]\s{0,9}(?:"[^"]{0,99}"\s{0,9}:\s{0,9})?){60}')


def read(content: bytes, options: Options, out: Out) -> None:
    """Read the first array of objects, else the first array of arrays, else the objects one by one."""
    text, encoding, (code, params) = decode(content, options.encoding)
    out.note(code, **params)
    data = text.lstrip("\ufeff").encode("utf-8", "replace")
    if _NESTED.search(data):
        raise Refusal("bad_json")
    try:
        prefix = _where(data)
        first = next(ijson.items(data, prefix, multiple_values=True), None)
        if isinstance(first, dict):
            tell_records(partial(_records, data, prefix), "json", out)
        else:
            _tell_rows(data, prefix, out)
    except (JSONError, UnicodeDecodeError) as error:
        raise Refusal("bad_json") from error
    out.table(encoding=encoding)


def _where(data: bytes) -> str:
    """The prefix of the records: "" for one object a line, "item" or "data.item" for an array."""
    found = before = ""
    ended = False
    for prefix, event, _ in ijson.parse(data, multiple_values=True):
        if ended or (prefix == "" and event == "start_array"):
            return "" if ended else "item"
        if before == "start_array" and event in {"start_map", "start_array"}:
            found = found or prefix
        ended = prefix == "" and event == "end_map"
        before = event
    return found


def _tell_rows(data: bytes, prefix: str, out: Out) -> None:
    out.table(format="json")
    out.sheet("")
    for number, row in enumerate(ijson.items(data, prefix), 1):
        out.line(number, [_as_text(value) for value in row] if isinstance(row, list) else [_as_text(row)])


def _records(data: bytes, prefix: str) -> Iterator[Record]:
    for value in ijson.items(data, prefix, multiple_values=True):
        yield dict(_flat("", value, 0))


def _flat(name: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Objects inside objects become columns such as "home city"."""
    if not isinstance(value, dict) or depth >= _MAX_DEPTH:
        yield name or "value", _as_text(value)
        return
    for key, inner in value.items():
        yield from _flat(f"{name} {key}".strip(), inner, depth + 1)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return "; ".join(map(_as_text, value))
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    )


if __name__ == "__main__":
    serve(read)
