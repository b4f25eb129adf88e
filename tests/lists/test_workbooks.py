"""XLSX, ODS and XLS: what a cell says, and which workbooks are refused before they are opened."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest

from matching.lists import Unreadable, read_rows, read_table, recognise
from tests.lists.files import PEOPLE, archive, compound, csv_of, edited, ods_of, xls_of, xlsx_of
from tests.lists.xlsb import xlsb_of

SHEET = "xl/worksheets/sheet1.xml"


def refusal(content: bytes, name: str = "list.xlsx") -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read_table(content, name)
    return refused.value


@pytest.mark.parametrize(
    ("make", "form"), [(xlsx_of, "xlsx"), (ods_of, "ods"), (xls_of, "xls"), (xlsb_of, "xlsb")]
)
def test_every_kind_of_workbook_gives_the_same_people(make: Callable[[], bytes], form: str) -> None:
    table = read_table(make(), f"list.{form}")
    from_csv = read_table(csv_of(), "list.csv")

    assert table.format == form
    assert [line.cells for line in table.lines] == [line.cells for line in from_csv.lines]
    assert not [note for note in table.notes if note.code == "other_extension"]


def test_typed_dates_numbers_and_truth_values_become_plain_text() -> None:
    cells = [date(1987, 3, 12), datetime(1987, 3, 12, 14, 5), 31848, 12.5, True, 380671000000.0]  # noqa: DTZ001

    line = read_table(xlsx_of([cells]), "list.xlsx").lines[0]

    assert line.cells == ("1987-03-12", "1987-03-12 14:05:00", "31848", "12.5", "TRUE", "380671000000")


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    table = read_table(xlsx_of([(), (), *PEOPLE]), "list.xlsx")

    assert [line.number for line in table.lines] == [1, 3, 4, 5]
    assert table.lines[0].cells == ()


def test_of_a_formula_the_value_is_read() -> None:
    def as_formula(sheet: bytes) -> bytes:
        return sheet.replace("<is><t>солдат</t></is>".encode(), b"").replace(
            b'<c r="F2" t="inlineStr">', '<c r="F2" t="str"><f>LOWER("СОЛДАТ")</f><v>солдат</v>'.encode()
        )

    table = read_table(edited(xlsx_of(), SHEET, as_formula), "list.xlsx")

    assert table.lines[1].cells[5] == "солдат"


def test_each_visible_sheet_is_read_under_its_own_name() -> None:
    table = read_table(xlsx_of(PEOPLE, Другий=PEOPLE), "list.xlsx")

    assert [name for name, _ in table.sheets()] == ["Список", "Другий"]


def test_a_hidden_sheet_is_not_read_and_that_is_said() -> None:
    book = openpyxl.Workbook()
    book.active.append(["ПІБ"])
    hidden = book.create_sheet("чернетка")
    hidden.sheet_state = "hidden"
    hidden.append(["Козодуб Лука"])
    saved = io.BytesIO()
    book.save(saved)

    table = read_table(saved.getvalue(), "list.xlsx")

    assert {line.sheet for line in table.lines} == {"Sheet"}
    assert "чернетка" in table.notes[1].sentence("uk")


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("make", [xlsx_of, ods_of, xls_of])
def test_half_a_workbook_is_damaged(make: Callable[[], bytes], keep: float) -> None:
    whole = make()
    cut = whole[: int(len(whole) * keep)]
    try:
        table = read_table(cut, "list")
    except Unreadable as refused:
        assert refused.code in {"damaged", "empty"}  # noqa: PT017
    else:
        # An XLS padded with zeros at its end is whole even when the padding is cut.
        assert make is xls_of
        assert list(table.lines) == list(read_table(whole, "list").lines)


def test_a_flipped_bit_in_the_sheet_is_damaged() -> None:
    book = bytearray(xlsx_of())
    at = book.find(b"sheet1.xml") + 40
    book[at] ^= 0x55

    assert refusal(bytes(book)).code == "damaged"


@pytest.mark.parametrize(
    "content",
    [
        compound({"EncryptedPackage": b"secret"}),
        xls_of(protected=True),
        ods_of(manifest="<manifest:encryption-data/>"),
    ],
    ids=["xlsx", "xls", "ods"],
)
def test_a_password_is_named_as_the_reason(content: bytes) -> None:
    assert refusal(content).code == "password"


def test_an_encrypted_archive_is_named_as_such() -> None:
    book = bytearray(xlsx_of())
    at = book.find(b"PK\x01\x02")
    book[at + 8] |= 1

    assert refusal(bytes(book)).code == "password"


def test_a_zip_bomb_is_refused_by_its_sizes_before_anything_is_unpacked() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", SHEET: b" " * (60 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert refusal(bomb).code == "zip_bomb"


def test_a_small_archive_of_great_ratio_is_refused() -> None:
    assert refusal(archive({"xl/workbook.xml": b"<x/>", SHEET: b" " * (3 * 1024 * 1024)})).code == "zip_bomb"


def test_an_archive_that_lies_about_its_sizes_is_damaged_and_never_unpacked_whole() -> None:
    bomb = bytearray(archive({"xl/workbook.xml": b"<x/>", SHEET: b" " * (60 * 1024 * 1024)}))
    entry = bomb.rfind(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")

    assert refusal(bytes(bomb)).code == "damaged"


def test_an_entity_bomb_is_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'

    content = edited(xlsx_of(), SHEET, lambda sheet: laughs + sheet.partition(b"?>")[2])

    assert refusal(content).code == "entities"


def test_a_stray_cell_in_the_last_corner_is_refused_and_not_filled_up() -> None:
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    refused = refusal(edited(xlsx_of(), SHEET, lambda sheet: sheet.replace(b"</sheetData>", corner)))

    assert refused.code == "too_spread"
    assert "1048576" in refused.sentence("en")


def test_repeated_cells_of_an_opendocument_sheet_are_not_filled_up_either() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'

    assert refusal(ods_of(tail=row)).code == "too_spread"


def test_empty_rows_repeated_to_the_end_of_an_opendocument_sheet_are_harmless() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1048573">{cell}</table:table-row>'

    assert len(read_table(ods_of(tail=row), "list.ods").lines) == 3


def test_more_rows_than_allowed_refuse_the_workbook() -> None:
    with pytest.raises(Unreadable) as refused:
        read_table(xlsx_of([("ПІБ",), *[("Козодуб Лука",)] * 90]), "list.xlsx", max_rows=50)

    assert refused.value.code == "too_many_rows"


@pytest.mark.parametrize(
    ("parts", "code", "kind"),
    [
        ({"word/document.xml": "<x/>"}, "document", "DOCX"),
        ({"word/document2.xml": "<x/>"}, "document", "DOCX"),
        ({"ppt/presentation.xml": "<x/>"}, "document", "PPTX"),
        (
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
            "document",
            "OpenDocument",
        ),
        ({"notes.txt": "x"}, "archive", "ZIP"),
        ({"inner.zip": archive({"list.csv": csv_of()})}, "archive", "ZIP"),
    ],
)
def test_another_archive_is_named_for_what_it_is(parts: dict[str, bytes | str], code: str, kind: str) -> None:
    refused = refusal(archive(parts))

    assert (refused.code, refused.params["kind"]) == (code, kind)


def test_parts_named_to_escape_their_folder_touch_nothing(tmp_path: object) -> None:
    book = io.BytesIO(xlsx_of())
    with zipfile.ZipFile(book, "a") as archived:
        archived.writestr("../../escaped.xml", "<x/>")

    table = read_table(book.getvalue(), "list.xlsx")

    assert len(table.lines) == 3


def test_a_workbook_without_a_filled_cell_is_empty() -> None:
    assert refusal(xlsx_of([])).code == "empty"


def test_a_serial_number_under_a_date_heading_is_a_date() -> None:
    table = read_table(xlsx_of([("ПІБ", "Дата народження"), ("Козодуб Лука", 31848)]), "list.xlsx")

    people = read_rows(table, recognise(table)).people

    assert str(people[0].person.birth) == "1987-03-12"


def test_a_length_that_would_end_the_process_ends_only_the_child() -> None:
    book = bytearray(xls_of())
    # A sheet that ends before it begins: calamine reserves its rows, a number below zero, and Rust aborts.
    book[book.find(b"\x00\x02\x0e\x00") + 4] = 255

    assert refusal(bytes(book), "list.xls").code == "damaged"
