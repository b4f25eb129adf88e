"""What a caseworker says of a file counts: encoding, delimiter, headings, columns, one row typed anew."""

import json
from datetime import date

import pytest

from matching.lists import (
    ENCODINGS,
    BadMapping,
    ChosenTwice,
    DateOrder,
    Mapping,
    PersonRow,
    ReadAs,
    Recognition,
    Refused,
    Rows,
    Table,
    Unreadable,
    columns_of,
    each_row,
    read_row,
    read_rows,
    recognise,
    sheet_csv,
)
from tests.lists.files import Cells, csv_of, read_here, xlsx_of

ODD: Cells = [("Хто", "Де", "Рота"), ("Козодуб Лука Савич", "Степове", "7"), ("Тин Ада Савівна", "Лан", "8")]


def table_of(rows: Cells) -> Table:
    return read_here(csv_of(rows, delimiter="|"), "list.csv")


def read(rows: Cells, mapping: Mapping | None = None, as_of: date | None = None) -> Rows:
    table = table_of(rows)
    return read_rows(table, recognise(table, mapping or Mapping()), as_of=as_of)


def fields(recognition: Recognition) -> list[str]:
    return [column.field for column in recognition.columns]


def test_a_corrected_column_counts_and_says_who_said_so() -> None:
    table = table_of(ODD)
    seen = recognise(table)

    told = recognise(table, seen.mapping().corrected(seen, {1: "place", 2: "unit"}))

    assert fields(seen) == ["full_name", "", ""]
    assert fields(told) == ["full_name", "place", "unit"]
    assert told.columns[1].reason("uk") == "так вказав працівник"
    assert read_rows(table, told).people[0].person.unit == "7"


def test_a_column_can_be_told_not_to_count() -> None:
    table = table_of([("ПІБ", "Область"), ("Козодуб Лука", "не там")])
    seen = recognise(table)

    told = recognise(table, Mapping().corrected(seen, {1: ""}))

    assert read_rows(table, told).people[0].person.place == ""


def test_a_mapping_kept_as_json_fits_the_next_list_with_the_same_headings() -> None:
    seen = recognise(table_of(ODD))
    kept = json.dumps(Mapping().corrected(seen, {1: "place", 2: "unit"}).to_json())

    later: Cells = [("Список № 7",), ("ХТО ", "Де", "Рота"), ("Яр Ор Орович", "Гай", "9")]
    row = read(later, Mapping.from_json(json.loads(kept))).people[0]

    assert (row.number, row.person.place, row.person.unit) == (3, "Гай", "9")


def test_columns_that_nobody_would_recognise_can_be_named() -> None:
    table = table_of([("а", "б"), ("козодуб лука", "?"), ("тин ада", "?")])
    with pytest.raises(Unreadable):
        recognise(table)
    (seen,) = columns_of(table, header_lines={"": 1})

    told = recognise(table, Mapping().corrected(seen, {0: "full_name"}))

    assert not seen.has_names
    assert [row.person.names[0].full for row in read_rows(table, told).people] == ["козодуб лука", "тин ада"]


def test_a_mapping_of_other_headings_changes_nothing() -> None:
    mapping = Mapping().corrected(recognise(table_of(ODD)), {1: "place"})

    assert fields(recognise(table_of([("ПІБ", "Де"), ("Козодуб Лука", "Лан")]), mapping)) == ["full_name", ""]


def test_a_mapping_holds_no_word_of_the_file() -> None:
    headless: Cells = [("Козодуб Лука Савич", "12.03.1987"), ("Тин Ада Савівна", "1990")]
    for rows in (ODD, headless):
        kept = json.dumps(recognise(table_of(rows)).mapping().to_json(), ensure_ascii=False)
        assert "Козодуб" not in kept
        assert "Хто" not in kept


def test_a_file_without_headings_is_remembered_by_its_width() -> None:
    headless: Cells = [("Козодуб Лука Савич", "12.03.1987", "Лан"), ("Тин Ада Савівна", "1990", "Гай")]
    seen = recognise(table_of(headless))
    later: Cells = [("Яр Ор Орович", "1988", "Степ")]

    people = read(later, Mapping().corrected(seen, {2: "place"})).people

    assert [(row.number, row.person.place) for row in people] == [(1, "Степ")]


def test_the_line_of_headings_can_be_named() -> None:
    rows: Cells = [("ПІБ", "Рік народження"), ("А", "Б"), *[("Козодуб Лука Савич", "1987")] * 6]
    table = table_of(rows)

    told = recognise(table, header_lines={"": 2})
    none = recognise(table, header_lines={"": 0})

    assert (told.header_line, [column.heading for column in told.columns]) == (2, ["А", "Б"])
    assert (none.header_line, none.columns[0].heading) == (0, "")


def test_one_of_two_sheets_can_be_chosen() -> None:
    book = xlsx_of([("ПІБ",), ("Козодуб Лука",)], Другий=[("ПІБ",), ("Тин Ада",)])

    table = read_here(book, "list.xlsx", read_as=ReadAs(sheets=("Другий",)))

    assert [line.sheet for line in table.lines] == ["Другий", "Другий"]


@pytest.mark.parametrize(
    "kept", [None, [], {}, {"layouts": []}, {"layouts": {"x": "surname"}}, {"layouts": {"x": ["password"]}}]
)
def test_what_is_no_mapping_is_refused(kept: object) -> None:
    with pytest.raises(BadMapping):
        Mapping.from_json(kept)


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadMapping):
        Mapping().corrected(recognise(table_of(ODD)), {1: "password"})


PARTED: Cells = [("Прізвище", "Ім'я", "Дата народження", "Інше"), ("Козодуб", "Лука", "12.03.1987", "Яр")]


@pytest.mark.parametrize(
    ("given", "field", "titles"),
    [
        ({3: "surname"}, "surname", ["Прізвище", "Інше"]),
        ({3: "given"}, "given", ["Ім'я", "Інше"]),
        ({3: "birth_date"}, "birth_date", ["Дата народження", "Інше"]),
        ({2: "patronymic", 3: "patronymic"}, "patronymic", ["Дата народження", "Інше"]),
    ],
)
def test_two_columns_chosen_for_one_part_of_a_name_or_for_the_date_are_refused(given, field, titles) -> None:
    with pytest.raises(ChosenTwice) as refused:
        Mapping().corrected(recognise(table_of(PARTED)), given)
    assert (refused.value.field, refused.value.titles) == (field, titles)


def test_columns_of_one_heading_that_were_chosen_twice_are_named_by_their_letters() -> None:
    rows: Cells = [("Прізвище", "Ім'я", "Інше", "Інше"), ("Козодуб", "Лука", "Яр", "Гай")]
    with pytest.raises(ChosenTwice) as refused:
        Mapping().corrected(recognise(table_of(rows)), {0: "", 2: "surname", 3: "surname"})
    assert refused.value.titles == ["C", "D"]


@pytest.mark.parametrize(
    ("headings", "cells", "told", "names"),
    [
        (("Друге", "Третє"), ("Yar", "Ada"), {2: "surname", 3: "given"}, {("Яр", "Ада"), ("Yar", "Ada")}),
        (("Дівоче прізвище", "Де"), ("Гай", "Лан"), {3: "place"}, {("Яр", "Ада"), ("Гай", "Ада")}),
    ],
)
def test_a_second_spelling_in_columns_of_its_own_and_a_former_surname_stay(
    headings, cells, told, names
) -> None:
    table = table_of([("Прізвище", "Ім'я", *headings), ("Яр", "Ада", *cells)])
    (row,) = read_rows(table, recognise(table, Mapping().corrected(recognise(table), told))).people
    assert {(name.surname, name.given) for name in row.person.names} == names


def test_a_file_without_headings_that_nobody_would_recognise_says_what_to_do() -> None:
    with pytest.raises(Unreadable) as refused:
        recognise(table_of([("Козодуб", "Лука"), ("Тин", "Ада")]))
    assert "додайте рядок із ними: «Прізвище»" in refused.value.sentence("uk")


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_on_offer_can_be_chosen(name: str) -> None:
    codec = {"Mac Cyrillic": "mac_cyrillic", "CP866-U": "cp1125"}.get(name, name)
    person = "Wisniewski Jan" if name == "windows-1252" else "Ёлкин Лука" if "R" in name else "Козодуб Лука"
    person = "Żółkiewska Ada" if name == "windows-1250" else person
    content = f"name;born\n{person};1987\n".encode(codec)

    table = read_here(content, "l.csv", read_as=ReadAs(encoding=name))

    assert (table.encoding, table.lines[1].cells) == (name, (person, "1987"))


def test_a_chosen_encoding_and_delimiter_count_and_are_said() -> None:
    content = "ПІБ:Рік\nКозодуб Лука:1987\n".encode("cp1251")
    read_as = ReadAs.from_json(json.loads(json.dumps(ReadAs("windows-1251", ":").to_json())))

    table = read_here(content, "l.csv", read_as=read_as)

    assert table.lines[1].cells == ("Козодуб Лука", "1987")
    assert [note.code for note in table.notes] == ["encoding_told", "delimiter_told"]


def test_a_chosen_encoding_that_a_byte_contradicts_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read_here("ПІБ\nКозодуб\n".encode("cp1251"), "l.csv", read_as=ReadAs("UTF-8"))

    assert refused.value.code == "bad_encoding"


def test_a_row_typed_anew_becomes_a_person_by_the_same_columns() -> None:
    table = table_of([("ПІБ", "Дата народження"), ("Козодуб Лука", "30.02.1987"), ("Тин Ада", "1990")])
    columns = recognise(table)
    (refused,) = read_rows(table, columns).refused

    corrected = read_row(columns, ("Козодуб Лука", "28.02.1987"), number=refused.number)

    assert refused.raw == ("Козодуб Лука", "30.02.1987")
    assert [problem.index for problem in refused.problems] == [1]
    assert isinstance(corrected, PersonRow)
    assert (corrected.number, str(corrected.person.birth)) == (2, "1987-02-28")


def test_a_row_typed_wrongly_again_says_why_again() -> None:
    columns = recognise(table_of([("ПІБ", "Дата народження"), ("Тин Ада", "1990")]))

    still = read_row(columns, ("", "31.02.1987"), number=7)

    assert isinstance(still, Refused)
    assert [(problem.row, problem.code) for problem in still.problems] == [(7, "not_a_date")]


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (("03/04/1987", "05/06/1990"), DateOrder.UNPROVEN),
        (("03/04/1987", "25/06/1990"), DateOrder.DAY_FIRST),
        (("03/04/1987", "06/25/1990"), DateOrder.MONTH_FIRST),
        (("25/04/1987", "06/25/1990"), DateOrder.UNPROVEN),
        (("03.04.1987", "1990-05-06"), DateOrder.UNPROVEN),
    ],
)
def test_the_order_of_day_and_month_is_what_the_column_proves(
    dates: tuple[str, str], order: DateOrder
) -> None:
    rows = [("ПІБ", "Дата народження"), *((f"Козодуб {'а' * n}", day) for n, day in enumerate(dates, 3))]

    assert recognise(table_of(rows)).order is order


def test_a_date_that_may_be_meant_otherwise_is_read_and_marked() -> None:
    rows = read([("ПІБ", "Дата народження"), ("Козодуб Лука", "03/04/1987"), ("Тин Ада", "05/05/1990")])

    (remark,) = rows.people[0].remarks
    assert (remark.code, str(rows.people[0].person.birth)) == ("day_or_month", "1987-04-03")
    assert "«03/04/1987»" in remark.sentence("uk")
    assert "1987-04-03" in remark.sentence("uk")
    assert rows.people[1].remarks == ()


def test_a_date_whose_order_the_column_proves_is_not_marked() -> None:
    rows = read([("ПІБ", "Дата народження"), ("Козодуб Лука", "03/04/1987"), ("Тин Ада", "25/05/1990")])

    assert [row.remarks for row in rows.people] == [(), ()]


def test_a_year_of_two_digits_is_read_and_marked() -> None:
    (row,) = read([("ПІБ", "Дата народження"), ("Козодуб Лука", "03.04.87")]).people

    assert (str(row.person.birth), [remark.code for remark in row.remarks]) == (
        "1987-04-03",
        ["two_digit_year"],
    )


@pytest.mark.parametrize(
    ("age", "years"),
    [("35", "1988/1989"), ("35 років", "1988/1989"), ("30-35", "1988/1994"), ("дорослий", ""), ("0", "")],
)
def test_an_age_gives_years_of_birth_by_the_day_of_the_list(age: str, years: str) -> None:
    rows: Cells = [("ПІБ", "Вік"), ("Козодуб Лука", age)]

    assert str(read(rows, as_of=date(2024, 6, 1)).people[0].person.birth) == years
    assert str(read(rows).people[0].person.birth) == ""


def test_a_birth_date_counts_more_than_an_age() -> None:
    rows: Cells = [("ПІБ", "Вік", "Дата народження"), ("Козодуб Лука", "40", "1987"), ("Тин Ада", "40", "-")]

    births = [str(row.person.birth) for row in read(rows, as_of=date(2024, 6, 1)).people]

    assert births == ["1987", "1983/1984"]


def test_rows_come_one_by_one_and_say_how_many_are_done() -> None:
    table = table_of([("ПІБ",), *[(f"Козодуб Лука{'а' * (n % 50)}",) for n in range(2_500)]])
    heard: list[tuple[int, int]] = []

    rows = each_row(table, recognise(table), progress=lambda done, total: heard.append((done, total)))

    assert sum(isinstance(row, PersonRow) for row in rows) == 2_500
    assert heard == [(1_000, 2_501), (2_000, 2_501), (2_501, 2_501)]


def test_a_listener_can_end_the_reading() -> None:
    table = table_of([("ПІБ",), *[("Козодуб Лука",)] * 2_000])

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_rows(table, recognise(table), progress=cancel)


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+38067", "-1", "@x", "\t=1", "\r=1"])
def test_a_sheet_to_download_runs_no_cell_as_a_formula(cell: str) -> None:
    written = sheet_csv([("рядок", "значення"), ("7", cell), ('лапки "', "Козодуб; Лука")])

    assert written.startswith(b"\xef\xbb\xbf")
    assert f'"\'{cell}"' in written.decode("utf-8-sig")
    assert read_here(written, "refused.csv").lines[-1].cells == ('лапки "', "Козодуб; Лука")
