"""A sheet that a caseworker downloads: no cell of it may run as a formula where it is opened."""

import csv
import io
from collections.abc import Iterable, Sequence


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def sheet_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a CSV that every spreadsheet opens rightly: UTF-8 with its mark, each cell quoted."""
    written = io.StringIO(newline="")
    sheet = csv.writer(written, quoting=csv.QUOTE_ALL)
    sheet.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")
