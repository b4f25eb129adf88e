"""Files that name their fields in every record: JSON of any shape, and PFIF."""

import json

import pytest

from matching.lists import PersonRow, Rows, Unreadable, read_rows, read_table, recognise
from tests.lists.files import read_here

RECORDS = [
    {"LAST_NAME_U": "КОЗОДУБ", "FIRST_NAME_U": "ЛУКА", "BIRTH_DATE": "1987-03-12T00:00:00"},
    {"LAST_NAME_U": "ТИН", "FIRST_NAME_U": "АДА", "MIDDLE_NAME_U": "САВІВНА", "BIRTH_DATE": None},
]


def rows_of(content: bytes | str, name: str = "list.json") -> Rows:
    table = read_here(content if isinstance(content, bytes) else content.encode(), name)
    return read_rows(table, recognise(table))


def told(row: PersonRow) -> tuple[str, str, str, str]:
    name = row.person.names[0]
    return (name.surname, name.given, name.patronymic, str(row.person.birth))


EXPECTED = [("КОЗОДУБ", "ЛУКА", "", "1987-03-12"), ("ТИН", "АДА", "САВІВНА", "")]
SHAPES = {
    "an array": json.dumps(RECORDS, ensure_ascii=False),
    "indented": json.dumps(RECORDS, ensure_ascii=False, indent=2),
    "escaped": json.dumps(RECORDS),
    "a line each": "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS),
    "under a key": json.dumps({"count": 2, "tags": ["a"], "result": {"records": RECORDS}}),
    "rows of cells": json.dumps(
        [list(RECORDS[1]), *[[record.get(key) for key in RECORDS[1]] for record in RECORDS]]
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_json_of_any_shape_gives_the_same_people(shape: str) -> None:
    assert [told(row) for row in rows_of(SHAPES[shape]).people] == EXPECTED


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1251"])
def test_json_is_read_in_every_encoding_that_offices_use(codec: str) -> None:
    assert [told(row) for row in rows_of(SHAPES["indented"].encode(codec)).people] == EXPECTED


def test_json_is_opened_in_a_child_like_everything_else() -> None:
    table = read_table(SHAPES["an array"].encode(), "list.json")

    assert (table.format, table.encoding, len(table.lines)) == ("json", "UTF-8", 3)


def test_a_record_is_numbered_as_it_stands_in_the_file() -> None:
    rows = rows_of(SHAPES["an array"])

    assert [row.number for row in rows.people] == [1, 2]
    assert [(line.row, line.code) for line in rows.skipped] == [(0, "heading")]


def test_objects_inside_a_record_become_columns_and_lists_become_one_cell() -> None:
    record = {
        "person": {"surname": "Козодуб", "given name": "Лука"},
        "aliases": ["Лук Козодуб", "Лу Козодуб"],
    }
    (row,) = rows_of(json.dumps([record])).people

    assert [name.full or name.surname for name in row.person.names] == [
        "Козодуб",
        "Лук Козодуб",
        "Лу Козодуб",
    ]


def test_numbers_and_truth_values_are_kept_as_written() -> None:
    table = read_here(b'[{"name": "Kozodub Luka", "a": 12.50, "b": 3.80671E+11, "c": true, "d": [[1]]}]', "x")

    assert table.lines[1].cells == ("Kozodub Luka", "12.50", "3.80671E+11", "TRUE", "[[1]]")


@pytest.mark.parametrize(
    "content",
    ['[{"name": "Козодуб', '[{"name": NaN}]', '[{"name": "а"},]', '{"name" "а"}', '[{"name":"x"}] tail'],
)
def test_json_that_breaks_off_is_refused(content: str) -> None:
    with pytest.raises(Unreadable) as refused:
        rows_of(content)

    assert refused.value.code == "bad_json"


@pytest.mark.parametrize("content", ["[]", "{}", "[{}, {}]", '[{"name": ""}]'])
def test_json_without_a_person_is_refused(content: str) -> None:
    with pytest.raises(Unreadable) as refused:
        rows_of(content)

    assert refused.value.code in {"empty", "no_rows", "no_name_column"}


def test_a_string_of_megabytes_costs_its_own_record_and_no_other() -> None:
    men = [{"name": "я" * 300_000, "dob": "1987"}, {"name": "Козодуб Лука", "dob": "1990"}]
    rows = rows_of(json.dumps(men, ensure_ascii=False))

    assert [problem.code for problem in rows.problems] == ["name_too_long"]
    assert len(rows.people) == 1


def test_json_nested_without_end_harms_nobody() -> None:
    with pytest.raises(Unreadable):
        read_table(b"[" * 3_000_000, "list.json")


def pfif(version: str, persons: str, tail: str = "") -> str:
    body = f"{persons}{tail}".replace("<", "<p:").replace("<p:/", "</p:")
    return f'<?xml version="1.0"?><p:pfif xmlns:p="http://zesty.ca/pfif/{version}">{body}</p:pfif>'


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_an_early_pfif_names_people_by_first_and_last_name(version: str) -> None:
    person = (
        "<person><person_record_id>x.example/1</person_record_id><first_name> Luka </first_name>"
        "<last_name>Kozodub</last_name><date_of_birth>1987-03</date_of_birth><sex>male</sex></person>"
    )
    (row,) = rows_of(pfif(version, person), "list.xml").people

    assert told(row) == ("Kozodub", "Luka", "", "1987-03")
    assert (row.report_id, row.person.sex) == ("x.example/1", "m")


@pytest.mark.parametrize("version", ["1.3", "1.4"])
def test_a_late_pfif_has_full_names_and_other_names_on_lines_of_their_own(version: str) -> None:
    person = (
        "<person><full_name>Luka Kozodub\nЛука Козодуб</full_name><alternate_names>Lukash Kozodub"
        "</alternate_names><home_city>Степове</home_city><home_state>Лучна</home_state></person>"
    )
    (row,) = rows_of(pfif(version, person), "list.xml").people

    assert [name.full for name in row.person.names] == ["Luka Kozodub", "Lukash Kozodub", "Лука Козодуб"]
    assert row.person.place == "Степове, Лучна"


def test_notes_inside_a_person_and_alone_are_kept_with_the_person() -> None:
    person = (
        "<person><person_record_id>x/1</person_record_id><full_name>Luka Kozodub</full_name>"
        "<note><author_name>A</author_name><text>seen</text></note></person>"
    )
    alone = "<note><person_record_id>x/1</person_record_id><status>believed_alive</status><text>well</text></note>"
    (row,) = rows_of(pfif("1.4", person, alone), "list.xml").people

    assert row.note == "seen; well"
    assert "believed_alive" in row.raw


def test_pfif_inside_a_feed_is_read_and_what_is_around_it_is_not() -> None:
    inner = "<p:person><p:full_name>Luka Kozodub</p:full_name></p:person>"
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:p="http://zesty.ca/pfif/1.4"><title>x</title>'
        f"<entry><title>person</title>{inner}</entry></feed>"
    )

    assert [row.person.names[0].full for row in rows_of(feed, "feed.xml").people] == ["Luka Kozodub"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_definitions_in_pfif_are_refused(declared: str) -> None:
    content = pfif("1.4", "<person><full_name>a b</full_name></person>").replace("?>", f"?>{declared}", 1)

    with pytest.raises(Unreadable) as refused:
        read_table(content.encode(), "list.xml")

    assert refused.value.code == "entities"


def test_pfif_that_breaks_off_is_damaged() -> None:
    with pytest.raises(Unreadable) as refused:
        rows_of(pfif("1.4", "<person><full_name>Luka Kozodub</full_name></person>")[:-20], "list.xml")

    assert refused.value.code == "damaged"


@pytest.mark.parametrize(
    "text",
    [
        '{"soldiers": [{"name": "Козодуб Лука"}, {"name": "Тин Ада"}], "civilians": [{"name": "Яр Ор"}]}',
        '{"meta": {"n": 3}, "first": [["ПІБ"], ["Козодуб Лука"], ["Тин Ада"]], "more": {"rows": [["Яр Ор"]]}}',
    ],
)
def test_every_array_of_people_in_a_file_is_read(text: str) -> None:
    assert [row.person.names[0].full for row in rows_of(text).people] == ["Козодуб Лука", "Тин Ада", "Яр Ор"]
