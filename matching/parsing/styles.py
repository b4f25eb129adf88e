"""What only the look of an XLSX cell tells: a date shown without its day or month, and what is struck out.

Excel makes 1 March 1987 of a typed "03.1987" and shows the month alone; the day is nobody's.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

_PIECE = 1024 * 1024
_FORMAT = re.compile(rb'<numFmt\b[^>]*?\bnumFmtId="(\d+)"[^>]*?\bformatCode="([^"]*)"')
_FONTS = re.compile(rb"<font\b[^>]*/>|<font\b.*?</font>", re.S)
_STRUCK = re.compile(rb'<strike\b(?![^>]*\bval="(?:0|false)")')
_CELL_STYLES = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.S)
_STYLE = re.compile(rb"<xf\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(numFmtId|fontId)="(\d+)"')
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(\d+)"[^>]*(?<!/)>')
_SHEET = re.compile(rb'<sheet\b[^>]*\br:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_NO_PART_OF_DATE = re.compile(rb"\[[^]]*\]|&quot;.*?&quot;|\\.|;.*")
_MONTH_AND_YEAR = 17  # the one of Excel's own formats that leaves out the day


@dataclass(slots=True)
class Looks:
    """Of one sheet: how many letters of an ISO date are shown, by row and column from 1 and 0; struck-out rows."""

    shown: dict[tuple[int, int], int] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)

    def as_shown(self, row: int, column: int, value: object, text: str) -> str:
        """The text of a cell, of a date only what can be seen."""
        return text[: self.shown.get((row, column), len(text))] if isinstance(value, date) else text


PLAIN = Looks()


def looks_of(content: bytes) -> list[Looks]:
    """The looks of each sheet of an XLSX in the order of the workbook; [] where no style of it matters."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/styles.xml" not in archive.namelist():
            return []
        shown, struck = _styles(archive.read("xl/styles.xml"))
        if not shown and not struck:
            return []
        return [_looks(archive, part, shown, struck) for part in _sheet_parts(archive)]


def _styles(xml: bytes) -> tuple[dict[int, int], set[int]]:
    """Styles of dates shown without a day or month, with the letters that are shown; styles that strike out."""
    formats = {int(number): _letters_shown(code) for number, code in _FORMAT.findall(xml)}
    formats[_MONTH_AND_YEAR] = len("1987-03")
    struck_fonts = {n for n, font in enumerate(_FONTS.findall(xml)) if _STRUCK.search(font)}
    shown, struck = {}, set()
    found = _CELL_STYLES.search(xml)
    for number, style in enumerate(_STYLE.findall(found[0]) if found else ()):
        told = {name: int(value) for name, value in _ATTRIBUTE.findall(style)}
        if letters := formats.get(told.get(b"numFmtId", 0), 0):
            shown[number] = letters
        if told.get(b"fontId") in struck_fonts:
            struck.add(number)
    return shown, struck


def _letters_shown(code: bytes) -> int:
    """4 of "yyyy", 7 of "mm.yyyy", 0 of any format that shows a day or no date."""
    plain = _NO_PART_OF_DATE.sub(b"", code).lower()
    if b"y" not in plain or b"d" in plain:
        return 0
    return len("1987-03") if b"m" in plain else len("1987")


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[str]:
    targets = {}
    for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        told = dict(re.findall(rb'\b(Id|Target)="([^"]*)"', relation))
        targets[told.get(b"Id")] = told.get(b"Target", b"").decode()
    for relation_id in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = targets.get(relation_id, "")
        yield target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _looks(archive: zipfile.ZipFile, part: str, shown: Mapping[int, int], struck: set[int]) -> Looks:
    looks = Looks()
    if part not in archive.namelist():
        return looks
    with archive.open(part) as xml:
        rest = b""
        while piece := xml.read(_PIECE):
            piece = rest + piece
            cut = max(piece.rfind(b"<c "), 0) or len(piece)
            _look(piece[:cut], looks, shown, struck)
            rest = piece[cut:]
        _look(rest, looks, shown, struck)
    return looks


def _look(piece: bytes, looks: Looks, shown: Mapping[int, int], struck: set[int]) -> None:
    for letters, row, style in _FILLED_CELL.findall(piece):
        if int(style) in shown:
            looks.shown[int(row), column_number(letters) - 1] = shown[int(style)]
        if int(style) in struck:
            looks.struck.add(int(row))


def column_number(letters: bytes) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
