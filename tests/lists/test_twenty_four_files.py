"""The twenty-four ways in which a file goes wrong, one test each; what is said of each stands in other files too."""

import datetime
import io
import json
import resource
import sys
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import psutil
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from matching.engine import BirthDate, Name, Person, profile, stored_keys
from matching.lists import Rows, Table, Unreadable, read_rows, read_table, recognise, sheet_csv
from matching.lists.reading import Frames, frames_of
from matching.parsing.frames import Options
from tests.lists.files import archive, csv_of, edited, ods_of, read_here, xls_of, xlsx_of

SHEET = "xl/worksheets/sheet1.xml"
HEAD = ("ПІБ", "Дата народження")


def refusal(content: bytes, name: str = "list.xlsx", **options: int) -> str:
    with pytest.raises(Unreadable) as refused:
        read_table(content, name, **options)
    assert all(refused.value.sentence(language) for language in ("uk", "en", "ru"))
    return refused.value.code


def rows_of(table: Table) -> Rows:
    return read_rows(table, recognise(table))


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def codes(table: Table) -> list[str]:
    return [note.code for note in table.notes]


def test_01_an_empty_file_is_called_empty() -> None:
    assert {refusal(content) for content in (b"", b"\xff\xfe", b" \r\n", b"\x00" * 9)} == {"empty"}


def test_02_a_file_is_what_its_bytes_say_whatever_its_name() -> None:
    assert read_table(csv_of(), "list.xlsx").format == "csv"
    assert read_table(xlsx_of(), "list.csv").format == "xlsx"
    assert refusal(b"\x89PNG\r\n\x1a\n....", "list.csv") == "picture"
    assert refusal(b"MZ\x90\x00" + bytes(60), "list.xlsx") == "program"


def test_03_a_workbook_cut_short_is_damaged() -> None:
    whole = xlsx_of()

    assert {refusal(whole[: int(len(whole) * share)]) for share in (0.3, 0.8, 0.99)} == {"damaged"}


def test_04_a_bomb_is_refused_before_it_is_unpacked_and_takes_no_memory() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", SHEET: b" " * (110 * 1024 * 1024)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert refusal(bomb) == "zip_bomb"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_05_an_archive_in_an_archive_a_path_out_of_it_and_a_link_touch_no_disk(tmp_path: Path) -> None:
    book = io.BytesIO(xlsx_of())
    with zipfile.ZipFile(book, "a") as archived:
        archived.writestr(f"../../{tmp_path.name}/escaped.xml", "<x/>")
        link = zipfile.ZipInfo("xl/worksheets/link.xml")
        link.external_attr = 0o120777 << 16
        archived.writestr(link, "/etc/passwd")

    assert len(read_table(book.getvalue(), "list.xlsx").lines) == 3
    assert list(tmp_path.iterdir()) == []
    assert refusal(archive({"inner.zip": archive({"list.csv": csv_of()})})) == "archive"


def test_06_entities_are_refused_wherever_they_stand() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    book = xlsx_of()
    for part in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        assert refusal(edited(book, part, lambda xml: laughs + xml.partition(b"?>")[2])) == "entities"


def test_07_macros_links_and_dde_are_named_and_never_followed() -> None:
    book = io.BytesIO(xlsx_of([HEAD, ("=cmd|'/c calc'!A1", "1987"), ("Козодуб Лука", "1990")]))
    with zipfile.ZipFile(book, "a") as archived:
        archived.writestr("xl/vbaProject.bin", b"macro")
        archived.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")

    table = read_table(book.getvalue(), "list.xlsm")

    assert {"macros", "links", "without_value"} <= set(codes(table))
    assert [row.person.names[0].full for row in rows_of(table).people] == ["Козодуб Лука"]
    assert [row.number for row in rows_of(table).refused] == [2]


def test_08_a_password_is_named_as_the_reason() -> None:
    assert refusal(xls_of(protected=True), "list.xls") == "password"
    assert refusal(ods_of(manifest="<manifest:encryption-data/>"), "list.ods") == "password"


def test_09_of_formulas_the_values_are_read_and_counted() -> None:
    def as_formula(sheet: bytes) -> bytes:
        cell = '<c r="A2" t="str"><f>A1&amp;"x"</f><v>Козодуб Лука</v></c>'.encode()
        return sheet.replace(b"</sheetData>", b'<row r="2">' + cell + b"</row></sheetData>")

    table = read_table(edited(xlsx_of([HEAD]), SHEET, as_formula), "list.xlsx")

    (said,) = [note for note in table.notes if note.code == "formulas"]
    assert said.params["count"] == "1"
    assert rows_of(table).people[0].person.names[0].full == "Козодуб Лука"


def test_10_hidden_sheets_are_named_hidden_rows_are_read_and_merged_cells_lend() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ((*HEAD, "В/ч"), ("Козодуб Лука", "1987", "А1234"), ("Тин Ада", "1990", None)):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("C2:C3")
    book.create_sheet("чернетка").sheet_state = "hidden"

    table = read_table(saved(book), "list.xlsx")

    assert {"hidden_sheet", "hidden_rows"} <= set(codes(table))
    assert [row.person.unit for row in rows_of(table).people] == ["А1234", "А1234"]


def test_11_a_number_that_a_spreadsheet_shortened_is_whole_in_a_workbook_and_as_written_in_text() -> None:
    assert read_table(xlsx_of([("тел.",), (380671234567.0,)]), "x.xlsx").lines[1].cells == ("380671234567",)
    shortened = csv_of([("ПІБ", "тел."), ("Козодуб Лука", "3,80671E+11")])
    assert read_here(shortened, "x.csv").lines[1].cells[1] == "3,80671E+11"


def test_12_days_from_1904_are_read_and_impossible_dates_are_refused() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    day = datetime.date(1987, 3, 12)
    for row in (HEAD, ("Козодуб Лука", day), ("Тин Ада", (day - datetime.date(1904, 1, 1)).days)):
        book.active.append(row)
    table = read_table(saved(book), "list.xlsx")
    odd = read_here(
        csv_of([HEAD, *[("Яр Ор", cell) for cell in ("30.02.1987", "12.03.0096", "13/13/1987")]]), "x"
    )

    assert "date1904" in codes(table)
    assert [str(row.person.birth) for row in rows_of(table).people] == ["1987-03-12", "1987-03-12"]
    assert [row.problems[0].code for row in rows_of(odd).refused] == ["not_a_date"] * 3


def test_13_every_encoding_is_found_and_a_mixture_refused() -> None:
    for codec in ("cp1251", "utf-16", "utf-8-sig", "utf-16-le", "koi8_u", "mac_cyrillic", "cp1125"):
        content = csv_of([HEAD, ("Їжакова Ганна Євгенівна", "1987")], encoding=codec)
        assert read_here(content, "x.csv").lines[1].cells[0] == "Їжакова Ганна Євгенівна"
    assert refusal(csv_of() + "3;Козодуб\r\n".encode("cp1251"), "x.csv") == "mixed_encoding"


def test_14_letters_spoilt_by_a_wrong_encoding_are_refused_in_their_row() -> None:
    spoilt = "Козодуб Лука".encode().decode("cp1251")
    rows = rows_of(read_here(csv_of([HEAD, (spoilt, "1987"), ("Тин Ада", "1990")]), "x.csv"))

    assert [(row.number, row.problems[0].code) for row in rows.refused] == [(2, "garbled")]


def test_15_delimiters_are_found_quotes_lose_nobody_and_a_huge_cell_harms_nobody() -> None:
    for delimiter in (";", "\t"):
        assert read_here(csv_of(delimiter=delimiter), "x.csv").delimiter == delimiter
    open_quote = 'ПІБ;В/ч\nКозодуб Лука;"Степ\n' + "Тин Ада;А1\n" * 20
    huge = f"ПІБ;В/ч\nКозодуб Лука;{'я' * 10_000_000}\nТин Ада;А1\n"

    assert len(rows_of(read_here(open_quote.encode(), "x.csv")).people) == 21
    assert len(rows_of(read_here(huge.encode(), "x.csv")).people) == 2


def test_16_zero_bytes_and_every_line_end_are_understood() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert [line.number for line in read_here(csv_of(end=end), "x.csv").lines] == [1, 2, 3]
    table = read_here("ПІБ;Рік\nКозо\x00дуб Лука;1987\n".encode(), "x.csv")
    assert (table.lines[1].cells[0], "zeros_removed" in codes(table)) == ("Козодуб Лука", True)


def test_17_a_heading_twice_none_at_all_and_more_columns_than_headings_lose_nothing() -> None:
    twice = rows_of(read_here(csv_of([("Прізвище", "Ім'я", "Прізвище"), ("Тин", "Ада", "Тинн")]), "x"))
    none = rows_of(
        read_here(csv_of([("Козодуб Лука Савич", "12.03.1987"), ("Тин Ада Савівна", "1990")]), "x")
    )
    more = rows_of(read_here(csv_of([HEAD, ("Козодуб Лука", "1987", "щось")]), "x"))

    assert [name.surname for name in twice.people[0].person.names] == ["Тин", "Тинн"]
    assert [row.number for row in none.people] == [1, 2]
    assert more.people[0].raw == ("Козодуб Лука", "1987", "щось")


def test_18_a_row_over_a_million_is_refused_before_it_costs_anything() -> None:
    content = ("ПІБ\n" + "Козодуб Лука\n" * 1_000_021).encode()

    with pytest.raises(Unreadable) as refused:
        read_table(content, "x.csv", max_rows=1_000_000)

    assert (refused.value.code, refused.value.params) == ("too_many_rows", {"limit": "1000000"})


def test_19_two_people_in_one_cell_are_refused_and_two_spellings_of_one_are_not() -> None:
    cells = ("Козодуб Лука; Тин Ада", "Козодуб Лука / KOZODUB Luka")
    rows = rows_of(read_here(csv_of([HEAD, *[(cell, "1987") for cell in cells]], delimiter="|"), "x.csv"))

    assert [row.problems[0].code for row in rows.refused] == ["several_people"]
    assert [name.full for name in rows.people[0].person.names] == ["Козодуб Лука", "KOZODUB Luka"]


def found_under(name: str) -> set[str]:
    (row,) = rows_of(read_here(csv_of([HEAD, (name, "12.03.1987")]), "x.csv")).people
    return set(stored_keys(profile(row.person)))


PLAIN = set(
    stored_keys(profile(Person((Name(full="Дем'яненко Іван Ігорович"),), BirthDate.parse("12.03.1987"))))
)


@pytest.mark.parametrize("name", ["Дeм'янeнко Iвaн Iгopoвич", "ДЕМ'ЯНЕНКO Iван Ігорович"])
def test_20_latin_letters_inside_a_ukrainian_name_lead_to_the_same_report(name: str) -> None:
    assert found_under(name) == PLAIN


@pytest.mark.parametrize("apostrophe", "'’ʼ`´‘")
def test_21_every_apostrophe_leads_to_the_same_report(apostrophe: str) -> None:
    assert found_under(f"Дем{apostrophe}яненко Іван Ігорович") == PLAIN


def test_22_composed_and_decomposed_letters_lead_to_the_same_report() -> None:
    name = "Їжаківський Йосип Ґедзович"

    assert found_under(unicodedata.normalize("NFD", name)) == found_under(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u00ad", "\ufeff", "\u200f", "\u2060"])
def test_23_signs_that_nobody_sees_lead_to_the_same_report(sign: str) -> None:
    assert found_under(f"Дем'я{sign}ненко Іван {sign}Ігорович{sign}") == PLAIN


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_24_a_sheet_that_is_downloaded_runs_nothing(cell: str) -> None:
    assert f'"\'{cell}"' in sheet_csv([(cell,)]).decode("utf-8-sig")


HOSTILE = {
    "memory": ("x = [b'x' * 10**9 for _ in range(10)]", "too_heavy"),
    "time": ("while True: pass", "too_heavy"),
    "waiting": ("import time; time.sleep(60)", "too_heavy"),
    "crash": ("import os; os.abort()", "damaged"),
    "silence": ("import os; os._exit(0)", "damaged"),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_child_that_a_file_drives_mad_is_stopped_and_the_parent_lives(attack: str) -> None:
    harm, code = HOSTILE[attack]
    program = (
        f"from matching.parsing.frames import serve\ndef read(*told):\n    {harm}\nserve(read, cpu_seconds=1)"
    )

    def opened(reader: str, content: bytes, options: Options) -> Frames:
        seconds = 2.0 if attack == "waiting" else 300.0
        return frames_of([sys.executable, "-c", program, options.to_json()], content, seconds=seconds)

    with pytest.raises(Unreadable) as refused:
        read_table(b"x;y", "list.csv", opened_by=opened)

    assert refused.value.code == code


def test_a_child_is_ended_when_the_listener_gives_up() -> None:
    children = psutil.Process().children

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_table(csv_of(), "list.csv", progress=cancel)

    assert not [child for child in children() if "matching.parsing" in " ".join(child.cmdline())]


def test_a_child_knows_nothing_of_the_environment_and_its_secrets() -> None:
    program = "import json, os; print(json.dumps(['note', 'x', dict(os.environ)])); print('[\"end\"]')"

    (said, _) = frames_of([sys.executable, "-c", program], b"")

    assert set(json.loads(said)[2]) <= {"PYTHONPATH", "LC_CTYPE"}
