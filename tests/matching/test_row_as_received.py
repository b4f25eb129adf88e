"""What a list says around a man stands before whoever decides: no table holds all words for those not released."""

import pytest

from matching.models import Match, RefusedRow
from tests.factories import a_committed_list, a_match, a_report, match_all
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db

HIM = "Вересняк Александр Николаевич;12.03.1987"


def shown(client, match):
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    answer = client.get(page("matching_match_change", match.pk))
    return answer.context, answer.content.decode()


def line_above(client, *rows):
    return shown(client, a_match(*rows))[0]["line_above"]


def test_each_cell_of_the_row_stands_with_its_heading(client):
    match = a_match(f"{HIM};ні", heading="ПІБ;Дата народження;Доставлений")
    context, html = shown(client, match)
    assert context["raw_row"][-1] == ("Доставлений", "ні")
    assert "Доставлений: <bdi>ні</bdi>" in html


def test_a_blank_below_a_heading_that_is_read_as_no_fact_is_shown(client):
    match = a_match(
        "Грабар Осип Ілліч;01.02.1990;так;А1234",
        f"{HIM};;",
        heading="ПІБ;Дата народження;Доставлений;Частина",
    )
    context, html = shown(client, match)
    assert [cell.heading for cell in context["raw_row"]] == ["ПІБ", "Дата народження", "Доставлений"]
    assert "Доставлений: <bdi>—</bdi>" in html


def test_a_list_without_headings_shows_the_cells_alone(client):
    a_report()
    a_committed_list(HIM, "Грабар Осип Ілліч;01.02.1990", heading="")
    match_all()
    context, _ = shown(client, Match.objects.get())
    assert [cell.text for cell in context["raw_row"]] == HIM.split(";")


def test_the_line_above_that_names_nobody_is_shown_word_for_word(client):
    rows = ("Грабар Осип Ілліч;01.02.1990", "Не доїхали до кордону;", HIM)
    context, html = shown(client, a_match(*rows))
    assert context["line_above"] == (3, "Не доїхали до кордону")
    assert "<bdi>Не доїхали до кордону</bdi>" in html


def test_it_is_shown_also_when_somebody_has_set_the_line_aside(client):
    match = a_match("Не доїхали до кордону;", HIM)
    RefusedRow.objects.update(aside="no_person", aside_at=match.entry.source_list.committed_at)
    assert shown(client, match)[0]["line_above"].text == "Не доїхали до кордону"


def test_a_line_below_him_or_above_nobody_is_not_shown(client):
    assert line_above(client, HIM, "Не доїхали до кордону;") is None


def test_a_title_of_a_group_between_them_ends_nothing(client):
    assert line_above(client, "Не доїхали до кордону;", "Сержанти;", HIM).row == 2


def test_a_man_who_could_not_be_read_is_no_line_above(client):
    assert line_above(client, "Грабар Осип Ілліч;32.13.1990", HIM) is None


def test_people_between_the_line_and_him_end_nothing(client):
    assert line_above(client, "Не доїхали до кордону;", "Грабар Осип Ілліч;01.02.1990", HIM).row == 2
