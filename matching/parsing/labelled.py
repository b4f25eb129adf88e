"""A message with one label a line ("Прізвище: Яр"): each record becomes a row, its labels are the headings."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from matching.parsing.frames import Out

_SAMPLE = 400
_MOST_LABELS = 30
_SIGNS = re.compile(r"[^\w\"«'(]*(?:\d{1,6}\s*[.)\]]\s*)?[^\w\"«'(]*")
_LABEL = re.compile(r"([^\W\d_][^\W_]*(?:[ .'’ʼ/()№-]{1,3}[^\W_]+){0,6}[.)]{0,2})\s*[:：]\s*(?!//)(\S.*)")
_NAME = re.compile(r"прізвищ|фамили|ім.?я\b|имя\b|\bп\.? ?і\.? ?б|\bф\.? ?[иі]\.? ?о\b|surname|name\b")
_SOMEBODY = re.compile(r"(?:\W|\d)*[^\W\d_a-zа-яіїєґё][^\W\d_]+,?\s+[^\W\d_a-zа-яіїєґё][^\W\d_]+")
_WITHOUT_LABEL = " "  # the heading over what stands in a record without a label: it means nothing
_Line = tuple[int, str]


@dataclass(slots=True)
class _Record:
    """One person's values by their labels, and the number of the first line."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)

    def take(self, label: str, value: str) -> None:
        self.values[label] = f"{self.values[label]}; {value}" if label in self.values else value

    def is_of_somebody(self) -> bool:
        return any(map(_NAME.search, self.values))

    def is_unclear(self) -> bool:
        """A name told twice, or one without a label: these may be two people."""
        names = (value for label, value in self.values.items() if _NAME.search(label))
        return any("; " in name for name in names) or any(map(_SOMEBODY.match, self.beside))


def is_labelled(text: str) -> bool:
    """Most lines are a label and its value; two labels or more that come again, or three, one of them a name's."""
    sample = [line.strip() for line in io.StringIO(text[:200_000], newline=None) if line.strip()][:_SAMPLE]
    labels = [told[0] for line in sample if (told := _told(line))]
    kinds = set(labels)
    is_most = len(labels) >= 0.6 * len(sample) > 0
    comes_again = len(kinds) > 2 or len(labels) > len(kinds)
    return is_most and comes_again and 2 <= len(kinds) <= _MOST_LABELS and any(map(_NAME.search, kinds))


def tell_labelled(text: str, out: Out) -> None:
    """Each record has the number of its first line, the headings that of the line before the first record."""
    lines = list(enumerate((line.strip() for line in io.StringIO(text, newline=None)), 1))
    records = list(_records(lines))
    labels = list(dict.fromkeys(label for each in records if each.is_of_somebody() for label in each.values))
    first = next(each.number for each in records if each.is_of_somebody())
    out.note("labelled", count=str(sum(each.is_of_somebody() for each in records)))
    out.table(torn=[each.number for each in records if each.is_unclear()])
    out.total(len(records) + 1)
    out.sheet("")
    for record in records:
        if record.number == first:
            out.line(first - 1, [*labels, _WITHOUT_LABEL])
        out.line(
            record.number, [*(record.values.get(label, "") for label in labels), " ".join(record.beside)]
        )


def _records(lines: Sequence[_Line]) -> Iterator[_Record]:
    """Records lie between blank lines, or begin with the label with which the first one began."""
    blocks = [list(block) for is_filled, block in groupby(lines, lambda line: bool(line[1])) if is_filled]
    if all(len(block) == 1 for block in blocks):  # a blank line below each line divides nothing
        blocks = [[line for block in blocks for line in block]]
    for block in blocks:
        for record in _divided(block):
            yield record if record.is_of_somebody() else _as_it_stands(record, block)


def _divided(block: Sequence[_Line]) -> Iterator[_Record]:
    first, record = "", _Record(block[0][0])
    for number, line in block:
        told = _told(line)
        if told and told[0] == first:
            yield record
            record = _Record(number)
        if told:
            first = first or told[0]
            record.take(*told)
        else:
            record.beside.append(line)
    yield record


def _as_it_stands(record: _Record, block: Sequence[_Line]) -> _Record:
    """Nobody is named: a title, a total, a remark. What is no record keeps its words, labels and all."""
    return _Record(record.number, {}, [line for number, line in block if number >= record.number])


def _told(line: str) -> tuple[str, str] | None:
    """The label in small letters, and the value."""
    found = _LABEL.fullmatch(line, _end_of_signs(line))
    return (" ".join(found[1].casefold().split()), found[2]) if found else None


def _end_of_signs(line: str) -> int:
    signs = _SIGNS.match(line)
    return signs.end() if signs else 0
