"""A message copied from a phone: one person a line, behind a number, a bullet or an emoji, or several in a line."""

import csv
import io
import re
from collections.abc import Iterator

from matching.parsing.frames import Out

_SAMPLE = 200
_WORD = r"[^\W\d_a-zа-яіїєґё][^\W\d_]*(?:['’ʼ`\"-][^\W\d_]+)*"
_SIGNS = r"(?:[^\w\"'«(,;|]|_|\d{1,2}\ufe0f?\u20e3)*"
_BULLET = re.compile(rf"(?=[^\w\s]|\d){_SIGNS}(?:\d{{1,6}}\s*[.)\]]\s*)?{_SIGNS}(?=[^\W\d_])")
_TWO_CAPITALS = re.compile(rf"(?:[^\W\d_]+\.?\s+){{0,2}}?{_WORD}(?:,?\s+|\.\s*){_WORD}")
_PERSON = re.compile(rf"{_WORD}(?:\s+{_WORD}){{1,2}}")
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+(?:та|й|і|и|and)\s+(?=[^\W\d_a-zа-яіїєґё])")


def is_message(text: str) -> bool:
    """Half of the lines begin with a bullet and a name, and no delimiter makes them a table."""
    sample = [line.strip() for line in io.StringIO(text[:200_000], newline=None) if line.strip()][:_SAMPLE]
    if any(sum(sign in line for line in sample) > 0.5 * len(sample) for sign in ("\t", "|", ";")):
        return False
    if sum(bool(_people(line)) for line in sample) * 2 >= len(sample) > 0:
        return True
    if not sample or _is_table(sample):
        return False
    names = [bool(_TWO_CAPITALS.match(_BULLET.sub("", line, count=1))) for line in sample]
    bullets = [bool(_BULLET.match(line)) for line in sample]
    listed = sum(name and bullet for name, bullet in zip(names, bullets, strict=True))
    if listed * 2 >= len(sample) > 0:
        return True
    return sum(names) * 2 >= len(sample) > 0 and (
        any(_people(line) for line in sample) or len({line.count(",") for line in sample}) > 1
    )


def _is_table(sample: list[str]) -> bool:
    """Commas divide most lines alike, quotes heeded; with bullets, only a line of headings makes it a table."""
    widths = [len(next(csv.reader([line]), [])) for line in sample]
    usual = max(set(widths), key=widths.count)
    is_headed = widths[0] == usual and not _BULLET.match(sample[0])
    return usual > 1 and is_headed and widths.count(usual) >= 0.7 * len(widths)


def tell_message(text: str, out: Out) -> None:
    """Each line is one cell, as it stands; a line of three or more names becomes a line for each."""
    lines = [line.rstrip("\r\n") for line in io.StringIO(text, newline=None)]
    several = sum(bool(_people(line)) for line in lines)
    out.note("message")
    if several:
        out.note("several_a_line", count=str(several))
    out.total(len(lines))
    out.sheet("")
    for number, line in enumerate(_pieces(lines) if several else lines, 1):
        out.line(number, [line])


def _pieces(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield from _people(line) or [line]


def _people(line: str) -> list[str]:
    """The pieces of a line that names three people or more; what stands before them is a piece too."""
    before, colon, names = line.rpartition(":")
    people = [part for part in _BETWEEN.split(names.strip(" .…\n")) if part]
    if len(people) < 3 or not all(map(_PERSON.fullmatch, people)):
        return []
    return [before + colon, *people] if before.strip() else people
