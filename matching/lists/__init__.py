"""A received file becomes rows of people, with everything that could not be read named and kept.

table = read_table(content, filename)       # Unreadable when the file as a whole cannot be used
columns = recognise(table)                  # which column is what, and why
rows = read_rows(table, columns)            # people, problems, skipped lines
"""

from matching.lists.columns import FIELDS, Column, Recognition, recognise
from matching.lists.reading import read_table
from matching.lists.rows import PersonRow, Problem, Rows, Skipped, read_rows
from matching.lists.table import Line, Saying, Table, Unreadable

__all__ = [
    "FIELDS",
    "Column",
    "Line",
    "PersonRow",
    "Problem",
    "Recognition",
    "Rows",
    "Saying",
    "Skipped",
    "Table",
    "Unreadable",
    "read_rows",
    "read_table",
    "recognise",
]
