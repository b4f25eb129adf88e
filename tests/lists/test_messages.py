"""Text copied from a message, and name cells that hold more than a name."""

import pytest

from matching.lists import PersonRow, Rows, read_rows, recognise
from tests.lists.files import read_here


def rows_of(text: str) -> Rows:
    table = read_here(text.encode(), "")
    return read_rows(table, recognise(table))


def told(row: PersonRow) -> tuple[str, str, str]:
    return (row.person.names[0].full, str(row.person.birth), row.person.unit)


MESSAGE = """Список звільнених 🇺🇦

1. Козодуб Лука Савич, 12.03.1987, в/ч А1234
2. Тин Ада Савівна, 1990 р.н., 72 ОМБр
3) солдат Яр Ор Орович, в/ч А4321, 05.06.1991
Всього: 3
"""


def test_a_numbered_message_gives_name_birth_date_and_unit_of_each() -> None:
    rows = rows_of(MESSAGE)

    assert [told(row) for row in rows.people] == [
        ("Козодуб Лука Савич", "1987-03-12", "в/ч А1234"),
        ("Тин Ада Савівна", "1990", "72 ОМБр"),
        ("Яр Ор Орович", "1991-06-05", "в/ч А4321"),
    ]
    assert rows.people[2].rank == "солдат"


def test_each_line_of_a_message_is_kept_as_it_stands_and_none_is_lost() -> None:
    rows = rows_of(MESSAGE)

    assert rows.people[0].raw == ("1. Козодуб Лука Савич, 12.03.1987, в/ч А1234",)
    assert [row.number for row in rows.people] == [3, 4, 5]
    assert [(line.row, line.code) for line in rows.skipped] == [(1, "heading"), (2, "blank"), (6, "total")]


@pytest.mark.parametrize("bullet", ["• ", "- ", "— ", "🔹", "✅ ", "▪️ ", "1️⃣ ", "№ 1. ", "* ", "1.  🔹 "])
def test_every_bullet_is_taken_from_the_name(bullet: str) -> None:
    rows = rows_of(f"{bullet}Козодуб Лука Савич, 12.03.1987\n{bullet}Тин Ада Савівна\n")

    assert [told(row)[:2] for row in rows.people] == [
        ("Козодуб Лука Савич", "1987-03-12"),
        ("Тин Ада Савівна", ""),
    ]


def test_a_message_without_bullets_is_one_as_long_as_its_lines_are_no_table() -> None:
    rows = rows_of("Козодуб Лука Савич, 12.03.1987, в/ч А1234\nТин Ада Савівна\nЯр Ор Орович, 1991\n")

    assert [told(row) for row in rows.people] == [
        ("Козодуб Лука Савич", "1987-03-12", "в/ч А1234"),
        ("Тин Ада Савівна", "", ""),
        ("Яр Ор Орович", "1991", ""),
    ]


def test_names_one_after_another_in_a_line_are_people_each() -> None:
    rows = rows_of("Серед них: Лука Козодуб, Ада Тин, Ор Яр та Сава Лан.\n")

    assert [told(row)[0] for row in rows.people] == ["Лука Козодуб", "Ада Тин", "Ор Яр", "Сава Лан"]
    assert len({row.number for row in rows.people}) == 4
    assert [line.code for line in rows.skipped] == ["heading"]


def test_a_table_copied_from_a_spreadsheet_stays_a_table() -> None:
    rows = rows_of("№\tПІБ\tДата народження\n1\tКозодуб Лука\t1987\n2\tТин Ада\t1990\n")

    assert [told(row)[:2] for row in rows.people] == [("Козодуб Лука", "1987"), ("Тин Ада", "1990")]


@pytest.mark.parametrize("number", ["", "1. "])
def test_a_table_with_commas_and_headings_stays_a_table_whatever_its_remarks_hold(number: str) -> None:
    lines = [f'{number}Козодуб Лука,12.03.1987,01.02.2023,"поранений, тихо{"," * n} так"' for n in range(4)]
    rows = rows_of("\n".join(["ПІБ,Дата народження,Дата полону,Примітка", *lines]))

    assert {str(row.person.birth) for row in rows.people} == {"1987-03-12"}
    assert len(rows.people) == 4


def test_numbered_names_in_a_table_with_semicolons_stay_a_table() -> None:
    rows = rows_of("1. Козодуб Лука Савич;12.03.1987\n2. Тин Ада Савівна;1990\n")

    assert [told(row)[:2] for row in rows.people] == [
        ("Козодуб Лука Савич", "1987-03-12"),
        ("Тин Ада Савівна", "1990"),
    ]


@pytest.mark.parametrize(
    "line", ["Слава Україні!", "Підписуйтесь на канал 👉", "https://example.org", "(фото)"]
)
def test_a_line_that_is_no_name_is_refused_and_never_becomes_a_person(line: str) -> None:
    rows = rows_of(f"1. Козодуб Лука Савич\n2. Тин Ада Савівна\n3. Яр Ор Орович\n{line}\n")

    assert len(rows.people) == 3
    assert [row.number for row in rows.refused] == [4]


LABELLED = """Список звільнених 26 листопада

🔹 Прізвище: Козодуб
🔹 Ім'я: Лука
🔹 По батькові: Савич
🔹 Дата народження: 12.03.1987
🔹 В/ч: А1234

🔹 Прізвище: Тин
🔹 Ім'я: Ада
🔹 Дата народження: 1990

Всього: 2
"""


def named(row: PersonRow) -> tuple[str, str]:
    name = row.person.names[0]
    parts = (name.surname, name.given, name.patronymic)
    return name.full or " ".join(filter(None, parts)), str(row.person.birth)


def test_a_message_with_one_label_a_line_gives_a_person_for_each_record() -> None:
    rows = rows_of(LABELLED)

    assert [named(row) for row in rows.people] == [("Козодуб Лука Савич", "1987-03-12"), ("Тин Ада", "1990")]
    assert [row.number for row in rows.people] == [3, 9]
    assert rows.people[0].person.unit == "А1234"
    assert [line.code for line in rows.skipped] == ["above_heading", "heading", "total"]
    assert not rows.refused


@pytest.mark.parametrize(
    "text",
    [
        "ПІБ: Козодуб Лука\nРік народження: 1987\nПІБ: Тин Ада\nРік народження: 1990\n",
        "1. ПІБ: Козодуб Лука\n\nРік народження: 1987\n\n2. ПІБ: Тин Ада\n\nРік народження: 1990\n",
        "Рік народження: 1987\nПІБ: Козодуб Лука\n\n\nРік народження: 1990\nФИО: Тин Ада\n",
    ],
    ids=["without blank lines", "a blank line below each", "the year first, and another label"],
)
def test_records_are_told_apart_with_and_without_blank_lines(text: str) -> None:
    assert [named(row) for row in rows_of(text).people] == [("Козодуб Лука", "1987"), ("Тин Ада", "1990")]


@pytest.mark.parametrize(
    "record",
    [
        "Дата: 1990\nПрізвище: Тин\nІм'я: Ада\nПрізвище: Лан\nІм'я: Сава",
        "Прізвище: Тин\nІм'я: Ада\nЛан Сава",
        "Дата: 1990\nПримітка: прізвища не знаємо",
    ],
    ids=["names told twice", "a name without a label", "no name"],
)
def test_a_record_that_may_hold_two_people_or_nobody_is_refused_and_never_guessed(record: str) -> None:
    rows = rows_of(f"Прізвище: Козодуб\nІм'я: Лука\nДата: 1987\n\n{record}\n")

    assert [named(row)[0] for row in rows.people] == ["Козодуб Лука"]
    assert [row.number for row in rows.refused] == [5]
    assert all(part in " ".join(rows.refused[0].raw) for part in ("Лан", "Сава") if part in record)


CALLED = [
    ("Козодуб Лука Савич «Сокіл»", "Козодуб Лука Савич", "позивний Сокіл"),
    ('Козодуб "Сокіл" Лука Савич', "Козодуб Лука Савич", "позивний Сокіл"),
    ("„Сокіл“ Козодуб Лука", "Козодуб Лука", "позивний Сокіл"),
    ('Козодуб Лука (позивний "Сокіл"), 1987', "Козодуб Лука", "позивний Сокіл"),
    ("Козодуб Лука позивний Сокіл", "Козодуб Лука", "позивний Сокіл"),
    ("Козодуб Лука «Сокіл» (поранений)", "Козодуб Лука", "позивний Сокіл, поранений"),
    ('Дем"янчук Лука Савич', 'Дем"янчук Лука Савич', ""),
    ('Козодуб Лука, бригада "Азов"', "Козодуб Лука", 'бригада "Азов"'),
    ("«Козодуб Лука Савич»", "«Козодуб Лука Савич»", ""),
]


@pytest.mark.parametrize(("cell", "name", "note"), CALLED)
def test_a_callsign_is_taken_out_of_the_name_and_kept(cell: str, name: str, note: str) -> None:
    row = rows_of(f"ПІБ|Щось\n{cell}|1\nТин Ада|2\n").people[0]

    assert (row.person.names[0].full, row.note) == (name, note)


def test_a_callsign_has_a_column_of_its_own_or_stands_beside_a_part_of_the_name() -> None:
    rows = rows_of("Прізвище|Ім'я|Позивний\nКозодуб «Сокіл»|Лука|\nТин|Ада|Вовк\n")

    assert [named(row)[0] for row in rows.people] == ["Козодуб Лука", "Тин Ада"]
    assert [row.note for row in rows.people] == ["позивний Сокіл", "позивний Вовк"]


def test_somebody_else_in_quotes_is_no_callsign() -> None:
    rows = rows_of("ПІБ|Щось\nКозодуб Лука «Тин Ада Савівна»|1\nЛан Сава|2\n")

    assert [problem.code for problem in rows.problems] == ["several_people"]


CELLS = [
    ("Козодуб Лука Савич, 12 березня 1987 року", {"born": "1987-03-12"}),
    ("Козодуб Лука Савич нар. 12.03.1987", {"born": "1987-03-12"}),
    ("Козодуб Лука Савич (дата народження: 12.03.1987)", {"born": "1987-03-12"}),
    ("Козодуб Лука Савич, 1985-1987", {"born": "1985/1987"}),
    ("Козодуб Лука Савич - 1987 р.н.", {"born": "1987"}),
    ("Козодуб Лука Савич, А1234", {"unit": "А1234"}),
    ("Козодуб Лука Савич в/ч 3057", {"unit": "в/ч 3057"}),
    ("Козодуб Лука Савич (військова частина А1234)", {"unit": "військова частина А1234"}),
    ("Козодуб Лука Савич, 36 окрема бригада морської піхоти", None),
    ("Козодуб Лука Савич, 36 окрема бригада", {"unit": "36 окрема бригада"}),
    ("Козодуб Лука Савич, 3-й батальйон", {"unit": "3-й батальйон"}),
    ("Козодуб Лука Савич, 110 бр ТрО", {"unit": "110 бр ТрО"}),
    ("Козодуб Лука Савич, м. Степове", {"place": "м. Степове"}),
    ("Козодуб Лука Савич, Степівська область", {"place": "Степівська область"}),
    ("Козодуб Лука Савич (поранений)", {"note": "поранений"}),
    ("Козодуб Лука Савич, водій, 12.03.1987, в/ч А1234", {"note": "водій", "born": "1987-03-12", "unit": "в/ч А1234"}),
    ("ст. сержант Козодуб Лука Савич, 1987 р.н.", {"rank": "ст. сержант", "born": "1987"}),
    ("Козодуб Лука Савич, майор, А1234", {"rank": "майор", "unit": "А1234"}),
    ("Козодуб Лука Савич, +380671234567", None),
    ("Козодуб Лука Савич, Тин Ада Савівна, 12.03.1987", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "beside"), CELLS)
def test_what_stands_beside_a_name_is_taken_apart_or_the_row_is_refused(
    cell: str, beside: dict[str, str] | None
) -> None:
    rows = rows_of(f"ПІБ|Щось\n{cell}|1\nТин Ада|2\n")

    if beside is None:
        assert [row.problems[0].code in {"digits_in_name", "several_people"} for row in rows.refused] == [
            True
        ]
        return
    row = rows.people[0]
    seen = {
        "born": str(row.person.birth), "unit": row.person.unit, "place": row.person.place,
        "note": row.note, "rank": row.rank,
    }  # fmt: skip
    assert row.person.names[0].full == "Козодуб Лука Савич"
    assert {field: value for field, value in seen.items() if value} == beside


def test_a_column_counts_more_than_what_stands_beside_the_name() -> None:
    rows = rows_of("ПІБ|Дата народження|В/ч\nКозодуб Лука, 1986, А1111|12.03.1987|А2222\n")

    assert told(rows.people[0]) == ("Козодуб Лука", "1987-03-12", "А2222")


@pytest.mark.parametrize(
    "cell", ["Тин (дівоче Яр) Ада", "Тин (дів. Яр) Ада", "Тин (урожд. Яр) Ада", "Тин (nee Яр) Ада"]
)
def test_a_maiden_name_in_brackets_loses_the_word_that_says_so(cell: str) -> None:
    assert rows_of(f"ПІБ|Щось\n{cell}|1\n").people[0].person.names[0].full == "Тин (Яр) Ада"
