"""Rows that could not be read: two people in one, a line that is nobody's."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse

from matching import lists_intake
from matching.models import Aside, ListEntry, ListKind, Match, RefusedRow, WaveEvent
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_member_of_staff,
    a_received_list,
    a_report,
    commit,
    match_all,
)
from tests.matching.deciding import confirmed

pytestmark = pytest.mark.django_db

TWO = "Дремлюк Павло Савич, Вересняк Олександр Миколайович;"
DREMLIUK, VERESNIAK = ["Дремлюк Павло Савич", ""], ["Вересняк Олександр Миколайович", "12.03.1987"]
SLOGAN = "Слава Україні!;32.13.1987"
BROTHER = "Вересняк Степан Миколайович;05.06.1991"


def row_page(refused):
    return reverse("admin:matching_sourcelist_row", args=[refused.source_list_id, refused.pk])


@pytest.fixture
def desk(client):
    client.force_login(a_member_of_staff("importers"))
    return client


def names():
    return sorted(entry.name_text for entry in ListEntry.objects.live())


def test_both_people_of_one_row_are_entered_before_the_commit(desk):
    source_list = a_received_list(TWO, SON_ON_LIST.replace("Вересняк", "Горобець"))
    refused = RefusedRow.objects.get()
    page = desk.post(row_page(refused), {"people": "1", "cell-0": TWO[:-1], "cell-1": "", "more": "1"})
    assert page.content.decode().count('name="cell-0') == 2
    assert RefusedRow.objects.waiting().exists()
    typed = {"people": "2", "cell-0": DREMLIUK[0], "cell-0-of-2": VERESNIAK[0], "cell-1-of-2": VERESNIAK[1]}
    assert desk.post(row_page(refused), typed).status_code == 302
    shown = desk.get(reverse("admin:matching_sourcelist_change", args=[source_list.pk])).content.decode()
    assert "Можна взяти в роботу: 3 людини" in shown
    run = commit(source_list)
    assert len(names()) == run.entry_count == 3
    source_list.refresh_from_db()
    assert (source_list.entry_count, source_list.refused_count) == (3, 0)
    assert sorted(ListEntry.objects.values_list("row", "part")) == [(2, 1), (2, 2), (3, 1)]


def test_a_row_set_aside_without_saying_why_keeps_its_cells_on_the_page(desk):
    a_received_list(SLOGAN, SON_ON_LIST)
    shown = desk.post(row_page(RefusedRow.objects.get()), {"aside": ""}).content.decode()
    assert 'value="Слава Україні!"' in shown


def test_both_people_of_one_row_are_matched_when_the_list_is_in_force_already():
    a_report()
    run = a_committed_list(TWO, "Горобець Іван Петрович;01.02.1990")
    lists_intake.correct_row(RefusedRow.objects.get().pk, DREMLIUK, VERESNIAK, by=None)
    match_all()
    assert Match.objects.get().entry.part == 2
    run.source_list.refresh_from_db()
    assert (run.source_list.entry_count, run.source_list.refused_count) == (3, 0)


def test_one_of_two_who_cannot_be_read_keeps_the_whole_row_back(desk):
    a_received_list(TWO, SON_ON_LIST)
    refused = RefusedRow.objects.get()
    typed = {"people": "2", "cell-0": DREMLIUK[0], "cell-0-of-2": VERESNIAK[0], "cell-1-of-2": "40.03.1987"}
    page = desk.post(row_page(refused), typed).content.decode()
    assert "40.03.1987" in page
    assert DREMLIUK[0] in page
    assert RefusedRow.objects.waiting().exists()


def test_an_empty_part_of_a_row_is_nobody(desk):
    a_received_list(TWO, SON_ON_LIST)
    refused = RefusedRow.objects.get()
    typed = {"people": "2", "cell-0": DREMLIUK[0], "cell-0-of-2": " "}
    assert desk.post(row_page(refused), typed).status_code == 302
    assert len(RefusedRow.objects.get().people) == 1


def test_two_people_typed_for_one_row_outlive_another_reading_of_the_list():
    source_list = a_received_list(TWO, SON_ON_LIST)
    lists_intake.correct_row(RefusedRow.objects.get().pk, DREMLIUK, VERESNIAK, by=None)
    lists_intake.read_anew(source_list.pk, by=None)
    assert [each["cells"] for each in RefusedRow.objects.get().people] == [DREMLIUK, VERESNIAK]


def test_a_line_that_is_no_person_is_set_aside_with_the_reason_and_can_be_brought_back(desk):
    run = a_committed_list(SON_ON_LIST, SLOGAN)
    refused = RefusedRow.objects.get()
    desk.post(row_page(refused), {"aside": ""})
    assert RefusedRow.objects.waiting().exists()
    desk.post(row_page(refused), {"aside": Aside.NO_PERSON})
    run.source_list.refresh_from_db()
    assert (run.source_list.refused_count, RefusedRow.objects.waiting().count()) == (0, 0)
    shown = desk.get(reverse("admin:matching_sourcelist_change", args=[run.source_list_id])).content.decode()
    assert str(Aside.NO_PERSON.label) in shown
    assert row_page(refused) in shown
    desk.post(row_page(refused), {"back": "1"})
    run.source_list.refresh_from_db()
    assert (run.source_list.refused_count, RefusedRow.objects.waiting().count()) == (1, 1)
    assert [*WaveEvent.objects.order_by("pk").values_list("kind", flat=True)][-2:] == [
        "row_aside",
        "row_back",
    ]


def test_what_was_set_aside_stays_aside_when_the_list_is_read_again_and_is_never_entered():
    source_list = a_received_list(SON_ON_LIST, SLOGAN)
    lists_intake.set_row_aside(RefusedRow.objects.get().pk, Aside.NO_PERSON, by=None)
    lists_intake.read_anew(source_list.pk, by=None)
    assert RefusedRow.objects.set_aside().exists()
    commit(source_list)
    source_list.refresh_from_db()
    assert (source_list.entry_count, source_list.refused_count) == (1, 0)


def test_nobody_puts_right_what_somebody_has_set_aside():
    a_received_list(SON_ON_LIST, SLOGAN)
    refused = RefusedRow.objects.get()
    lists_intake.set_row_aside(refused.pk, Aside.NO_PERSON, by=None)
    with pytest.raises(lists_intake.NotWaiting):
        lists_intake.correct_row(refused.pk, VERESNIAK, by=None)
    both = RefusedRow.objects.get()
    both.corrected_at, both.correction = Now(), {"cells": [], "row": {}}
    with pytest.raises(IntegrityError), transaction.atomic():
        both.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusedRow.objects.update(aside="")


# ------------------------------------------------------------------------------ and the list comes again

NO_DATE = "Вересняк Александр Николаевич;45.13.1987"
NEIGHBOUR = "Кропива Тарас Опанасович;01.02.1990"
MENDED = ["Вересняк Александр Николаевич", "12.03.1987"]


def mended_and_confirmed():
    """A committed list whose refused row was put right, and its man confirmed for a family."""
    a_report()
    run = a_committed_list(NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.get().pk, MENDED, by=None)
    match_all()
    return run, confirmed(Match.objects.get())


@pytest.mark.parametrize("rows", [[NO_DATE, NEIGHBOUR, BROTHER], [BROTHER, NEIGHBOUR, NO_DATE]])
def test_a_man_typed_for_a_refused_row_stands_on_when_the_list_comes_again_with_that_row(rows):
    run, match = mended_and_confirmed()
    again = a_received_list(*rows, replaces=run)
    assert again.preview["difference"]["numbers"] == {"unchanged": 2, "added": 1, "changed": 0, "removed": 0}
    commit(again)
    match_all()
    match.refresh_from_db()
    assert (match.state, ListEntry.objects.live().count()) == ("confirmed", 3)
    assert not again.refused_rows.waiting().exists()
    third = a_received_list(*rows[1:], rows[0], "Ще Один Чоловік;02.02.1971", replaces=again.runs.get())
    assert third.preview["difference"]["numbers"]["removed"] == 0


def test_a_man_typed_after_the_list_came_again_is_kept_by_the_commit():
    run = a_committed_list(NO_DATE, BROTHER)
    lists_intake.correct_row(RefusedRow.objects.get().pk, MENDED, by=None)
    again = a_received_list(NO_DATE.replace("45", "46"), BROTHER, replaces=run)
    assert again.preview["difference"]["numbers"]["removed"] == 1
    lists_intake.correct_row(again.refused_rows.waiting().get().pk, MENDED, by=None)
    commit(again)
    assert ListEntry.objects.filter(removed_at__isnull=False).count() == 0


def test_what_was_typed_for_one_of_two_equal_rows_is_said_of_neither_in_the_next_version():
    run = a_committed_list(NO_DATE, NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.first().pk, MENDED, by=None)
    again = a_received_list(NO_DATE, NO_DATE, NEIGHBOUR, BROTHER, replaces=run)
    assert again.refused_rows.waiting().count() == 2


def test_what_was_typed_is_not_taken_over_where_the_columns_mean_something_else_now():
    rows = ["Вересняк Александр;45.13.1987;Полтава", "Кропива Тарас;01.02.1990;Суми"]
    run = a_committed_list(*rows, heading="ПІБ;Дата народження;Місто")
    typed = ["Вересняк Александр", "12.03.1987", "Полтава"]
    lists_intake.correct_row(RefusedRow.objects.get().pk, typed, by=None)
    again = a_received_list(*rows, heading="ПІБ;Дата народження;Підрозділ", replaces=run)
    assert again.refused_rows.waiting().count() == 1


def test_a_line_set_aside_is_set_aside_in_the_next_version_too():
    run = a_committed_list(SLOGAN, SON_ON_LIST)
    lists_intake.set_row_aside(RefusedRow.objects.get().pk, Aside.NO_PERSON, by=None)
    again = a_received_list(NEIGHBOUR, SLOGAN, SON_ON_LIST, replaces=run)
    assert again.refused_rows.set_aside().get().aside == Aside.NO_PERSON


def test_what_was_typed_is_carried_over_though_a_longer_row_makes_the_table_wider():
    first = a_received_list(NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(
        first.refused_rows.get().pk, ["Вересняк Олександр Миколайович", "12.03.1987"], by=None
    )
    run = commit(first)
    again = a_received_list(NO_DATE, f"{NEIGHBOUR};уточнено", BROTHER, replaces=run)
    assert again.refused_rows.put_right().count() == 1
    assert again.preview["difference"]["numbers"]["removed"] == 0


# ------------------------------------------------------------------------------ and it was typed wrongly


def typed_at():
    return RefusedRow.objects.order_by("pk").values_list("corrected_at", flat=True).get()


WRONG = ["Вересняк Алексей Николаевич", "12.03.1987"]


def test_a_row_typed_wrongly_is_typed_anew_before_the_commit(desk):
    source_list = a_received_list(NO_DATE, NEIGHBOUR)
    refused = RefusedRow.objects.get()
    lists_intake.correct_row(refused.pk, WRONG, by=None)
    assert row_page(refused) in desk.get(list_page(source_list)).content.decode()
    shown = desk.get(row_page(refused)).content.decode()
    assert f'value="{WRONG[0]}"' in shown
    assert "45.13.1987" in shown, "as received"
    told = {"cell-0": MENDED[0], "cell-1": MENDED[1], "typed_at": typed_at().isoformat()}
    assert desk.post(row_page(refused), told).status_code == 302
    commit(source_list)
    assert names() == [MENDED[0], "Кропива Тарас Опанасович"]


def list_page(source_list):
    return reverse("admin:matching_sourcelist_change", args=[source_list.pk])


def told_of_the_wrong_man():
    """A list in force of which one row was typed wrongly, and two reviewers took its man for a family's son."""
    a_report(given="Олексій")
    run = a_committed_list(NO_DATE, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.get().pk, WRONG, by=None)
    match_all()
    return run, confirmed(Match.objects.get())


def test_what_was_typed_wrongly_on_a_list_in_force_is_taken_back_and_nobody_is_told_of_it(desk):
    run, match = told_of_the_wrong_man()
    a_report()
    refused = RefusedRow.objects.get()
    assert "родин" in desk.get(row_page(refused)).content.decode()
    told = {"cell-0": MENDED[0], "cell-1": MENDED[1]}
    desk.post(row_page(refused), told)
    assert MENDED[0] not in names(), "from a page that does not show what was typed meanwhile"
    said = desk.post(row_page(refused), {**told, "typed_at": typed_at().isoformat()}, follow=True)
    assert "Скасовано ще не надіслані звістки (родин: 1)" in said.content.decode()
    match_all()
    match.refresh_from_db()
    run.source_list.refresh_from_db()
    assert (match.state, run.source_list.entry_count, run.source_list.refused_count) == ("retracted", 2, 0)
    assert names() == [MENDED[0], "Кропива Тарас Опанасович"]
    assert Match.objects.get(state="open").entry.name_text == MENDED[0]


def test_a_row_typed_as_a_man_who_is_nobody_is_set_aside_and_he_is_taken_back():
    run, match = told_of_the_wrong_man()
    lists_intake.set_row_aside(RefusedRow.objects.get().pk, Aside.NO_PERSON, by=None, typed_at=typed_at())
    match.refresh_from_db()
    run.source_list.refresh_from_db()
    assert (match.state, run.source_list.entry_count, names()) == (
        "retracted",
        1,
        ["Кропива Тарас Опанасович"],
    )
    assert RefusedRow.objects.set_aside().get().people == []


def test_of_two_people_typed_for_a_row_the_one_who_was_typed_rightly_stands_on():
    a_report()
    run = a_committed_list(TWO, NEIGHBOUR)
    lists_intake.correct_row(RefusedRow.objects.get().pk, ["Дремлюк Павел", ""], VERESNIAK, by=None)
    match_all()
    match = confirmed(Match.objects.get())
    lists_intake.correct_row(RefusedRow.objects.get().pk, DREMLIUK, VERESNIAK, by=None, typed_at=typed_at())
    match.refresh_from_db()
    run.source_list.refresh_from_db()
    assert (match.state, run.source_list.entry_count) == ("confirmed", 3)
    assert names() == ["Вересняк Олександр Миколайович", "Дремлюк Павло Савич", "Кропива Тарас Опанасович"]


def test_who_was_typed_though_he_stands_in_another_row_stays_confirmed_in_that_row():
    a_report()
    run = a_committed_list(NO_DATE, ";".join(MENDED))
    lists_intake.correct_row(RefusedRow.objects.get().pk, MENDED, by=None)
    match_all()
    entry = ListEntry.objects.get(source_list=run.source_list, row=2)
    match = confirmed(Match.objects.get(entry=entry))
    lists_intake.set_row_aside(RefusedRow.objects.get().pk, Aside.LISTED, by=None, typed_at=typed_at())
    match.refresh_from_db()
    assert (match.state, names()) == ("confirmed", [MENDED[0]])


def test_typed_anew_in_the_next_version_before_its_commit_the_wrong_man_goes_with_the_commit():
    run, match = told_of_the_wrong_man()
    again = a_received_list(BROTHER, NEIGHBOUR, NO_DATE, replaces=run)
    carried = again.refused_rows.get()
    lists_intake.correct_row(carried.pk, MENDED, by=None, typed_at=carried.corrected_at)
    commit(again)
    match.refresh_from_db()
    assert (match.state, ListEntry.objects.live().count()) == ("retracted", 3)
    assert MENDED[0] in names()


def test_typed_anew_while_the_next_version_waits_that_one_is_read_again_first():
    run, _ = told_of_the_wrong_man()
    again = a_received_list(BROTHER, NEIGHBOUR, NO_DATE, replaces=run)
    typed = run.source_list.refused_rows.get()
    lists_intake.correct_row(typed.pk, MENDED, by=None, typed_at=typed.corrected_at)
    with pytest.raises(lists_intake.ComparedTooEarly):
        lists_intake.commit_list(again.pk, by=None)
    lists_intake.read_anew(again.pk, by=None)
    assert again.refused_rows.get().people[0]["cells"] == MENDED, "what was typed last"


# ------------------------------------------------------------------------------ and a row that says: not released

DEAD = "Вересняк Александр Николаевич;12.03.1987;загинув у полоні"
HEADING = "ПІБ;Дата народження;Примітка"


def test_on_a_list_of_the_released_nobody_is_matched_who_by_its_own_words_was_not(desk):
    a_report()
    run = a_committed_list(DEAD, f"{NEIGHBOUR};поранений", heading=HEADING)
    match_all()
    assert not Match.objects.exists()
    refused = RefusedRow.objects.waiting().get()
    assert "говорить про смерть" in desk.get(row_page(refused)).content.decode()
    cells = dict(zip(("cell-0", "cell-1", "cell-2"), DEAD.split(";"), strict=True))
    asked = {"is_released": "1"}
    assert "говорить про смерть" in desk.post(row_page(refused), {**cells, **asked}).content.decode(), (
        "as it is"
    )
    assert "Запитайте того" in desk.post(row_page(refused), {**cells, "cell-2": ""}).content.decode()
    assert RefusedRow.objects.waiting().exists()
    assert desk.post(row_page(refused), {**cells, "cell-2": "", **asked}).status_code == 302
    match_all()
    assert Match.objects.get().entry.source_list_id == run.source_list_id


def test_below_a_title_of_the_dead_each_is_asked_about_and_read_as_he_stands_when_he_was_released(desk):
    a_report()
    a_committed_list(NEIGHBOUR, "Загиблі:", "Вересняк Александр Николаевич;12.03.1987")
    refused = RefusedRow.objects.waiting().get()
    cells = {"cell-0": "Вересняк Александр Николаевич", "cell-1": "12.03.1987"}
    assert "«Загиблі:»" in desk.get(row_page(refused)).content.decode()
    assert "Запитайте того" in desk.post(row_page(refused), cells).content.decode(), (
        "nobody says yet that he is free"
    )
    assert desk.post(row_page(refused), {**cells, "is_released": "1"}).status_code == 302
    match_all()
    assert Match.objects.exists()


def test_rows_that_were_held_back_are_not_called_unread_and_the_page_says_what_waits_for_them(desk):
    source_list = a_received_list(NEIGHBOUR, TWO, DEAD, heading=HEADING)
    commit(source_list)
    desk.cookies["django_language"] = "en"
    html = desk.get(list_page(source_list)).content.decode()
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", html)
    assert "Rows that could not be read (1)" in headings
    assert "Rows held back: by the words of the list these people were not released (1)" in headings
    assert html.count("no family hears by a message that this list was checked") == 2
    assert "more than 5 days" in html


def test_a_list_of_the_dead_promises_no_family_that_it_was_checked(desk):
    source_list = a_received_list(TWO, SON_ON_LIST, kind=ListKind.CLAIMED_DEAD)
    commit(source_list)
    desk.cookies["django_language"] = "en"
    html = desk.get(list_page(source_list)).content.decode()
    assert "Rows that could not be read" in html
    assert "that this list was checked" not in html


def test_a_man_who_was_not_released_is_set_aside_as_such(desk):
    a_committed_list(DEAD, f"{NEIGHBOUR};", heading=HEADING)
    desk.post(row_page(RefusedRow.objects.get()), {"aside": Aside.NOT_FREED})
    assert RefusedRow.objects.set_aside().get().aside == Aside.NOT_FREED


def test_all_who_stand_below_one_title_are_set_aside_at_once(desk):
    a_committed_list(
        SON_ON_LIST, "Загиблі:", NEIGHBOUR, BROTHER, "Залишаються в полоні:", "Тин Яр Орович;02.02.1990"
    )
    refused = RefusedRow.objects.filter(row=4).get()
    assert 'name="all_below"' in desk.get(row_page(refused)).content.decode()
    desk.post(row_page(refused), {"aside": Aside.NOT_FREED, "all_below": "1"})
    assert [*RefusedRow.objects.set_aside().values_list("row", flat=True)] == [4, 5]
    assert RefusedRow.objects.waiting().get().row == 7


def test_those_below_the_title_are_set_aside_with_one_who_was_typed_already(desk):
    a_committed_list(SON_ON_LIST, "Загиблі:", NEIGHBOUR, BROTHER)
    refused = RefusedRow.objects.get(row=4)
    lists_intake.correct_row(refused.pk, NEIGHBOUR.split(";"), by=None)
    typed_at = RefusedRow.objects.get(pk=refused.pk).corrected_at.isoformat()
    desk.post(row_page(refused), {"aside": Aside.NOT_FREED, "all_below": "1", "typed_at": typed_at})
    assert [*RefusedRow.objects.set_aside().values_list("row", flat=True)] == [4, 5]


@pytest.mark.parametrize("was_typed", [True, False])
def test_a_row_brought_back_in_the_next_version_waits_however_often_that_is_read(was_typed):
    run = a_committed_list(NO_DATE, NEIGHBOUR)
    first = RefusedRow.objects.get()
    if was_typed:
        lists_intake.correct_row(first.pk, WRONG, by=None)
    else:
        lists_intake.set_row_aside(first.pk, Aside.NO_PERSON, by=None)
    again = a_received_list(NO_DATE, NEIGHBOUR, BROTHER, replaces=run)
    carried = again.refused_rows.get()
    if was_typed:
        lists_intake.set_row_aside(carried.pk, Aside.NO_PERSON, by=None, typed_at=carried.corrected_at)
    lists_intake.bring_row_back(carried.pk, by=None)
    for _ in range(2):
        lists_intake.read_anew(again.pk, by=None)
        assert again.refused_rows.waiting().exists()


def test_who_was_said_to_be_released_is_asked_about_again_where_the_next_version_says_that_he_died():
    run = a_committed_list(NEIGHBOUR, "Загиблі:", BROTHER)
    cleared = RefusedRow.objects.get()
    lists_intake.correct_row(cleared.pk, BROTHER.split(";"), by=None)
    same = a_received_list(NEIGHBOUR, "Загиблі:", BROTHER, "Тин Яр Орович;02.02.1971", replaces=run)
    assert same.refused_rows.put_right().get().row == 4
    worse = a_received_list(NEIGHBOUR, "Загиблі:", BROTHER, "помер від ран", replaces=run)
    assert sorted(worse.refused_rows.waiting().values_list("row", flat=True)) == [4, 5]


def test_on_a_list_of_the_dead_the_same_row_is_matched_for_the_staff():
    a_report()
    a_committed_list(DEAD, f"{NEIGHBOUR};загинув", heading=HEADING, kind=ListKind.CLAIMED_DEAD)
    match_all()
    assert Match.objects.get().band
    assert not RefusedRow.objects.exists()


def test_of_many_rows_that_wait_no_more_are_opened_than_are_shown(desk, monkeypatch):
    monkeypatch.setattr("matching.admin.list_page.REFUSED_SHOWN", 2)
    source_list = a_received_list(*(f"{SLOGAN}{n}" for n in range(5)), SON_ON_LIST)
    opened, from_db = [], RefusedRow.from_db.__func__

    def opening(of, *row):
        opened.append(row)
        return from_db(of, *row)

    monkeypatch.setattr(RefusedRow, "from_db", classmethod(opening))
    desk.get(reverse("admin:matching_sourcelist_change", args=[source_list.pk]))
    assert len(opened) == 2
