"""Runs alone in a child process: a workbook on standard input becomes JSON on standard output.

calamine is written in Rust, where a damaged length field ends the whole process and cannot be caught; here it
ends only this child. Nothing of the project is imported, so that the child starts fast and knows no secret.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

# Shared with the parent, which imports this module for them.
MAX_CELLS = 8_000_000
MAX_SECONDS = 60
_MAX_MEMORY = 2 * 1024**3


class TooSpread(Exception):
    """A sheet spans more cells than could be held."""


def as_text(value: object) -> str:
    """A cell as text: whole numbers without ".0", dates as ISO, midnight left out."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise TooSpread(f"{sheet.total_height} {sheet.total_width}")
    return [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def read(content: bytes) -> list[dict[str, Any]]:
    """[{"name": sheet, "rows": cells or None where the sheet is hidden}], in the order of the workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [each for each in enumerate(book.sheets_metadata) if each[1].typ is SheetTypeEnum.WorkSheet]
    return [
        {
            "name": sheet.name,
            "rows": _rows(book.get_sheet_by_index(index))
            if sheet.visible is SheetVisibleEnum.Visible
            else None,
        }
        for index, sheet in sheets
    ]


def answer(content: bytes) -> dict[str, Any]:
    """{"sheets": ...} or {"refused": code, ...}."""
    try:
        return {"sheets": read(content)}
    except PasswordError:
        return {"refused": "password"}
    except TooSpread as spread:
        rows, columns = str(spread).split()
        return {"refused": "too_spread", "rows": rows, "columns": columns}
    except BaseException:  # a panic inside calamine is no Exception
        return {"refused": "damaged"}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)
