"""PDF lists: ruled tables, tables of spaces alone, plain lines; a picture of a list is never guessed at."""

import pytest

from matching.lists import Rows, Table, Unreadable, read_rows, read_table, recognise
from tests.lists.files import read_here
from tests.lists.pdfs import pdf_of, picture_of_a_page, table, words

HEAD = ("№", "ПІБ", "Дата народження", "В/ч")
FIRST = (
    HEAD,
    *[(n, f"Козодуб{c} Лука Савич", f"{n:02d}.03.1987", f"А{1000 + n}") for n, c in enumerate("абвг", 1)],
)
SECOND = (
    HEAD,
    *[(n, f"Тин{c} Ада Савівна", f"{n:02d}.04.1990", f"А{2000 + n}") for n, c in enumerate("абв", 5)],
)
WIDTHS = (30, 180, 120, 80)
TITLE = [words(40, 810, "Список звільнених, етап 1")]


def two_pages(*, ruled: bool) -> bytes:
    first = [*TITLE, *table(FIRST, widths=WIDTHS, ruled=ruled)]
    second = [*table(SECOND, widths=WIDTHS, ruled=ruled), words(60, 600, "Всього: 7"), words(300, 30, "2")]
    return pdf_of(first, second)


def read(content: bytes) -> tuple[Table, Rows]:
    found = read_here(content, "list.pdf")
    return found, read_rows(found, recognise(found))


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_here(content, "list.pdf")
    return refused.value.code


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "bare"])
def test_a_table_on_two_pages_is_one_table_without_titles_totals_and_page_numbers(ruled: bool) -> None:
    _, rows = read(two_pages(ruled=ruled))

    people = [(row.person.names[0].full, str(row.person.birth), row.person.unit) for row in rows.people]
    assert people[0] == ("Козодуба Лука Савич", "1987-03-01", "А1001")
    assert people[-1] == ("Тинв Ада Савівна", "1990-04-07", "А2007")
    assert len(people) == 7
    assert not rows.refused
    assert [line.code for line in rows.skipped] == [
        "above_heading", "heading", "heading_again", "total", "signature",
    ]  # fmt: skip


def test_every_row_knows_its_page_and_its_place_in_the_document() -> None:
    _, rows = read(two_pages(ruled=True))

    assert [(row.page, row.number) for row in rows.people] == [
        (1, 3), (1, 4), (1, 5), (1, 6), (2, 8), (2, 9), (2, 10),
    ]  # fmt: skip


def test_a_pdf_is_opened_in_a_child_and_says_how_many_pages_it_has() -> None:
    heard: list[tuple[int, int]] = []

    found = read_table(two_pages(ruled=True), "list.pdf", progress=lambda *told: heard.append(told))

    assert "2" in found.notes[0].sentence("uk")
    assert heard[:2] == [(1, 2), (2, 2)]
    assert heard[-1] == (12, 12)


def test_a_name_in_two_lines_of_a_ruled_cell_is_one_name() -> None:
    rows = [HEAD, *[(n, f"Козодуб{c}\nЛука Савич", "1987", "А1000") for n, c in enumerate("абв", 1)]]

    _, read_back = read(pdf_of(table(rows, widths=WIDTHS, ruled=True, lines=2)))

    assert read_back.people[0].person.names[0].full == "Козодуба Лука Савич"


def test_a_name_in_two_lines_of_a_bare_table_is_one_name() -> None:
    rows = [HEAD, *[(n, f"Козодуб{c}\nЛука Савич", "1987", "А1000") for n, c in enumerate("абв", 1)]]

    _, read_back = read(pdf_of(table(rows, widths=WIDTHS, ruled=False, lines=2)))

    assert [row.person.names[0].full for row in read_back.people] == [
        "Козодуба Лука Савич",
        "Козодубб Лука Савич",
        "Козодубв Лука Савич",
    ]
    assert not read_back.refused


def test_the_first_row_of_a_bare_table_keeps_the_surname_that_stands_above_its_number() -> None:
    drawn = [words(x, 780, heading) for x, heading in ((40, "№"), (80, "ПІБ"), (300, "Народився"))]
    for n, name in enumerate(("", "Тин Ада", "Яр Ор", "Лан Сава"), 1):
        y = 780 - 24 * n
        drawn += [words(40, y, str(n)), words(300, y, f"0{n}.03.1987"), words(80, y, name)]
    drawn += [words(80, 780 - 24 + 5, "Козодуб"), words(80, 780 - 24 - 5, "Лука Савич")]

    _, rows = read(pdf_of(drawn))

    assert rows.people[0].person.names[0].full == "Козодуб Лука Савич"
    assert len(rows.people) == 4


def test_a_row_torn_by_the_end_of_a_page_is_refused_with_its_neighbours_and_never_guessed() -> None:
    second = [HEAD, ("", "Савич", "", ""), *SECOND[1:]]
    first = [*FIRST[:-1], (4, "Козодубг Лука", "04.03.1987", "А1004")]

    _, rows = read(pdf_of(table(first, widths=WIDTHS, ruled=True), table(second, widths=WIDTHS, ruled=True)))

    assert [(row.page, row.raw[1], row.problems[0].code) for row in rows.refused] == [
        (1, "Козодубг Лука", "torn"),
        (2, "Савич", "torn"),
        (2, "Тина Ада Савівна", "torn"),
    ]
    assert len(rows.people) == 5


def test_plain_numbered_lines_are_read_like_a_message() -> None:
    lines = [
        words(40, 780 - 14 * n, f"{n}. Козодуб{c} Лука Савич, 0{n}.03.1987") for n, c in enumerate("абв", 1)
    ]

    found, rows = read(pdf_of(lines))

    assert found.is_message
    last = rows.people[2]
    assert (last.person.names[0].full, str(last.person.birth)) == ("Козодубв Лука Савич", "1987-03-03")


def test_a_scanned_page_is_refused_with_the_advice_to_type_it() -> None:
    with pytest.raises(Unreadable) as refused:
        read_table(pdf_of([picture_of_a_page()]), "скан.pdf")

    assert refused.value.code == "scan"
    assert "наберіть" in refused.value.sentence("uk")


def test_a_page_that_is_a_picture_among_others_is_named() -> None:
    found, _ = read(pdf_of(table(FIRST, widths=WIDTHS, ruled=True), [picture_of_a_page()]))

    (said,) = [note for note in found.notes if note.code == "picture_pages"]
    assert "2" in said.sentence("uk")


def test_text_that_a_machine_recognised_behind_a_scan_is_named() -> None:
    found, _ = read(pdf_of([picture_of_a_page(), *table(FIRST, widths=WIDTHS, ruled=False)]))

    assert "recognised_pages" in [note.code for note in found.notes]


def test_a_pdf_without_a_word_is_refused() -> None:
    assert refusal(pdf_of([])) == "scan"


def test_a_protected_pdf_is_refused_for_its_password() -> None:
    key = "<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>"
    guard = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [<00> <00>] "
    content = two_pages(ruled=True).replace(b"/Root 1 0 R", f"{guard}/Root 1 0 R".encode())

    assert refusal(content) == "password"


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_half_a_pdf_is_read_as_far_as_it_is_whole_or_refused(keep: float) -> None:
    whole = two_pages(ruled=True)
    try:
        _, rows = read(whole[: int(len(whole) * keep)])
    except Unreadable as refused:
        assert refused.code in {"damaged", "scan", "empty"}  # noqa: PT017
    else:
        assert len(rows.people) <= 7
