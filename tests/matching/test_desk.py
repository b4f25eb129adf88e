"""The staff's pages: who may open them, what they say of a bad file, and how a pair is decided on them."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from familylink.reports import endings, intake
from familylink.reports.models import AccessRecord, Report
from matching import review
from matching.admin.review_desk import MatchAdmin
from matching.models import (
    Decision,
    Exchange,
    ListEntry,
    Match,
    MatchRun,
    MatchState,
    SourceList,
    WaveEvent,
)
from tests.factories import (
    HEADING,
    SON_ON_LIST,
    a_committed_list,
    a_match,
    a_received_list,
    a_report,
    a_reviewer,
    a_wave,
    match_all,
)
from tests.matching.deciding import confirmed
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db


def say(client, match, choice="same:name_and_date", **told):
    """Open the pair, and send a verdict with what the page had shown."""
    address = page("matching_match_change", match.pk)
    shown = client.get(address).context
    form = {"choice": choice, "revision": match.revision, "seen": shown["seen"] if shown else "", **told}
    return client.post(address, form)


def upload(client, content, name="list.csv", language="uk", **facts):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    wave = facts.pop("wave", None) or a_wave()
    told = {
        "wave": wave.pk,
        "source_name": "Штаб",
        "kind": "released",
        "reliability": "A",
        "file": file,
        **facts,
    }
    client.cookies["django_language"] = language
    return client.post(page("matching_sourcelist_add"), told)


def test_dropping_a_list_stays_on_the_timeline(client):
    importer = signed_in(client, "importers")
    source_list = a_received_list()
    way = page("matching_sourcelist_delete", source_list.pk)
    assert f"(файл {source_list.filename})" in client.get(way).content.decode()
    client.post(way, {"post": "yes"})
    dropped = WaveEvent.objects.get(kind="dropped")
    assert (dropped.by, dropped.source_list_id) == (importer, source_list.pk)


def test_a_list_is_shown_before_anything_is_written(client):
    signed_in(client, "importers")
    response = upload(client, f"{HEADING}\n{SON_ON_LIST}\nПоганий Рядок;31.06.1990")
    shown = client.get(response.url).content.decode()
    assert "Вересняк Александр Николаевич" in shown
    assert "«Дата народження»" in shown
    assert "31.06.1990" in shown
    assert not ListEntry.objects.exists()


def test_committing_writes_the_good_rows_and_starts_the_matching(client):
    signed_in(client, "importers")
    response = upload(client, f"{HEADING}\n{SON_ON_LIST}\nПоганий Рядок;31.06.1990")
    client.post(response.url)
    source_list = SourceList.objects.get()
    assert (source_list.state, source_list.entry_count) == ("committed", 1)
    assert source_list.runs.count() == 1
    client.post(response.url)
    assert source_list.runs.count() == 1


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ("torn.xlsx", b"PK\x03\x04" + b"\0" * 64),
        ("heading-only.csv", HEADING.encode()),
    ],
)
def test_a_file_that_cannot_be_used_is_answered_in_words(client, name, content, language):
    signed_in(client, "importers")
    response = upload(client, content, name, language)
    assert response.status_code == 200
    [words] = response.context["form"].errors["file"]
    assert len(words) > 20
    assert not SourceList.objects.exists()


def test_the_same_file_again_is_answered_with_the_day_it_came(client):
    signed_in(client, "importers")
    upload(client, f"{HEADING}\n{SON_ON_LIST}")
    response = upload(client, f"{HEADING}\n{SON_ON_LIST}")
    assert "Штаб" in str(response.context["form"].errors["file"])
    assert SourceList.objects.count() == 1


def test_kind_and_reliability_must_be_said(client):
    signed_in(client, "importers")
    response = upload(client, f"{HEADING}\n{SON_ON_LIST}", kind="", reliability="")
    assert {"kind", "reliability"} <= response.context["form"].errors.keys()
    assert not SourceList.objects.exists()


@pytest.mark.parametrize("reliability", ["C", "D", "E"])
def test_a_list_from_whom_nobody_trusts_is_none_of_the_released(client, reliability):
    signed_in(client, "importers")
    response = upload(client, f"{HEADING}\n{SON_ON_LIST}", reliability=reliability)
    assert "reliability" in response.context["form"].errors
    upload(client, f"{HEADING}\n{SON_ON_LIST}", reliability=reliability, kind="media")
    assert SourceList.objects.get().kind == "media"


def test_the_database_takes_no_list_of_the_released_from_whom_nobody_trusts():
    another = a_received_list(SON_ON_LIST)
    another.pk, another.reliability, another.content_index, another.rows_index = uuid4(), "E", b"1", b"1"
    with pytest.raises(ProgrammingError, match="Cannot insert"), transaction.atomic():
        another.save(force_insert=True)


def test_a_file_larger_than_allowed_is_refused_in_words(client, settings):
    settings.MAX_LIST_BYTES = 10
    signed_in(client, "importers")
    assert upload(client, f"{HEADING}\n{SON_ON_LIST}").context["form"].errors["file"]


def test_a_file_too_large_to_be_read_at_all_is_refused_in_the_same_words(client, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = settings.MAX_LIST_BYTES = 100
    signed_in(client, "importers")
    assert "МБ" in str(upload(client, f"{HEADING}\n{SON_ON_LIST}").context["form"].errors["file"])


def test_an_uncommitted_list_may_be_dropped_and_a_committed_one_not(client):
    signed_in(client, "importers")
    received, committed = a_received_list(), a_committed_list("Інша Людина;").source_list
    for source_list, gone in ((received, True), (committed, False)):
        way = page("matching_sourcelist_delete", source_list.pk)
        shown = client.get(page("matching_sourcelist_change", source_list.pk)).content.decode()
        assert (way in shown) is gone
        client.post(way, {"post": "yes"})
        assert SourceList.objects.filter(pk=source_list.pk).exists() is not gone


def test_progress_is_for_those_who_may_see_lists(client):
    run = a_committed_list()
    address = reverse("matching:run-progress", args=[run.pk])
    assert client.get(address).status_code == 403
    signed_in(client, "importers")
    match_all()
    answer = client.get(address, headers={"Accept": "application/json"}).json()
    assert (answer["done"], answer["total"], answer["is_finished"]) == (1, 1, True)
    assert "<progress" in client.get(address, headers={"Accept": "text/html"}).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("uk", "та сама дата народження"), ("ru", "та же дата рождения"), ("en", "same father")],
)
def test_the_pair_page_says_the_evidence_in_the_reviewers_language(client, language, words):
    match = a_match()
    signed_in(client, "reviewers")
    client.cookies["django_language"] = language
    shown = client.get(page("matching_match_change", match.pk)).content.decode()
    assert words in shown
    assert "Вересняк Александр Николаевич" in shown


def test_two_reviewers_confirm_on_the_page(client):
    match = a_match()
    for _ in range(2):
        signed_in(client, "reviewers")
        say(client, match)
    match.refresh_from_db()
    assert match.state == MatchState.CONFIRMED


def test_the_second_reviewer_does_not_see_the_first_ones_verdict(client):
    match = a_match()
    first = a_reviewer("persha_recenzentka")
    review.decide(match.pk, reviewer=first, verdict="same", note="перевірено за датою", revision=1)
    signed_in(client, "reviewers")
    shown = client.get(page("matching_match_change", match.pk)).content.decode()
    assert "persha_recenzentka" not in shown
    assert "перевірено за датою" not in shown


def test_a_refused_verdict_says_why_and_keeps_the_note(client):
    match = a_match()
    signed_in(client, "reviewers")
    response = say(client, match, revision=99, note="моя думка")
    assert response.status_code == 409
    assert "моя думка" in response.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("on_list", "fitting"),
    [
        ("Вересняк Александр Николаевич;12.03.1987", {"same": "name_and_date", "different": None}),
        ("Вересняк Александр Николаевич;", {"same": "name_and_father", "different": None}),
        ("Вересняк Александр;", {"same": None, "different": None}),
        ("Вересняк Александр Николаевич;25.11.1961", {"same": "name_and_father", "different": "other_date"}),
        ("Вересняк Сергей Николаевич;", {"same": "name_and_father", "different": "other_name"}),
    ],
)
def test_a_key_chooses_no_reason_that_the_evidence_does_not_speak_for(client, on_list, fitting):
    match = a_match(on_list)
    signed_in(client, "reviewers")
    verdicts = client.get(page("matching_match_change", match.pk)).context["verdicts"]
    chosen = {
        verdict["value"]: verdict["reasons"][verdict["fits"]][0] if verdict["fits"] >= 0 else None
        for verdict in verdicts
    }
    assert chosen == {**fitting, "unsure": "insufficient", "ask": chosen["ask"]}


def test_the_next_pair_opens_by_itself(client):
    first, second = a_match(), another_mans_match()
    signed_in(client, "reviewers")
    response = say(client, first)
    assert response.url == page("matching_match_change", second.pk)


def another_mans_match():
    """Beside one that stands: of two rows about one man only the better is given out."""
    report = a_report(surname="Шевченко", given="Олексій", patronymic="Іванович", birth="")
    a_committed_list("Шевченко Олексій Іванович;")
    match_all()
    return Match.objects.get(missing_person=report.missing_person)


def test_the_next_pair_keeps_to_the_filters_of_the_queue(client):
    a_match()
    weak = another_mans_match()
    reviewer = signed_in(client, "reviewers")
    client.get(page("matching_match_changelist"), {"band__exact": "possible"})
    assert client.get(page("matching_match_next")).url == page("matching_match_change", weak.pk)
    weak.refresh_from_db()
    assert weak.claimed_by == reviewer
    signed_in(client, "reviewers")
    client.get(page("matching_match_changelist"), {"band__exact": "possible"})
    assert client.get(page("matching_match_next")).url == page("matching_match_changelist")


def test_a_name_in_the_address_of_the_queue_is_not_kept(client):
    a_match()
    signed_in(client, "reviewers")
    client.get(page("matching_match_changelist"), {"q": "Вересняк", "o": "1", "band__exact": "certain"})
    assert client.session["queue_filters"] == "o=1&band__exact=certain"


def test_the_queue_takes_at_most_fifteen_queries_however_many_pairs(client):
    a_match()
    signed_in(client, "reviewers")
    with CaptureQueriesContext(connection) as few:
        client.get(page("matching_match_changelist"))
    for surname in ("Шевченко", "Бондаренко", "Ткаченко"):
        a_report(surname=surname, given="Олексій", patronymic="Іванович", birth="")
    a_committed_list(*(f"{surname} Олексій Іванович;" for surname in ("Шевченко", "Бондаренко", "Ткаченко")))
    match_all()
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(page("matching_match_changelist")).context["cl"].result_list) == 4
    assert max(len(many), len(few)) <= 15


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def more_of_everything(heading=HEADING):
    """Waves, lists, rivals on both sides, decided pairs, and a colleague's verdicts."""
    for number, surname in enumerate(("Шевченко", "Бондаренко", "Ткаченко", "Вересняк")):
        a_report(phone=f"+38099000010{number}", surname=surname, birth="")
        a_committed_list(
            f"{surname} Олександр Миколайович;", f"{surname} Олексій Миколайович;12.03.1987", heading=heading
        )
    match_all()
    for run in MatchRun.objects.all()[:2]:
        confirmed(Match.objects.undecided().filter(entry__source_list=run.source_list_id)[0])


@pytest.mark.parametrize("place", ["queue", "dashboard", "pair", "together"])
def test_more_pairs_waves_and_lists_take_no_more_queries(client, place):
    match = a_match()
    signed_in(client, "leads")
    address = {
        "queue": page("matching_match_changelist"),
        "dashboard": reverse("admin:index"),
        "pair": page("matching_match_change", match.pk),
        "together": page("matching_match_together"),
    }[place]
    for heading in (HEADING, "ПІБ;Народження", "ФИО;Дата рождения"):  # more than a page of them
        more_of_everything(heading)
    assert Match.objects.undecided().count() > MatchAdmin.list_per_page + 4
    few = queries_of(client, address)
    more_of_everything("ФИО;Рождение")
    assert queries_of(client, address) == few


def a_relative(number, match):
    report = a_report(phone=f"+38099000020{number}", email=f"r{number}@example.org", given="Саша")
    review.confirm_link(
        review.propose_link(report.pk, match.missing_person_id, by=a_reviewer(), note="сестра").pk,
        by=a_reviewer(),
    )


@pytest.mark.parametrize("is_decided", [False, True])
def test_more_relatives_take_no_more_queries_of_the_pairs_page(client, is_decided, settings):
    settings.SENDING = "send"
    match = a_match()
    for number in (1, 2):
        a_relative(number, match)
    if is_decided:
        confirmed(Match.objects.get(pk=match.pk))
    signed_in(client, "leads")
    few = queries_of(client, page("matching_match_change", match.pk))
    for number in (3, 4, 5):
        a_relative(number, match)
    assert queries_of(client, page("matching_match_change", match.pk)) == few


def test_a_pair_takes_few_queries(client):
    match = a_match()
    signed_in(client, "leads")
    assert queries_of(client, page("matching_match_change", match.pk)) <= 43


@pytest.mark.parametrize("order", ["", "2", "3", "7", "-7"])
def test_page_after_page_shows_every_pair_once_in_every_order(client, order, monkeypatch):
    monkeypatch.setattr(MatchAdmin, "list_per_page", 2)
    more_of_everything()
    signed_in(client, "reviewers")
    asked = {"show": "all", **({"o": order} if order else {})}
    whole = client.get(page("matching_match_changelist"), {**asked, "p": 1}).context["cl"]
    shown = []
    for number in range(1, whole.paginator.num_pages + 1):
        shown += (
            client.get(page("matching_match_changelist"), {**asked, "p": number}).context["cl"].result_list
        )
    assert shown == list(whole.queryset)
    assert set(shown) == set(Match.objects.exclude(state=MatchState.LAPSED))


def test_the_oldest_pair_is_first_where_the_dashboard_says_so(client):
    match = a_match()
    a_report(surname="Шевченко", given="Олексій", patronymic="Іванович", birth="01.02.1990")
    a_committed_list("Шевченко Олексій Іванович;01.02.1990")
    match_all()
    Match.objects.exclude(pk=match.pk).update(proposed_at=match.proposed_at - timedelta(hours=1))
    signed_in(client, "reviewers")
    tiles = client.get(reverse("admin:index")).context["tiles"]
    for url in (tile.url for tile in tiles if "o=" in tile.url):
        assert client.get(url).context["cl"].result_list[1] == match


def test_the_sealed_file_of_a_list_is_not_read_to_show_or_decide_its_pairs(client):
    match = a_match()
    signed_in(client, "leads")
    with CaptureQueriesContext(connection) as asked:
        for address in ("matching_match_changelist", "matching_match_together"):
            client.get(page(address))
        say(client, match)
        client.get(reverse("admin:index"))
    assert not [
        query for query in asked.captured_queries if '"matching_sourcelist"."content"' in query["sql"]
    ]


def test_what_i_have_judged_leaves_my_queue_and_stays_in_my_colleagues(client):
    match = a_match()
    signed_in(client, "reviewers")
    say(client, match)
    assert match not in client.get(page("matching_match_changelist")).context["cl"].queryset
    signed_in(client, "reviewers")
    assert match in client.get(page("matching_match_changelist")).context["cl"].queryset


def test_an_access_record_can_be_neither_changed_nor_deleted(client):
    signed_in(client, "reviewers")
    client.get(page("matching_match_change", a_match().pk))
    with pytest.raises(Exception, match="Cannot update or delete"):
        AccessRecord.objects.all().delete()


def test_correcting_a_person_matches_them_anew(client):
    report = a_report(birth="1950")
    a_committed_list()
    match_all()
    signed_in(client, "intake")
    name = report.missing_person.names.get()
    formset = {
        "names-TOTAL_FORMS": 2, "names-INITIAL_FORMS": 1, "names-MIN_NUM_FORMS": 0, "names-MAX_NUM_FORMS": 9,
        "names-0-id": name.pk, "names-0-missing_person": report.missing_person_id, "names-0-kind": "main",
        "names-0-surname": "Вересняк", "names-0-given_name": "Олександр", "names-0-patronymic": "Миколайович",
        "names-0-full_name": "", "names-1-kind": "other", "names-1-full_name": "Veresniak Oleksandr",
        "names-1-missing_person": report.missing_person_id,
    }  # fmt: skip
    address = page("reports_missingperson_change", report.missing_person_id)
    response = client.post(
        address, {"birth_date": "12.03.1987", "sex": "", "place": "", "unit": "", **formset}
    )
    assert response.status_code == 302, response.context and response.context["errors"]
    said = client.get(response.url, follow=True).content.decode()
    assert f"{report.reference}: " in said
    assert str(report.missing_person_id) not in said
    match_all()
    match = Match.objects.get(missing_person=report.missing_person_id)
    assert (match.band, report.missing_person.names.count()) == ("certain", 2)


def test_who_may_only_look_at_a_person_reads_all_in_words_and_changes_nothing(client):
    report = a_report(sex="m")
    signed_in(client, "reviewers")
    address = page("reports_missingperson_change", report.missing_person_id)
    shown = client.get(address).content.decode()
    assert all(told in shown for told in ("Миколайович", "12.03.1987", "чоловіча"))
    assert client.post(address, {"birth_date": "1990", "names-0-surname": "Інший"}).status_code == 403


def test_the_page_of_whoever_was_erased_says_so(client):
    report = a_report()
    endings.erase(report)
    signed_in(client, "intake")
    client.cookies["django_language"] = "en"
    shown = client.get(page("reports_missingperson_change", report.missing_person_id)).content.decode()
    assert "Erased, as the family wished" in shown.partition("<h1")[2].partition("</h1>")[0]


def test_missing_persons_are_no_list_to_leaf_through(client):
    a_report()
    signed_in(client, "intake")
    assert client.get(page("reports_missingperson_changelist")).url == page("reports_report_changelist")


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_an_hour_is_written_alike_in_every_language(client, language):
    Report.objects.filter(pk=a_report().pk).update(filed_at=datetime(2026, 5, 6, 13, 5, tzinfo=UTC))
    signed_in(client, "intake")
    client.cookies["django_language"] = language
    shown = client.get(page("reports_report_changelist")).content.decode()
    assert "06.05.2026 16:05" in shown


def test_a_day_is_read_as_it_is_written_in_english_too(client):
    """A day before a month: 05/06 would be May to one importer and June to another."""
    signed_in(client, "importers")
    client.cookies["django_language"] = "en"
    told = {"name": "Обмін", "waves-TOTAL_FORMS": 0, "waves-INITIAL_FORMS": 0}
    for day, is_read in {"05/06/2026": False, "05.06.2026": True}.items():
        client.post(page("matching_exchange_add"), {**told, "agreed_on": day})
        assert Exchange.objects.filter(agreed_on=date(2026, 6, 5)).exists() is is_read
        assert Exchange.objects.exists() is is_read


def test_the_first_page_counts_what_waits(client):
    a_match()
    signed_in(client, "reviewers")
    tiles = client.get(reverse("admin:index")).context["tiles"]
    assert tiles[0].number == 1
    assert {client.get(tile.url).status_code for tile in tiles} == {200}


def test_a_confirmed_match_whose_report_has_no_address_is_shown_for_a_call(client):
    match = a_match(report=a_report(phone=""))
    for _ in range(2):
        review.decide(match.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    signed_in(client, "reviewers")
    untold = client.get(reverse("admin:index")).context["untold"]
    assert [shown for shown, _what in untold] == [match]


def test_the_first_page_asks_as_much_for_many_families_without_a_message_as_for_one(client):
    def confirmed_without_address(surname):
        report = a_report(surname=surname, phone="")
        confirmed(a_match(f"{surname} Олександр Миколайович;12.03.1987", report=report))

    signed_in(client, "reviewers")
    confirmed_without_address("Вересняк")
    few = queries_of(client, reverse("admin:index"))
    for surname in ("Кличук", "Ляшенко", "Соловій"):
        confirmed_without_address(surname)
    assert queries_of(client, reverse("admin:index")) == few
    assert len(client.get(reverse("admin:index")).context["untold"]) == 4


def test_the_first_page_says_what_holds_the_news_of_a_confirmed_minor(client):
    report = a_report(birth="2012", phone="")
    a_committed_list("Вересняк Олександр Миколайович;2012")
    match_all()
    confirmed(Match.objects.get(missing_person=report.missing_person_id))
    signed_in(client, "reviewers")
    page = client.get(reverse("admin:index"), headers={"accept-language": "en"}).content.decode()
    assert "this may be a minor: a person must speak to the family" in page


def test_the_page_of_a_report_asks_once_what_was_said_at_each_address(client):
    report = a_report(email="nina@example.org")
    signed_in(client, "reviewers")
    with CaptureQueriesContext(connection) as queries:
        client.get(page("reports_report_change", report.pk))
    assert sum('FROM "notifications_recipient"' in query["sql"] for query in queries) == 2


def test_each_role_reads_on_the_first_page_what_waits_for_it(client):
    received = a_received_list()

    def first_page(*groups):
        signed_in(client, *groups)
        return client.get(reverse("admin:index")).context

    waiting = first_page("importers")["alarmed_lists"]
    assert [one for one, _words in waiting] == [received]
    assert not first_page("reviewers")["alarmed_lists"]
    assert [tile.page for tile in first_page("intake")["tiles"]] == ["reports_report"] * 2
    assert first_page("administrators")["how_sending_stands"]


def test_pairs_turned_down_together_show_the_report_and_what_differs_and_ticked_is_only_what_differs(client):
    another = a_report(given="Олексій", phone="+380990000001")
    for number in range(3):
        a_report(birth="", phone=f"+38099000000{number + 2}")
    a_committed_list()
    match_all()
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    answer = client.get(page("matching_match_together"))
    html = answer.content.decode()
    rows = {row["numbers"][0]: row for row in answer.context["rows"]}
    assert rows[another.reference]["is_ticked"]
    assert [line.feature for line in rows[another.reference]["unlike"]] == ["Given name"]
    assert [row["is_ticked"] for number, row in rows.items() if number != another.reference] == [False] * 3
    assert all(number in html for number in rows)
    assert html.count("Nothing speaks against it") == 3


def test_two_numbers_of_a_report_are_told_apart_and_neither_is_shown(client):
    report = a_report(phone="+380990000017")
    intake.add_contact(report, "sms", "+380990000029")
    signed_in(client, "reviewers")
    html = client.get(page("reports_report_change", report.pk)).content.decode()
    assert "…17" in html
    assert "…29" in html
    assert "99000" not in html
