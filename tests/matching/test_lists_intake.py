"""From a received file to a committed list: previewed, put right, read and written by workers that may die."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils.timezone import localtime

from matching import lists, lists_intake, staging
from matching.lists.columns import layout_of
from matching.lists_intake import receiving
from matching.models import (
    EntryKey,
    ListEntry,
    ListSlice,
    ListState,
    Match,
    MatchRun,
    RefusedRow,
    SourceLayout,
    SourceList,
    WaveEvent,
)
from matching.progress import list_progress, progress_of
from tests.factories import (
    HEADING,
    SON_ON_LIST,
    a_committed_list,
    a_member_of_staff,
    a_received_list,
    a_report,
    a_wave,
    commit,
    match_all,
)
from tests.faults.scenery import line, men

pytestmark = pytest.mark.django_db

NEIGHBOUR = "Кропива Тарас Опанасович;01.02.1990"
BAD = "Дремлюк Павло Савич;31.02.1990"
UNNAMED = "А1;А2\nВересняк Олександр Миколайович;солдат\nКропива Тарас Опанасович;солдат\n"


@pytest.fixture
def large(monkeypatch):
    """Every list is for the workers: as if it were large."""
    monkeypatch.setattr(receiving, "READ_AT_ONCE_BYTES", 0)


def preview(source_list):
    source_list.refresh_from_db()
    return source_list.preview


def importer(client):
    user = a_member_of_staff("importers")
    client.force_login(user)
    client.cookies["django_language"] = "uk"
    return user


def page(name, *args):
    return reverse(f"admin:matching_sourcelist_{name}", args=args)


def do(client, source_list, what, **told):
    return client.post(page("change", source_list.pk), {"do": what, **told})


# ------------------------------------------------------------------------------------------ the preview


def test_the_preview_counts_people_refused_and_skipped_rows():
    source_list = a_received_list(SON_ON_LIST, BAD, "", "Всього: 2")
    found = preview(source_list)
    assert (found["people_count"], found["refused_count"], found["skipped_count"]) == (1, 1, 3)
    assert not ListEntry.objects.exists()


def test_the_preview_names_a_man_who_stands_twice_on_the_list():
    source_list = a_received_list(SON_ON_LIST, NEIGHBOUR, "Вересняк Олександр Миколайович;1987-03-12")
    assert preview(source_list)["twice"] == {"count": 1, "rows": [[["", 2], ["", 4]]]}


def test_the_preview_names_the_other_list_of_the_wave_that_has_the_same_man():
    first = a_committed_list(SON_ON_LIST).source_list
    second = a_received_list("Вересняк Олександр Миколайович;12.03.1987", NEIGHBOUR, wave=first.wave)
    other_wave = a_received_list("ВЕРЕСНЯК Олександр Миколайович;12.03.1987", BAD)
    assert preview(second)["elsewhere"] == [{"list": str(first.pk), "count": 1}]
    assert preview(other_wave)["elsewhere"] == []


def test_the_version_that_a_corrected_list_replaces_is_no_other_list():
    run = a_committed_list(SON_ON_LIST)
    assert preview(a_received_list(SON_ON_LIST, NEIGHBOUR, replaces=run))["elsewhere"] == []


def test_a_withdrawn_list_says_when_it_was_withdrawn(client):
    importer(client)
    source_list = a_committed_list(SON_ON_LIST).source_list
    SourceList.objects.update(committed_at="2020-01-01T10:00:00Z")
    lists_intake.withdraw_list(source_list.pk, by=None)
    assert "01.01.2020" not in client.get(page("change", source_list.pk)).content.decode()


def test_brothers_and_men_without_a_date_are_never_the_same_man():
    first = a_committed_list(SON_ON_LIST, "Кропива Тарас Опанасович;").source_list
    twin = "Вересняк Степан Миколайович;12.03.1987"
    second = a_received_list(twin, "Кропива Тарас Опанасович;", wave=first.wave)
    assert preview(second)["elsewhere"] == []


def test_the_preview_says_what_a_corrected_list_changes():
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    corrected = a_received_list(
        "Вересняк Александр Николаевич;13.03.1987", "Смерека Юхим Лукич;1979", replaces=run
    )
    numbers = preview(corrected)["difference"]["numbers"]
    assert numbers == {"unchanged": 0, "added": 1, "changed": 1, "removed": 1}


def test_the_preview_expects_the_pairs_that_the_matching_then_finds():
    a_report()
    source_list = a_received_list(SON_ON_LIST, NEIGHBOUR)
    assert preview(source_list)["work"] == {"sampled": 2, "of": 2, "bands": {"certain": 1}}
    assert not Match.objects.exists()
    commit(source_list)
    match_all()
    assert Match.objects.get().band == "certain"


def test_what_a_page_shows_of_a_list_is_sealed():
    a_received_list(SON_ON_LIST, BAD)
    with connection.cursor() as cursor:
        for table, column in (
            ("matching_sourcelist", "preview"),
            ("matching_listslice", "rows"),
            ("matching_refusedrow", "problem"),
        ):
            cursor.execute(f"SELECT {column} FROM {table}")
            for (value,) in cursor.fetchall():
                assert "Вересняк".encode() not in bytes(value)
                assert "Дремлюк".encode() not in bytes(value)


# ------------------------------------------------------------------------------------------ columns


def test_a_file_whose_columns_nobody_recognises_is_kept_until_a_caseworker_names_them(client):
    user = importer(client)
    source_list = a_received_list(*UNNAMED.splitlines()[1:], heading=UNNAMED.splitlines()[0])
    known = source_list.state == ListState.RECEIVED
    do(client, source_list, "columns", **{"field-0-0": "full_name", "field-0-1": "rank"})
    source_list.refresh_from_db()
    assert source_list.state == ListState.RECEIVED
    assert preview(source_list)["people_count"] == 2
    assert preview(source_list)["people"][0]["facts"][3] == "солдат"
    assert WaveEvent.objects.get(kind="changed").by == user
    assert known or source_list.entry_count == 2


def test_a_list_without_a_column_of_names_is_kept_and_can_be_told(client):
    importer(client)
    source_list = a_received_list("солдат;А1234", "сержант;А4321", heading="Звання;Частина")
    assert source_list.state == ListState.UNREADABLE
    with pytest.raises(lists_intake.NothingToCommit):
        lists_intake.commit_list(source_list.pk, by=None)
    shown = client.get(page("change", source_list.pk)).content.decode()
    assert "Не знайдено стовпця" in shown
    assert "Або позначте нижче" in shown
    assert 'name="field-0-1"' in shown


def test_columns_put_right_are_remembered_for_the_source(client):
    user = importer(client)
    first = a_received_list("Вересняк Олександр;блакитне", heading="ПІБ;Хто")
    do(client, first, "columns", **{"field-0-0": "full_name", "field-0-1": "place"})
    assert SourceLayout.objects.get().changed_by == user
    second = a_received_list("Кропива Тарас;зелене", heading="ПІБ;Хто")
    assert preview(second)["people"][0]["facts"][1] == "зелене"
    do(client, second, "anew")
    assert preview(second)["people"][0]["facts"][1] == ""


def test_an_unknown_field_changes_nothing(client):
    importer(client)
    source_list = a_received_list(SON_ON_LIST)
    before = preview(source_list)
    do(client, source_list, "columns", **{"field-0-0": "passport"})
    assert preview(source_list) == before
    assert not SourceLayout.objects.exists()


def test_of_two_columns_chosen_as_surname_both_are_named_and_nothing_changes(client):
    importer(client)
    client.cookies["django_language"] = "en"
    source_list = a_received_list("Вересняк;Олександр;Гай", heading="Прізвище;Ім'я;Хто")
    before = preview(source_list)
    do(client, source_list, "columns", **{"field-0-2": "surname"})
    shown = client.get(page("change", source_list.pk)).content.decode()
    assert "“Прізвище”, “Хто” are chosen as “surname”" in shown
    assert preview(source_list) == before
    assert not SourceLayout.objects.exists()


def test_columns_and_that_nothing_is_a_heading_can_be_told_at_once(client):
    importer(client)
    source_list = a_received_list("козодуб лука;?", "тин ада;?", heading="звання;ранок")
    do(client, source_list, "columns", **{"header-0": "0", "field-0-0": "full_name", "field-0-1": ""})
    source_list.refresh_from_db()
    assert preview(source_list)["people_count"] + preview(source_list)["refused_count"] == 3


def test_lists_of_one_source_and_wave_are_told_apart_where_one_is_chosen(client):
    importer(client)
    client.cookies["django_language"] = "en"
    first = a_committed_list(SON_ON_LIST, filename="ранок.csv").source_list
    second = a_committed_list(SON_ON_LIST, NEIGHBOUR, wave=first.wave, filename="вечір.csv").source_list
    shown = client.get(page("add")).content.decode()
    for source_list, file, entries in ((first, "ранок.csv", "1 entry"), (second, "вечір.csv", "2 entries")):
        day = f"{localtime(source_list.received_at):%d.%m.%Y %H:%M}"
        assert f"{source_list}: received {day}, {file}, {entries}" in shown


def test_a_caseworker_overrules_encoding_and_line_of_headings(client):
    importer(client)
    source_list = a_received_list(SON_ON_LIST, NEIGHBOUR, encoding="cp1251")
    do(client, source_list, "read_as", encoding=lists.ENCODINGS[-1], delimiter="")
    assert "Вересняк" not in str(preview(source_list))
    do(client, source_list, "read_as", encoding="windows-1251", delimiter=";")
    assert "Вересняк" in str(preview(source_list)["people"])
    # The second time the page shows the line already: what was told stands.
    for _time in range(2):
        do(client, source_list, "columns", **{"header-0": "2", "field-0-0": "full_name"})
        assert preview(source_list)["people_count"] == 1


def test_a_committed_list_is_not_read_again():
    run = a_committed_list(SON_ON_LIST)
    with pytest.raises(lists_intake.NotWaiting):
        lists_intake.read_anew(run.source_list_id, by=None, forget_source=True)


# ------------------------------------------------------------------------------------------ refused rows


def test_a_refused_row_put_right_becomes_an_entry_with_the_commit(client):
    user = importer(client)
    source_list = a_received_list(SON_ON_LIST, BAD)
    refused = RefusedRow.objects.get()
    address = page("row", source_list.pk, refused.pk)
    assert "31.02.1990" in client.get(address).content.decode()
    client.post(address, {"cell-0": "Дремлюк Павло Савич", "cell-1": "28.02.1990"})
    refused.refresh_from_db()
    assert (refused.corrected_by, refused.problem["raw"]) == (user, BAD.split(";"))
    run = commit(source_list)
    assert sorted(ListEntry.objects.values_list("row", flat=True)) == [2, 3]
    assert (run.source_list.refresh_from_db(), run.source_list.entry_count) == (None, 2)
    assert run.source_list.refused_count == 0


def test_a_row_that_is_still_wrong_says_so_and_keeps_what_was_typed(client):
    importer(client)
    source_list = a_received_list(SON_ON_LIST, BAD)
    address = page("row", source_list.pk, RefusedRow.objects.get().pk)
    shown = client.post(address, {"cell-0": "Дремлюк Павло Савич", "cell-1": "30.02.1990"}).content.decode()
    assert 'value="30.02.1990"' in shown
    assert RefusedRow.objects.waiting().count() == 1


def test_a_row_of_a_list_below_another_is_put_right_by_its_own_columns(client):
    importer(client)
    below = ("Звання;Прізвище;Ім'я", "солдат;Козодуб;Лука 3")
    source_list = a_received_list("Тин Ада Савівна;1990", *below, heading="ПІБ;Народився")
    assert "з рядка 3" in client.get(page("change", source_list.pk)).content.decode()
    refused = RefusedRow.objects.get()
    lists_intake.correct_row(refused.pk, ["солдат", "Козодуб", "Лука"], by=None)
    commit(source_list)
    assert sorted((entry.sheet, entry.row) for entry in ListEntry.objects.all()) == [(None, 2), (None, 4)]


def test_a_row_put_right_after_the_commit_is_matched_too():
    a_report()
    run = a_committed_list(NEIGHBOUR, "Вересняк Олександр Миколайович;32.03.1987")
    refused = RefusedRow.objects.get()
    lists_intake.correct_row(refused.pk, ["Вересняк Олександр Миколайович", "12.03.1987"], by=None)
    match_all()
    assert Match.objects.get().entry.row == 3
    run.source_list.refresh_from_db()
    assert (run.source_list.entry_count, run.source_list.refused_count) == (2, 0)
    assert not MatchRun.objects.unfinished().exists()


def test_a_list_that_changed_since_it_was_compared_is_compared_again(client):
    run = a_committed_list(SON_ON_LIST, BAD)
    corrected = a_received_list(NEIGHBOUR, replaces=run)
    lists_intake.correct_row(
        RefusedRow.objects.get(source_list=run.source_list).pk, ["Дремлюк Павло Савич", "1990"], by=None
    )
    with pytest.raises(lists_intake.ComparedTooEarly):
        lists_intake.commit_list(corrected.pk, by=None)
    importer(client)
    do(client, corrected, "commit")
    assert preview(corrected)["difference"]["numbers"]["removed"] == 2
    do(client, corrected, "commit")
    assert ListEntry.objects.live().count() == 1


def test_the_refused_rows_come_as_a_sheet_that_runs_no_formula(client):
    importer(client)
    source_list = a_received_list(SON_ON_LIST, "=HYPERLINK(1);31.02.1990", "@Дремлюк Павло;32.01.1990")
    answer = client.get(page("refused", source_list.pk))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["3", "4"]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "31.02.1990" in rows[1][2]


def test_a_reviewer_neither_corrects_nor_downloads_rows(client):
    client.force_login(a_member_of_staff("reviewers"))
    source_list = a_received_list(SON_ON_LIST, BAD)
    row = page("row", source_list.pk, RefusedRow.objects.get().pk)
    for address in (row, page("refused", source_list.pk)):
        assert client.get(address).status_code == 403
    for what in ("commit", "withdraw", "read_as", "columns", "anew", "stop", "resume", "again"):
        assert do(client, source_list, what).status_code == 403


# ------------------------------------------------------------------------------------------ receiving


def test_a_pasted_message_is_a_list(client):
    importer(client)
    told = {"wave": a_wave().pk, "source_name": "Telegram", "kind": "media", "reliability": "C"}
    text = "1. Вересняк Олександр Миколайович, 12.03.1987\n2. Кропива Тарас Опанасович, 01.02.1990\n"
    answer = client.post(page("add"), {**told, "text": text})
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert preview(SourceList.objects.get())["people_count"] == 2


@pytest.mark.parametrize("given", [{}, {"text": "а", "file": SimpleUploadedFile("a.csv", b"x")}])
def test_a_list_is_a_file_or_a_text(client, given):
    importer(client)
    told = {"wave": a_wave().pk, "source_name": "Штаб", "kind": "media", "reliability": "C"}
    assert "file" in client.post(page("add"), {**told, **given}).context["form"].errors


def test_a_corrected_list_must_be_of_the_same_wave_and_kind(client):
    importer(client)
    before = a_committed_list(SON_ON_LIST).source_list
    told = {"wave": a_wave().pk, "source_name": "Штаб", "kind": "media", "reliability": "C"}
    answer = client.post(page("add"), {**told, "supersedes": before.pk, "text": f"{HEADING}\n{NEIGHBOUR}"})
    assert "supersedes" in answer.context["form"].errors


def test_the_form_for_a_corrected_list_is_filled_from_the_one_it_replaces(client):
    importer(client)
    before = a_committed_list(SON_ON_LIST).source_list
    form = client.get(page("add"), {"supersedes": before.pk}).context["form"]
    assert (form.initial["supersedes"], form.initial["kind"]) == (before, "released")
    assert client.get(page("add"), {"supersedes": "nonsense"}).status_code == 200


def test_whoever_looked_before_the_commit_is_on_the_timeline_once(client):
    user = importer(client)
    source_list = a_received_list(SON_ON_LIST)
    for _ in range(2):
        client.get(page("change", source_list.pk))
    assert WaveEvent.objects.get(kind="previewed").by == user


def test_the_page_of_a_wave_counts_a_man_on_two_lists_once_and_tells_what_happened(client):
    importer(client)
    wave = a_committed_list(SON_ON_LIST, NEIGHBOUR).source_list.wave
    a_committed_list(SON_ON_LIST, BAD, wave=wave)
    answer = client.get(reverse("admin:matching_wave_change", args=[wave.pk]))
    counts = answer.context["counts"]
    assert (counts["rows"], counts["men"], counts["matched"]) == (3, 2, 0)
    assert len(answer.context["timeline"]) == 6
    assert "timeline-heading" in answer.content.decode()


# ------------------------------------------------------------------------------------------ workers


def test_what_was_typed_for_a_row_stays_when_the_list_is_read_with_other_columns(client):
    importer(client)
    heading = f"{HEADING};Примітка"
    source_list = a_received_list(f"{SON_ON_LIST};солдат", f"{BAD};сержант", heading=heading)
    refused = RefusedRow.objects.get()
    lists_intake.correct_row(refused.pk, ["Дремлюк Павло Савич", "28.02.1990", "сержант"], by=None)
    do(client, source_list, "columns", **{"field-0-2": "rank"})
    typed = RefusedRow.objects.get()
    assert typed.pk != refused.pk
    assert typed.correction["row"]["birth"] == "1990-02-28"
    assert typed.correction["row"]["facts"][3] == "сержант"
    assert commit(source_list).entry_count == 2


def test_the_page_says_on_which_day_an_age_was_that_age(client):
    importer(client)
    source_list = a_received_list("Вересняк Олександр Миколайович;39", heading="ПІБ;Вік")
    assert "24.05.2026" in client.get(page("change", source_list.pk)).content.decode()


def test_a_large_list_is_read_by_a_worker(large):
    source_list = a_received_list(SON_ON_LIST, BAD)
    assert list_progress(source_list).is_at_work
    assert staging.read_next_list()
    assert not staging.read_next_list()
    assert preview(source_list)["people_count"] == 1
    assert source_list.state == ListState.RECEIVED


def test_a_large_list_that_cannot_be_read_says_why_in_its_row(large):
    source_list = a_received_list(heading="\x00\x01", filename="list.xlsx")
    staging.read_next_list()
    assert "refusal" in preview(source_list)
    assert source_list.state == ListState.UNREADABLE


def test_a_large_list_with_rows_we_have_says_which_list_has_them(large):
    first = a_received_list(SON_ON_LIST, NEIGHBOUR)
    second = a_received_list(NEIGHBOUR, SON_ON_LIST, wave=first.wave)
    staging.read_next_list()
    staging.read_next_list()
    assert preview(second)["refusal"] == {"code": "already_received", "known": str(first.pk)}
    assert second.state == ListState.KNOWN


@pytest.mark.parametrize("place", ["wave", "dashboard", "list"])
def test_a_list_that_came_in_before_is_called_so_wherever_it_is_shown(client, large, place):
    first = a_received_list(SON_ON_LIST)
    staging.read_next_list()
    second = a_received_list(SON_ON_LIST + ";", wave=first.wave)
    staging.read_next_list()
    client.force_login(a_member_of_staff("leads", "importers"))
    client.cookies["django_language"] = "en"
    address = {
        "wave": reverse("admin:matching_wave_change", args=[first.wave_id]),
        "dashboard": reverse("admin:index"),
        "list": reverse("admin:matching_sourcelist_change", args=[second.pk]),
    }[place]
    html = client.get(address).content.decode()
    assert "already received" in html
    assert "could not be read" not in html


def test_a_reading_that_was_stopped_writes_nothing_and_starts_anew_when_resumed(large):
    source_list = a_received_list(SON_ON_LIST)
    claimed = staging.reading._claim()
    lists_intake.stop(source_list.pk, by=None)
    staged = staging.stage(claimed)
    with pytest.raises(staging.reading.LostClaim):
        staging.reading._finish(claimed, staged)
    assert not staging.read_next_list()
    assert not ListSlice.objects.exists()
    lists_intake.resume(source_list.pk, by=None)
    assert staging.read_next_list()
    assert preview(source_list)["people_count"] == 1
    kinds = set(WaveEvent.objects.values_list("kind", flat=True))
    assert {"stopped", "resumed"} <= kinds


def test_a_reader_that_slept_through_its_lease_is_told(large):
    source_list = a_received_list(SON_ON_LIST)
    slept = staging.reading._claim()
    assert staging.reading._claim() is None
    SourceList.objects.update(lease_until="2020-01-01T00:00:00Z")
    assert staging.read_next_list()
    with pytest.raises(staging.reading.LostClaim):
        staging.reading._finish(slept, staging.stage(source_list))
    assert ListSlice.objects.count() == 1


def test_the_rows_done_never_go_back_and_are_told_until_all_are_compared(large):
    """Whoever is silent for a minute loses the list to another worker: no step may be silent."""
    a_received_list(*map(line, men(2600, seed=2)))
    told = []
    staging.stage(staging.reading._claim(), lambda done, total: told.append((done, total)))
    done, total = [rows for rows, _ in told], told[-1][1]
    assert done == sorted(done)
    assert done[-1] == total
    assert any(total * 2 // 3 < rows < total for rows in done), "comparing, but not at the end of it"


def write_sealed(row, values):
    columns = ", ".join(f"{column} = %s" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s", [*values.values(), row.pk])


def test_the_page_names_the_row_that_could_not_be_compared_and_tries_again(client):
    importer(client)
    run = a_committed_list(SON_ON_LIST, NEIGHBOUR)
    broken = ListEntry.objects.get(position=2)
    kept = {column: bytes(vars(broken)[column].sealed) for column in ("profile", "name_text")}
    write_sealed(broken, dict.fromkeys(kept, b"a bad disk"))
    match_all()
    html = client.get(page("change", run.source_list_id)).content.decode()
    assert "Не вдалося порівняти" in html
    assert f"рядок {broken.row}: " in html
    assert f"({broken.pk})" in html, "what cannot be opened is named by its number"
    assert "Решта триває" not in html, "there is no rest"
    assert 'value="stop"' not in html, "nothing is at work"
    write_sealed(broken, kept)
    do(client, run.source_list, "again")
    match_all()
    assert "Не вдалося порівняти" not in client.get(page("change", run.source_list_id)).content.decode()
    assert MatchRun.objects.get(pk=run.pk).finished_at


def test_a_list_that_breaks_its_reader_is_put_aside_and_does_not_stop_the_others(large):
    broken = a_received_list(SON_ON_LIST)
    broken.reading = {"read_as": 7}
    broken.save()
    good = a_received_list(NEIGHBOUR)
    while staging.read_next_list():
        pass
    broken.refresh_from_db()
    assert (broken.state, broken.preview["refusal"]["code"]) == (ListState.UNREADABLE, "fault")
    assert preview(good)["people_count"] == 1


def a_list_of(count):
    received = a_received_list(*map(line, men(count, seed=1)))
    staging.read_next_list()
    return received


def test_a_large_commit_is_written_part_by_part_and_stands_only_when_it_is_whole():
    source_list = a_list_of(2600)
    assert lists_intake.commit_list(source_list.pk, by=None) is None
    assert staging.write_next_slice()
    source_list.refresh_from_db()
    assert (source_list.rows_done, source_list.rows_total) == (500, 2600)
    assert not ListEntry.objects.live().exists()
    assert staging.put_next_in_force() is None
    with pytest.raises(lists_intake.AlreadyCommitted):
        lists_intake.commit_list(source_list.pk, by=None)
    lists_intake.stop(source_list.pk, by=None)
    assert not staging.write_next_slice()
    lists_intake.resume(source_list.pk, by=None)
    while staging.write_next_slice():
        pass
    run = staging.put_next_in_force()
    assert (run.entry_count, ListEntry.objects.live().count()) == (2600, 2600)
    assert staging.put_next_in_force() is None
    assert not ListSlice.objects.exists()


def test_a_commit_that_was_stopped_says_how_to_be_rid_of_the_list(client):
    importer(client)
    source_list = a_list_of(2600)
    lists_intake.commit_list(source_list.pk, by=None)
    lists_intake.stop(source_list.pk, by=None)
    client.cookies["django_language"] = "en"
    shown = client.get(page("change", source_list.pk)).content.decode()
    assert "resume it and withdraw it once it is committed" in shown
    assert "Drop this list" not in shown


def test_a_matching_that_was_stopped_waits_and_goes_on_where_it_was(client):
    importer(client)
    a_report()
    match_all()  # the report's own matching rests for nobody's list
    run = a_committed_list(SON_ON_LIST)
    do(client, run.source_list, "stop")
    match_all()
    assert progress_of(run.source_list).is_stopped
    assert not Match.objects.exists()
    do(client, run.source_list, "resume")
    match_all()
    assert progress_of(run.source_list).is_finished
    assert Match.objects.count() == 1
    assert {"stopped", "resumed"} <= set(WaveEvent.objects.values_list("kind", flat=True))


def test_what_is_finished_is_neither_stopped_nor_resumed():
    run = a_committed_list(SON_ON_LIST)
    match_all()
    for change in (lists_intake.stop, lists_intake.resume):
        with pytest.raises(lists_intake.NotWaiting):
            change(run.source_list_id, by=None)


def test_a_part_that_cannot_be_written_stops_its_list_and_not_the_others():
    source_list = a_list_of(2600)
    lists_intake.commit_list(source_list.pk, by=None)
    for part in ListSlice.objects.all():
        part.rows = [{"no": "row"}]
        part.save()
    while staging.write_next_slice():
        pass
    assert list_progress(SourceList.objects.get(pk=source_list.pk)).is_stopped
    assert a_committed_list(SON_ON_LIST).entry_count == 1


def test_a_commit_that_cannot_end_stops_its_list_and_not_the_others():
    source_list = a_list_of(2600)
    lists_intake.commit_list(source_list.pk, by=None)
    while staging.write_next_slice():
        pass
    spoilt = SourceList.objects.get(pk=source_list.pk)
    spoilt.preview = {}
    spoilt.save()
    assert [staging.put_next_in_force() for _ in range(3)] == [None] * 3
    assert list_progress(SourceList.objects.get(pk=source_list.pk)).is_stopped
    assert a_committed_list(SON_ON_LIST).entry_count == 1


def test_a_commit_whose_place_was_taken_meanwhile_takes_back_all_it_wrote():
    run = a_committed_list(SON_ON_LIST)
    received = a_received_list(NEIGHBOUR, replaces=run)
    with transaction.atomic():
        staging.begin(SourceList.objects.get(pk=received.pk))
    while staging.write_next_slice():
        pass
    assert received.entries.exists()
    commit(a_received_list(BAD, "Смерека Юхим Лукич;1979", replaces=run))
    assert staging.put_in_force(received.pk) is None
    received.refresh_from_db()
    assert received.state == ListState.RECEIVED
    assert not received.entries.exists()
    numbers = ListEntry.objects.values("number")
    assert not EntryKey.objects.exclude(number__in=numbers).exists()


def test_how_far_a_list_is_comes_as_numbers_and_as_a_fragment(client, large):
    importer(client)
    source_list = a_received_list(SON_ON_LIST)
    address = reverse("matching:list-progress", args=[source_list.pk])
    answer = client.get(address, headers={"Accept": "application/json"}).json()
    assert (answer["state"], answer["is_at_work"]) == ("reading", True)
    fragment = client.get(address, headers={"Accept": "text/html"})
    assert "hx-get" in fragment.content.decode()
    assert "HX-Refresh" not in fragment
    staging.read_next_list()
    assert client.get(address, headers={"Accept": "text/html"})["HX-Refresh"] == "true"


def test_a_mapping_kept_for_a_source_holds_no_word_of_the_file(client):
    importer(client)
    source_list = a_received_list("Вересняк Олександр;А1234", heading="ПІБ;Хто")
    do(client, source_list, "columns", **{"field-0-0": "full_name", "field-0-1": "unit"})
    kept = str(SourceLayout.objects.get().mapping)
    assert "Вересняк" not in kept
    assert "Хто" not in kept
    assert lists.Mapping.from_json(SourceLayout.objects.get().mapping)


@pytest.mark.parametrize(
    ("heading", "headings", "header_line"),
    [
        ("ПІБ;Родина Вересняка", ["ПІБ", "Родина Вересняка"], "1"),
        # No line of headings, and a caseworker takes the first person for it.
        ("Вересняк Олександр Миколайович;12.03.1987", ["Вересняк Олександр Миколайович", "12.03.1987"], "1"),
    ],
)
def test_whoever_guesses_a_name_among_the_headings_finds_no_hash_of_it(
    client, heading, headings, header_line
):
    importer(client)
    source_list = a_received_list("Кропива Тарас;зелене", "Дремлюк Павло;синє", heading=heading)
    columns = {"header-0": header_line, "field-0-0": "full_name", "field-0-1": "place"}
    do(client, source_list, "columns", **columns)
    do(client, source_list, "columns", **columns)  # now with that line as the headings
    kept = SourceLayout.objects.get().mapping["layouts"]
    told = SourceList.objects.get().reading["mapping"]["layouts"]  # sealed: there it may stand
    assert layout_of(headings) in told
    assert kept.keys().isdisjoint(told)
    assert layout_of(headings) not in kept
