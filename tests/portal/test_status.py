"""What the signed-in page says, and above all what it does not say."""

import datetime as dt
import html
import re
import threading
import time

import pytest
from django.test import Client

from familylink.portal import pace
from familylink.portal.standing import birth_words
from familylink.reports import intake
from familylink.reports.models import Report
from matching import review
from matching.engine import BirthDate
from matching.models import ListKind, Match, MatchState, Verdict
from tests.factories import SON_ON_LIST, a_committed_list, a_report, a_reviewer, a_wave, match_all
from tests.portal.conftest import age_codes, file_and_prove, last_code, send_form, sign_in, text

pytestmark = pytest.mark.django_db
NEWS = "офіційному списку звільнених"


def without_tokens(response):
    return re.sub(r'(csrfmiddlewaretoken"|name="draft") value="\w+"', "", text(response))


def status_of(report):
    age_codes(minutes=2)
    response = sign_in(Client(), report)
    assert response.redirect_chain[-1][0] == "/uk/my-report/status/"
    return html.unescape(without_tokens(response))


def without_times(page):
    return re.sub(r"\d\d:\d\d", "", page)


def say_same(match):
    revision = Match.objects.get(pk=match.pk).revision
    review.decide(match.pk, reviewer=a_reviewer(), verdict=Verdict.SAME, note="", revision=revision)


def confirm(match):
    say_same(match)
    say_same(match)


def test_a_new_report_is_being_searched_for_and_no_list_is_claimed_to_be_checked():
    page = status_of(a_report())
    assert "Ми шукаємо" in page
    assert "Перевірено" not in page


def test_a_wave_without_the_man_is_named_with_its_day_and_size():
    report = a_report()
    a_committed_list("Горобець Іван Петрович;01.02.1990", wave=a_wave(occurred_on=dt.date(2026, 5, 24)))
    match_all()
    page = status_of(report)
    assert re.search(r"24 травня 2026</strong>:\s*1 людина у списку\.\s*Перевірено", page)
    assert "Це не висновок про долю" in page


@pytest.mark.parametrize(
    ("rows", "uk", "ru", "en"),
    [
        (
            1,
            "1 рядок у ньому поки не вдалося",
            "1 строку в нём пока не удалось",
            "1 row of it could not be read",
        ),
        (
            2,
            "2 рядки в ньому поки не вдалося",
            "2 строки в нём пока не удалось",
            "2 rows of it could not be read",
        ),
        (
            5,
            "5 рядків у ньому поки не вдалося",
            "5 строк в нём пока не удалось",
            "5 rows of it could not be read",
        ),
    ],
)
def test_a_list_with_rows_that_nobody_could_read_is_not_called_checked(client, rows, uk, ru, en):
    report = a_report()
    damaged = [f"Кропива Тарас Опанасович;31.02.19{70 + each}" for each in range(rows)]
    a_committed_list("Горобець Іван Петрович;01.02.1990", *damaged)
    match_all()
    sign_in(client, report)
    for language, words in {
        "uk": ("цей список перевірено ще не весь", uk, "звірять", "Прочитано в ньому імен: 1."),
        "ru": ("этот список проверен ещё не весь", ru, "сверят", "Прочитано в нём имён: 1."),
        "en": ("not all of this list is checked yet", en, "then compare", "we could read 1 person."),
    }.items():
        page = html.unescape(text(client.get(f"/{language}/my-report/status/")))
        for each in words:
            assert each in page
        assert not re.search(r"Перевірено|Проверено|Checked on", page)


def test_waves_of_one_day_are_told_apart_and_no_man_is_counted_twice():
    report, day, kovshar = a_report(), dt.date(2026, 5, 24), "Ковшар Леонтій Гнатович;03.08.1979"
    first = a_wave(occurred_on=day)
    a_committed_list(kovshar, wave=first)
    a_committed_list(kovshar, "Горобець Іван Петрович;01.02.1990", wave=first)
    a_committed_list("Мазур Лев Ігорович;02.03.1985", wave=a_wave(occurred_on=day))
    a_committed_list("Сова Яким Львович;07.05.1991", wave=a_wave(occurred_on=dt.date(2026, 5, 25)))
    match_all()
    lines = re.findall(r"<li><strong>(.*?)</strong>:\s*(\d+ \w+)", status_of(report))
    assert lines == [
        ("25 травня 2026", "1 людина"),
        ("24 травня 2026, список 2 з 2", "1 людина"),
        ("24 травня 2026, список 1 з 2", "2 людини"),
    ]


def test_the_report_is_recognised_by_what_was_told_and_contacts_are_masked():
    page = status_of(a_report(email="nina@example.org"))
    assert "Вересняк Олександр Миколайович" in page
    assert "12 березня 1987" in page
    assert "…01" in page
    assert "n***@example.org" in page
    assert "+380990000001" not in page
    assert "nina@example.org" not in page


def test_a_match_that_nobody_or_only_one_person_confirmed_changes_nothing():
    report = a_report()
    wave = a_wave()
    a_committed_list("Горобець Іван Петрович;01.02.1990", wave=wave)
    match_all()
    nothing = without_times(status_of(report))
    a_committed_list(SON_ON_LIST, wave=wave, kind=ListKind.MEDIA)
    match_all()
    proposed = Match.objects.get(missing_person=report.missing_person)
    assert proposed.state == MatchState.OPEN
    assert without_times(status_of(report)) == nothing
    review.decide(
        proposed.pk, reviewer=a_reviewer(), verdict=Verdict.SAME, note="", revision=proposed.revision
    )
    assert without_times(status_of(report)) == nothing


def test_a_proposed_match_on_the_official_list_reads_like_no_match():
    """Two families, one list of one person: his family and another one read the same words."""
    his, other = (
        a_report(),
        a_report(surname="Горобець", given="Іван", patronymic="Петрович", birth="1990-02-01"),
    )
    a_committed_list(SON_ON_LIST)
    match_all()
    assert Match.objects.filter(missing_person=his.missing_person).exists()
    assert not Match.objects.filter(missing_person=other.missing_person).exists()
    own = {his: ("Вересняк Олександр Миколайович", "12 березня 1987"),
           other: ("Горобець Іван Петрович", "1 лютого 1990")}  # fmt: skip
    pages = []
    for report, words in own.items():
        page = without_times(status_of(report)).replace(report.reference, "")
        for word in words:
            page = page.replace(word, "")
        pages.append(page)
    assert pages[0] == pages[1]
    assert NEWS not in pages[0]


def test_a_match_confirmed_by_two_is_news_with_the_day_of_the_wave():
    report = a_report()
    a_committed_list(SON_ON_LIST, wave=a_wave(occurred_on=dt.date(2026, 5, 24)))
    match_all()
    confirm(Match.objects.get())
    page = status_of(report)
    assert re.search(
        r"Вересняк Олександр Миколайович</bdi></strong> — в офіційному списку звільнених 24 травня 2026", page
    )
    assert "Ніхто з нас ніколи не попросить у Вас грошей" in page
    assert "staff" not in page


def test_a_match_confirmed_on_a_list_that_is_not_of_the_released_stays_silent():
    report = a_report()
    a_committed_list(SON_ON_LIST, kind=ListKind.PLANNED)
    match_all()
    confirm(Match.objects.get())
    page = status_of(report)
    assert NEWS not in page
    assert "Ми шукаємо" in page


def test_a_withdrawn_report_says_so():
    report = a_report()
    intake.withdraw(report)
    assert "Ви відкликали це звернення" in status_of(report)


def test_a_contact_that_is_not_proven_is_offered_for_proof(client):
    report = file_and_prove(client, email="nina@example.org")
    page = text(client.get("/uk/my-report/status/"))
    assert '<a href="/uk/report/confirm/">підтвердити зараз</a>' in page
    assert report.reference in page


def steps(reference, code):
    client = Client()
    asked = client.post("/uk/my-report/", {"reference": reference})
    pages = [
        client.get("/uk/my-report/code/"),
        client.post("/uk/my-report/code/", {"code": code}),
        client.post("/uk/my-report/code/", {"again": "1"}),
        client.post("/uk/my-report/code/", {"code": ""}),
    ]
    headers = [sorted(page.headers.items()) for page in (asked, *pages)]
    return asked.status_code, asked.url, headers, [(page.status_code, without_tokens(page)) for page in pages]


def test_an_unknown_number_gets_the_same_bytes_as_a_known_one():
    report = a_report()
    steps(report.reference, "1")
    right = last_code()
    wrong = "000000" if right != "000000" else "000001"
    assert steps(report.reference, wrong) == steps("FL-AAAA-AAAA", wrong) == steps("no number at all", wrong)


def test_the_code_of_one_report_opens_no_other():
    his, other = a_report(), a_report()
    steps(his.reference, "1")
    code = last_code()
    client = Client()
    client.post("/uk/my-report/", {"reference": other.reference})
    client.post("/uk/my-report/code/", {"code": code})
    assert client.get("/uk/my-report/status/").status_code == 302


def test_an_answer_about_a_number_takes_its_time_known_or_not(monkeypatch):
    monkeypatch.setattr(pace, "ANSWER_SECONDS", 0.2)
    for reference in (a_report().reference, "FL-AAAA-AAAA"):
        began = time.monotonic()
        Client().post("/uk/my-report/", {"reference": reference})
        assert time.monotonic() - began >= 0.2
    for each in threading.enumerate():
        if each.name == "aside":
            each.join()


def test_an_answer_never_waits_for_what_is_done_for_a_known_number_alone(monkeypatch):
    monkeypatch.setattr(pace, "ANSWER_SECONDS", 0.2)
    may_go_on, is_done = threading.Event(), threading.Event()
    with pace.even_time():
        pace.aside(lambda: may_go_on.wait(30) and is_done.set())
    assert not is_done.is_set()
    may_go_on.set()
    assert is_done.wait(30)


def test_the_unknown_parts_of_a_birth_date_are_dashes():
    assert birth_words(BirthDate()) == ""
    assert birth_words(BirthDate(1987)) == "1987"
    assert birth_words(BirthDate(1987, year_to=1989)) == "1987–1989"
    assert birth_words(BirthDate(1987, 3)) == "—.03.1987"
    assert birth_words(BirthDate(None, 3, 12)) == "12.03.—"


def test_nothing_of_a_family_reaches_the_log(client, caplog, settings):
    settings.SERVICE_NAME = "A name " * 30  # every message is refused: the log must say so without saying it
    send_form(client)
    assert "RefusedMessage" in caplog.text
    for private in ("Вересняк", "+380990000067", "0990000067", Report.objects.get().code_word):
        assert private not in caplog.text
