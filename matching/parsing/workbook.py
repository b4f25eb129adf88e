"""Workbooks: XLSX, XLSB and ODS (zip archives) and XLS. Found harmless first, then read by calamine.

calamine is written in Rust, where a damaged length field ends the whole process and cannot be caught; here it
ends only this child.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from matching.parsing.frames import Options, Out, Refusal, serve
from matching.parsing.styles import PLAIN, Looks, column_number, looks_of

MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 100
# calamine holds a sheet as a full rectangle: one stray cell in XFD1048576 would ask for 400 GB.
MAX_CELLS = 12_000_000
_PIECE = 1024 * 1024
# A spreadsheet allows 31 letters, an OpenDocument any number; "↓12345" may follow.
MAX_SHEET_NAME = 80


def read(content: bytes, options: Options, out: Out) -> None:
    """Every visible sheet, each with what its merged cells lend to the rows below."""
    facts = _look_into_archive(content) if content.startswith(b"PK") else _look_into_compound(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise Refusal("password") from error
    out.table(format=facts.form, date1904=facts.date1904)
    out.note("workbook", format=facts.form.upper())
    for code, params in facts.notes():
        out.note(code, **params)
    _read_sheets(book, looks_of(content) if facts.form == "xlsx" else [], options, out)


def _read_sheets(book: CalamineWorkbook, looks: Sequence[Looks], options: Options, out: Out) -> None:
    total = 0
    for index, sheet in enumerate(book.sheets_metadata):
        name = sheet.name[:MAX_SHEET_NAME]
        if sheet.typ is not SheetTypeEnum.WorkSheet or (options.sheets and name not in options.sheets):
            continue
        # A hidden sheet is read only when a caseworker asked for it.
        if sheet.visible is not SheetVisibleEnum.Visible and not options.sheets:
            out.note("hidden_sheet", sheet=name)
            continue
        cells = book.get_sheet_by_index(index)
        _refuse_spread(cells.total_height, cells.total_width)
        total += cells.total_height
        out.total(total)
        out.sheet(name)
        look = looks[index] if index < len(looks) else PLAIN
        for number, row, lent in _rows(cells, look):
            out.line(number, row, lent=lent, is_struck=number in look.struck)


@dataclass(slots=True)
class _Facts:
    """What an archive tells before it is opened by calamine."""

    form: str
    date1904: bool = False
    macros: bool = False
    links: bool = False
    formulas: int = 0
    without_value: int = 0
    hidden_rows: int = 0
    last_row: int = 0
    wide: set[bytes] = field(default_factory=set)

    def notes(self) -> Iterator[tuple[str, dict[str, str]]]:
        for code in ("macros", "links", "date1904"):
            if getattr(self, code):
                yield code, {}
        for code in ("formulas", "without_value", "hidden_rows"):
            if count := getattr(self, code):
                yield code, {"count": str(count)}


# The record FILEPASS right after the begin of a workbook. calamine knows the stronger kind only, and reads
# noise from the weaker one.
_OBFUSCATED = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}\x2f\x00", re.S)
# The record DATEMODE, set: days are counted from 1904.
_DATEMODE_1904 = b"\x22\x00\x02\x00\x01\x00"


def _look_into_compound(content: bytes) -> _Facts:
    """An XLS. A password-protected XLSX arrives in this shell too, and is told as such."""
    if "EncryptedPackage".encode("utf-16-le") in content or _OBFUSCATED.search(content):
        raise Refusal("password")
    if "WordDocument".encode("utf-16-le") in content:
        raise Refusal("document", kind="DOC")
    macros = "_VBA_PROJECT".encode("utf-16-le") in content
    return _Facts("xls", date1904=_DATEMODE_1904 in content[:20_000], macros=macros)


def _look_into_archive(content: bytes) -> _Facts:
    """Sizes first, then every XML part once through in pieces. Nothing is ever written to a disk."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _refuse_bomb(members, len(content))
        facts = _Facts(_form(archive, {member.filename for member in members}))
        for member in members:
            name = member.filename
            facts.macros = facts.macros or name.endswith("vbaProject.bin") or name.startswith("Basic/")
            facts.links = facts.links or name.startswith("xl/externalLinks/")
            if name.endswith((".xml", ".rels")):
                _scan(archive, member, facts)
    _refuse_spread(facts.last_row, max(map(column_number, facts.wide), default=26 if facts.last_row else 0))
    return facts


def _form(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    told = b"".join(archive.read(name) for name in ("mimetype", "META-INF/manifest.xml") if name in names)
    if b"opendocument.spreadsheet" in told:
        if b"encryption-data" in told:
            raise Refusal("password")
        return "ods"
    # Word for the web numbers its main part: word/document2.xml.
    kinds = {"word/document": "DOCX", "ppt/presentation": "PPTX"}
    if b"opendocument" in told:
        kinds["content"] = "OpenDocument"
    for name in names:
        if kind := kinds.get(name.removesuffix(".xml").rstrip("0123456789")):
            raise Refusal("document", kind=kind)
    raise Refusal("archive", kind="ZIP")


def _refuse_bomb(members: Sequence[zipfile.ZipInfo], packed: int) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("password")
    unpacked = sum(member.file_size for member in members)
    # Small tables of equal rows compress well and are harmless, so the ratio counts from 1 MiB on.
    if unpacked > MAX_UNPACKED or (unpacked > 1024**2 and unpacked > MAX_RATIO * packed):
        raise Refusal("zip_bomb", limit=str(MAX_UNPACKED // 1024**2))


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, facts: _Facts) -> None:
    """Unpack one part piece by piece; no more than it claimed comes out, and a wrong checksum is an error."""
    look = _look_at_sheet if member.filename.startswith("xl/worksheets/sheet") else _look_at_part
    if facts.form == "ods" and member.filename == "content.xml":
        look = _Ods().look
    with archive.open(member) as part:
        rest = b""
        while piece := part.read(_PIECE):
            piece = rest + piece
            if b"<!ENTITY" in piece or b"<!DOCTYPE" in piece:
                raise Refusal("entities")
            # A piece ends where a row begins, so that no tag is cut in two.
            cut = max(piece.rfind(b"<row "), piece.rfind(b"<table:table-row"), len(piece) - _PIECE)
            look(piece[:cut], facts)
            rest = piece[cut:]
        look(rest, facts)


def _look_at_part(piece: bytes, facts: _Facts) -> None:
    if _DATE_1904.search(piece):
        facts.date1904 = True


_DATE_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_FORMULA = re.compile(rb"<f[\s>/]")
_WITHOUT_VALUE = re.compile(rb"</f>\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>")
_HIDDEN_ROW = re.compile(rb"""<row\s[^>]*\bhidden\s*=\s*["'](?:1|true)["']""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{1,3}(\d{1,9})["']""")
# Columns beyond Z: most sheets have none, and the search costs nothing then.
_WIDE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{2,3})\d""")


def _look_at_sheet(piece: bytes, facts: _Facts) -> None:
    facts.formulas += len(_FORMULA.findall(piece))
    facts.without_value += len(_WITHOUT_VALUE.findall(piece))
    facts.hidden_rows += len(_HIDDEN_ROW.findall(piece))
    facts.wide.update(_WIDE.findall(piece))
    if last := _REFERENCE.search(piece, max(piece.rfind(b"<c "), 0)):
        facts.last_row = max(facts.last_row, int(last[1]))


_ODS_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)\b([^>]*)>")
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')


@dataclass(slots=True)
class _Ods:
    """The extent of cells with a value; repeated empty ones at the end cost nothing."""

    row: int = 0
    column: int = 0
    first: int = 0

    def look(self, piece: bytes, facts: _Facts) -> None:
        facts.formulas += piece.count(b"table:formula=")
        for tag, attributes in _ODS_TAG.findall(piece):
            found = _ODS_REPEATED.search(attributes)
            self._step(tag, attributes, int(found[1]) if found else 1, facts)

    def _step(self, tag: bytes, attributes: bytes, count: int, facts: _Facts) -> None:
        if tag == b"table":
            self.row = 0
        elif tag == b"table-row":
            self.row, self.column, self.first = self.row + count, 0, self.row
            facts.hidden_rows += count if b'visibility="collapse"' in attributes else 0
        else:
            self.column += count
            if b"value-type" in attributes:
                _refuse_spread(self.row, self.column)


def _refuse_spread(rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        raise Refusal("too_spread", rows=str(rows), columns=str(columns))


def as_text(value: object) -> str:
    """A cell as text: whole numbers without ".0", dates as ISO, midnight left out."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _rows(sheet: CalamineSheet, look: Looks) -> Iterator[tuple[int, list[str], dict[int, str]]]:
    """(number, cells, what merged cells of rows above lend) of each row, as the spreadsheet numbers them."""
    merged = sorted(area for area in sheet.merged_cell_ranges or () if area[1][0] > area[0][0])
    open_areas: list[tuple[int, int, str]] = []  # last row, column, value
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows()):
        cells = left + [as_text(value) for value in row]
        if look.shown:
            valued = enumerate([*left, *row])
            cells = [look.as_shown(number + 1, at, value, cells[at]) for at, value in valued]
        open_areas = [area for area in open_areas if area[0] >= number]
        yield number + 1, cells, {column: value for _, column, value in open_areas}
        while merged and merged[0][0][0] <= number:
            (_, column), (last, _) = merged.pop(0)
            if column < len(cells) and cells[column].strip():
                open_areas.append((last, column, cells[column]))


if __name__ == "__main__":
    serve(read)
