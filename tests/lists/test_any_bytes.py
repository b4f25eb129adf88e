"""Whatever arrives is read or refused: no other exception, no row that is nowhere."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.lists import (
    FIELDS,
    ChosenTwice,
    Mapping,
    Recognition,
    Table,
    Unreadable,
    columns_of,
    read_rows,
    read_table,
    recognise,
)
from tests.lists.files import HEADINGS, csv_of, ods_of, read_here, xls_of, xlsx_of
from tests.lists.pdfs import pdf_of, table

WORKBOOKS = {"xlsx": xlsx_of(), "ods": ods_of(), "xls": xls_of()}
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Each workbook starts a child process.
FEW = settings(QUICK, max_examples=20)
ODD = st.text(
    st.one_of(
        st.sampled_from(";,\t|\"'\n\r\x00 .0123456789()/-іІїЄґҐaAаАВIvan\u0301\u202e\ufeff"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)


def assert_told(reason: Unreadable) -> None:
    assert all(reason.sentence(language) for language in ("uk", "en", "ru"))


def read(content: bytes, name: str = "list", opener: Callable[..., Table] = read_here) -> None:
    """Read the whole way, and check that every line is somewhere."""
    try:
        table = opener(content, name)
        recognition = recognise(table)
    except Unreadable as reason:
        assert_told(reason)
        return
    assert all(said.sentence("uk") for said in table.notes)
    assert_placed(table, recognition)


def assert_placed(table: Table, recognition: Recognition) -> None:
    """Every line is a person, refused or passed over, and everything that is said of it can be said."""
    rows = read_rows(table, recognition, as_of=date(2024, 2, 1))
    remarks = [remark for row in rows.people for remark in row.remarks]
    assert all(column.reason("uk") for column in recognition.columns)
    assert all(said.sentence("uk") for said in (*remarks, *rows.problems, *rows.skipped))
    placed = {(row.sheet, row.number) for row in (*rows.people, *rows.refused)}
    passed = {(line.sheet, n) for line in rows.skipped for n in range(line.row, line.last_row + 1)}
    assert {(line.sheet, line.number) for line in table.lines} <= placed | passed
    assert not placed & passed
    assert len(placed) == len(rows.people) + len(rows.refused)


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    read(content)


@FEW
@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"%"]),
    st.binary(),
)
def test_bytes_that_pretend_to_be_something_are_read_or_refused(magic: bytes, rest: bytes) -> None:
    read(magic + rest, opener=read_table)


@QUICK
@given(ODD, st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32"]))
def test_any_text_in_any_encoding_is_read_or_refused(content: str, codec: str) -> None:
    read(content.encode(codec))


@QUICK
@given(
    st.lists(st.lists(ODD, min_size=1, max_size=8), min_size=1, max_size=6), st.sampled_from([";", ",", "\t"])
)
def test_any_cells_under_headings_are_people_problems_or_passed_over(
    rows: list[list[str]], delimiter: str
) -> None:
    read(csv_of([HEADINGS, *rows], delimiter=delimiter))


@FEW
@given(st.lists(ODD, min_size=1, max_size=4))
def test_any_cell_in_each_place_of_a_workbook_is_read_or_refused(cells: list[str]) -> None:
    clean = [cell.translate(dict.fromkeys((*range(9), 11, 12, *range(14, 32)))) for cell in cells]
    read(xlsx_of([HEADINGS, *[[cell] * len(HEADINGS) for cell in clean if not cell.startswith("=")]]))


@FEW
@given(
    st.sampled_from(sorted(WORKBOOKS)), st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=4)
)
def test_a_workbook_with_flipped_bits_is_read_or_refused(form: str, flips: list[tuple[float, int]]) -> None:
    content = bytearray(WORKBOOKS[form])
    for at, bits in flips:
        content[int(at * (len(content) - 1))] ^= bits
    read(bytes(content), f"list.{form}", read_table)


@FEW
@given(st.sampled_from(["xlsx", "ods"]), st.data())
def test_a_workbook_with_spoilt_parts_is_read_or_refused(form: str, data: st.DataObject) -> None:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOKS[form])) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            at = data.draw(st.integers(0, len(part)))
            new.writestr(
                name, part[:at] + data.draw(st.binary(max_size=6)) + part[at + data.draw(st.integers(0, 3)) :]
            )
    read(result.getvalue(), f"list.{form}", read_table)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), ODD),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(ODD, st.sampled_from(["ПІБ", "surname", "BIRTH_DATE"])), inner, max_size=4),
    ),
    max_leaves=20,
)


@QUICK
@given(JSON, st.integers(0, 3))
def test_any_json_is_read_or_refused(value: object, cut: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    read(text[: len(text) - cut].encode("utf-8", "surrogatepass"), "list.json")


@QUICK
@given(st.lists(JSON, min_size=1, max_size=5))
def test_any_records_a_line_each_are_read_or_refused(values: list[object]) -> None:
    read("\n".join(json.dumps({"ПІБ": value}) for value in values).encode(), "list.jsonl")


PFIF_PARTS = st.sampled_from(
    [
        "<p:person>",
        "</p:person>",
        "<p:note>",
        "</p:note>",
        "<p:full_name>",
        "</p:full_name>",
        "Козодуб Лука",
        "&amp;",
    ]
)


@QUICK
@given(
    st.lists(
        st.one_of(PFIF_PARTS, st.sampled_from(["1987", "<x/>", "&a;", "<![CDATA[", "<!--"])), max_size=12
    )
)
def test_any_pfif_is_read_or_refused(parts: list[str]) -> None:
    read(f'<p:pfif xmlns:p="http://zesty.ca/pfif/1.4">{"".join(parts)}</p:pfif>'.encode(), "list.xml")


@QUICK
@given(
    st.lists(
        st.builds(
            lambda *parts: "".join(parts),
            st.sampled_from(["1. ", "• ", "🔹", "", "- ", "12) ", "(", "№"]),
            st.one_of(ODD, st.just("Козодуб Лука Савич"), st.just("Тин Ада, Яр Ор та Лан Сава")),
            st.one_of(
                ODD, st.sampled_from([", 12.03.1987", ", в/ч А1234", " (дів. Яр)", ", 35 років", " 72 ОМБр"])
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_message_is_read_or_refused(lines: list[str]) -> None:
    read("\n".join(lines).encode("utf-8", "surrogatepass"), "")


PDF = pdf_of(
    table([("ПІБ", "Дата"), ("Козодуб Лука", "1987"), ("Тин Ада", "1990")], widths=(150, 80), ruled=True)
)


@FEW
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=6))
def test_a_pdf_with_flipped_bits_is_read_or_refused(flips: list[tuple[float, int]]) -> None:
    content = bytearray(PDF)
    for at, bits in flips:
        content[int(at * (len(content) - 1))] ^= bits
    read(bytes(content), "list.pdf", read_table)


@QUICK
@given(
    st.lists(st.lists(ODD, min_size=1, max_size=5), min_size=1, max_size=5),
    st.dictionaries(st.integers(0, 5), st.sampled_from([*FIELDS, ""])),
    st.integers(0, 6),
)
def test_whatever_a_caseworker_says_of_columns_every_line_is_somewhere(
    cells: list[list[str]], told: dict[int, str], header: int
) -> None:
    try:
        found = read_here(csv_of([HEADINGS, *cells]), "list.csv")
        (seen,) = columns_of(found, header_lines={"": header})
        columns = recognise(found, Mapping().corrected(seen, told), header_lines={"": header})
    except Unreadable as reason:
        assert_told(reason)
        return
    except ChosenTwice:
        return
    assert_placed(found, columns)
