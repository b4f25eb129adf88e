"""Workbooks: XLSX and ODS (zip archives) and XLS, read in a child after they were found harmless."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from matching.lists import workbook_child
from matching.lists.table import Line, Saying, Table, Unreadable, same_width

MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
# The headings, titles and page headers are no rows.
LINES_BESIDE_ROWS = 20


def read_workbook(content: bytes, max_rows: int) -> Table:
    """Read an XLSX or ODS; its parts are unpacked within limits here, and only those go on."""
    parts = _unpack(content)
    if "xl/workbook.xml" in parts:
        form, extent = "xlsx", _xlsx_extent(parts)
    elif b"opendocument.spreadsheet" in parts.get("mimetype", b"") + parts.get("META-INF/manifest.xml", b""):
        form, extent = "ods", _ods_extent(parts.get("content.xml", b""))
    else:
        raise Unreadable("wrong_type", kind=_other_kind(parts))
    _refuse_spread(*extent)
    return _read_sheets(_pack(parts), form, max_rows)


# The record FILEPASS right after the begin of a workbook. calamine knows the stronger kind only, and reads
# noise from the weaker one.
_OBFUSCATED = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}\x2f\x00", re.S)


def read_old_workbook(content: bytes, max_rows: int) -> Table:
    """Read an XLS. A password-protected XLSX arrives in this shell too, and is told as such."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable("password")
    if _OBFUSCATED.search(content):
        raise Unreadable("password")
    if "WordDocument".encode("utf-16-le") in content:
        raise Unreadable("wrong_type", kind="DOC")
    return _read_sheets(content, "xls", max_rows)


def _unpack(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _refuse_bomb(members, len(content))
            return {member.filename: archive.read(member) for member in members if _is_part(member)}
    except Unreadable:
        raise
    except Exception as error:  # zipfile has a dozen ways to say "damaged", not all of them BadZipFile
        raise Unreadable("damaged") from error


def _refuse_bomb(members: list[zipfile.ZipInfo], packed: int) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("password")
    unpacked = sum(member.file_size for member in members)
    # Small tables of equal rows compress well and are harmless, so the ratio counts from 1 MiB on.
    if unpacked > MAX_UNPACKED or (unpacked > 1024**2 and unpacked > MAX_RATIO * packed):
        raise Unreadable("zip_bomb", limit=str(MAX_UNPACKED // 1024**2))


def _is_part(member: zipfile.ZipInfo) -> bool:
    return member.filename == "mimetype" or member.filename.endswith((".xml", ".rels", ".bin"))


def _pack(parts: dict[str, bytes]) -> bytes:
    """The parts in a fresh archive: what was measured is what is read, whatever sizes the old one claimed."""
    for data in parts.values():
        if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
            raise Unreadable("entities")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("password")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            if not name.endswith(".bin"):
                archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def _other_kind(parts: dict[str, bytes]) -> str:
    kinds = {"word/document.xml": "DOCX", "ppt/presentation.xml": "PPTX", "xl/workbook.bin": "XLSB"}
    return next((kind for name, kind in kinds.items() if name in parts), "ZIP")


_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,9})["']""")


def _xlsx_extent(parts: dict[str, bytes]) -> tuple[int, int]:
    """(rows, columns) of the widest rectangle any sheet spans."""
    rows = 0
    letters: set[bytes] = set()
    for name, data in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            for cell in _REFERENCE.finditer(data):
                letters.add(cell[1])
                rows = max(rows, int(cell[2]))
    return rows, max(map(_column_number, letters), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


_ODS_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)\b([^>]*)>")
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')


def _ods_extent(content: bytes) -> tuple[int, int]:
    """(rows, columns) spanned by cells with a value; repeated empty ones at the end cost nothing."""
    row = column = rows = columns = repeat = 0
    for tag, attributes in _ODS_TAG.findall(content):
        found = _ODS_REPEATED.search(attributes)
        count = int(found[1]) if found else 1
        if tag == b"table":
            row = 0
        elif tag == b"table-row":
            row, column, repeat = row + count, 0, row
        else:
            column += count
            if b"value-type" in attributes:
                rows, columns = max(rows, row, repeat), max(columns, column)
    return rows, columns


def _refuse_spread(rows: int, columns: int) -> None:
    # calamine holds a sheet as a full rectangle: one stray cell in XFD1048576 would ask for 400 GB.
    if rows * columns > workbook_child.MAX_CELLS:
        raise Unreadable("too_spread", rows=str(rows), columns=str(columns))


def _read_sheets(content: bytes, form: str, max_rows: int) -> Table:
    lines: list[Line] = []
    notes = [Saying("workbook", {"format": form.upper()})]
    for sheet in _sheets(content):
        if sheet["rows"] is None:
            notes.append(Saying("hidden_sheet", {"sheet": sheet["name"]}))
            continue
        lines.extend(_lines(sheet["name"], sheet["rows"]))
        if len(lines) > max_rows + LINES_BESIDE_ROWS:
            raise Unreadable("too_many_rows", limit=str(max_rows))
    if not lines:
        raise Unreadable("empty")
    return Table(tuple(lines), form, notes=tuple(notes))


def _sheets(content: bytes) -> list[dict[str, Any]]:
    """The sheets as the child process read them; whatever ends it, the file is to blame and not the worker."""
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-P", workbook_child.__file__],
            input=content, capture_output=True, timeout=2 * workbook_child.MAX_SECONDS, env=environment, check=True,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unreadable("damaged") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(answer.pop("refused"), **answer)
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


def _lines(sheet: str, rows: list[list[str]]) -> Iterator[Line]:
    return without_blank_runs(Line(sheet, number, same_width(row)) for number, row in enumerate(rows, 1))


def without_blank_runs(lines: Iterable[Line]) -> Iterator[Line]:
    """One line for each run of blank ones, none for those at the end."""
    blank: Line | None = None
    for line in lines:
        if not line.cells:
            blank = blank or line
            continue
        if blank:
            yield blank
            blank = None
        yield line
