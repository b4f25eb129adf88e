"""An XLSB by hand: the records of a binary workbook, for which no writer in Python exists."""

import struct

from tests.lists.files import PEOPLE, Cells, archive

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _relations(kind: str, target: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{space}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def xlsb_of(rows: Cells = PEOPLE) -> bytes:
    """The rows on one sheet called "Список"."""
    bundle = struct.pack("<II", 0, 1) + _text("rId1") + _text("Список")
    workbook = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    return archive(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _relations("officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": _relations("worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": _sheet(rows),
        }
    )


def _sheet(rows: Cells) -> bytes:
    width = max(map(len, rows))
    data = b"".join(
        _record(0, struct.pack("<IIHBBBI", y, 0, 300, 0, 0, 0, 0))
        + b"".join(_record(6, struct.pack("<II", x, 0) + _text(str(value))) for x, value in enumerate(row))
        for y, row in enumerate(rows)
    )
    size = _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    return _record(129) + size + _record(145) + data + _record(146) + _record(130)


def _text(text: str) -> bytes:
    letters = text.encode("utf-16-le")
    return struct.pack("<I", len(letters) // 2) + letters


def _record(kind: int, data: bytes = b"") -> bytes:
    """Kind and length in groups of seven bits, the lowest first."""
    return _number(kind) + _number(len(data)) + data


def _number(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups[-1] |= 0x80
        groups.append(value & 0x7F)
    return bytes(groups)
