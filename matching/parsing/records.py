"""Files that name their fields in every record (JSON, PFIF) become a table: first all names, then the records."""

from collections.abc import Callable, Iterator, Mapping

from matching.parsing.frames import Out, Refusal

MAX_FIELDS = 1_000
Record = Mapping[str, str]


def tell_records(records: Callable[[], Iterator[Record]], form: str, out: Out) -> None:
    """Walk the records twice: a field may appear in the last one only. The line of headings has the number 0."""
    names: dict[str, None] = {}
    count = 0
    for record in records():
        names.update(dict.fromkeys(record))
        count += 1
        if len(names) > MAX_FIELDS:
            raise Refusal("too_spread", rows=str(count), columns=str(len(names)))
    out.table(format=form)
    out.note("records", format=form.upper(), count=str(count))
    out.total(count + 1)
    out.sheet("")
    out.line(0, list(names))
    for number, record in enumerate(records(), 1):
        out.line(number, [record.get(name, "") for name in names])
