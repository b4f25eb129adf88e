"""Habits of offices that once lost somebody, made two men one, or invented a date."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
from openpyxl.styles import Font

from matching.lists import Rows, columns_of_row, read_row, read_rows, recognise
from tests.lists.files import Cells, csv_of, ods_of, read_here, xlsx_of

AUGUST = date(2026, 8, 24)


def read(content: bytes, name: str = "list.csv") -> Rows:
    table = read_here(content, name)
    return read_rows(table, recognise(table), as_of=AUGUST)


def rows_of(*rows: Sequence[object]) -> Rows:
    return read(csv_of(rows))


def full_names(rows: Rows) -> list[str]:
    return [row.person.names[0].full for row in rows.people]


def test_lists_below_each_other_are_read_each_by_its_own_headings() -> None:
    rows = rows_of(
        ("Військові",), ("ПІБ", "Народився"), ("Козодуб Лука Савич", "1987"),
        ("№", "ПІБ", "Звання", "Дата народження"), ("1", "Тин Ада Савівна", "сержант", "1990"),
        ("ПІБ", "Народився"), ("Яр Ор Орович", "1991"),
    )  # fmt: skip

    assert [(row.sheet, row.number, str(row.person.birth), row.rank) for row in rows.people] == [
        ("", 3, "1987", ""), ("", 5, "1990", "сержант"), ("", 7, "1991", ""),
    ]  # fmt: skip


HEADINGS, FIRST, SECOND = ("ПІБ", "Народився"), ("Козодуб Лука Савич", "1987"), ("Тин Ада Савівна", "1990")
OTHER_HEADINGS = ("ПІБ", "Народився", "Частина")


@pytest.mark.parametrize("below", [[HEADINGS], [OTHER_HEADINGS], [], [("", ""), HEADINGS]])
@pytest.mark.parametrize(
    "title",
    ["Звільнені цивільні", "Военные:", "Цивільні (12 осіб)", "ВІЙСЬКОВОПОЛОНЕНІ", "Released civilians"],
)
def test_a_title_between_two_tables_is_no_person_and_is_shown_as_passed_over(title, below) -> None:
    rows = rows_of(HEADINGS, FIRST, (title, ""), *below, SECOND)
    assert full_names(rows) == [FIRST[0], SECOND[0]]
    assert not rows.refused
    assert [(line.row, line.sentence("uk")) for line in rows.skipped if line.row == 3] == [
        (3, "заголовок над людьми")
    ]


@pytest.mark.parametrize(
    ("title", "below"),
    [
        ("Маріупольський гарнізон", [HEADINGS]),
        ("Маріупольський гарнізон", [OTHER_HEADINGS]),
        ("Цивільні з Далекого", []),
        ("Перелік Б:", []),
    ],
)
def test_a_title_that_may_be_more_is_no_person_either_and_somebody_looks_at_it(title, below) -> None:
    rows = rows_of(HEADINGS, FIRST, (title, ""), *below, SECOND)
    assert full_names(rows) == [FIRST[0], SECOND[0]]
    assert [(row.number, row.problems[0].code) for row in rows.refused] == [(3, "not_a_name")]


@pytest.mark.parametrize("below", [[HEADINGS], [OTHER_HEADINGS], []])
@pytest.mark.parametrize("name", ["Військовий Олег", "Цивільна Ганна", "Солдат Лука Савич", "Гнатко Лука"])
def test_who_stands_above_headings_without_a_date_is_a_person_all_the_same(name, below) -> None:
    assert full_names(rows_of(HEADINGS, FIRST, (name, ""), *below, SECOND)) == [FIRST[0], name, SECOND[0]]


def test_of_whom_only_the_rank_is_told_a_row_is_refused_and_not_passed_over() -> None:
    rows = rows_of(("Звання", *HEADINGS), ("солдат", *FIRST), ("Офіцери", "", ""))
    assert [(row.number, row.problems[0].code) for row in rows.refused] == [(3, "no_name")]


def test_the_same_headings_again_begin_no_other_list() -> None:
    heading = ("№", "ПІБ", "Звання")
    table = read_here(csv_of([heading, ("1", "Козодуб Лука", ""), heading, ("2", "Тин Ада", "")]), "list.csv")

    assert len(recognise(table).sheets()) == 1


def test_lists_below_each_other_keep_their_sheet_and_their_own_choice_of_columns() -> None:
    sheet: Cells = [("ПІБ", "Вік"), ("Козодуб Лука", 30), ("Прізвище", "Ім'я", "Вік"), ("Тин", "Ада", 31)]
    table = read_here(xlsx_of(sheet), "list.xlsx")
    found = recognise(table)

    assert table.sheet_names == ("Список",)
    assert [each.sheet for each in found.sheets()] == ["Список", "Список ↓3"]
    assert columns_of_row(found.sheets(), "Список", 2) == found.sheets()[0]
    assert columns_of_row(found.sheets(), "Список", 4) == found.sheets()[1]
    again = recognise(table, found.mapping().corrected(found.others[0], {2: ""}))
    assert [column.field for column in again.others[0].columns] == ["surname", "given", ""]
    assert again.columns[1].field == "age"


def test_a_heading_that_spans_three_columns_names_all_three() -> None:
    heading = ("№", "Прізвище, ім'я, по батькові", "", "", "Звання")
    name = rows_of(heading, ("1", "Козодуб", "Лука", "Савич", "солдат")).people[0].person.names[0]

    assert (name.surname, name.given, name.patronymic) == ("Козодуб", "Лука", "Савич")


TWO = [
    "Козодуб Лука Савич і Козодуб Ор Савич",
    "Козодуб Лука та Тин Ада",
    "Козодуб Лука Савич + дружина",
    "Козодуб Лука Савич Тин Ор Орович",
    "Козодуб Лука Савич, він же Тин Ор Орович",
    "Козодуб Лука Савич (брат - Козодуб Ор Савич)",
]


@pytest.mark.parametrize("cell", TWO)
def test_two_people_in_one_cell_are_never_one(cell: str) -> None:
    rows = rows_of(("ПІБ", "Звання"), (cell, "солдат"))

    assert [problem.code for problem in rows.problems] == ["several_people"]


ONE, OTHER = "Козодуб Лука Савич", "Тин Ор Орович"
BESIDE = {
    "a list in two columns": (("ПІБ", "Народився", "ПІБ", "Народився"), (ONE, "1987", OTHER, "1990")),
    "brothers in two columns": (("ПІБ", "ПІБ"), ("Козодуб Лука", "Козодуб Назар")),
    "cousins": (("ПІБ", "ПІБ"), ("Козодуб Лука Савич", "Козодуб Лука Назарович")),
    "namesakes": (("ПІБ", "Народився", "ПІБ", "Народився"), (ONE, "12.03.1987", ONE, "01.02.1990")),
    "of one given name": (("ПІБ", "ПІБ"), ("Козодуб Лука", "Мороз Лука")),
    "in parts": (
        ("Прізвище", "Ім'я", "По батькові", "Прізвище", "Ім'я", "По батькові"),
        ("Козодуб", "Лука", "Савич", "Тин", "Ор", "Орович"),
    ),
    "two lines run together": (("ПІБ", "Дата народження"), (ONE, "1987", OTHER, "1990")),
    "under no heading": (("ПІБ", "Дата народження", ""), (ONE, "1987", "Мороз Іван")),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_nobody_who_stands_beside_another_in_a_line_is_passed_over(case: str) -> None:
    rows = rows_of(*BESIDE[case])

    assert [problem.code for problem in rows.problems] == ["several_people"]


def test_a_list_in_two_columns_without_headings_loses_nobody() -> None:
    rows = rows_of((ONE, "12.03.1987", OTHER, "01.02.1990"), ("Яр Ада Савівна", "01.01.1970", "", ""))

    assert [(problem.row, problem.code) for problem in rows.problems] == [(1, "several_people")]
    assert full_names(rows) == ["Яр Ада Савівна"]


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        (("ПІБ українською", "ПІБ російською"), ("Козодуб Микола Савич", "Козодуб Николай Саввич")),
        (("ПІБ", "Народився", "ФИО", "Родился"), (ONE, "12.03.1987", "Козодуб Лука Саввич", "12.03.1987")),
        (("ПІБ", "Full name"), ("Шевченко Олександр", "Oleksandr Shevchenko")),
        (("Прізвище", "Дівоче прізвище", "Ім'я"), ("Козодуб", "Мороз", "Ганна")),
        (("ПІБ", "Звання", ""), ("Козодуб Микола Савич", "солдат", "Національна Гвардія")),
        (("ПІБ", "Зустрічає"), ("Козодуб Микола Савич", "Козодуб Ганна Іванівна")),
    ],
)
def test_spellings_of_one_man_and_what_a_heading_explains_are_no_second_man(
    heading: tuple[str, ...], line: tuple[str, ...]
) -> None:
    assert len(rows_of(heading, line).people) == 1


def test_two_people_in_three_columns_are_never_one() -> None:
    heading = ("Прізвище", "Ім'я", "По батькові")
    rows = rows_of(heading, ("Козодуб, Тин", "Лука, Ор", "Савич, Орович"), ("Яр, Тин", "Ада", "Савівна"))

    assert [(problem.row, problem.code) for problem in rows.problems] == [(2, "several_people")]
    assert [row.number for row in rows.people] == [3]


def test_a_surname_that_looks_like_a_patronymic_is_no_second_man() -> None:
    assert len(rows_of(("ПІБ", "Звання"), ("Козодубович (Савич) Лука Орович", "")).people) == 1


def test_initials_without_dots_are_no_conjunction() -> None:
    assert full_names(rows_of(("ПІБ", "Звання"), ("Козодуб І О", ""))) == ["Козодуб І О"]


@pytest.mark.parametrize(
    ("cell", "rank"),
    [
        ("капітан 3 рангу Козодуб Лука", "капітан 3 рангу"),
        ("лейтенант медичної служби Козодуб Лука", "лейтенант медичної служби"),
        ("гв. старшина Козодуб Лука", "гв. старшина"),
        ("гл. старшина Козодуб Лука", "гл. старшина"),
        ("мол. с-нт Козодуб Лука", "мол. с-нт"),
        ("ппк Козодуб Лука", "ппк"),
        ("солдат резерву Козодуб Лука", "солдат резерву"),
    ],
)
def test_a_rank_of_several_words_is_taken_out_of_the_name(cell: str, rank: str) -> None:
    rows = rows_of(("ПІБ", "Стать"), (cell, "ч"))

    assert (full_names(rows), rows.people[0].rank) == (["Козодуб Лука"], rank)


def test_a_rank_before_a_surname_in_its_own_column_is_taken_out() -> None:
    row = rows_of(("Прізвище", "Ім'я"), ("солдат Козодуб", "Лука")).people[0]

    assert (row.person.names[0].surname, row.rank) == ("Козодуб", "солдат")


def test_a_label_before_a_name_is_no_name_and_another_label_is_about_somebody_else() -> None:
    rows = rows_of(("ПІБ", "Звання"), ("ПІБ: Козодуб Лука", ""), ("мати: Тин Ада", ""))

    assert full_names(rows) == ["Козодуб Лука"]
    assert [(problem.row, problem.code) for problem in rows.problems] == [(3, "not_a_name")]


def test_the_first_person_of_a_list_without_headings_is_no_heading() -> None:
    rows = rows_of(("взводний Козодуб Лука Савич",), ("Тин Ада Савівна",), ("Яр Ор Орович",))

    assert [row.number for row in (*rows.people, *rows.refused)] == [1, 2, 3]


def test_who_stands_above_a_late_heading_is_a_person_all_the_same() -> None:
    rows = rows_of(
        ("Продовження",), ("7", "Козодуб Лука Савич", "12.03.1987"), ("№", "ПІБ", "Дата народження"),
        ("8", "Тин Ада Савівна", "1990"),
    )  # fmt: skip

    assert [row.number for row in rows.people] == [2, 4]
    assert [(each.row, each.code) for each in rows.skipped] == [(1, "above_heading"), (3, "heading")]


SIGNED = [
    "командир взводу Козодуб Л. С.",
    "Начальник відділу Козодуб Лука Савич",
    "майор Л. С. Козодуб",
    "Л. С. Козодуб",
    "Степовики",
]


@pytest.mark.parametrize("line", SIGNED)
def test_who_may_have_signed_is_neither_passed_over_nor_a_person_until_somebody_looked(line: str) -> None:
    table = read_here(csv_of([("ПІБ", "Дата народження"), ("Тин Ада", "1990"), (line, "")]), "list.csv")
    columns = recognise(table)
    rows = read_rows(table, columns)

    assert [(problem.row, problem.code) for problem in rows.problems] == [(3, "not_a_name")]
    assert getattr(read_row(columns, (line, "")), "person", None) is not None


def test_dates_of_the_war_without_a_heading_are_no_dates_of_birth() -> None:
    rows = rows_of(
        ("ПІБ", "", "Дата"), ("Козодуб Лука", "01.03.2022", "24.08.2026"), ("Тин Ада", "2.4.2022", "")
    )

    assert [str(row.person.birth) for row in rows.people] == ["", ""]


def test_the_only_date_is_that_of_birth_where_it_looks_so() -> None:
    assert (
        str(rows_of(("ПІБ", "Дата"), ("Козодуб Лука", "01.03.1987")).people[0].person.birth) == "1987-03-01"
    )


def test_a_birth_after_the_wave_is_refused_and_a_childs_is_pointed_out() -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Козодуб Лука", "12.03.2030"), ("Тин Ада", "01.03.2022"))

    assert [(problem.row, problem.code) for problem in rows.problems] == [(2, "born_later")]
    assert [remark.code for remark in rows.people[0].remarks] == ["unlikely_birth"]


@pytest.mark.parametrize(
    ("age", "birth", "code"),
    [
        ("близько 40", "1983/1988", "from_age"),
        ("34 роки", "1991/1992", "from_age"),
        ("до 40", "", "age_unread"),
    ],
)
def test_an_age_is_read_or_said_to_be_unread(age: str, birth: str, code: str) -> None:
    row = rows_of(("ПІБ", "Вік"), ("Козодуб Лука", age)).people[0]

    assert (str(row.person.birth), [remark.code for remark in row.remarks]) == (birth, [code])


@pytest.mark.parametrize("row", [("Козодуб Лука", "тіло передано"), ("Козодуб Лука (загинув)", "")])
def test_a_row_that_speaks_of_a_death_is_pointed_out(row: tuple[str, str]) -> None:
    assert [remark.code for remark in rows_of(("ПІБ", "Стан"), row).people[0].remarks] == ["says_dead"]


def book_of(*formats: str, struck: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(("ПІБ", "Дата народження"))
    for number, shown in enumerate(formats, 2):
        sheet.append((f"Козодуб Лука{number * 'а'}", date(1987, 3, 1)))
        sheet.cell(number, 2).number_format = shown
    if struck:
        sheet.cell(struck, 1).font = Font(strike=True)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_of_a_date_no_more_is_read_than_the_sheet_shows() -> None:
    rows = read(book_of("mm.yyyy", "yyyy", "dd.mm.yyyy", "[$-422]mmmm yyyy;@", "mmm-yy"), "list.xlsx")

    assert [str(row.person.birth) for row in rows.people] == [
        "1987-03", "1987", "1987-03-01", "1987-03", "1987-03",
    ]  # fmt: skip


def test_a_row_that_is_struck_out_waits_for_a_person() -> None:
    rows = read(book_of("dd.mm.yyyy", "dd.mm.yyyy", struck=3), "list.xlsx")

    assert [row.number for row in rows.people] == [2]
    assert [(problem.row, problem.code) for problem in rows.problems] == [(3, "struck_out")]


def test_a_whole_name_that_says_more_than_its_parts_is_a_spelling_too() -> None:
    names = rows_of(("given_name", "family_name", "full_name"), ("Лука", "Козодуб", "Лука Савич Козодуб"))

    assert [name.full for name in names.people[0].person.names] == ["", "Лука Савич Козодуб"]


def test_a_sheet_with_an_endless_name_keeps_its_beginning() -> None:
    rows: Cells = [("ПІБ", "Звання"), ("Козодуб Лука", "")]
    table = read_here(ods_of(rows, name="Звільнені " * 20), "list.ods")

    assert [len(name) for name in table.sheet_names] == [80]
    assert len(read_rows(table, recognise(table)).people) == 1


def test_a_line_of_headings_is_nobody_even_where_it_was_not_known_as_one() -> None:
    rows = rows_of(("ПІБ", "Щось"), ("Козодуб Лука", "1"), ("Прізвище, ім'я", "2"))

    assert [(problem.row, problem.code) for problem in rows.problems] == [(3, "not_a_name")]


@pytest.mark.parametrize("unseen", ["\u00ad", "\u00ad\n", "\u00ad ", "\u200b", "\u200e", "\u2060", "\ufeff"])
def test_a_mark_that_nobody_sees_hides_neither_a_death_nor_a_name(unseen: str) -> None:
    rows = rows_of(
        ("ПІБ", "Народився", "Примітка"),
        ("Козодуб Лука Савич", "1987", f'"за{unseen}гинув"'),
        (f'"Коре{unseen}нюк Тин Савич"', "1990", f'"не звіль{unseen}нений"'),
        ("Яр Ор Орович", "1991", ""),
    )

    assert full_names(rows) == ["Козодуб Лука Савич", "Коренюк Тин Савич", "Яр Ор Орович"]
    codes = [[remark.code for remark in row.remarks] for row in rows.people]
    assert codes == [["says_dead"], ["says_held"], []]


def test_a_mark_that_nobody_sees_is_no_reason_to_refuse_a_line_of_text() -> None:
    rows = read(
        "1. Козодуб Лука Савич, 12.03.1987\n2. Коре\u00adнюк Тин Савич, 01.02.1990\n".encode(), "list.txt"
    )
    assert full_names(rows) == ["Козодуб Лука Савич", "Коренюк Тин Савич"]


@pytest.mark.parametrize("parted", ["заги-\nнув", "заги- нув у полоні", "не звіль-\nнений", "по‐ мер"])
def test_a_word_that_is_parted_in_a_narrow_cell_says_what_it_says_whole(parted: str) -> None:
    rows = rows_of(("ПІБ", "Народився", "Примітка"), ("Козодуб Лука Савич", "1987", f'"{parted}"'))
    assert [len(row.remarks) for row in rows.people] == [1]


def test_a_word_behind_a_hyphen_is_read_as_before() -> None:
    rows = rows_of(("ПІБ", "Народився", "Примітка"), ("Козодуб Лука Савич", "1987", '"боєць-\nзагинув"'))
    assert [remark.code for row in rows.people for remark in row.remarks] == ["says_dead"]
