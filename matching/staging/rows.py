"""Rows as JSON and back, between the reading of a list and its commit. Always sealed where they are kept."""

import dataclasses
from typing import Any

from matching import engine, lists
from matching.lists import DateOrder, PersonRow, Problem, Recognition, Refused, Remark

Json = dict[str, Any]


def row_json(row: PersonRow) -> Json:
    """One readable row."""
    person = row.person
    return {
        "sheet": row.sheet,
        "number": row.number,
        "page": row.page,
        "raw": row.raw,
        "names": [[name.surname, name.given, name.patronymic, name.full] for name in person.names],
        "birth": str(person.birth),
        "facts": [person.sex, person.place, person.unit, person.rank],
        "report_id": row.report_id,
        "note": row.note,
    }


def row_of(kept: Json) -> PersonRow:
    """The row that `row_json` was given; its remarks are in the preview."""
    names = tuple(engine.Name(*parts) for parts in kept["names"])
    sex, place, unit, rank = kept["facts"]
    person = engine.Person(names, engine.BirthDate.parse(kept["birth"]), sex, place, unit, rank)
    where = kept["sheet"], kept["number"], tuple(kept["raw"])
    return PersonRow(*where, person, kept["report_id"], kept["note"], kept["page"])


def refused_json(row: Refused) -> Json:
    """One row that could not be read, whole, with its reasons."""
    problems = [dataclasses.asdict(problem) for problem in row.problems]
    return {"raw": row.raw, "page": row.page, "problems": problems}


def problems_of(kept: Json) -> list[Problem]:
    """Why the row could not be read."""
    return [Problem(**problem) for problem in kept.get("problems", [])]


def remark_of(kept: Json) -> Remark:
    """What a caseworker should look at in a row that was read."""
    return Remark(**kept)


def refusal_sentence(kept: Json, language: str) -> str:
    """Why a list could not be read, in words; "" where the page has words of its own."""
    if kept["code"] in {"already_received", "fault"}:
        return ""
    return lists.Unreadable(kept["code"], **kept["params"]).sentence(language)


def recognition_json(recognition: Recognition) -> Json:
    """The columns of one sheet."""
    kept = dataclasses.asdict(dataclasses.replace(recognition, others=()))
    return {**kept, "order": recognition.order.value}


def recognition_of(kept: Json) -> Recognition:
    """The columns of one sheet, to show them and to read a corrected row by them."""
    columns = [lists.Column(**{**column, "samples": tuple(column["samples"])}) for column in kept["columns"]]
    return Recognition(**{**kept, "columns": tuple(columns), "others": (), "order": DateOrder(kept["order"])})
