"""Lines become people: names, dates, what is refused and what is passed over."""

import pytest

from matching.lists import PersonRow, Rows, read_rows, recognise
from tests.lists.files import Cells, csv_of, read_here, xlsx_of


def rows_of(*rows: tuple[object, ...], delimiter: str = "|") -> Rows:
    table = read_here(csv_of(rows, delimiter=delimiter), "list.csv")
    return read_rows(table, recognise(table))


def names(row: PersonRow) -> list[tuple[str, str, str, str]]:
    return [(name.surname, name.given, name.patronymic, name.full) for name in row.person.names]


def one(cell: str) -> Rows:
    """The rows of a list with one name cell that matters and one that makes it a list."""
    return rows_of(("ПІБ", "Звання"), (cell, ""), ("Козодуб Лука", ""))


def test_three_languages_of_one_name_become_one_person_with_three_names() -> None:
    heads = [f"{part}_NAME_{language}" for language in "URE" for part in ("LAST", "FIRST", "MIDDLE")]
    cells = ("КОЗОДУБ", "ЛУКА", "САВИЧ", "КОЗОДУБ", "ЛУКА", "САВВИЧ", "KOZODUB", "LUKA", "")

    rows = rows_of((*heads, "BIRTH_DATE"), (*cells, "1987-03-12T00:00:00"))

    assert names(rows.people[0]) == [
        ("КОЗОДУБ", "ЛУКА", "САВИЧ", ""),
        ("КОЗОДУБ", "ЛУКА", "САВВИЧ", ""),
        ("KOZODUB", "LUKA", "", ""),
    ]
    assert str(rows.people[0].person.birth) == "1987-03-12"


def test_a_language_left_empty_gives_no_name() -> None:
    rows = rows_of(
        ("LAST_NAME_U", "FIRST_NAME_U", "LAST_NAME_E", "FIRST_NAME_E"), ("Козодуб", "Лука", "", "-")
    )

    assert names(rows.people[0]) == [("Козодуб", "Лука", "", "")]


def test_a_maiden_name_is_a_second_name_with_the_same_given_name() -> None:
    rows = rows_of(("Прізвище", "Ім'я", "По батькові", "Дівоче прізвище"), ("Тин", "Ада", "Савівна", "Яр"))

    assert names(rows.people[0]) == [("Тин", "Ада", "Савівна", ""), ("Яр", "Ада", "Савівна", "")]


def test_a_heading_that_stands_twice_gives_a_second_spelling() -> None:
    rows = rows_of(("Прізвище", "Ім'я", "Прізвище"), ("Тин", "Ада", "Тинн"))

    assert names(rows.people[0]) == [("Тин", "Ада", "", ""), ("Тинн", "Ада", "", "")]


def test_the_numbered_names_of_the_british_list_are_parts_of_one() -> None:
    rows = rows_of(
        ("Name 6", "Name 1", "Name 2", "Name 3", "Name non-latin script", "D.O.B"),
        ("KOZODUB", "Luka", "Savych", "", "Лука Савич Козодуб", "dd/mm/1967"),
    )

    assert names(rows.people[0]) == [("KOZODUB", "Luka", "Savych", ""), ("", "", "", "Лука Савич Козодуб")]
    assert str(rows.people[0].person.birth) == "1967"


def test_a_pfif_row_gives_its_parts_and_its_other_names() -> None:
    rows = rows_of(
        (
            "person_record_id",
            "full_name",
            "given_name",
            "family_name",
            "alternate_names",
            "sex",
            "date_of_birth",
            "home_city",
        ),
        (
            "x.example/1",
            "Luka Kozodub",
            "Luka",
            "Kozodub",
            "Лука Козодуб;Лукаш Козодуб",
            "male",
            "1987-03",
            "Степове",
        ),
    )
    row = rows.people[0]

    assert names(row) == [
        ("Kozodub", "Luka", "", ""),
        ("", "", "", "Лука Козодуб"),
        ("", "", "", "Лукаш Козодуб"),
    ]
    assert (row.report_id, row.person.sex, row.person.place) == ("x.example/1", "m", "Степове")
    assert str(row.person.birth) == "1987-03"


def test_given_name_and_patronymic_in_one_column_are_left_to_the_engine() -> None:
    rows = rows_of(("Прізвище", "Ім'я та по батькові"), ("Козодуб", "Лука Савич"))

    assert names(rows.people[0]) == [("", "", "", "Козодуб Лука Савич")]


def test_the_order_of_the_columns_changes_nothing_in_what_is_read_of_them() -> None:
    """Names in plain columns take a shorter way than others."""
    odd = "невідомо|Прізвище|ПІБ|Імя|солдат|майор Яр|солдат Яр|О.|ІВАН| Яр |Яр Ор|Яр-Ор|Д'Арк|Яр, Ор|Яр1|нд|«Сокіл»"
    words = ["Яр", "Ор", "Орович", "", "позивний", "РЎРѕРєРѕР»", "Яр " * 200, *odd.split("|")]
    parts = [(surname, given, father) for surname in words for given in words for father in words[::5]]
    fields = ("прізвище", "ім'я", "по батькові", "дата народження")
    plain = rows_of(fields, *((*three, "12.03.1987") for three in parts))
    other = rows_of(fields[::-1], *(("12.03.1987", *three[::-1]) for three in parts))
    assert [(row.number, names(row)) for row in plain.people] == [
        (row.number, names(row)) for row in other.people
    ]
    assert [(row.number, {one.code for one in row.problems}) for row in plain.refused] == [
        (row.number, {one.code for one in row.problems}) for row in other.refused
    ]
    assert len(plain.people) > 100 < len(plain.refused)


def test_the_cells_are_kept_as_they_stand() -> None:
    rows = rows_of(("№", "ПІБ", "Щось"), ("1", "  Дем`янчук   Мар'яна ", "(тихо)"))

    assert rows.people[0].raw == ("1", "  Дем`янчук   Мар'яна ", "(тихо)")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Козодуб Лука Савич", "Козодуб Лука Савич"),
        ("1. Козодуб Лука Савич", "Козодуб Лука Савич"),
        ("12) Козодуб Лука", "Козодуб Лука"),
        ("№7 Козодуб Лука", "Козодуб Лука"),
        ("КОЗОДУБ, Лука Савич", "КОЗОДУБ, Лука Савич"),
        ("Тин (Яр) Ада", "Тин (Яр) Ада"),
        ("Козодуб Л.С.", "Козодуб Л.С."),
    ],
)
def test_a_name_cell_gives_the_name_without_its_number(cell: str, expected: str) -> None:
    assert names(one(cell).people[0])[0][3] == expected


@pytest.mark.parametrize(
    ("cell", "rank"),
    [
        ("солдат Козодуб Лука Савич", "солдат"),
        ("ст. сержант Козодуб Лука Савич", "ст. сержант"),
        ("єфрейтор Козодуб Лука Савич", "єфрейтор"),
        ("ст. л-т Козодуб Лука Савич", "ст. л-т"),
        ("Старший лейтенант Козодуб Лука Савич", "Старший лейтенант"),
        ("Козодуб Лука Савич, старший матрос", "старший матрос"),
    ],
)
def test_a_rank_in_the_name_cell_is_taken_out_of_the_name(cell: str, rank: str) -> None:
    row = one(cell).people[0]

    assert (row.rank, names(row)[0][3]) == (rank, "Козодуб Лука Савич")


@pytest.mark.parametrize("cell", ["Майор Лука Савич", "Матрос Ада", "Капітан Сава", "Сержантов Лука Савич"])
def test_a_surname_that_is_also_a_rank_stays_a_surname(cell: str) -> None:
    row = one(cell).people[0]

    assert (row.rank, names(row)[0][3]) == ("", cell)


@pytest.mark.parametrize(
    ("cell", "birth"),
    [
        ("Козодуб Лука Савич, 12.03.1987", "1987-03-12"),
        ("Козодуб Лука Савич 1987 р.н.", "1987"),
        ("Козодуб Лука Савич (1987 г.р.)", "1987"),
        ("Козодуб Лука Савич, 12.03.1987 року народження", "1987-03-12"),
    ],
)
def test_a_birth_date_in_the_name_cell_is_taken_out_of_the_name(cell: str, birth: str) -> None:
    row = one(cell).people[0]

    assert (str(row.person.birth), names(row)[0][3]) == (birth, "Козодуб Лука Савич")


def test_latin_and_cyrillic_of_one_name_in_a_cell_are_two_spellings() -> None:
    assert [name[3] for name in names(one("KOZODUB Luka (Козодуб Лука)").people[0])] == [
        "KOZODUB Luka",
        "Козодуб Лука",
    ]
    assert [name[3] for name in names(one("Козодуб Лука / KOZODUB Luka").people[0])] == [
        "Козодуб Лука",
        "KOZODUB Luka",
    ]


@pytest.mark.parametrize(
    "cell", ["К0зодуб Лука", "К0З0ДУБ Лука", "6ойко Лука", "Козодуб Юр1й", "Козодуб Лука Савови4"]
)
def test_a_digit_that_a_scan_made_of_a_letter_costs_nobody_the_row(cell: str) -> None:
    found = one(cell).people[0]
    assert names(found)[0][3] == cell
    assert [remark.code for remark in found.remarks] == ["misread"]


REFUSED = [
    ("Козодуб Лука Савич; Тин Ада Савівна", "several_people"),
    ("Козодуб Лука Савич, Тин Ада Савівна", "several_people"),
    ("Козодуб Лука або Козодуб Лукаш", "several_people"),
    ("Козодуб Лука Савич в/ч А1234 Степ", "digits_in_name"),
    ("Козодуб3 Лука", "digits_in_name"),
    ("1Козодуб Лука", "digits_in_name"),
    ("Козодуб2 Лука", "digits_in_name"),
    ("К0з0 Лука", "digits_in_name"),
    ("РљРѕР·РѕРґСѓР± Лука", "garbled"),
    ("Козод\ufffdб Лука", "garbled"),
    ("??????? ????", "no_name"),
    ("Козо??б Лука", "garbled"),
    ("—", "no_name"),
    ("12345", "no_name"),
    ("Невідомий", "no_name"),
    ("н/д", "no_name"),
    ("", "no_name"),
    ("я" * 400, "name_too_long"),
    ("Козодуб Лука, 30.02.1987", "not_a_date"),
]


@pytest.mark.parametrize(("cell", "code"), REFUSED)
def test_a_name_cell_that_cannot_be_trusted_is_refused_and_the_others_stay(cell: str, code: str) -> None:
    rows = rows_of(("ПІБ", "Звання"), (cell, "солдат"), ("Козодуб Лука", ""))

    assert [(problem.row, problem.column, problem.code) for problem in rows.problems] == [(2, "ПІБ", code)]
    assert [row.number for row in rows.people] == [3]


def test_two_given_names_joined_in_their_own_column_are_two_people() -> None:
    rows = rows_of(("Прізвище", "Ім'я"), ("Козодуб", "Лука та Сава"), ("Козодуб", "Лука-Сава"), ("Яр", "Ада"))

    assert [(problem.row, problem.column, problem.code) for problem in rows.problems] == [
        (2, "Ім'я", "several_people")
    ]
    assert [row.number for row in rows.people] == [3, 4]


def test_two_people_on_two_lines_of_one_cell_are_refused() -> None:
    content = 'ПІБ;Звання\n"Козодуб Лука\nТин Ада";солдат\nЯр Ор;\n'.encode()
    table = read_here(content, "list.csv")
    rows = read_rows(table, recognise(table))

    assert [(problem.row, problem.code) for problem in rows.problems] == [(2, "several_people")]


DATES = [
    ("12.03.1987", "1987-03-12"),
    ("1.3.1987", "1987-03-01"),
    ("1987-03-12", "1987-03-12"),
    ("1987-03-12 00:00:00", "1987-03-12"),
    ("1987", "1987"),
    ("03.1987", "1987-03"),
    ("1985-1987", "1985/1987"),
    ("31848", "1987-03-12"),
    ("31848.0", "1987-03-12"),
    ("00/00/1967", "1967"),
    ("dd/mm/1967", "1967"),
    ("12/03/1987", "1987-03-12"),
    ("12.03.1987 or 13.03.1987", "1987"),
    ("12.03.1987 або 12.03.1987", "1987-03-12"),
    ("12.03.1987 или 1989", "1987/1989"),
    ("близько 1967", "1965/1969"),
    ("Around 1967", "1965/1969"),
    ("1987 р.н.", "1987"),
    ("", ""),
    ("-", ""),
    ("н/д", ""),
    ("невідомо", ""),
    ("00.00.0000", ""),
    ("N/D", ""),
]


@pytest.mark.parametrize(("cell", "birth"), DATES)
def test_a_birth_date_keeps_exactly_the_precision_it_has(cell: str, birth: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Козодуб Лука", cell))

    assert [str(row.person.birth) for row in rows.people] == [birth]


@pytest.mark.parametrize(
    "cell", ["30.02.1987", "сорок", "19999", "55001", "12.03.0096", "32.01.1987", "1", "чоловіча"]
)
def test_a_date_that_is_none_is_refused_with_row_column_and_value(cell: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Козодуб Лука", cell), ("Тин Ада", "1990"))

    problem = rows.problems[0]
    assert (problem.row, problem.column, problem.value, problem.code) == (
        2,
        "Дата народження",
        cell,
        "not_a_date",
    )
    assert problem.sentence("uk") == f"Рядок 2, стовпець «Дата народження»: «{cell}» не є датою народження."
    assert len(rows.people) == 1


def test_month_before_day_is_believed_only_where_the_file_proves_it() -> None:
    american = rows_of(("name", "DOB"), ("Kozodub Luka", "03/12/1987"), ("Tyn Ada", "03/25/1990"))
    usual = rows_of(("name", "DOB"), ("Kozodub Luka", "03/12/1987"), ("Tyn Ada", "25/03/1990"))

    assert [str(row.person.birth) for row in american.people] == ["1987-03-12", "1990-03-25"]
    assert [str(row.person.birth) for row in usual.people] == ["1987-12-03", "1990-03-25"]


@pytest.mark.parametrize(
    ("cell", "sex"),
    [*((c, "m") for c in ("ч", "чол.", "Чоловіча", "М", "муж", "мужской", "male", "M")),
     *((c, "f") for c in ("ж", "жін.", "Жіноча", "женский", "F", "female")),
     *((c, "") for c in ("", "?", "невідомо", "other"))],
)  # fmt: skip
def test_sex_is_read_in_three_languages_and_never_guessed(cell: str, sex: str) -> None:
    assert rows_of(("ПІБ", "Стать"), ("Козодуб Лука", cell)).people[0].person.sex == sex


def test_home_city_and_state_are_one_place() -> None:
    rows = rows_of(("name", "home_city", "home_state"), ("Kozodub Luka", "Степове", "Лучна"))

    assert rows.people[0].person.place == "Степове, Лучна"


PASSED_OVER = [
    (("№", "ПІБ", "Дата народження"), "heading_again"),
    (("№", "ПІБ", ""), "heading_again"),
    (("1", "2", "3"), "column_numbers"),
    (("", "Всього: 15", ""), "total"),
    (("Разом", "15", ""), "total"),
    (("ИТОГО: 15 человек", "", ""), "total"),
    (("Всього звільнено осіб", "15", ""), "total"),
    (("", "Сторінка 2 з 3", ""), "signature"),
    (("Начальник відділу", "", "С. Яр"), "signature"),
    (("Підпис", "", ""), "signature"),
]


@pytest.mark.parametrize(("line", "code"), PASSED_OVER)
def test_a_line_that_is_no_person_is_passed_over_and_listed(line: tuple[str, ...], code: str) -> None:
    if code == "signature" and line[2]:
        line = (line[0], line[2], "")
    rows = rows_of(
        ("№", "ПІБ", "Дата народження"), ("1", "Козодуб Лука", "1987"), line, ("2", "Тин Ада", "1990")
    )

    assert (3, code) in [(each.row, each.code) for each in rows.skipped]
    assert [row.number for row in rows.people] == [2, 4]
    assert not rows.problems


@pytest.mark.parametrize("surname", ["Разомський", "Підписний", "Начальнюк", "Итогов", "Всеволод"])
def test_a_surname_that_begins_like_a_footer_is_a_person(surname: str) -> None:
    rows = rows_of(("№", "ПІБ", "Дата народження"), ("", f"{surname} Лука Савич", ""))

    assert len(rows.people) == 1


def test_a_person_with_a_birth_date_is_never_taken_for_a_footer() -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Начальник Лука", "1987"))

    assert len(rows.people) == 1


def test_every_line_is_accounted_for_exactly_once() -> None:
    rows = rows_of(
        ("Список", "", ""), ("№", "ПІБ", "Дата народження"), ("1", "Козодуб Лука", "1987"), ("", "", ""),
        ("2", "", "сорок"),
        ("№", "ПІБ", "Дата народження"), ("3", "Тин Ада", "сорок"), ("", "Всього: 3", ""),
    )  # fmt: skip
    people = [row.number for row in rows.people]
    refused = {problem.row for problem in rows.problems}
    passed = [n for each in rows.skipped for n in range(each.row, each.last_row + 1)]

    assert sorted([*people, *refused, *passed]) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_data_rows_are_numbered_from_one_with_the_refused_ones() -> None:
    rows = rows_of(
        ("ПІБ", "Рік народження"), ("Козодуб Лука", "1987"), ("", "1990"), ("", ""), ("Тин Ада", "1990")
    )

    assert rows.data_numbers() == {("", 2): 1, ("", 3): 2, ("", 5): 3}


def test_people_of_several_sheets_carry_the_sheet_and_are_numbered_on() -> None:
    second: Cells = [("Прізвище", "Ім'я"), ("Тин", "Ада")]
    book = xlsx_of(
        [("ПІБ", "Рік народження"), ("Козодуб Лука", 1987)], Другий=second, Довідка=[("усе добре", 1)]
    )
    table = read_here(book, "list.xlsx")
    rows = read_rows(table, recognise(table))

    assert [(row.sheet, row.number) for row in rows.people] == [("Список", 2), ("Другий", 2)]
    assert [(each.sheet, each.code) for each in rows.skipped if each.sheet == "Довідка"] == [
        ("Довідка", "sheet_without_names")
    ]
    assert rows.data_numbers() == {("Список", 2): 1, ("Другий", 2): 2}


def test_a_problem_in_a_workbook_names_the_sheet() -> None:
    table = read_here(xlsx_of([("ПІБ", "Рік народження"), ("Козодуб Лука", "сорок")]), "list.xlsx")

    assert "(аркуш «Список»)" in read_rows(table, recognise(table)).problems[0].sentence("uk")


def test_a_row_with_two_problems_names_both() -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Козодуб Лука; Тин Ада", "сорок"), ("Яр Ор", ""))

    assert [problem.code for problem in rows.problems] == ["several_people", "not_a_date"]
    assert len(rows.people) == 1


def test_a_short_line_is_a_person_with_what_it_has() -> None:
    rows = rows_of(("ПІБ", "Дата народження", "Звання"), ("Козодуб Лука",), ("Тин Ада", "1990", "солдат"))

    assert [row.rank for row in rows.people] == ["", "солдат"]


LONE = [
    "Не доїхали до кордону",
    "Приїхали іншим рейсом",
    "Not seen again",
    "36-та окрема бригада",
    "В Таганрозі",
]


@pytest.mark.parametrize("words", LONE)
@pytest.mark.parametrize("headings", [("ПІБ", "Дата народження"), ("ПІБ",)])
def test_a_line_of_words_that_are_no_name_is_for_a_person_to_read(
    words: str, headings: tuple[str, ...]
) -> None:
    men = [("Козодуб Лука Савич", "01.02.1990"), ("Тин Ада Іллівна", "1990")]
    rows = rows_of(headings, *(cells[: len(headings)] for cells in (men[0], (words,), men[1])))

    assert len(rows.people) == 2
    assert [row.raw[0] for row in rows.refused] == [words]


@pytest.mark.parametrize(
    "name",
    ["Гогія Реваз", "солдат Тин Лука", "тин лука савич", "Тин Л. С.", "Тин Савич", "Козодуб Осип Ілліч"],
)
def test_a_name_alone_in_its_line_is_a_person(name: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Козодуб Лука Савич", "01.02.1990"), (name,))

    assert len(rows.people) == 2


@pytest.mark.parametrize("name", ["Абу Мазен", "ст. солдат Яр Ор", "ЯР ОР", "солдат ЯР Ор"])
@pytest.mark.parametrize("headings", [("ПІБ", "Дата народження"), ("ПІБ",)])
def test_a_name_that_no_table_knows_is_a_person_where_it_is_written_like_one(
    name: str, headings: tuple[str, ...]
) -> None:
    assert len(rows_of(headings, ("Козодуб Лука Савич",), (name,)).people) == 2
