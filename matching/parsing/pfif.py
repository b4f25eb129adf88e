"""PFIF 1.1 to 1.4, in which registers of missing people exchange records: http://zesty.ca/pfif."""

import io
from collections.abc import Iterator
from functools import partial
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from matching.parsing.frames import Options, Out, Refusal, serve
from matching.parsing.records import Record, tell_records

_SPACE = "{http://zesty.ca/pfif/"


def read(content: bytes, options: Options, out: Out) -> None:
    """Every person with its notes, those inside it and those that stand alone."""
    try:
        notes = _lone_notes(content)
        tell_records(partial(_persons, content, notes), "pfif", out)
    except DefusedXmlException as error:
        raise Refusal("entities") from error
    except (ParseError, LookupError, ValueError) as error:  # of a wrong encoding expat says LookupError
        raise Refusal("damaged") from error


def _elements(content: bytes, wanted: str) -> Iterator[Element]:
    """Every closed element of that name that stands in no other; what was walked is forgotten at once."""
    path: list[Element] = []
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            path.append(element)
            continue
        path.pop()
        if any(_name(outer) in {"person", "note"} for outer in path):
            continue
        if _name(element) == wanted:
            yield element
        if path:
            path[-1].remove(element)


def _name(element: Element) -> str:
    """The bare name of an element of any version of PFIF, else ""."""
    return element.tag.rpartition("}")[2] if element.tag.startswith(_SPACE) else ""


def _lone_notes(content: bytes) -> dict[str, list[Element]]:
    notes: dict[str, list[Element]] = {}
    for note in _elements(content, "note"):
        about = next((child.text or "" for child in note if _name(child) == "person_record_id"), "").strip()
        if about:
            notes.setdefault(about, []).append(note)
    return notes


def _persons(content: bytes, notes: dict[str, list[Element]]) -> Iterator[Record]:
    for person in _elements(content, "person"):
        record: dict[str, str] = {}
        for child in person:
            if (name := _name(child)) and name != "note":
                _put(record, name, child)
        inside = [child for child in person if _name(child) == "note"]
        for note in (*inside, *notes.get(record.get("person_record_id", ""), ())):
            for child in note:
                if name := _name(child):
                    _put(record, "note_text" if name == "text" else f"pfif_note.{name}", child)
        _one_full_name(record)
        yield record


def _put(record: dict[str, str], name: str, element: Element) -> None:
    text = (element.text or "").strip()
    if text:
        record[name] = f"{record[name]}; {text}" if name in record else text


def _one_full_name(record: dict[str, str]) -> None:
    """Several lines of a full name are further names of the same person."""
    first, *further = [line.strip() for line in record.get("full_name", "").splitlines() if line.strip()] or [
        ""
    ]
    if further:
        others = filter(None, (record.get("alternate_names", ""), *further))
        record |= {"full_name": first, "alternate_names": "\n".join(others)}


if __name__ == "__main__":
    serve(read)
