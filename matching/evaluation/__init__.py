"""How true is what the engine says: on cases whose truth is known, and of pairs that reviewers decided.

Pure: `cases` matches a folder as two spreadsheets and judges it, `measures` and `reliability` are the numbers, `charts`
the pictures.
"""
