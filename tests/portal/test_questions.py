"""What families type into the questions: kept whatever is amiss, refused only with a reason in words."""

import datetime as dt
import html
import io
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test import Client
from PIL import Image

from familylink.portal.questions import QUESTIONS
from familylink.reports import due
from familylink.reports.models import Draft, Picture, Report
from matching.engine import BirthDate
from tests.portal.conftest import ANSWERS, answer, fill, send_form, text
from tests.reports.photos import a_bomb, a_photo

pytestmark = pytest.mark.django_db


def words_of(response):
    return html.unescape(text(response))


def hours_pass(hours):
    Draft.objects.update(expires_at=F("expires_at") - dt.timedelta(hours=hours))


def only(slug):
    """The invented answers of one question."""
    question = next(each for each in QUESTIONS if each.slug == slug)
    return {name: ANSWERS[name] for name in question.base_fields if name in ANSWERS}


def birth(client, **typed):
    dates = {"birth_day": "", "birth_month": "", "birth_year": ""}
    response = send_form(client, **{**dates, **typed})
    assert response.status_code == 302, words_of(response)
    return Report.objects.latest("filed_at").missing_person.as_person().birth


def mistake(page, field):
    """What the summary, which takes the focus, says of this field: its one link there; beside it stands the same."""
    assert "<title>Помилка:" in page
    summary = re.search(
        rf'<div class="problems" role="alert" tabindex="-1" autofocus.*?<a href="#id_{field}">([^<]+)</a>',
        page,
        re.DOTALL,
    )
    beside = re.search(rf'id="id_{field}_error">([^<]+)</p>', page)
    assert summary
    assert beside
    assert summary[1] == beside[1]
    control = re.search(rf'<(?:input|select|textarea)[^>]*id="id_{field}"[^>]*>', page)
    assert 'aria-invalid="true"' in control[0]
    assert f"id_{field}_error" in re.search('aria-describedby="([^"]+)"', control[0])[1].split()
    return summary[1]


REFUSED = [
    ("birth", {"birth_day": "30", "birth_month": "2"}, "birth_day", "Такого дня в календарі немає"),
    (
        "birth",
        {"birth_day": "29", "birth_month": "2", "birth_year": "1987"},
        "birth_day",
        "Такого дня в календарі немає",
    ),
    ("birth", {"birth_day": "32"}, "birth_day", "день числом від 1 до 31"),
    ("birth", {"birth_day": "перше"}, "birth_day", "день числом від 1 до 31"),
    ("birth", {"birth_year": "87"}, "birth_year", "рік чотирма цифрами"),
    ("birth", {"birth_year": "1985-1986-1987"}, "birth_year", "рік чотирма цифрами"),
    ("birth", {"birth_year": "1899"}, "birth_year", "не може бути раніше 1900"),
    ("birth", {"birth_year": "2999"}, "birth_year", "ще не настала"),
    ("birth", {"age_from": "150"}, "age_from", "вік числом років"),
    ("birth", {"age_from": "40", "age_to": "30"}, "age_to", "не може бути більшим"),
    ("contacts", {"phone": "12345"}, "phone", "Не вдається прочитати цей номер"),
    ("contacts", {"phone": "+7 912 345-67-89"}, "phone", "можуть прочитати сторонні"),
    ("contacts", {"email": "nina@"}, "email", "Не вдається прочитати цю адресу"),
    ("contacts", {"phone": "+7 978 123 45 67"}, "phone", "можуть прочитати сторонні"),
    ("contacts", {"phone": "067 123 45 6З"}, "phone", "Не вдається прочитати цей номер"),
    ("contacts", {"phone": "067 123 45 67, 050 123 45 67"}, "phone", "лише один номер"),
    ("contacts", {"phone": "0 900 123 456"}, "phone", "Не вдається прочитати цей номер"),
    ("contacts", {"phone_2": "0 800 123 456"}, "phone_2", "не приходять SMS"),
    ("contacts", {"email": "nina@example.org, olha@example.org"}, "email", "Не вдається прочитати цю адресу"),
    ("contacts", {"email": "'nina olha'@example.org"}, "email", "Не вдається прочитати цю адресу"),
    (
        "contacts",
        {"email": "nina@example.org\r\nBcc: x@example.org"},
        "email",
        "Не вдається прочитати цю адресу",
    ),
    ("contacts", {"email_2": "nina@mailinator.com"}, "email_2", "невдовзі зникне"),
    ("contacts", {"phone": "", "email": ""}, "phone", "без цього ми не зможемо"),
    ("consent", {"consent_search": ""}, "consent_search", "лише за Вашої згоди"),
    ("consent", {"consent_contact": ""}, "consent_contact", "лише за Вашої згоди"),
    ("relation", {"relation": ""}, "relation", "ким Ви є цій людині"),
    ("relation", {"relation": "queen"}, "relation", "ким Ви є цій людині"),
    ("name", {"surname": "В" * 201}, "surname", "Зараз їх 201"),
    ("loss", {"circumstances": "а" * 5001}, "circumstances", "до 5000 знаків"),
    ("loss", {"circumstances": "а" * 1_000_000}, "circumstances", "Зараз їх 1000000"),
    ("name", {"surname": "-", "given_name": "?", "patronymic": " "}, "surname", "хоча б одне"),
    ("name", {"surname": "Коваль", "given_name": "Іван та Петро"}, "given_name", "схоже на двох людей"),
    ("name", {"surname": "Коваль Іван, Коваль Петро"}, "surname", "схоже на двох людей"),
    ("spellings", {"russian_name": "Коваль Иван и Коваль Пётр"}, "russian_name", "схоже на двох людей"),
    (
        "spellings",
        {"other_spellings": "Koval Ivan\nKoval Ivan, Bondar Petro"},
        "other_spellings",
        "схоже на двох людей",
    ),
    ("code-word", {"code_word": "надто довге кодове слово"}, "code_word", "щонайбільше 16"),
    ("code-word", {"code_word": "http://x"}, "code_word", "щонайбільше 16"),
]


@pytest.mark.parametrize(("slug", "changes", "field", "words"), REFUSED)
def test_a_mistake_is_said_in_the_summary_and_beside_the_field_in_the_same_words(
    client, slug, changes, field, words
):
    page = words_of(answer(client, slug, **{**only(slug), **changes}))
    assert words in mistake(page, field)
    for name, typed in {**only(slug), **changes}.items():
        is_ticked = f'name="{name}" id="id_{name}" checked' in page
        assert is_ticked or not typed.strip() or typed in page or typed == "queen", name


def test_each_consent_that_is_missing_has_a_reason_of_its_own(client):
    refused = set(re.findall(r'<li><a href="#id_consent_\w+">(.*?)</a>', words_of(answer(client, "consent"))))
    assert len(refused) == 2


def test_a_code_word_that_nobody_chose_is_not_called_unknown(client):
    fill(client)
    page = words_of(client.get("/uk/report/check/"))
    assert "<p>виберемо за Вас</p>" in page
    assert page.count("<p>не вказано</p>") >= 1


def test_a_code_word_may_not_be_the_name_that_it_is_about(client):
    answer(client, "name", **only("name"))
    assert "вже є у Вашому зверненні" in words_of(answer(client, "code-word", code_word="вересняк"))


def test_every_answer_stands_in_its_question_when_one_comes_back(client):
    fill(client, told_by="Побратим дзвонив", callsign="Сокіл")
    for slug in ("name", "spellings", "home", "service", "loss", "source", "contacts"):
        page = words_of(client.get(f"/uk/report/{slug}/"))
        for name, typed in only(slug).items():
            assert typed in page, name
    assert "Побратим дзвонив" in words_of(client.get("/uk/report/source/"))
    for slug, chosen in (("birth", 'value="3" selected'), ("relation", 'value="mother" selected')):
        assert chosen in words_of(client.get(f"/uk/report/{slug}/"))
    assert re.search(r'name="sex" value="m"[^>]*checked', words_of(client.get("/uk/report/category/")))
    assert re.search(r'name="consent_search"[^>]*checked', words_of(client.get("/uk/report/consent/")))


def test_all_answers_are_shown_before_anything_is_sent(client):
    fill(client)
    page = words_of(client.get("/uk/report/check/"))
    for name in ("surname", "russian_name", "birth_year", "place", "unit", "rank", "circumstances", "phone"):
        assert ANSWERS[name] in page
    for chosen in ("мати", "березень", "військовослужбовець"):
        assert chosen in page.lower()
    assert page.count("<bdi>так</bdi>") == len(only("consent"))
    assert not Report.objects.exists()


def test_an_answer_changed_from_there_leads_back_there(client):
    fill(client)
    assert '<a href="/uk/report/birth/?change=1">' in text(client.get("/uk/report/check/"))
    assert 'name="change"' in text(client.get("/uk/report/birth/?change=1"))
    assert answer(client, "birth", change="1", birth_year="1988").url == "/uk/report/check/"
    assert "1988" in text(client.get("/uk/report/check/"))


@pytest.mark.parametrize(
    ("slug", "typed", "leads_to"),
    [
        ("name", {"surname": "Вересняк"}, "/uk/report/"),
        ("loss", {"circumstances": "Довга розповідь"}, "/uk/report/home/"),
        ("birth", {"birth_year": "вісімдесят сьомий"}, "/uk/report/spellings/"),
        ("loss", {"circumstances": "Довга розповідь", "change": "1"}, "/uk/report/check/"),
    ],
)
def test_turning_back_keeps_what_was_typed_and_judges_nothing(client, slug, typed, leads_to):
    answer(client, "name", surname="Вересняк")
    assert answer(client, slug, **typed, back="1").url == leads_to
    for text_typed in (each for name, each in typed.items() if name != "change"):
        assert text_typed in words_of(client.get(f"/uk/report/{slug}/"))


def test_turning_back_keeps_the_photo_too(client):
    answer(client, "name", surname="Вересняк")
    assert give(client, a_photo(), back="1").url == "/uk/report/marks/"
    assert Picture.objects.count() == 1


def test_what_is_missing_at_the_end_leads_to_its_question(client):
    fill(client, phone=None, email=None, language=None, consent_search=None)
    page = words_of(client.post("/uk/report/check/"))
    assert '<a href="/uk/report/contacts/?change=1#id_phone">' in page
    assert '<a href="/uk/report/consent/?change=1#id_consent_search">' in page
    assert not Report.objects.exists()


def test_i_do_not_know_empties_the_question_and_goes_on(client):
    answer(client, "birth", birth_year="1987")
    assert answer(client, "birth", birth_year="1999", skip="1").url == "/uk/report/category/"
    assert "1987" not in text(client.get("/uk/report/birth/"))


def test_a_needed_question_cannot_be_skipped(client):
    assert "хоча б одне" in words_of(answer(client, "name", skip="1"))


def test_nobody_is_asked_for_the_unit_of_a_civilian(client):
    fill(client)
    assert answer(client, "category", category="soldier").url == "/uk/report/service/"
    assert answer(client, "category", category="civilian").url == "/uk/report/home/"
    client.post("/uk/report/check/")
    report = Report.objects.get()
    assert report.missing_person.as_person().unit == ""
    assert "unit" not in report.answers


@pytest.mark.parametrize("language", ["en", "ru"])
def test_changing_the_language_keeps_every_answer_and_judges_none(client, language):
    typed = {
        "phone": "not yet",
        "email": "nina@",
        "language": "uk",
        "page_language": "uk",
        "switch": language,
    }
    page = words_of(answer(client, "contacts", language, **typed))
    assert f'<html lang="{language}"' in page
    assert 'value="not yet"' in page
    assert 'value="nina@"' in page
    assert 'role="alert"' not in page
    assert 'value="not yet"' in text(client.get(f"/{language}/report/contacts/"))


def test_messages_follow_the_language_of_the_page_until_somebody_chooses(client):
    typed = {"phone": "", "language": "uk", "page_language": "uk", "switch": "ru"}
    assert 'value="ru" selected' in text(answer(client, "contacts", "ru", **typed))
    assert 'value="en" selected' in text(answer(client, "contacts", "ru", **{**typed, "language": "en"}))


def test_the_enter_key_goes_on_and_does_not_change_the_language(client):
    page = text(client.get("/uk/report/name/"))
    buttons = re.findall(r'<button[^>]*form="question"[^>]*>', page)
    assert 'name="go"' in buttons[0]
    assert 'name="switch"' in buttons[1]


@pytest.mark.parametrize(
    "surname",
    ["Дем'яненко", "Дем’яненко", "Демʼяненко", "O'Brien", "Ѓорѓиев", "გელაშვილი", "李", "Є", "{{ x }} {% y",
     "((x))", "Ш" * 200],
)  # fmt: skip
def test_no_name_is_refused_for_its_letters(client, surname):
    assert send_form(client, surname=surname).status_code == 302
    assert Report.objects.get().missing_person.as_person().names[0].surname == surname
    assert surname in words_of(client.get("/uk/report/name/"))


def test_a_name_is_shown_and_never_run(client):
    page = text(answer(client, "name", surname="<script>alert(1)</script>" + "a" * 200))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_one_name_and_one_way_to_be_reached_are_enough(client):
    needed = ("given_name", "phone", "language", "relation", "consent_search", "consent_contact")
    assert send_form(client, **{name: None for name in ANSWERS if name not in needed}).status_code == 302
    assert Report.objects.get().missing_person.as_person().names[0].given == "Олександр"


def test_a_patronymic_alone_is_a_name_too(client):
    send_form(client, surname="", given_name="-", russian_name="", passport_name="")
    assert [n.patronymic for n in Report.objects.get().missing_person.as_person().names] == ["Миколайович"]


def test_every_spelling_is_a_name_to_be_found_by(client):
    send_form(client, earlier_surname="Горобець", other_spellings="Вересняк О. М.\n\nВересняк Сашко\n?")
    names = Report.objects.get().missing_person.as_person().names
    assert (names[1].surname, names[1].given) == ("Горобець", "Олександр")
    assert [name.full for name in names[2:]] == [
        "Вересняк Александр Николаевич",
        "Veresniak Oleksandr",
        "Вересняк О. М.",
        "Вересняк Сашко",
    ]


PARTLY_KNOWN = [
    (("", "", "1987"), BirthDate(1987)),
    (("", "3", "1987"), BirthDate(1987, 3)),
    (("12", "3", ""), BirthDate(None, 3, 12)),
    (("12", "", "1987"), BirthDate(1987, None, 12)),
    (("", "3", ""), BirthDate(None, 3)),
    (("29", "2", ""), BirthDate(None, 2, 29)),
    (("", "", ""), BirthDate()),
    (("", "", "1987-1985"), BirthDate(1985, year_to=1987)),
    (("٠٧", "3", "1987"), BirthDate(1987, 3, 7)),
]


@pytest.mark.parametrize(("typed", "known"), PARTLY_KNOWN)
def test_any_part_of_a_birth_date_may_be_unknown(client, typed, known):
    day, month, year = typed
    assert birth(client, birth_day=day, birth_month=month, birth_year=year) == known


def test_an_age_becomes_the_years_that_fit_it_and_stays_so(client):
    with time_machine.travel(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)):
        assert birth(client, age_from="35", age_to="40") == BirthDate(1985, year_to=1991)
        assert birth(client, age_from="35") == BirthDate(1990, year_to=1991)
        assert birth(client, age_to="35") == BirthDate(1990, year_to=1991)
    report = Report.objects.latest("filed_at")
    assert report.answers["age_on"] == "2026-11-23"


def test_a_birthday_of_tomorrow_is_in_the_future_and_one_of_today_is_not(client):
    today = dt.datetime.now(dt.UTC).date()
    later = today + dt.timedelta(days=2)
    typed = [
        {"birth_day": str(day.day), "birth_month": str(day.month), "birth_year": str(day.year)}
        for day in (today, later)
    ]
    assert birth(client, **typed[0]).is_full
    assert "ще не настала" in words_of(answer(client, "birth", **typed[1]))


def test_a_zero_byte_in_an_answer_loses_nothing_else(client):
    assert send_form(client, surname="Верес\x00няк").status_code == 302
    assert Report.objects.get().missing_person.as_person().names[0].surname == "Вересняк"


def test_nothing_but_the_questions_own_fields_is_kept(client):
    send_form(client)
    answer(client, "name", surname="Вересняк", withdrawn_at="2020-01-01", source="staff", reference="FL-1")
    assert not {"withdrawn_at", "source", "reference"} & Draft.objects.get().answers.keys()


def test_ten_thousand_fields_are_refused_calmly(client):
    answer(client, "name", surname="Вересняк")
    page = client.post("/uk/report/name/", {f"x{n}": "1" for n in range(10_000)})
    assert page.status_code == 400
    assert "Вересняк" in words_of(client.get("/uk/report/name/"))


# ----------------------------------------------------------------------------------- drafts, robots, stale pages


def test_a_closed_browser_finds_its_draft_again(client):
    fill(client)
    again = Client()
    again.cookies["draft"] = client.cookies["draft"].value
    assert client.cookies["draft"]["max-age"] == 24 * 3600
    assert "Ви вже почали звернення" in words_of(again.get("/uk/report/"))
    assert ANSWERS["surname"] in words_of(again.get("/uk/report/name/"))


def test_going_on_leads_to_the_first_question_not_opened(client):
    answer(client, "name", **only("name"))
    answer(client, "spellings", skip="1")
    assert 'href="/uk/report/birth/"' in text(client.get("/uk/report/"))
    fill(client)
    for slug in ("marks", "source", "code-word"):
        answer(client, slug, skip="1")
    assert 'href="/uk/report/check/"' in text(client.get("/uk/report/"))


def test_nobody_reads_a_draft_without_its_signed_cookie(client):
    fill(client)
    thief = Client()
    for forged in (str(Draft.objects.get().pk), f"{Draft.objects.get().pk}:1abcde:x", "x"):
        thief.cookies["draft"] = forged
        assert thief.get("/uk/report/name/").status_code == 200
        assert ANSWERS["surname"] not in words_of(thief.get("/uk/report/name/"))


def test_a_day_later_the_draft_is_gone_and_nothing_of_it_is_left(client):
    fill(client)
    hours_pass(23)
    assert not due.forget_next_drafts()
    assert ANSWERS["surname"] in words_of(client.get("/uk/report/name/"))
    hours_pass(2)
    assert client.get("/uk/report/check/").url == "/uk/report/"
    assert due.forget_next_drafts()
    assert not Draft.objects.exists()


def test_a_draft_is_kept_its_day_by_one_clock_whichever_machine_looks(client):
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=2), tick=True):
        fill(client)
    hours_pass(23)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2), tick=True):
        assert not due.forget_next_drafts()
        assert ANSWERS["surname"] in words_of(client.get("/uk/report/name/"))


def test_answers_begun_on_a_machine_that_is_fast_are_not_taken_for_a_robots(client, settings):
    settings.REPORT_LEAST_SECONDS = 60
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10), tick=True):
        fill(client)
    Draft.objects.update(began_at=F("began_at") - dt.timedelta(minutes=1))
    client.post("/uk/report/check/")
    assert Report.objects.count() == 1


def test_whoever_shares_the_telephone_may_delete_the_draft(client):
    fill(client)
    client.post("/uk/report/")
    assert not Draft.objects.exists()
    assert ANSWERS["surname"] not in words_of(client.get("/uk/report/name/"))


@pytest.mark.parametrize("how", ["too quick", "hidden field"])
def test_what_looks_like_a_robot_is_asked_once_more_and_never_lost(client, settings, how):
    fill(client)
    if how == "too quick":
        settings.REPORT_LEAST_SECONDS = 3600
    page = words_of(client.post("/uk/report/check/", {"website": "x"} if how == "hidden field" else {}))
    assert "ще раз" in page
    assert not Report.objects.exists()
    settings.REPORT_LEAST_SECONDS = 0
    client.post("/uk/report/check/")
    assert Report.objects.count() == 1


def test_a_question_that_lay_open_too_long_comes_back_with_its_answers():
    strict = Client(enforce_csrf_checks=True)
    page = answer(strict, "name", **only("name"))
    assert page.status_code == 403
    assert "Усі Ваші відповіді на місці" in words_of(page)
    assert f'name="surname" value="{ANSWERS["surname"]}"' in words_of(page)
    assert not Draft.objects.exists()


def test_answers_sent_by_another_site_are_not_shown():
    strict = Client(enforce_csrf_checks=True, headers={"origin": "https://elsewhere.example"})
    page = answer(strict, "name", **only("name"))
    assert page.status_code == 403
    assert ANSWERS["surname"] not in words_of(page)


def test_there_is_no_question_that_we_do_not_ask(client):
    assert client.get("/uk/report/nothing/").status_code == 404


# ----------------------------------------------------------------------------------------------- photographs


def give(client, content, name="photo.jpg", slug="photo", **more):
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return answer(client, slug, **{slug: file}, **more)


@pytest.mark.parametrize("name", ["../../etc/x.jpg", "ф" * 300 + ".heic", "photo.html", "фото 1.JPG"])
def test_a_photo_is_kept_sealed_under_no_name_of_its_sender(client, name):
    fill(client)
    assert give(client, a_photo(exif=True), name).url == "/uk/report/source/"
    give(client, a_photo(), slug="kinship")
    client.post("/uk/report/check/")
    report = Report.objects.get()
    assert sorted(report.pictures.values_list("kind", flat=True)) == ["kinship", "photo"]
    assert report.pictures.get(kind="photo").content.startswith(b"\xff\xd8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM reports_picture")
        assert not any(b"JFIF" in bytes(row[0]) for row in cursor.fetchall())


BAD_PHOTOS = {
    "a drawing that runs a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "cut off on the way": a_photo("JPEG", (400, 400))[:1500],
    "a moving picture of a kind that no camera makes": a_photo("GIF", frames=3),
    "nothing": b"",
}


@pytest.mark.parametrize("slug", ["photo", "kinship"])
@pytest.mark.parametrize("what", BAD_PHOTOS)
def test_a_bad_photo_loses_no_answer_and_no_earlier_photo(client, what, slug):
    fill(client)
    give(client, a_photo(), slug=slug)
    page = words_of(give(client, BAD_PHOTOS[what], "photo.jpg", slug))
    assert "Не вдається прочитати це фото" in mistake(page, slug)
    assert "Фото вже є" in page
    assert ANSWERS["surname"] in words_of(client.get("/uk/report/check/"))
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("megabytes", [11, 21])
def test_a_photo_too_large_is_refused_in_words_and_never_dropped_unsaid(client, megabytes):
    fill(client)
    page = words_of(give(client, b"\xff\xd8" + bytes(megabytes * 2**20)))
    assert "Це фото завелике" in mistake(page, "photo")
    assert ANSWERS["surname"] in words_of(client.get("/uk/report/check/"))


@pytest.mark.parametrize("points", [(20_000, 20_000), (13_000, 13_000)])
def test_a_photo_of_few_bytes_and_hundreds_of_millions_of_points_is_refused_in_words(client, points):
    fill(client)
    page = words_of(give(client, a_bomb(*points), "photo.png"))
    assert "Це фото завелике" in mistake(page, "photo")
    assert ANSWERS["surname"] in words_of(client.get("/uk/report/check/"))


def test_no_file_is_no_mistake(client):
    answer(client, "name", **only("name"))
    assert client.post("/uk/report/photo/", {}).url == "/uk/report/source/"
    assert not Picture.objects.exists()


def test_another_photo_takes_the_place_of_the_first(client):
    fill(client)
    give(client, a_photo())
    give(client, a_photo(size=(30, 30)))
    client.post("/uk/report/check/")
    give(client, a_photo(size=(20, 20)))
    client.post("/uk/report/check/")
    kept = Report.objects.get().pictures.get()
    assert Image.open(io.BytesIO(kept.content)).size == (20, 20)
    assert Picture.objects.count() == 1


def test_a_photo_given_by_mistake_is_removed_before_and_after_sending(client):
    fill(client)
    for _ in range(2):
        give(client, a_photo())
        assert "Прибрати фото" not in text(answer(client, "photo", drop="1"))
        assert not Picture.objects.exists()
        client.post("/uk/report/check/")
    assert ANSWERS["surname"] in words_of(client.get("/uk/report/check/"))


def test_nobody_is_offered_to_go_on_without_a_photo_that_would_be_sent_all_the_same(client):
    answer(client, "name", **only("name"))
    assert "Продовжити без цього" in words_of(client.get("/uk/report/photo/"))
    give(client, a_photo())
    shown = words_of(client.get("/uk/report/photo/"))
    assert "Продовжити без цього" not in shown
    assert "Прибрати фото" in shown


def test_the_same_photo_may_be_given_with_every_report(client):
    for _ in range(2):
        client.post("/uk/report/")
        fill(client)
        give(client, a_photo())
        client.post("/uk/report/check/")
    assert [report.pictures.count() for report in Report.objects.all()] == [1, 1]


def test_photos_of_a_draft_that_is_over_are_gone_and_those_of_a_report_stay(client):
    fill(client)
    give(client, a_photo())
    client.post("/uk/report/check/")
    other = Client()
    give(other, a_photo())
    hours_pass(25)
    due.forget_next_drafts()
    assert Picture.objects.get().report == Report.objects.get()
