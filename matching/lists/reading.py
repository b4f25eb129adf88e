"""A received file, whatever it is called, becomes a Table or is refused with a reason."""

import re
from dataclasses import replace

from matching.lists.plaintext import read_text
from matching.lists.table import DETECT, Progress, ReadAs, Saying, Table, Unreadable, unheard
from matching.lists.workbooks import read_old_workbook, read_workbook

MAX_BYTES = 100 * 1024 * 1024

# What a file is, is told by its first bytes: offices send pictures called .xls and tables called .txt.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "wrong_type", "PDF"),
    (b"\xff\xd8\xff", "picture", "JPEG"),
    (b"\x89PNG", "picture", "PNG"),
    (b"GIF8", "picture", "GIF"),
    (b"II*\x00", "picture", "TIFF"),
    (b"MM\x00*", "picture", "TIFF"),
    (b"BM", "picture", "BMP"),
    (b"{\\rtf", "wrong_type", "RTF"),
    (b"Rar!", "wrong_type", "RAR"),
    (b"7z\xbc\xaf", "wrong_type", "7z"),
    (b"\x1f\x8b\x08", "wrong_type", "GZIP"),
    (b"MZ", "wrong_type", "EXE"),
    (b"\x7fELF", "wrong_type", "ELF"),
)
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<table|<pfif|<[a-z]+:pfif)", re.I)
_JSON = re.compile(rb"\s*(?:\[\s*[\[{]|\{\s*\")")


def read_table(
    content: bytes,
    filename: str,
    *,
    max_rows: int = 200_000,
    read_as: ReadAs = DETECT,
    progress: Progress = unheard,
) -> Table:
    """Read CSV, TSV, XLSX, XLS or ODS. Raises Unreadable, and nothing else, whatever the bytes."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if len(content) > MAX_BYTES:
        raise Unreadable("too_large", limit=str(MAX_BYTES // 1024**2))
    _refuse_other_types(content)
    table = _of_sheets(_with_name_checked(_read(content, max_rows, read_as), filename), read_as.sheets)
    progress(len(table.lines), len(table.lines))
    return table


def _of_sheets(table: Table, sheets: tuple[str, ...]) -> Table:
    if not sheets:
        return table
    lines = tuple(line for line in table.lines if line.sheet in sheets)
    if not lines:
        raise Unreadable("empty")
    return replace(table, lines=lines)


def _read(content: bytes, max_rows: int, read_as: ReadAs) -> Table:
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content, max_rows)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return read_old_workbook(content, max_rows)
    return read_text(content, max_rows, read_as)


def _refuse_other_types(content: bytes) -> None:
    for magic, code, kind in _MAGIC:
        # "BM" and "MZ" also begin words: such a file is binary only if its beginning holds zeros.
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:200]):
            raise Unreadable(code, kind=kind)
    beginning = content[:400].removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(beginning):
        raise Unreadable("wrong_type", kind="HTML/XML")
    if _JSON.match(beginning):
        raise Unreadable("wrong_type", kind="JSON")


_EXTENSIONS = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "ods": "ods"} | dict.fromkeys(
    ("csv", "tsv", "txt"), "csv"
)


def _with_name_checked(table: Table, filename: str) -> Table:
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    if not extension or _EXTENSIONS.get(extension) == table.format:
        return table
    remark = Saying("other_extension", {"extension": extension[:10], "format": table.format.upper()})
    return replace(table, notes=(*table.notes, remark))
