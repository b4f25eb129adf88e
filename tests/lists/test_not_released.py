"""People of whom a list itself says that they were not released: beside the name, in a column, in a title above."""

from collections.abc import Sequence

import pytest

from matching.lists import (
    NOT_RELEASED,
    PersonRow,
    Rows,
    held_back,
    read_row,
    read_rows,
    recognise,
    refused_if_not_released,
)
from tests.lists.files import csv_of, edited, read_here, xlsx_of

NAME, OTHER = "Козодуб Лука Савич", "Дремлюк Павло Гнатович"


def read(content: bytes, name: str = "list.csv") -> Rows:
    table = read_here(content, name)
    return read_rows(table, recognise(table))


def rows_of(*lines: Sequence[str]) -> Rows:
    return read(csv_of(lines))


def remarks(rows: Rows) -> list[list[str]]:
    """Of each person the codes that say that he was not released."""
    return [[one.code for one in row.remarks if one.code in NOT_RELEASED] for row in rows.people]


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("загинув у полоні", "says_dead"),
        ("тіло передано", "says_dead"),
        ("200", "says_dead"),
        ("вантаж 200", "says_dead"),
        ("репатрійовано, тіло впізнано", "says_dead"),
        ("погибший", "says_dead"),
        ("визнаний загиблим", "says_dead"),
        ("признан умершим", "says_dead"),
        ("найден мёртвым", "says_dead"),
        ("загинувша", "says_dead"),
        ("убит 12.05", "says_dead"),
        ("ЗАГИНУВ_12", "says_dead"),
        ("смертю хоробрих", "says_dead"),
        ("believed_dead", "says_dead"),
        ("смертельне поранення", "says_dead"),
        ("убитая", "says_dead"),
        ("мертвая", "says_dead"),
        ("помершого", "says_dead"),
        ("загиб", "says_dead"),
        ("загинувши", "says_dead"),
        ("загиблій", "says_dead"),
        ("вбито", "says_dead"),
        ("скончавшегося", "says_dead"),
        ("груз «200»", "says_dead"),
        ("рештки передано", "says_dead"),
        ("похований", "says_dead"),
        ("розстріляний", "says_dead"),
        ("KIA", "says_dead"),
        ("200-й", "says_dead"),
        ("†", "says_dead"),
        ("посмертно", "says_dead"),
        ("повернувся на щиті", "says_dead"),
        ("закатований", "says_dead"),
        ("летальний випадок", "says_dead"),
        ("не дожив до обміну", "says_dead"),
        ("remains returned", "says_dead"),
        ("executed", "says_dead"),
        ("не звільнений, залишається в полоні", "says_held"),
        ("не обменян", "says_held"),
        ("викреслено зі списку", "says_held"),
        ("исключён из списков", "says_held"),
        ("залишився в полоні", "says_held"),
        ("still held", "says_held"),
        ("відмовився від обміну", "says_held"),
        ("незвільнений", "says_held"),
        ("у полоні", "says_held"),
        ("ще в полоні", "says_held"),
        ("в плену РФ", "says_held"),
        ("утримується в СІЗО", "says_held"),
        ("in captivity", "says_held"),
        ("did not return", "says_held"),
        ("в морзі", "says_dead"),
        ("в морге", "says_dead"),
        ("ДНК збіг", "says_dead"),
        ("совпадение ДНК", "says_dead"),
        ("ДНК співпало", "says_dead"),
        ("не приїхав", "says_held"),
        ("повернули назад", "says_held"),
        ("возвращён в СИЗО", "says_held"),
        ("не приехал", "says_held"),
        ("перенесено на наступний обмін", "says_held"),
        ("перенесён на следующий обмен", "says_held"),
        ("відкладено до наступного обміну", "says_held"),
        ("не включений до списків на обмін", "says_held"),
        ("не включений до списків частини на обмін", "says_held"),
    ],
)
def test_a_remark_that_a_man_is_dead_or_held_is_pointed_out(note: str, code: str) -> None:
    assert remarks(rows_of(("ПІБ", "Примітка"), (NAME, note), (OTHER, "поранений"))) == [[code], []]


@pytest.mark.parametrize(
    "note",
    [
        "звільнений",
        "300",
        "перебував у полоні з 12.03.2022",
        "перебуває в полоні з 2022 року",
        "Оленівка",
        "тілоохоронець",
        "вилучено документи",
        "200 діб у полоні",
        "обмін 24.05",
        "200-й окремий батальйон",
        "had fallen ill",
        "у полоні з 12.04.2022",
        "У полоні 2022",
        "утримується з 12.04.2022",
        "вважався зниклим безвісти",
        "тел. матері 067 000 00 00",
        "не включений до списків частини",
        "не включён в списки воинской части",
        "ДНК здано, збігів немає",
        "ДНК не збігається",
        "операцію перенесено на наступний тиждень",
    ],
)
def test_other_remarks_are_not(note: str) -> None:
    assert remarks(rows_of(("ПІБ", "Примітка"), (NAME, note), (OTHER, ""))) == [[], []]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Дата смерті", ("01.02.2024", "")),
        ("Загиблий", ("так", "ні")),
        ("Загиблий (так/ні)", ("так", "ні (живий)")),
        ("Причина смерти", ("рани", "-")),
        ("Дата обміну тіл", ("24.05.2026", "")),
        ("Статус", ("200", "300")),
        ("Загинув", ("+", "-")),
        ("Тіло повернуто", ("✓", "")),
        ("Дата поховання", ("12.05.2024", "-")),
        ("Живий (так/ні)", ("ні", "так")),
    ],
)
def test_a_column_of_the_dead_speaks_of_those_of_whom_it_tells_something(
    heading: str, cells: tuple[str, str]
) -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження", heading), (NAME, "01.02.1990", cells[0]), (OTHER, "02.03.1991", cells[1])
    )
    assert remarks(rows) == [["says_dead"], []]


@pytest.mark.parametrize("no", ["ні", "нет", "No", "0", "-", "❌"])
@pytest.mark.parametrize(
    "heading",
    ["Звільнений", "Звільнено (так/ні)", "Обміняний", "Повернувся", "Освобождён", "Released", "Звiльнений"],
)
def test_a_no_where_a_heading_asks_whether_he_was_released_says_that_he_was_not(
    heading: str, no: str
) -> None:
    rows = rows_of(("ПІБ", "Рік", heading), (NAME, "1990", no), (OTHER, "1991", "так"))
    assert remarks(rows) == [["says_held"], []]


@pytest.mark.parametrize("yes", ["так", "да", "+", "Звільнений 24.05", "✓"])
@pytest.mark.parametrize(
    "heading", ["Звільнений", "Освобождён", "Чи звільнений?", "Відмітка про звільнення", "Обміняли"]
)
def test_a_blank_is_asked_about_where_of_most_it_is_said_whether_they_were_released(
    heading: str, yes: str
) -> None:
    people = (("ПІБ", "Рік", heading), (NAME, "1990", yes), (OTHER, "1991", ""), ("Яр Лука", "1992", yes))
    more = (
        ("Яр Іван", "1993", "?"),
        ("Яр Назар", "1994", yes),
        ("Яр Осип", "1995", "невідомо"),
        ("Яр Петро", "1996", yes),
    )
    rows = held_back(rows_of(*people, *more))
    assert [row.raw[0] for row in rows.people] == [NAME, "Яр Лука", "Яр Назар", "Яр Петро"]
    assert [row.raw[0] for row in rows.refused] == [OTHER, "Яр Іван", "Яр Осип"]
    assert {problem.code for problem in rows.problems} == {"left_blank"}


@pytest.mark.parametrize("answers", [("", ""), ("так", ""), ("ні", "")])
def test_a_blank_where_most_are_blank_says_nothing(answers: Sequence[str]) -> None:
    told = [(f"Яр {given}", "1990", answer) for given, answer in zip(("Лука", "Іван"), answers, strict=True)]
    rows = rows_of(("ПІБ", "Рік", "Звільнений"), *told, (NAME, "1991", ""))
    assert remarks(rows)[1:] == [[], []]


def test_a_yes_in_a_merged_cell_is_of_all_beside_it() -> None:
    book = xlsx_of([("ПІБ", "Звільнений"), (NAME, "так"), (OTHER, ""), ("Яр Лука", "так")])
    merged = edited(
        book,
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
        ),
    )
    assert remarks(read(merged, "list.xlsx")) == [[], [], []]


def test_whoever_was_asked_about_is_taken_in_as_he_stands() -> None:
    table = read_here(csv_of([("ПІБ", "Звільнений"), (NAME, "так"), (OTHER, "")]), "list.csv")
    read_anew = read_row(recognise(table), (OTHER, ""))
    assert isinstance(refused_if_not_released(read_anew), PersonRow)


def test_a_yes_where_a_heading_asks_whether_he_was_not_says_so() -> None:
    rows = rows_of(("ПІБ", "Рік", "Не звільнений"), (NAME, "1990", "так"), (OTHER, "1991", "ні"))
    assert remarks(rows) == [["says_held"], []]


@pytest.mark.parametrize("heading", ["Дата обміну", "Звільнений зі служби", "Батьки живі", "Номер обміну"])
def test_a_no_where_a_heading_asks_something_else_says_nothing(heading: str) -> None:
    rows = rows_of(("ПІБ", "Рік", heading), (NAME, "1990", "-"), (OTHER, "1991", "ні"))
    assert remarks(rows) == [[], []]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Конт. тел.", "067 000 00 00"),
        ("Дата репатріації", "24.05.2026"),
        ("Статус (звільнений/загиблий)", "звільнений"),
    ],
)
def test_a_telephone_a_day_of_return_or_a_choice_is_no_death(heading: str, cell: str) -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження", heading), (NAME, "01.02.1990", cell), (OTHER, "02.03.1991", cell)
    )
    assert remarks(rows) == [[], []]


def test_the_two_hundredth_row_is_no_dead_man() -> None:
    rows = rows_of(
        ("№", "ПІБ"), *((str(number), f"Козодуб Лука{'а' * number}") for number in range(198, 202))
    )
    assert remarks(rows) == [[], [], [], []]


@pytest.mark.parametrize(
    "title",
    [
        "Загиблі:",
        "Тіла загиблих",
        "Залишаються в полоні",
        "Не звільнені",
        "УБИТЫ",
        "Dead",
        "Обмін тілами",
        "Загинули в полоні",
        "Умерли",
        "Загинуло: 5",
        "Смерть",
        "Полеглі",
        "Мёртвые",
        "Загиблі_травень",
        "Загиблі у 2024 р.",
        "Загиблі в м. Маріуполь",
        "Тіла загиблих, с. Оленівка",
        "Загиблi",  # with a Latin i, as half of all keyboards write it
        "УБИTЫ",
        "Не звiльненi",
        "Казнённые",
        "Закатовані",
        "200-ті",
        "KIA",
        "Mortal remains",
        "Вічна памʼять:",
        "Повернулися «на щиті»:",
        "Репатріація:",
        "200:",
        "Залишились:",
        "Список безвісти зниклих",
        "Полонені, не включені до обміну",
        "У полоні (2 особи)",
        "В плену",
        "Остаются в плену",
        "Утримуються в РФ",
        "Не увійшли до обміну",
        "Неосвобождённые",
        "Still in Russian captivity",
        "Held in Russia",
        "Зниклі безвісти",
        "Пропавшие без вести (2)",
        "Запит на обмін",
        "Запрос на обмен",
        "Не привезли",
        "Повернуті назад",
        "Перенесено на наступний обмін",
        "Missing",
    ],
)
def test_whoever_stands_below_a_title_of_others_is_pointed_out_until_the_title_of_the_released(
    title: str,
) -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"), (title,), (NAME, "01.02.1990"), ("Звільнені:",), (OTHER, "02.03.1991")
    )
    assert remarks(rows) == [["below_title"], []]
    assert [line.code for line in rows.skipped] == ["heading", "title", "title"]
    assert not rows.refused


def test_a_title_above_the_headings_counts() -> None:
    title = "Список загиблих, тіла яких повернуто"
    assert remarks(rows_of((title,), ("ПІБ", "Дата народження"), (NAME, "01.02.1990"))) == [["below_title"]]


@pytest.mark.parametrize(
    "title",
    [
        "Список звільнених з полону",
        "Звільнені та тіла загиблих",
        "Обмін полоненими та тілами загиблих 24.05",
        "Обмін 24.05.2026",
        "Військовослужбовці ЗСУ",
    ],
)
def test_a_title_of_the_released_or_of_both_says_nothing(title: str) -> None:
    assert remarks(rows_of((title,), ("ПІБ", "Дата народження"), (NAME, "01.02.1990"))) == [[]]


@pytest.mark.parametrize(
    "line",
    [
        "Помер 13.05.2025",
        "загинув у полоні",
        "помер від ран",
        "Не звільнений",
        "залишився в полоні",
        "остался в плену",
        "не приїхав",
        "перенесений на наступний обмін",
        "умер в плену",
        "Умер",
        "посмертно",
        "† 12.05.2024",
        "Дата смерті 12.05.2024",
        "Причина смерті: пневмонія",
        "тiло повернуто",
    ],
)
def test_a_remark_in_a_line_of_its_own_is_no_title_and_speaks_of_the_man_above(line: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (NAME, "01.02.1990"), (line,), (OTHER, "02.03.1991"))
    held = held_back(rows)
    assert [row.raw[0] for row in held.people] == [OTHER]
    assert sorted(row.raw[0] for row in held.refused) == sorted([NAME, line])
    assert line in next(row for row in held.refused if row.raw[0] == NAME).problems[0].sentence("uk")


@pytest.mark.parametrize("line", ["† Яр П. О.", "🕯 Яр П. О.", "❌ П. О. Яр"])
def test_a_sign_beside_initials_speaks_of_nobody_above(line: str) -> None:
    rows = held_back(
        rows_of(("ПІБ", "Дата народження"), (NAME, "01.02.1990"), (line,), (OTHER, "02.03.1991"))
    )
    assert [row.raw[0] for row in rows.people] == [NAME, OTHER]
    assert [row.raw[0] for row in rows.refused] == [line]


@pytest.mark.parametrize(
    "title",
    [
        "Звільнено:",
        "Звільнено з полону",
        "Освобождены",
        "Повернуті з полону",
        "Живі",
        "Звільнені 24.05.2025 р.",
    ],
)
def test_a_title_of_the_released_ends_one_of_the_dead(title: str) -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"), ("Загиблі:",), (NAME, "01.02.1990"), (title,), (OTHER, "02.03.1991")
    )
    assert remarks(rows) == [["below_title"], []]


@pytest.mark.parametrize("line", ["Обмін 24 травня 2025", "Дата обміну 24.05"])
def test_the_day_of_the_exchange_ends_no_title_of_the_dead(line: str) -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"), ("Загиблі",), (OTHER, "02.03.1991"), (line,), (NAME, "01.02.1990")
    )
    assert remarks(rows) == [["below_title"], ["below_title"]]


def test_a_count_beside_the_title_does_not_hide_it() -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Загиблі", "15 осіб"), (NAME, "01.02.1990"))
    assert remarks(rows) == [["below_title"]]


def test_the_title_holds_for_the_list_below_it_under_other_headings() -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"),
        (OTHER, "02.03.1991"),
        ("Загиблі",),
        ("Прізвище", "Імʼя", "По батькові", "Рік"),
        ("Козодуб", "Лука", "Савич", "1990"),
    )
    assert remarks(rows) == [[], ["below_title"]]


def test_a_pasted_message_has_its_titles_too() -> None:
    text = f"Звільнені:\n1. {OTHER}\n2. Горобець Іван Петрович\nЗагиблі:\n1. {NAME}\n"
    assert remarks(read(text.encode(), "list.txt")) == [[], [], ["below_title"]]


def test_the_name_of_a_sheet_is_a_title() -> None:
    book = xlsx_of([("ПІБ", "Рік"), (OTHER, "1991")], Загиблі=[("ПІБ", "Рік"), (NAME, "1990")])
    assert remarks(read(book, "list.xlsx")) == [[], ["below_title"]]


@pytest.mark.parametrize(
    "name", ["Умеров Э.С.", "Останко П.С.", "Погиба В.", "Смертін А.", "Загинайло А.В.", "Умеров Сейдамет"]
)
def test_a_surname_that_begins_like_a_death_is_a_surname(name: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (name, ""), (OTHER, "02.03.1991"))
    assert remarks(rows) == [[], []]
    assert [row.raw[0] for row in rows.people] == [name, OTHER]
    parts = rows_of(("Прізвище", "Імʼя", "По батькові"), (name.split()[0], "Рустем", "Енверович"))
    assert remarks(parts) == [[]]


@pytest.mark.parametrize(
    "name",
    [
        "1. Останков П.С.",
        "12) Останков П. С.",
        "солдат Останков П.С.",
        "Останков П.С., солдат",
        "Мертвих В.І.",
    ],
)
def test_a_surname_that_is_a_word_of_the_dead_is_no_title_beside_initials(name: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (name, ""), (OTHER, "02.03.1991"))
    assert remarks(rows) == [[], []]


@pytest.mark.parametrize("title", ["ЗАГИБЛІ М. КИЇВ", "Загиблі, м. Київ", "1. Загиблі", "Загиблі (15)"])
def test_a_letter_with_a_full_stop_in_a_title_is_no_initial(title: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (title,), (OTHER, "02.03.1991"))
    assert remarks(rows) == [["below_title"]]


@pytest.mark.parametrize("surname", ["Мертвий", "Мертвых", "Убит", "Павший", "Тело"])
def test_a_row_that_tells_more_than_one_word_is_a_man_whatever_the_word(surname: str) -> None:
    rows = rows_of(("Прізвище", "Імʼя", "По батькові"), (surname, "Лука", "Савич"), ("Яр", "Ор", ""))
    assert remarks(rows) == [[], []]


def test_umer_is_a_given_name() -> None:
    rows = rows_of(("Имя", "Отчество", "Фамилия", "Дата рождения"), ("Умер", "Энверович", "Яр", "01.02.1990"))
    assert remarks(rows) == [[]]


def test_a_man_alone_in_his_row_is_no_title() -> None:
    rows = rows_of(("ПІБ", "Дата народження"), ("Козодуб Лука (загинув)", ""), (OTHER, "02.03.1991"))
    assert remarks(rows) == [["says_dead"], []]


@pytest.mark.parametrize(
    "cell",
    [
        "Козодуб Лука Савич загинув",
        "Козодуб Лука Савич - загинув",
        "КОЗОДУБ ЛУКА САВИЧ ЗАГИНУВ",
        "Загиблий Козодуб Лука Савич",
        "загиблий солдат Козодуб Лука Савич",
        "тіло Козодуб Лука Савич",
        "(помер) Козодуб Лука Савич",
        "Козодуб Лука Савич умер",
        "Козодуб Лука Савич †",
        "🕯 Козодуб Лука Савич",
        "🕯 КОЗОДУБ ЛУКА САВИЧ",
        "тіло Козодуб Лука Савич (поранений)",
    ],
)
def test_a_word_of_the_dead_within_the_cell_of_the_name_is_heard(cell: str) -> None:
    rows = held_back(rows_of(("ПІБ", "Дата народження"), (cell, "01.02.1990"), (OTHER, "02.03.1991")))
    assert [row.raw[0] for row in rows.people] == [OTHER]
    assert {problem.code for problem in rows.problems} == {"says_dead"}


@pytest.mark.parametrize("cross", ["❌ {}", "❌ {} (поранений)", "{} ✗"])
def test_a_cross_beside_a_name_is_asked_about(cross: str) -> None:
    rows = rows_of(("ПІБ", "Рік"), (cross.format(NAME), "1990"), (f"✅ {OTHER}", "1991"))
    assert remarks(rows) == [["says_held"], []]


@pytest.mark.parametrize("heading", ["№", "Звання", "Підрозділ", "Місце", "Стать"])
@pytest.mark.parametrize(("cell", "code"), [("загинув", "says_dead"), ("не звільнений", "says_held")])
def test_a_remark_in_a_column_of_something_else_is_heard(heading: str, cell: str, code: str) -> None:
    rows = rows_of(("ПІБ", "Рік", heading), (NAME, "1990", cell), (OTHER, "1991", ""))
    assert remarks(rows) == [[code], []]


@pytest.mark.parametrize(
    "place", ["с. Мертвовод, вул. Полеглих Героїв", "у полоні", "утримується в Таганрозі"]
)
def test_a_place_says_of_nobody_that_he_was_not_released(place: str) -> None:
    assert remarks(rows_of(("ПІБ", "Рік", "Місце"), (NAME, "1990", place))) == [[]]


@pytest.mark.parametrize(
    ("heading", "cell"), [("Місце", "вул. полеглих героїв"), ("Підрозділ", "рота евакуації тіл")]
)
def test_a_street_or_a_unit_may_be_named_for_the_dead(heading: str, cell: str) -> None:
    assert remarks(rows_of(("ПІБ", "Рік", heading), (NAME, "1990", cell))) == [[]]


def test_a_list_of_the_released_holds_them_back_with_the_reason_and_the_others_stand() -> None:
    rows = held_back(rows_of(("ПІБ", "Примітка"), (NAME, "загинув"), (OTHER, "поранений")))
    assert [row.raw[0] for row in rows.people] == [OTHER]
    assert [problem.code for problem in rows.refused[0].problems] == ["says_dead"]
    for language in ("uk", "en", "ru"):
        assert "загинув" in rows.problems[0].sentence(language)


@pytest.mark.parametrize(
    "title",
    [
        "Перебуває в полоні",
        "Утримується в неволі",
        "Залишається в полоні (12 осіб)",
        "Залишається в полоні:",
        "Died in custody",
        "Морг",
        "Ті, хто помер у полоні",
        "Те, кто скончался в плену",
        "Смерть від тортур",
    ],
)
def test_what_may_be_a_remark_or_a_title_of_those_below_is_taken_for_both(title: str) -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"), (NAME, "01.02.1990"), (title,), (OTHER, "02.03.1991"), ("Яр Ор", "")
    )
    assert len(remarks(rows)[0]) == 1
    assert remarks(rows)[1:] == [["below_title"], ["below_title"]]


@pytest.mark.parametrize(
    "title",
    [
        ("II.", "Загиблі"),
        ("Б.", "Загиблі"),
        ("Список", "загиблих"),
        ("Загиблі", "24.05.2025"),
        ("Загиблі",) * 5,
        ("-", "Загиблі"),
    ],
)
def test_a_title_over_several_cells_is_a_title(title: Sequence[str]) -> None:
    heading = ("№", "Прізвище", "Імʼя", "По батькові", "Дата народження")
    rows = rows_of(heading, title, ("1", "Козодуб", "Лука", "Савич", "01.02.1990"))
    assert remarks(rows) == [["below_title"]]


@pytest.mark.parametrize("note", ["батьки загиблі", "діти загиблих", "родители погибшие"])
def test_a_rare_name_with_a_remark_on_others_is_no_title(note: str) -> None:
    rows = held_back(rows_of(("ПІБ", "Рік", "Примітка"), ("Яр Ор", "1990", note), (NAME, "1991", "")))
    assert [row.raw[0] for row in rows.people] == [NAME]
    assert [row.raw[0] for row in rows.refused] == ["Яр Ор"]


@pytest.mark.parametrize("heading", ["Загиблі родичі", "Знає про загиблих", "Не звільнені побратими"])
def test_headings_are_no_title(heading: str) -> None:
    rows = rows_of(("ПІБ", "Рік", heading), (NAME, "1990", ""), (OTHER, "1991", ""))
    assert remarks(rows) == [[], []]


@pytest.mark.parametrize("total", [("Всього: 4", "з них загиблих: 0"), ("Примітка:", "загиблі окремо")])
def test_a_total_of_both_is_no_title(total: Sequence[str]) -> None:
    rows = rows_of(("ПІБ", "Рік", "Підрозділ"), (NAME, "1990", "1 бр"), total, (OTHER, "1991", "2 бр"))
    assert remarks(rows) == [[], []]


@pytest.mark.parametrize("cells", [("Мертвих", "Людмила"), ("Мертвих", "Шамхан"), ("Убит", "Умер")])
def test_a_surname_and_a_given_name_are_no_title(cells: Sequence[str]) -> None:
    rows = rows_of(("Прізвище", "Імʼя", "По батькові"), cells, ("Козодуб", "Лука", "Савич"))
    assert remarks(rows) == [[], []]


@pytest.mark.parametrize("title", ["Б. Загиблі (12 осіб)", "А. Померлі, 12", "I. Загиблі (5)", "Загиблий:"])
def test_a_title_with_its_letter_or_a_colon_is_of_those_below(title: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (title,), (OTHER, "02.03.1991"))
    assert remarks(rows) == [["below_title"]]


def test_a_blank_line_between_a_man_and_the_remark_on_him_keeps_nothing_from_him() -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"), (NAME, "01.02.1990"), ("", ""), ("помер від ран", ""), (OTHER, "")
    )
    assert remarks(rows) == [["says_dead"], []]


def test_the_day_of_a_death_beside_it_makes_no_man_of_a_remark() -> None:
    rows = held_back(
        rows_of(("ПІБ", "Дата народження"), (NAME, "01.02.1990"), ("Помер", "13.05.2025"), (OTHER, ""))
    )
    assert [row.raw[0] for row in rows.people] == [OTHER]


@pytest.mark.parametrize("title", ["Рештки", "Трупи", "Похоронені", "Розстріляні", "Bodies"])
def test_other_words_for_the_dead_are_titles_too(title: str) -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (title,), (OTHER, "02.03.1991"))
    assert remarks(rows) == [["below_title"]]


def test_a_remark_behind_another_one_is_on_the_same_man() -> None:
    rows = rows_of(
        ("ПІБ", "Дата народження"), (NAME, "01.02.1990"), ("поранений",), ("помер від ран",), (OTHER, "")
    )
    assert remarks(rows)[0] == ["says_dead"]


def test_a_total_says_nothing_of_the_last_man() -> None:
    rows = rows_of(("ПІБ", "Дата народження"), (NAME, "01.02.1990"), ("Усього 2, з них загинув 1",))
    assert remarks(rows) == [[]]
