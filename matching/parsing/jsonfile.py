"""JSON: an array of objects or of rows, wherever it stands in the file, or one object a line."""

import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any

import ijson
from ijson.common import JSONError

from matching.parsing.encodings import decode
from matching.parsing.frames import Options, Out, Refusal, serve
from matching.parsing.records import Record, tell_records

_MAX_DEPTH = 4
# A string that is cut by the end of a piece is read again from its beginning: small pieces cost the square of it.
_WALK: dict[str, Any] = {"multiple_values": True, "buf_size": 1 << 20}
# No list is nested so deep, and the time to follow it would grow with the square of the depth.
_NESTED = re.compile(rb'(?:[\[{]\s{0,9}(?:"[^"]{0,99}"\s{0,9}:\s{0,9})?){60}')


def read(content: bytes, options: Options, out: Out) -> None:
    """Read every array of objects or of rows that stands in no other, else the objects one by one."""
    text, encoding, (code, params) = decode(content, options.encoding)
    out.note(code, **params)
    data = text.lstrip("\ufeff").encode("utf-8", "replace")
    if _NESTED.search(data):
        raise Refusal("bad_json")
    try:
        prefixes = _where(data)
        first = next(ijson.items(data, prefixes[0], **_WALK), None)
        if isinstance(first, dict):
            tell_records(partial(_records, data, prefixes), "json", out)
        else:
            _tell_rows(data, prefixes, out)
    except (JSONError, UnicodeDecodeError) as error:
        raise Refusal("bad_json") from error
    out.table(encoding=encoding)


def _where(data: bytes) -> list[str]:
    """The prefixes of the records: "" for one object a line, "item" or "data.item" for an array. Soldiers and civilians
    may each have theirs."""
    found: list[str] = []
    before, ended = "", False
    for prefix, event, _ in ijson.parse(data, **_WALK):
        if ended or (prefix == "" and event == "start_array"):
            return ["" if ended else "item"]
        begins = before == "start_array" and event in {"start_map", "start_array"}
        if begins and not any(f"{prefix}.".startswith(f"{outer}.") for outer in found):
            found.append(prefix)
        ended = prefix == "" and event == "end_map"
        before = event
    return found or [""]


def _items(data: bytes, prefixes: list[str]) -> Iterator[Any]:
    return chain.from_iterable(ijson.items(data, prefix, **_WALK) for prefix in prefixes)


def _tell_rows(data: bytes, prefixes: list[str], out: Out) -> None:
    out.table(format="json")
    out.sheet("")
    for number, row in enumerate(_items(data, prefixes), 1):
        out.line(number, [_as_text(value) for value in row] if isinstance(row, list) else [_as_text(row)])


def _records(data: bytes, prefixes: list[str]) -> Iterator[Record]:
    for value in _items(data, prefixes):
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
