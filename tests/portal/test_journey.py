"""From the start page to the report's state, in each language."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from familylink.reports.models import Contact, Report
from notifications.models import Notification
from tests.portal.conftest import (
    ANSWERS,
    age_codes,
    file_and_prove,
    last_code,
    open_form,
    send_form,
    sign_in,
    text,
)

pytestmark = pytest.mark.django_db
WORDS = {
    "uk": ("Кого Ви шукаєте?", "Ще не підтверджено", "Ваше звернення в нас", "Ми шукаємо"),
    "en": ("Who are you looking for?", "Not confirmed yet", "We have your report", "We are searching"),
    "ru": ("Кого Вы ищете?", "Ещё не подтверждено", "Ваше обращение у нас", "Мы ищем"),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_mother_files_proves_and_looks(client, language):
    asks, waits, has, searches = WORDS[language]
    assert asks in text(client.get(f"/{language}/report/"))
    confirm = client.get(send_form(client, language, language=language).url)
    report = Report.objects.get()
    assert waits in text(confirm)
    assert report.reference in text(confirm)
    assert "…67" in text(confirm)
    receipt = client.post(f"/{language}/report/confirm/", {"code": last_code()}, follow=True)
    assert has in text(receipt)
    assert report.code_word in text(receipt)
    assert searches in text(client.get(f"/{language}/my-report/status/"))


def test_what_was_typed_is_what_is_kept(client):
    send_form(client, email="Nina@Example.ORG")
    report = Report.objects.get()
    person = report.missing_person.as_person()
    assert (person.names[0].surname, person.names[0].given, person.names[0].patronymic) == (
        "Вересняк",
        "Олександр",
        "Миколайович",
    )
    assert [name.full for name in person.names[1:]] == [
        "Вересняк Александр Николаевич",
        "Veresniak Oleksandr",
    ]
    assert (str(person.birth), person.sex, person.place, person.unit) == (
        "1987-03-12",
        "m",
        "Тихий Яр",
        "А0000",
    )
    assert sorted(c.address for c in report.contacts.all()) == ["+380990000067", "Nina@example.org"]
    assert report.circumstances == ANSWERS["circumstances"]
    assert report.consented_at is not None


def test_the_start_page_is_in_the_language_of_the_browser(client):
    assert client.get("/", headers={"accept-language": "ru"}).url == "/ru/"


def test_sending_the_same_form_twice_files_once(client):
    draft = open_form(client)
    first, second = (send_form(client, draft=draft) for _ in range(2))
    assert Report.objects.count() == 1
    assert first.url == second.url
    assert text(client.get(first.url)).count(Report.objects.get().reference) == 1
    assert Notification.objects.filter(message="contact_code").count() == 1


def test_two_forms_are_two_reports_even_about_the_same_man(client):
    send_form(client)
    send_form(client)
    assert Report.objects.count() == 2


def test_going_back_to_mend_the_number_mends_it_in_the_same_report(client):
    draft = open_form(client)
    send_form(client, draft=draft, phone="099 000 00 66")
    send_form(client, draft=draft, phone="099 000 00 67", given_name="Олексій")
    report = Report.objects.get()
    assert [c.address for c in report.contacts.filter(stopped_at=None)] == ["+380990000067"]
    assert report.missing_person.as_person().names[0].given == "Олексій"
    client.post("/uk/report/confirm/", {"code": last_code()})
    assert Contact.objects.reachable().get().address == "+380990000067"


def test_a_mended_number_can_be_mended_back(client):
    draft = open_form(client)
    for phone in ("0990000067", "0990000066", "0990000067"):
        send_form(client, draft=draft, phone=phone)
    assert [c.address for c in Report.objects.get().contacts.filter(stopped_at=None)] == ["+380990000067"]


def test_a_draft_of_another_visitor_is_not_theirs_to_change(client):
    draft = open_form(client)
    send_form(client, draft=draft)
    send_form(Client(), draft=draft, given_name="Інший")
    first, second = Report.objects.order_by("filed_at")
    assert first.missing_person.as_person().names[0].given == "Олександр"
    assert second.missing_person.as_person().names[0].given == "Інший"


def test_with_two_ways_to_reach_them_both_are_asked_for_their_code(client):
    send_form(client, email="nina@example.org")
    halfway = client.post("/uk/report/confirm/", {"code": last_code("sms")}, follow=True)
    assert "…67" in text(halfway)
    assert "n***@example.org" in text(halfway)
    done = client.post("/uk/report/confirm/", {"code": last_code("email")}, follow=True)
    assert done.redirect_chain[-1][0] == "/uk/report/receipt/"
    assert Contact.objects.reachable().count() == 2


def test_the_second_way_may_wait(client):
    send_form(client, email="nina@example.org")
    client.post("/uk/report/confirm/", {"code": last_code("sms")})
    assert "Ваше звернення в нас" in text(client.get("/uk/report/receipt/"))


def test_the_proven_contact_gets_the_number_to_keep_once(client):
    report = file_and_prove(client)
    message = Notification.objects.get(message="report_received")
    assert report.reference in message.body
    assert message.to == "+380990000067"


def test_the_report_is_kept_when_no_code_can_be_sent(client, settings):
    settings.SERVICE_NAME = "A name " * 30  # no SMS holds it: the code is refused
    answer = send_form(client)
    assert not Notification.objects.exists()
    assert answer.status_code == 302
    assert Report.objects.count() == 1


def test_a_wrong_code_is_said_in_words_and_proves_nothing(client):
    send_form(client)
    wrong = "000000" if last_code() != "000000" else "000001"
    page = client.post("/uk/report/confirm/", {"code": wrong})
    assert "Цей код неправильний або застарілий" in text(page)
    assert "<title>Помилка:" in text(page)
    assert not Contact.objects.reachable().exists()
    assert client.get("/uk/report/receipt/").status_code == 302


def test_after_five_wrong_tries_the_right_code_is_worth_nothing(client):
    send_form(client)
    code = last_code()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        client.post("/uk/report/confirm/", {"code": wrong})
    client.post("/uk/report/confirm/", {"code": code})
    assert not Contact.objects.reachable().exists()


def test_a_code_may_be_typed_with_blanks(client):
    send_form(client)
    code = last_code()
    client.post("/uk/report/confirm/", {"code": f" {code[:3]} {code[3:]} "})
    assert Contact.objects.reachable().exists()


def test_a_code_of_ten_minutes_ago_is_too_late(client):
    send_form(client)
    code = last_code()
    age_codes(minutes=11)
    client.post("/uk/report/confirm/", {"code": code})
    assert not Contact.objects.reachable().exists()


def test_a_code_is_sent_again_once_a_minute_and_the_words_are_the_same(client):
    send_form(client)
    answers = [client.post("/uk/report/confirm/", {"again": "1"}) for _ in range(2)]
    assert Notification.objects.filter(message="contact_code").count() == 1
    assert len({re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text(answer)) for answer in answers}) == 1
    assert "новий уже в дорозі" in text(answers[0])


def test_signing_in_later_takes_the_number_in_any_spelling(client):
    report = file_and_prove(client)
    other = Client()
    age_codes(minutes=2)
    other.post("/uk/my-report/", {"reference": report.reference.lower().replace("-", " ")})
    page = other.post("/uk/my-report/code/", {"code": last_code()}, follow=True)
    assert report.reference in text(page)


def test_signing_out_ends_the_visit(client):
    file_and_prove(client)
    client.post("/uk/sign-out/")
    assert client.get("/uk/my-report/status/").url == "/uk/my-report/"
    assert not client.session.keys()


def test_leaving_in_a_hurry_shows_an_empty_page_and_ends_the_visit(client):
    report = file_and_prove(client)
    page = text(client.get("/uk/leave/"))
    assert report.reference not in page
    assert "FamilyLink" not in page
    assert client.get("/uk/my-report/status/").status_code == 302


def test_half_an_hour_later_the_visit_has_ended(client):
    file_and_prove(client)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31)):
        assert client.get("/uk/my-report/status/").url == "/uk/my-report/"


def test_a_visitor_without_a_report_is_led_to_the_question_for_the_number(client):
    for path in ("report/confirm/", "report/receipt/", "my-report/status/", "my-report/code/"):
        assert client.get(f"/uk/{path}").url == "/uk/my-report/"


def test_the_session_holds_ids_and_a_time_only(client):
    report = file_and_prove(client)
    sign_in(client, report)
    values = [value for key, value in client.session.items()]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    assert flat
    assert all(isinstance(item, int) or re.fullmatch(r"[0-9a-f-]{32,36}", item) for item in flat)
