"""Headings of two lines, cells merged over several rows, columns known by what is in them."""

import io

import openpyxl
import pytest

from matching.lists import Recognition, Rows, read_rows, read_table, recognise
from matching.lists.headings import UNDER, meaning
from tests.lists.files import Cells, csv_of, read_here

GROUPS = ("№", "ПІБ", "", "", "Народження", "", "Полон", "В/ч")
PARTS = ("", "Прізвище", "Ім'я", "По батькові", "дата", "місце", "дата", "")
PERSON = ("1", "Козодуб", "Лука", "Савич", "12.03.1987", "Степове", "01.02.2023", "А1234")


def read(rows: Cells) -> tuple[Recognition, Rows]:
    table = read_here(csv_of(rows), "list.csv")
    found = recognise(table)
    return found, read_rows(table, found)


FIELDS = ["number", "surname", "given", "patronymic", "birth_date", "place", "", "unit"]


@pytest.mark.parametrize("above", [(), (("Список звільнених",), ("станом на 1.02",))])
def test_two_lines_of_headings_are_read_as_one(above: Cells) -> None:
    found, rows = read([*above, GROUPS, PARTS, PERSON])

    assert [column.field for column in found.columns] == FIELDS
    assert found.columns[1].heading == "ПІБ › Прізвище"
    assert [row.person.names[0].surname for row in rows.people] == ["Козодуб"]
    assert [line.code for line in rows.skipped] == [*["above_heading"] * len(above), "heading", "heading"]


def test_both_lines_are_known_again_on_the_next_page() -> None:
    _, rows = read([GROUPS, PARTS, PERSON, GROUPS, PARTS, ("2", *PERSON[1:])])

    assert len(rows.people) == 2
    assert [line.code for line in rows.skipped][2:] == ["heading_again", "heading_again"]


def test_a_mapping_remembers_headings_of_two_lines() -> None:
    found, _ = read([GROUPS, PARTS, PERSON])
    mapping = found.mapping().corrected(found, {6: "note"})
    table = read_here(csv_of([("Інша шапка",), GROUPS, PARTS, PERSON]), "list.csv")

    later = recognise(table, mapping)

    assert (later.header_line, later.columns[6].field) == (3, "note")


def test_a_person_under_one_line_of_headings_is_never_its_second_line() -> None:
    found, rows = read([("ПІБ", "", "Звання"), ("Козодуб Лука", "Степова область", ""), ("Тин Ада", "", "")])

    assert (found.header_line, len(rows.people)) == (1, 2)


@pytest.mark.parametrize(
    ("top", "sub", "field"),
    [
        ("Дата", "народження", "birth_date"),
        ("Місце", "народження", "place"),
        ("Народження", "місце", "place"),
        ("Місце", "утримання", ""),
        ("Полон", "дата", ""),
        ("ПІБ", "Прізвище", "surname"),
        ("Дані про особу", "ПІБ", "full_name"),
        ("Заявник", "Прізвище", ""),
        ("Військовослужбовець", "Дата народження", "birth_date"),
    ],
)
def test_a_heading_under_another_means_what_both_say(top: str, sub: str, field: str) -> None:
    assert meaning(f"{top}{UNDER}{sub}")[0] == field


def test_military_units_without_a_heading_are_known_by_their_looks() -> None:
    found, _ = read([("Козодуб Лука Савич", "А1234"), ("Тин Ада Савівна", "в/ч А4321"), ("Яр Ор Орович", "")])

    assert [column.field for column in found.columns] == ["full_name", "unit"]


def merged_book(*ranges: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ("ПІБ", "В/ч", "Дата народження"),
        ("Козодуб Лука", "А1234", "1987"),
        ("Тин Ада", None, "1990"),
        (None, None, None),
        ("Яр Ор", "А4321", "1991"),
    ):
        sheet.append(row)
    for area in ranges:
        sheet.merge_cells(area)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def rows_of(content: bytes) -> Rows:
    table = read_table(content, "list.xlsx")
    return read_rows(table, recognise(table))


def test_a_unit_merged_over_several_people_is_the_unit_of_each_and_the_row_stays_as_it_was() -> None:
    rows = rows_of(merged_book("B2:B3"))

    assert [row.person.unit for row in rows.people] == ["А1234", "А1234", "А4321"]
    assert rows.people[1].raw == ("Тин Ада", "", "1990")
    assert [row.person.unit for row in rows_of(merged_book()).people] == ["А1234", "", "А4321"]


def test_a_name_merged_over_two_rows_is_one_person() -> None:
    rows = rows_of(merged_book("A3:A4", "B2:B4"))

    assert [row.person.names[0].full for row in rows.people] == ["Козодуб Лука", "Тин Ада", "Яр Ор"]
    assert not rows.refused


def test_a_second_birth_date_beside_a_merged_name_is_no_second_person_and_not_lost() -> None:
    book = openpyxl.load_workbook(io.BytesIO(merged_book()))
    book.active["C4"] = "1992"
    book.active.merge_cells("A3:A4")
    saved = io.BytesIO()
    book.save(saved)

    rows = rows_of(saved.getvalue())

    assert [(row.number, row.problems[0].code) for row in rows.refused] == [(4, "no_name")]
