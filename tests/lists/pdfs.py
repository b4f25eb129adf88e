"""PDF files made by hand: letters at places, rules between them, pictures. No font file is needed."""

from collections.abc import Sequence

from tests.lists.files import Cells

SIZE = 9.0
_TOP, _LEFT, _ROW = 780.0, 40.0, 18.0
# Letters are written as their UTF-16 numbers, and the font says that they mean just that.
_TO_UNICODE = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def "
    "1 begincodespacerange <0000> <FFFF> endcodespacerange 100 beginbfrange "
    + " ".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in (0, 1, 2, 3, 4, 5, 0x20, 0x21))
    + " endbfrange endcmap end end"
)


def words(x: float, y: float, text: str) -> str:
    """Text that begins at a place; every letter is half as wide as high."""
    return f"BT /F {SIZE} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A thin line."""
    return f"0.5 w {x0} {y0} m {x1} {y1} l S"


def table(
    rows: Cells, *, widths: Sequence[float], ruled: bool, top: float = _TOP, lines: int = 1
) -> list[str]:
    """Rows from the top of a page; a cell with line ends is written in as many lines."""
    height = _ROW * lines
    edges = [_LEFT + sum(widths[:n]) for n in range(len(widths) + 1)]
    drawn = []
    for n, row in enumerate(rows):
        for x, cell in zip(edges, row, strict=False):
            for down, part in enumerate(str(cell).split("\n")):
                drawn.append(words(x + 3, top - n * height - 12 - down * 10, part))
    if ruled:
        bottom = top - len(rows) * height
        drawn += [rule(edges[0], top - n * height, edges[-1], top - n * height) for n in range(len(rows) + 1)]
        drawn += [rule(x, top, x, bottom) for x in edges]
    return drawn


def picture_of_a_page() -> str:
    """A grey picture over the whole page, as a scanner makes it."""
    return "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q"


def pdf_of(*pages: Sequence[str]) -> bytes:
    """A document of pages, each a list of what is drawn on it."""
    numbers = [6 + 2 * n for n in range(len(pages))]
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding /Identity-H /DescendantFonts [4 0 R] "
        "/ToUnicode 5 0 R >>",
        4: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /DW 500 /CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /U /Flags 4 "
        "/Ascent 800 /Descent -200 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /CapHeight 700 /StemV 80 >> >>",
        5: _stream(_TO_UNICODE),
    }
    for number, page in zip(numbers, pages, strict=True):
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects[number + 1] = _stream("\n".join(page))
    return _written(objects)


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _written(objects: dict[int, str]) -> bytes:
    document = b"%PDF-1.7\n"
    places = []
    for number, content in sorted(objects.items()):
        places.append(len(document))
        document += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    start = len(document)
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    document += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{entries}".encode()
    return document + f"trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
