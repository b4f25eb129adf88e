"""What families type into the form: kept whatever is amiss, refused only with a reason in words."""

import datetime as dt
import html
import re

import pytest
from django.test import Client

from familylink.reports.models import Report
from matching.engine import BirthDate
from tests.portal.conftest import ANSWERS, open_form, send_form, text

pytestmark = pytest.mark.django_db


def words_of(response):
    return html.unescape(text(response))


def birth(client, day="", month="", year=""):
    response = send_form(client, birth_day=day, birth_month=month, birth_year=year)
    assert response.status_code == 302, words_of(response)
    return Report.objects.latest("filed_at").missing_person.as_person().birth


REFUSED = [
    ({"birth_day": "30", "birth_month": "2"}, "birth_day", "Такого дня в календарі немає"),
    (
        {"birth_day": "29", "birth_month": "2", "birth_year": "1987"},
        "birth_day",
        "Такого дня в календарі немає",
    ),
    ({"birth_day": "32"}, "birth_day", "день числом від 1 до 31"),
    ({"birth_day": "перше"}, "birth_day", "день числом від 1 до 31"),
    ({"birth_year": "87"}, "birth_year", "рік чотирма цифрами"),
    ({"birth_year": "1899"}, "birth_year", "не може бути раніше 1900"),
    ({"birth_year": "2999"}, "birth_year", "ще не настала"),
    ({"phone": "12345"}, "phone", "Не вдається прочитати цей номер"),
    ({"phone": "+7 912 345-67-89"}, "phone", "можуть прочитати сторонні"),
    ({"email": "nina@"}, "email", "Не вдається прочитати цю адресу"),
    ({"phone": "", "email": ""}, "phone", "без цього ми не зможемо"),
    ({"consent": None}, "consent", "лише за Вашої згоди"),
    ({"relation": ""}, "relation", "ким Ви є цій людині"),
    ({"relation": "queen"}, "relation", "ким Ви є цій людині"),
    ({"surname": "В" * 201}, "surname", "Зараз їх 201"),
    ({"circumstances": "а" * 5001}, "circumstances", "до 5000 знаків"),
    ({"surname": "-", "given_name": "?", "patronymic": "", "other_spellings": " "}, "surname", "хоча б одне"),
]


@pytest.mark.parametrize(("changes", "field", "words"), REFUSED)
def test_a_mistake_is_said_in_the_summary_and_beside_the_field_in_the_same_words(
    client, changes, field, words
):
    page = words_of(send_form(client, **changes))
    assert "<title>Помилка:" in page
    summary = re.search(rf'role="alert".*?<a href="#id_{field}">([^<]+)</a>', page, re.DOTALL)
    beside = re.search(rf'id="id_{field}_error">([^<]+)</p>', page)
    assert summary
    assert beside
    assert words in summary[1] == beside[1]
    control = re.search(rf'<(?:input|select|textarea)[^>]*id="id_{field}"[^>]*>', page)
    assert 'aria-invalid="true"' in control[0]
    assert f"id_{field}_error" in re.search('aria-describedby="([^"]+)"', control[0])[1].split()
    assert not Report.objects.exists()


def test_the_summary_takes_the_focus_without_a_script(client):
    page = text(send_form(client, phone="", email=""))
    assert re.search(r'<div class="problems" role="alert" tabindex="-1" autofocus', page)


def test_every_answer_is_kept_when_one_is_amiss(client):
    page = words_of(send_form(client, birth_day="31", birth_month="2", email="nina@example.org"))
    for name in (
        "surname",
        "given_name",
        "patronymic",
        "birth_year",
        "place",
        "unit",
        "reporter_name",
        "phone",
    ):
        assert f'name="{name}" value="{ANSWERS[name]}"' in page
    assert ANSWERS["other_spellings"] in page
    assert ANSWERS["circumstances"] in page
    for chosen in ('value="2" selected', 'value="mother" selected', 'value="uk" selected'):
        assert chosen in page
    assert re.search(r'name="sex" value="m"[^>]*checked', page)
    assert re.search(r'name="consent"[^>]*checked', page)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_changing_the_language_keeps_every_answer_and_files_nothing(client, language):
    answers = {
        **ANSWERS,
        "draft": open_form(client),
        "page_language": "uk",
        "switch": language,
        "phone": "not yet",
    }
    page = words_of(client.post(f"/{language}/report/", answers))
    assert f'<html lang="{language}"' in page
    for name in ("surname", "given_name", "patronymic", "birth_day", "birth_year", "place", "phone"):
        assert f'name="{name}" value="{answers[name]}"' in page
    assert ANSWERS["circumstances"] in page
    assert 'value="3" selected' in page
    assert re.search(r'name="consent"[^>]*checked', page)
    assert f'name="draft" value="{answers["draft"]}"' in page
    assert 'role="alert"' not in page
    assert not Report.objects.exists()


def test_messages_follow_the_language_of_the_page_until_somebody_chooses(client):
    answers = {**ANSWERS, "draft": open_form(client), "switch": "ru", "page_language": "uk"}
    assert 'value="ru" selected' in text(client.post("/ru/report/", answers))
    assert 'value="en" selected' in text(client.post("/ru/report/", {**answers, "language": "en"}))


def test_the_enter_key_sends_the_report_and_does_not_change_the_language(client):
    page = text(client.get("/uk/report/"))
    buttons = re.findall(r'<button[^>]*form="report"[^>]*>', page)
    assert 'name="send"' in buttons[0]
    assert 'name="switch"' in buttons[1]


@pytest.mark.parametrize(
    "surname",
    ["Дем'яненко", "Дем’яненко", "Демʼяненко", "O'Brien", "Ѓорѓиев", "გელაშვილი", "李", "Є", "{{ x }} {% y"],
)
def test_no_name_is_refused_for_its_letters(client, surname):
    assert send_form(client, surname=surname).status_code == 302
    assert Report.objects.get().missing_person.as_person().names[0].surname == surname


def test_a_name_is_shown_and_never_run(client):
    page = text(send_form(client, surname="<script>alert(1)</script>", consent=None))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_one_name_and_one_way_to_be_reached_are_enough(client):
    only = {
        name: "" for name in ANSWERS if name not in ("given_name", "phone", "language", "relation", "consent")
    }
    assert send_form(client, **only).status_code == 302
    assert Report.objects.get().missing_person.as_person().names[0].given == "Олександр"


def test_another_spelling_alone_is_a_name_too(client):
    send_form(client, surname="", given_name="", patronymic="-", other_spellings="Veresniak Oleksandr")
    assert [n.full for n in Report.objects.get().missing_person.as_person().names] == ["Veresniak Oleksandr"]


PARTLY_KNOWN = [
    (("", "", "1987"), BirthDate(1987)),
    (("", "3", "1987"), BirthDate(1987, 3)),
    (("12", "3", ""), BirthDate(None, 3, 12)),
    (("12", "", "1987"), BirthDate(1987, None, 12)),
    (("", "3", ""), BirthDate(None, 3)),
    (("29", "2", ""), BirthDate(None, 2, 29)),
    (("", "", ""), BirthDate()),
    (("٠٧", "3", "1987"), BirthDate(1987, 3, 7)),
]


@pytest.mark.parametrize(("typed", "known"), PARTLY_KNOWN)
def test_any_part_of_a_birth_date_may_be_unknown(client, typed, known):
    assert birth(client, *typed) == known


def test_a_birthday_of_tomorrow_is_in_the_future_and_one_of_today_is_not(client):
    today = dt.datetime.now(dt.UTC).date()
    later = today + dt.timedelta(days=2)
    assert birth(client, str(today.day), str(today.month), str(today.year)).is_full
    page = send_form(
        client, birth_day=str(later.day), birth_month=str(later.month), birth_year=str(later.year)
    )
    assert "ще не настала" in words_of(page)


def test_a_zero_byte_in_an_answer_loses_nothing_else(client):
    assert send_form(client, surname="Верес\x00няк").status_code == 302
    assert Report.objects.get().missing_person.as_person().names[0].surname == "Вересняк"


def test_a_form_that_lay_open_too_long_comes_back_with_its_answers():
    strict = Client(enforce_csrf_checks=True)
    page = send_form(strict)
    assert page.status_code == 403
    assert "Усі Ваші відповіді на місці" in words_of(page)
    assert f'name="surname" value="{ANSWERS["surname"]}"' in words_of(page)
    assert not Report.objects.exists()


def test_answers_sent_by_another_site_are_not_shown():
    strict = Client(enforce_csrf_checks=True, headers={"origin": "https://elsewhere.example"})
    page = strict.post("/uk/report/", ANSWERS)
    assert page.status_code == 403
    assert ANSWERS["surname"] not in words_of(page)
