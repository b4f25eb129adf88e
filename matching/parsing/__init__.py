"""A received file to lines of cells, in a child process: every module but `frames` and `encodings` is one reader.

`python -m matching.parsing.workbook OPTIONS` reads a file on standard input and writes frames (see `frames`) on
standard output. Here the bytes of a stranger are opened, so nothing here imports the rest of the project: the child
starts fast, knows no secret, and may be killed by its limits without harm to the worker that started it.
"""
