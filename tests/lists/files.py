"""Invented files for the tests of lists, made here byte by byte: no binary stands in the repository."""

import functools
import importlib
import io
import struct
import zipfile
from collections.abc import Callable, Sequence

import openpyxl

from matching.lists import read_table
from matching.lists.reading import Frames
from matching.parsing.frames import Options, tell


def _opened_here(reader: str, content: bytes, options: Options) -> Frames:
    frames: list[bytes] = []
    tell(importlib.import_module(f"matching.parsing.{reader}").read, content, options, frames.append)
    yield from frames


# As read_table, but without the child process, which is the dearest part of a small test.
read_here = functools.partial(read_table, opened_by=_opened_here)

Cells = Sequence[Sequence[object]]

HEADINGS = (
    "№",
    "Прізвище",
    "Ім'я",
    "По батькові",
    "Дата народження",
    "Звання",
    "Військова частина",
    "Примітка",
)
PEOPLE = (
    HEADINGS,
    ("1", "Вишневецький", "Остап", "Зіновійович", "12.03.1987", "солдат", "А1234", ""),
    ("2", "Їжакова", "Ганна", "Євгенівна", "1990", "", "", "поранена"),
)


def text(rows: Cells = PEOPLE, delimiter: str = ";", end: str = "\r\n") -> str:
    """The rows as delimited text, unquoted."""
    return end.join(delimiter.join(str(cell) for cell in row) for row in rows) + end


def csv_of(rows: Cells = PEOPLE, encoding: str = "utf-8", delimiter: str = ";", end: str = "\r\n") -> bytes:
    """The rows as a CSV in any encoding."""
    return text(rows, delimiter, end).encode(encoding)


def xlsx_of(rows: Cells = PEOPLE, **further_sheets: Cells) -> bytes:
    """The rows on a first sheet called "Список", further sheets by name."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Список"
    for row in rows:
        sheet.append(list(row))
    for name, cells in further_sheets.items():
        further = book.create_sheet(name)
        for row in cells:
            further.append(list(row))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def edited(book: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one part changed."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return result.getvalue()


def archive(parts: dict[str, bytes | str]) -> bytes:
    """A zip of the parts."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return result.getvalue()


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def ods_of(rows: Cells = PEOPLE, *, manifest: str = "", tail: str = "", name: str = "Список") -> bytes:
    """The rows as an OpenDocument sheet; `tail` is XML after them."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{body}{tail}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}">'
    entry += f"{manifest}</manifest:file-entry>"
    listing = f'<?xml version="1.0"?><manifest:manifest {space}>{entry}</manifest:manifest>'
    return archive({"mimetype": _ODS, "content.xml": content, "META-INF/manifest.xml": listing})


def _ods_cell(value: object) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def xls_of(rows: Cells = PEOPLE, *, protected: bool = False) -> bytes:
    """The rows as an Excel 97 workbook: BIFF8 records in a compound file."""
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    guard = _record(0x2F, bytes(6)) if protected else b""
    name = b"List"
    globals_size = len(begin) + len(guard) + 4 + 8 + len(name) + 4
    sheet_entry = _record(0x85, struct.pack("<IBBBB", globals_size, 0, 0, len(name), 0) + name)
    return compound({"Workbook": begin + guard + sheet_entry + _record(0x0A) + _xls_sheet(rows)})


def _xls_sheet(rows: Cells) -> bytes:
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    width = max(len(row) for row in rows)
    size = _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    cells = b"".join(_xls_cell(y, x, value) for y, row in enumerate(rows) for x, value in enumerate(row))
    return begin + size + cells + _record(0x0A)


def _xls_cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, int | float):
        return _record(0x203, struct.pack("<HHHd", row, column, 0, float(value)))
    letters = str(value)
    return _record(
        0x204, struct.pack("<HHHHB", row, column, 0, len(letters), 1) + letters.encode("utf-16-le")
    )


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (the shell of XLS and of encrypted XLSX) with the streams, in 512-byte sectors."""
    sectors = [b"", b""]  # 0: allocation table, 1: directory
    chain = [0xFFFFFFFD, 0xFFFFFFFE]
    entries = []
    for name, stream in streams.items():
        padded = stream.ljust(4096, b"\0")
        padded += bytes(-len(padded) % 512)
        start, count = len(chain), len(padded) // 512
        chain += [*range(start + 1, start + count), 0xFFFFFFFE]
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        entries.append(_entry(name, 2, start, len(padded)))
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + b"".join(entries)
    sectors[0] = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    sectors[1] = directory.ljust(512, b"\0")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return header + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108) + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    none = 0xFFFFFFFF
    return (
        letters.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(letters), kind, 1, none, none, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
