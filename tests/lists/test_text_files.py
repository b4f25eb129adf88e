"""CSV and its kin: encodings, delimiters, quotes and line ends."""

import json
import time

import pytest

from matching.lists import Rows, Table, Unreadable, read_rows, recognise
from tests.lists.files import HEADINGS, PEOPLE, csv_of, read_here, text

RUSSIAN = (
    ("ФИО", "Дата рождения", "Звание"),
    ("Вышневецкий Остап Зиновьевич", "12.03.1987", "рядовой"),
    ("ЕЖАКОВА Анна Евгеньевна", "1990", "сержант"),
)


def rows_of(content: bytes, name: str = "list.csv") -> Rows:
    table = read_here(content, name)
    return read_rows(table, recognise(table))


def surnames(rows: Rows) -> list[str]:
    return [row.person.names[0].surname for row in rows.people]


def codes(table: Table) -> list[str]:
    return [note.code for note in table.notes]


def refusal(content: bytes, name: str = "list.csv") -> str:
    with pytest.raises(Unreadable) as refused:
        read_here(content, name)
    return refused.value.code


UKRAINIAN_ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16-LE"),
    ("utf-16-be", "UTF-16-BE"),
    ("utf-32", "UTF-32"),
    ("cp1251", "windows-1251"),
    ("mac_cyrillic", "Mac Cyrillic"),
]


@pytest.mark.parametrize(("codec", "name"), UKRAINIAN_ENCODINGS)
def test_a_ukrainian_list_is_read_in_every_encoding_an_office_uses(codec: str, name: str) -> None:
    table = read_here(csv_of(encoding=codec), "list.csv")

    assert table.encoding == name
    assert table.lines[2].cells[1:4] == ("Їжакова", "Ганна", "Євгенівна")


@pytest.mark.parametrize(("codec", "name"), [("koi8_u", "KOI8-U"), ("cp1125", "CP866-U")])
def test_a_ukrainian_list_without_the_number_sign_is_read_in_unix_and_dos_encodings(
    codec: str, name: str
) -> None:
    table = read_here(csv_of([row[1:] for row in PEOPLE], encoding=codec), "list.csv")

    assert (table.encoding, table.lines[2].cells[0]) == (name, "Їжакова")


@pytest.mark.parametrize("codec", ["cp1251", "koi8_r", "cp866", "mac_cyrillic"])
def test_a_russian_list_is_read_in_every_encoding_an_office_uses(codec: str) -> None:
    table = read_here(csv_of(RUSSIAN, encoding=codec), "list.csv")

    assert table.lines[2].cells[0] == "ЕЖАКОВА Анна Евгеньевна"


@pytest.mark.parametrize("codec", ["cp1251", "koi8_u", "mac_cyrillic"])
@pytest.mark.parametrize("name", ["Вишневецький Остап", "ВИШНЕВЕЦЬКИЙ ОСТАП", "Їжакова Ганна Євгенівна"])
def test_one_single_name_is_enough_to_tell_the_encoding(codec: str, name: str) -> None:
    table = read_here(f"name\n{name}\n".encode(codec), "list.csv")

    assert table.lines[1].cells == (name,)


def test_a_polish_list_is_not_taken_for_cyrillic() -> None:
    table = read_here(
        "name;born\nWiśniewski Łukasz;1987\nŻółkiewska Małgorzata;1990\n".encode("cp1250"), "l.csv"
    )

    assert table.lines[1].cells[0] == "Wiśniewski Łukasz"


def test_a_guessed_encoding_is_explained_with_a_word_that_can_be_checked() -> None:
    table = read_here(csv_of(encoding="cp1251"), "list.csv")

    assert "«Прізвище»" in table.notes[0].sentence("uk")


def test_names_stay_readable_when_pages_of_digits_come_first() -> None:
    rows = [("номер", "ПІБ"), *((str(n), "") for n in range(30_000)), ("1", "Вишневецький Остап")]

    assert read_here(csv_of(rows, encoding="cp1251"), "l.csv").lines[-1].cells[1] == "Вишневецький Остап"


def test_two_encodings_in_one_file_are_refused_with_the_line() -> None:
    with pytest.raises(Unreadable) as refused:
        read_here(csv_of() + "3;Козодуб\r\n".encode("cp1251"), "list.csv")

    assert (refused.value.code, refused.value.params) == ("mixed_encoding", {"line": "4"})


def test_a_cut_utf_16_file_is_refused() -> None:
    assert refusal(csv_of(encoding="utf-16")[:-1]) == "bad_encoding"


def test_bytes_that_are_no_text_in_any_encoding_are_refused() -> None:
    assert refusal(bytes(range(128, 256)) * 20) == "bad_encoding"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_each_usual_delimiter_is_found(delimiter: str) -> None:
    table = read_here(csv_of(delimiter=delimiter), "list.csv")

    assert table.delimiter == delimiter
    assert table.lines[1].cells[4] == "12.03.1987"


def test_a_delimiter_named_in_the_first_line_is_believed_and_the_line_is_no_person() -> None:
    table = read_here(f"sep=|\n{text(delimiter='|')}".encode(), "list.csv")

    assert (table.delimiter, table.lines[0].number, table.lines[0].cells) == ("|", 2, HEADINGS)


def test_commas_inside_names_do_not_win_over_the_real_delimiter() -> None:
    rows = [("ПІБ", "Частина"), *[("Вишневецький, Остап", "А1234, 1 рота")] * 5]

    assert read_here(csv_of(rows), "list.csv").delimiter == ";"


def test_a_file_of_one_column_needs_no_delimiter() -> None:
    table = read_here("ПІБ\nВишневецький Остап Зіновійович\n".encode(), "list.txt")

    assert "one_column" in codes(table)
    assert table.lines[1].cells == ("Вишневецький Остап Зіновійович",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_numbered_as_an_editor_shows_them(end: str) -> None:
    table = read_here(csv_of(end=end), "list.csv")

    assert [line.number for line in table.lines] == [1, 2, 3]


def test_a_cell_of_two_lines_keeps_the_numbers_of_the_lines_after_it() -> None:
    table = read_here('ПІБ;Примітка\nКозодуб Лука;"перша\nдруга"\nЇжакова Ганна;\n'.encode(), "list.csv")

    assert [(line.number, line.cells[0]) for line in table.lines[1:]] == [
        (2, "Козодуб Лука"),
        (4, "Їжакова Ганна"),
    ]
    assert table.lines[1].cells[1] == "перша\nдруга"


def test_quoted_delimiters_and_doubled_quotes_are_text() -> None:
    table = read_here('ПІБ;Частина\n"Козодуб; Лука";"полк ""Степ"""\n'.encode(), "list.csv")

    assert table.lines[1].cells == ("Козодуб; Лука", 'полк "Степ"')


def test_a_quote_as_an_apostrophe_stays_in_the_name() -> None:
    table = read_here('ПІБ;Рік\nДем"янчук Мар"яна;1990\n'.encode(), "list.csv")

    assert table.lines[1].cells[0] == 'Дем"янчук Мар"яна'


@pytest.mark.parametrize("bad", ['"Степ', 'полк "Степ', '"Степ" полк'])
def test_an_unclosed_quote_loses_nobody(bad: str) -> None:
    lines = [
        "ПІБ;Частина;Рік",
        f"Козодуб Лука;{bad};1987",
        *(f"Їжакова Ганна{'а' * n};А1;1990" for n in range(30)),
    ]

    rows = rows_of("\n".join(lines).encode())

    assert len(rows.people) == 31


def test_two_quotes_that_swallow_the_lines_between_them_lose_nobody() -> None:
    content = (
        'ПІБ;Частина;Рік\nКозодуб Лука;"Степ;1987\nЇжакова Ганна;А;1\nРозумний Сава;"Лан;2\nТин Ада;А;1\n'
    )
    table = read_here(content.encode(), "list.csv")

    assert [line.cells[0] for line in table.lines[1:]] == [
        "Козодуб Лука",
        "Їжакова Ганна",
        "Розумний Сава",
        "Тин Ада",
    ]
    assert "quotes_unbalanced" in codes(table)


def test_zero_bytes_are_taken_out_and_said() -> None:
    table = read_here("ПІБ;Рік\nКозо\x00дуб Лука;1987\n".encode(), "list.csv")

    assert table.lines[1].cells[0] == "Козодуб Лука"
    assert "zeros_removed" in codes(table)


def test_a_cell_that_is_too_long_is_cut_with_its_row_named_and_the_others_stand() -> None:
    quotes = '"' * 1_000_000
    table = read_here(f'ПІБ;Рік;Примітка\nКозодуб Лука;1990;"{quotes}"\nТин Ада;1991;\n'.encode(), "list.csv")

    rows = read_rows(table, recognise(table))

    assert [row.raw[0] for row in rows.people] == ["Козодуб Лука", "Тин Ада"]
    assert len(rows.people[0].raw[2]) == 20_000
    (cut,) = [note for note in table.notes if note.code == "cells_cut"]
    assert cut.params == {"rows": "2", "limit": "20000"}


def test_a_cell_of_ten_megabytes_has_its_row_refused() -> None:
    rows = rows_of(f"ПІБ;Рік\n{'я' * 10_000_000};1987\nКозодуб Лука;1990\n".encode())

    assert [problem.code for problem in rows.problems] == ["name_too_long"]
    assert len(rows.problems[0].sentence("en")) < 300
    assert len(rows.people) == 1


def test_a_line_of_megabytes_without_a_letter_beyond_ascii_is_read_at_once() -> None:
    content = b"name;note\nKozodub Luka;" + b"x" * 5_000_000 + "\nКозодуб Лука;1\n".encode("cp1251")

    began = time.process_time()
    table = read_here(content, "list.csv")

    assert table.lines[2].cells[0] == "Козодуб Лука"
    assert time.process_time() - began < 5


@pytest.mark.parametrize("name", ["list.csv", "list.json"])
def test_a_line_of_more_cells_than_any_list_has_is_refused_by_the_child(name: str) -> None:
    line = ["Вересняк"] * 2001
    written = ";".join(line) if name == "list.csv" else json.dumps([line])
    assert refusal(written.encode(), name) == "too_spread"


def test_a_stray_cell_far_to_the_right_refuses_nobody() -> None:
    rows = [*PEOPLE[:-1], (*PEOPLE[-1], *[""] * 5000, "x")]
    assert surnames(rows_of(csv_of(rows))) == ["Вишневецький", "Їжакова"]


def test_blank_lines_are_counted_once_for_each_run_and_not_at_the_end() -> None:
    rows = rows_of("ПІБ;Рік\n\n;;\n\nКозодуб Лука;1990\n\n\n".encode())

    assert [(each.row, each.last_row) for each in rows.skipped if each.code == "blank"] == [(2, 4)]
    assert rows.people[0].number == 5


def test_rows_beyond_the_limit_refuse_the_file() -> None:
    content = ("ПІБ\n" + "Козодуб Лука\n" * 1_100).encode()

    with pytest.raises(Unreadable) as refused:
        read_here(content, "list.csv", max_rows=1_000)

    assert refused.value.code == "too_many_rows"
    assert "1000" in refused.value.sentence("uk")


def test_exactly_as_many_rows_as_allowed_are_read() -> None:
    table = read_here(("ПІБ\n" + "Козодуб Лука\n" * 1_000).encode(), "list.csv", max_rows=1_000)

    assert len(table.lines) == 1_001


@pytest.mark.parametrize(
    "content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b";;;\n;;;\n", b"\x00" * 500]
)
def test_an_empty_file_is_called_empty(content: bytes) -> None:
    assert refusal(content) == "empty"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\xff\xd8\xff\xe0....", "picture"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "picture"),
        (b"{\\rtf1 ...}", "document"),
        (b"MZ\x90\x00\x03" + bytes(60), "program"),
        (b"\x1f\x8b\x08....", "archive"),
        (b"Rar!\x1a\x07....", "archive"),
        (b"<html><table><tr><td>name</td></tr></table></html>", "markup"),
        ("<?xml version='1.0'?><list/>".encode("utf-16"), "markup"),
        (bytes(range(1, 32)) * 40, "binary"),
    ],
)
def test_a_file_of_another_type_is_told_by_its_bytes_whatever_its_name(content: bytes, code: str) -> None:
    assert refusal(content, "list.csv") == code


def test_a_name_that_begins_like_a_picture_is_still_a_list() -> None:
    assert read_here(b"BMiller Ann\nMZed Bob\n", "list.txt").lines[0].cells == ("BMiller Ann",)


def test_text_called_xls_is_read_as_text_and_that_is_said() -> None:
    table = read_here(csv_of(encoding="utf-16", delimiter="\t"), "список.xls")

    assert table.format == "csv"
    assert "other_extension" in codes(table)


def test_a_fitting_name_needs_no_remark() -> None:
    assert "other_extension" not in codes(read_here(csv_of(), "list.csv"))


def test_a_lone_surrogate_or_a_right_to_left_mark_does_not_stop_the_reader() -> None:
    assert surnames(rows_of("Прізвище;Ім'я\n\u202eКозодуб;Лука\n".encode())) == ["Козодуб"]
