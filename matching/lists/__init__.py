"""A received file becomes rows of people, with everything that could not be read named and kept.

table = read_table(content, filename)       # Unreadable when the file as a whole cannot be used
columns = recognise(table)                  # which column is what, and why
rows = read_rows(table, columns)            # people, refused rows, skipped lines

What a caseworker corrects goes back in by the same doors: `read_table(read_as=ReadAs(encoding=...))`,
`recognise(table, columns.mapping().corrected(columns, {3: "unit"}))`, `read_row(columns, cells)`. A `Mapping` is
kept as JSON for its source and offered for the next list with the same headings.
"""

from matching.lists.birthdates import DateOrder
from matching.lists.columns import (
    FIELDS,
    BadMapping,
    ChosenTwice,
    Column,
    Mapping,
    Recognition,
    columns_of_row,
)
from matching.lists.exporting import harmless, sheet_csv
from matching.lists.looks import names_nobody
from matching.lists.not_released import held_back, refused_if_not_released
from matching.lists.people import each_row, read_row, read_rows
from matching.lists.reading import read_table
from matching.lists.recognising import columns_of, recognise
from matching.lists.remarks import CODES as NOT_RELEASED
from matching.lists.rows import PersonRow, Problem, Refused, Remark, Rows, Skipped
from matching.lists.table import Line, Lines, Progress, ReadAs, Saying, Table, Unreadable, sheet_and_line
from matching.parsing.encodings import ENCODINGS

__all__ = [
    "ENCODINGS",
    "FIELDS",
    "NOT_RELEASED",
    "BadMapping",
    "ChosenTwice",
    "Column",
    "DateOrder",
    "Line",
    "Lines",
    "Mapping",
    "PersonRow",
    "Problem",
    "Progress",
    "ReadAs",
    "Recognition",
    "Refused",
    "Remark",
    "Rows",
    "Saying",
    "Skipped",
    "Table",
    "Unreadable",
    "columns_of",
    "columns_of_row",
    "each_row",
    "harmless",
    "held_back",
    "names_nobody",
    "read_row",
    "read_rows",
    "read_table",
    "recognise",
    "refused_if_not_released",
    "sheet_and_line",
    "sheet_csv",
]
