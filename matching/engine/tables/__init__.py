"""The language's facts, as data: given names with their forms, irregular patronymics, frequencies.

Sources and licences stand in SOURCES.md beside the files. Nothing is read before it is asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

# Raise with any change of a table: every match keeps it beside the engine's version.
TABLES_VERSION = "2026.11-11"

_HERE = Path(__file__).parent


class GivenName(NamedTuple):
    """A given name: its class is called `name`; `same` are full forms in any language, `short` pet ones."""

    name: str
    sex: str
    same: tuple[str, ...]
    short: tuple[str, ...]


def _rows(file: str) -> Iterator[list[str]]:
    with (_HERE / file).open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        next(rows)
        yield from rows


@cache
def given_names() -> tuple[GivenName, ...]:
    return tuple(
        GivenName(name, sex, (name, *same.split()), tuple(short.split()))
        for name, sex, same, short in _rows("given_names.csv")
    )


@cache
def related_names() -> dict[str, frozenset[str]]:
    """Given name -> those that are written for it now and then, and that its bearer's brother may bear as well."""
    found: dict[str, set[str]] = {}
    for name, other, _ in _rows("related_names.csv"):
        found.setdefault(name, set()).add(other)
        found.setdefault(other, set()).add(name)
    return {name: frozenset(others) for name, others in found.items()}


@cache
def irregular_patronymics() -> dict[str, str]:
    """Patronymic as written -> the father's given name (Ілліч -> Ілля): those that no suffix explains."""
    return {
        written: father for father, spellings in _rows("patronymics.csv") for written in spellings.split()
    }


def rank_words() -> Iterator[tuple[str, list[str]]]:
    """A word of military ranks in English, and how it begins where it is written."""
    return ((word, stems.split()) for word, stems in _rows("rank_words.csv"))


def rank_steps() -> Iterator[tuple[int, str]]:
    """Step of the ladder from 1, and a rank on it in those words."""
    return ((int(step), words) for step, words in _rows("ranks.csv"))


@cache
def frequencies(part: str) -> dict[str, float]:
    """Bearers in a million: of "surname" by loose form, of "given" and "patronymic" by the name's class."""
    return {row[0]: float(row[1]) for row in _rows(f"frequency_{part}.csv")}


@cache
def surname_examples() -> dict[str, str]:
    """Loose form -> its commonest spelling: proves that the table was made for these spelling rules."""
    return {loose: example for loose, _, example in _rows("frequency_surname.csv")}
