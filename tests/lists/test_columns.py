"""Which column is what: by headings in three languages, and by content where there are none."""

import pytest

from matching.lists import FIELDS, Recognition, Unreadable, recognise
from matching.lists.columns import letter_of
from matching.lists.headings import meaning
from tests.lists.files import Cells, csv_of, read_here, xlsx_of


def recognised(*rows: tuple[object, ...]) -> Recognition:
    return recognise(read_here(csv_of(rows), "list.csv"))


def fields(recognition: Recognition) -> list[str]:
    return [column.field for column in recognition.columns]


HEADINGS = [
    (
        "full_name",
        (
            "ПІБ|П.І.Б.|ПIБ|П І Б|ФИО|Ф.И.О.|Ф.І.О.|Прізвище, ім'я, по батькові|Прізвище "
            "ім’я|Фамилия Имя Отчество"
        ),
    ),
    (
        "full_name",
        (
            "Прізвище та ініціали|Фамилия, инициалы|full_name|Full name|Name|name|Surname "
            "and given name|ПІБ зниклого"
        ),
    ),
    (
        "full_name",
        "Військовополонений|Боєць|Военнопленный|Повне ім'я|Полное имя|ФИО военнослужащего|ПІБ (повністю)",
    ),
    (
        "surname",
        ("Прізвище|Прiзвище|ПРІЗВИЩЕ|Фамилия|LAST_NAME_U|LAST_NAME_E|family_name|Surname|lastName|Name 6"),
    ),
    ("given", "Ім'я|Ім’я|Імя|Iм'я|Имя|FIRST_NAME_U|given_name|First name|firstName|Name 1"),
    ("patronymic", "По батькові|По-батькові|Отчество|MIDDLE_NAME_U|patronymic|Middle Name|Name 2"),
    ("other_names", "alternate_names|Aliases|Other spellings|Інші імена|Другие имена|A.K.A."),
    (
        "birth_date",
        (
            "Дата народження|Дата нар.|Рік народження|Год рождения|Дата "
            "рождения|DOB|D.O.B|date_of_birth|Д.н.|Д.Р."
        ),
    ),
    (
        "birth_date",
        "BIRTH_DATE|Birth year|Народився|р.н.|Г.р.|Число, місяць, рік народження|Дата\nнародження",
    ),
    ("age", "Вік|Возраст|Age|Вік (років)"),
    ("sex", "Стать|Пол|sex|Gender"),
    (
        "place",
        (
            "Місце народження|Место рождения|place_of_birth|Адреса "
            "проживання|home_city|Область|Населений пункт|City of birth"
        ),
    ),
    ("unit", "Військова частина|в/ч|В/Ч|№ в/ч|Підрозділ|Воинская часть|unit|Бригада|Місце служби"),
    ("callsign", "Позивний|Позывной|Псевдо|Call sign"),
    ("rank", "Звання|Військове звання|в/звання|Звание|Rank"),
    ("note", "Примітка|Примітки|Примечание|Notes|Remarks|Коментар"),
    ("number", "№|№ п/п|№ з/п|#|п/п|No.|Номер|row"),
    ("report_id", "report_id|Report ID|person_record_id|Номер звернення|id"),
]


@pytest.mark.parametrize(
    ("field", "heading"),
    [(field, heading) for field, headings in HEADINGS for heading in headings.split("|")],
)
def test_a_heading_is_understood(field: str, heading: str) -> None:
    assert meaning(heading)[0] == field


NOT_THE_MAN = [
    (
        "about_another",
        (
            "ПІБ заявника|ФИО заявителя|Телефон|Контактна особа|Прізвище матері|ПІБ "
            "дружини|author_name|source_name"
        ),
    ),
    ("about_another", "ПІБ родича, який звернувся|Mother's name|Date of birth of the applicant"),
    ("other_date", "Дата полону|Дата звільнення|Дата зникнення|LOST_DATE|Дата обмена"),
    ("some_date", "Дата|date"),
    ("other_place", "Місце утримання|LOST_PLACE|Место содержания|Місце полону|Place of detention"),
    ("unknown", "Розмір взуття|Alias strength|Name type|Статус|"),
]


@pytest.mark.parametrize(
    ("reason", "heading"),
    [(reason, heading) for reason, headings in NOT_THE_MAN for heading in headings.split("|")],
)
def test_a_column_about_somebody_or_something_else_is_not_used(reason: str, heading: str) -> None:
    assert (meaning(heading)[0], meaning(heading)[2]) == ("", reason)


def test_every_understood_heading_gives_a_known_field() -> None:
    assert {field for field, _ in HEADINGS} == set(FIELDS)


def test_titles_above_the_headings_are_not_the_headings() -> None:
    found = recognised(
        ("Список звільнених (ПІБ, дата народження)",),
        ("станом на 01.02.2024",),
        (),
        ("№", "ПІБ", "Рік"),
        ("1", "Козодуб Лука", "1987"),
    )

    assert (found.header_line, fields(found)) == (4, ["number", "full_name", "birth_date"])


def test_three_languages_of_one_name_are_three_variants() -> None:
    found = recognised(
        ("LAST_NAME_U", "FIRST_NAME_U", "LAST_NAME_E", "FIRST_NAME_E"), ("Козодуб", "Лука", "KOZODUB", "LUKA")
    )

    assert [(column.field, column.variant) for column in found.columns] == [
        ("surname", "u"), ("given", "u"), ("surname", "e"), ("given", "e"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("Прізвище", "Ім'я"), ["surname", "given"]),
        (("№", "Ім'я"), ["number", "full_name"]),
        (("name", "surname"), ["given", "surname"]),
        (("name", "rank"), ["full_name", "rank"]),
    ],
)
def test_a_heading_that_depends_on_its_neighbours_is_settled_by_them(
    headings: tuple[str, ...], expected: list[str]
) -> None:
    assert fields(recognised(headings, ("Ада", "Лука"))) == expected


def test_a_surname_column_that_holds_whole_names_is_a_full_name() -> None:
    assert (
        fields(recognised(("Прізвище", "Рік народження"), ("Козодуб Лука Савич", "1987")))[0] == "full_name"
    )


def test_the_full_date_wins_over_the_year() -> None:
    found = recognised(("ПІБ", "Рік народження", "Дата народження"), ("Козодуб Лука", "1987", "12.03.1987"))

    assert fields(found) == ["full_name", "", "birth_date"]
    assert "дату народження взято з іншого стовпця" in found.columns[1].reason("uk")


def test_without_headings_names_and_dates_are_known_by_their_looks() -> None:
    found = recognised(
        ("1", "Козодуб Лука Савич", "12.03.1987", "Київська область"),
        ("2", "Їжакова Ганна Євгенівна", "1990", "Степова область"),
    )

    assert (found.header_line, fields(found)) == (0, ["", "full_name", "birth_date", ""])
    assert {column.reason_code for column in found.columns if column.field} == {"content"}


def test_without_headings_three_columns_are_known_by_the_patronymic() -> None:
    found = recognised(("1", "Козодуб", "Лука", "Савич"), ("2", "Їжакова", "Ганна", "Євгенівна"))

    assert fields(found) == ["", "surname", "given", "patronymic"]


def test_an_unknown_heading_over_names_is_settled_by_content() -> None:
    assert fields(recognised(("Хто", "Коли"), ("Козодуб Лука Савич", "12.03.1987")))[0] == "full_name"


def test_a_blank_heading_over_dates_is_settled_by_content() -> None:
    assert fields(recognised(("ПІБ", ""), ("Козодуб Лука", "12.03.1987"))) == ["full_name", "birth_date"]


def test_a_column_about_another_is_never_filled_by_content() -> None:
    with pytest.raises(Unreadable) as refused:
        recognised(("ПІБ заявника", "Телефон"), ("Козодуб Лука Савич", "0"))

    assert refused.value.code == "no_name_column"
    assert "ПІБ заявника" in refused.value.sentence("uk")


def test_a_file_without_names_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        recognised(("Розмір", "Колір"), ("42", "синій"))

    assert refused.value.code == "no_name_column"


def test_headings_without_rows_are_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        recognised(("ПІБ", "Дата народження"))

    assert refused.value.code == "no_rows"


def test_a_column_shows_samples_and_a_reason() -> None:
    column = recognised(
        ("ПІБ",), ("Козодуб Лука",), ("Козодуб Лука",), ("Тин Ада",), ("Лан Сава",), ("Яр Ор",)
    ).columns[0]

    assert column.samples == ("Козодуб Лука", "Тин Ада", "Лан Сава")
    assert column.reason("en") == "by its heading “ПІБ”; 100 % of the cells look like names"


def test_columns_beyond_the_headings_are_kept_and_not_used() -> None:
    found = recognised(("ПІБ", "Рік народження"), ("Козодуб Лука", "1987", "щось", "іще"))

    assert [column.field for column in found.columns] == ["full_name", "birth_date", "", ""]
    assert found.columns[3].title() == "D"


def test_sheets_of_different_layouts_are_recognised_each_by_its_own() -> None:
    first: Cells = [("ПІБ", "Рік народження"), ("Козодуб Лука", 1987)]
    second: Cells = [("Рік народження", "Прізвище", "Ім'я"), (1990, "Тин", "Ада")]
    found = recognise(read_here(xlsx_of(first, Другий=second, Довідка=[("Усе добре", 1)]), "list.xlsx"))

    assert found.sheet == "Список"
    assert [fields(other) for other in found.others] == [["birth_date", "surname", "given"]]
    assert found.for_sheet("Довідка") is None


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(index: int, letters: str) -> None:
    assert letter_of(index) == letters
