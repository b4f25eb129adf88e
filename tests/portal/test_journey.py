"""From the start page to the report's state, in each language."""

import datetime as dt
import hashlib
import re

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from familylink.portal.questions import ConsentQuestion
from familylink.portal.visits import SIGNED_IN_UNTIL
from familylink.reports import intake
from familylink.reports.models import Contact, ContactCode, Draft, MissingPerson, Picture, Report
from notifications.models import Notification
from tests.portal.conftest import (
    ANSWERS,
    age_codes,
    answer,
    file_and_prove,
    last_code,
    send_form,
    sign_in,
    text,
)
from tests.reports.photos import a_photo

pytestmark = pytest.mark.django_db
CONSENT_TEXT = {"2026-11-23": "a4a11b7def32"}
WORDS = {
    "uk": ("Кого Ви шукаєте?", "Ще не підтверджено", "Ваше звернення в нас", "Ми шукаємо"),
    "en": ("Who are you looking for?", "Not confirmed yet", "We have your report", "We are searching"),
    "ru": ("Кого Вы ищете?", "Ещё не подтверждено", "Ваше обращение у нас", "Мы ищем"),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_mother_files_proves_and_looks(client, language):
    asks, waits, has, searches = WORDS[language]
    assert asks in text(client.get(f"/{language}/report/name/"))
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
    assert (report.circumstances, report.answers["circumstances"]) == (ANSWERS["circumstances"],) * 2
    assert not {"phone", "email", "consent_search", "code_word"} & report.answers.keys()
    assert report.consented_at is not None


def test_the_start_page_is_in_the_language_of_the_browser(client):
    assert client.get("/", headers={"accept-language": "ru"}).url == "/ru/"


def test_sending_the_same_form_twice_files_once(client):
    first = send_form(client)
    second = client.post("/uk/report/check/")
    assert Report.objects.count() == 1
    assert first.url == second.url
    assert text(client.get(first.url)).count(Report.objects.get().reference) == 1
    assert Notification.objects.filter(message="contact_code").count() == 1


def test_a_report_that_was_withdrawn_is_not_sent_again_in_silence(client):
    """She is told that nobody searches, and her answers, with the photo, make a new report when she wishes it."""
    send_form(client)
    first = Report.objects.get()
    Picture.objects.create(draft=Draft.objects.get(), report=first, kind="photo", content=a_photo())
    intake.withdraw(first)
    said = client.post("/uk/report/check/")
    assert "за ним ніхто не шукає" in text(said)
    assert "Ще нічого не надіслано" in text(said)
    assert Report.objects.count() == 1
    assert client.post("/uk/report/check/").url == "/uk/report/confirm/"
    new = Report.objects.open().get()
    assert new.reference != first.reference
    assert new.missing_person_id in MissingPerson.objects.awaiting_matching().values_list("pk", flat=True)
    assert [report.pictures.count() for report in (first, new)] == [1, 1]
    client.post("/uk/report/confirm/", {"code": last_code()})
    assert Contact.objects.reachable().get().report == new


def test_two_forms_are_two_reports_even_about_the_same_man(client):
    send_form(client)
    send_form(client)
    assert Report.objects.count() == 2


def test_going_back_to_mend_the_number_mends_it_in_the_same_report(client):
    send_form(client, phone="099 000 00 66")
    answer(client, "contacts", phone="099 000 00 67", language="uk", change="1")
    answer(client, "name", surname="Вересняк", given_name="Олексій", change="1")
    client.post("/uk/report/check/")
    report = Report.objects.get()
    assert [c.address for c in report.contacts.filter(stopped_at=None)] == ["+380990000067"]
    assert report.missing_person.as_person().names[0].given == "Олексій"
    client.post("/uk/report/confirm/", {"code": last_code()})
    assert Contact.objects.reachable().get().address == "+380990000067"


def test_a_mended_number_can_be_mended_back(client):
    send_form(client, phone="0990000067")
    for phone in ("0990000066", "0990000067"):
        answer(client, "contacts", phone=phone, language="uk", change="1")
        client.post("/uk/report/check/")
    assert [c.address for c in Report.objects.get().contacts.filter(stopped_at=None)] == ["+380990000067"]


def test_a_browser_closed_before_the_code_came_finds_its_way_back(client):
    send_form(client)
    report = Report.objects.get()
    closed = Client()
    closed.cookies["draft"] = client.cookies["draft"].value
    begun = text(closed.get("/uk/report/"))
    assert "З цього пристрою Ви надіслали звернення" in begun
    assert report.reference in begun
    again = text(closed.get("/uk/report/check/"))
    assert "Це звернення вже в нас" in again
    assert "Ще нічого не надіслано" not in again
    closed.post("/uk/report/confirm/", {"code": last_code()})
    assert Contact.objects.reachable().get().report == report
    assert report.code_word in text(closed.get("/uk/report/receipt/"))


def test_once_a_contact_is_proven_the_draft_is_gone(client):
    file_and_prove(client)
    assert not Draft.objects.exists()
    assert ANSWERS["surname"] not in text(client.get("/uk/report/name/"))


def test_every_purpose_is_agreed_to_by_itself_with_the_version_of_its_text(client):
    send_form(client, consent_share="on")
    given = Report.objects.get().consents.values_list("purpose", "version", "language", "withdrawn_at")
    assert {row[0] for row in given} == {"search", "contact", "share"}
    assert {row[1:] for row in given} == {(intake.CONSENT_VERSION, "uk", None)}


def test_a_purpose_taken_back_before_proving_keeps_when_it_was_given(client):
    send_form(client, consent_share="on")
    answer(client, "consent", consent_search="on", consent_contact="on", change="1")
    client.post("/uk/report/check/")
    share = Report.objects.get().consents.get(purpose="share")
    assert share.given_at <= share.withdrawn_at


def test_the_words_agreed_to_never_change_without_a_new_version():
    with translation.override("en"):
        words = "|".join(str(field.label) for field in ConsentQuestion.base_fields.values())
        assert hashlib.sha256(words.encode()).hexdigest()[:12] == CONSENT_TEXT[intake.CONSENT_VERSION]


def test_the_code_word_that_a_family_chose_is_theirs(client):
    send_form(client, code_word="  червоне   яблуко ")
    assert Report.objects.get().code_word == "червоне яблуко"


def test_several_ways_to_reach_them_are_all_kept(client):
    send_form(client, phone_2="050 000 00 01", email="nina@example.org", email_2="olha@example.org")
    assert Report.objects.get().contacts.count() == 4


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


@pytest.mark.parametrize("language", ["en", "ru"])
def test_changing_the_language_loses_no_number_and_no_code_and_uses_up_no_try(client, language):
    """The code is kept as typed: it stands in the field of a wrong one too, and its owner has just read it."""
    send_form(client)
    report, wrong = Report.objects.get(), "000000" if last_code() != "000000" else "000001"
    other = Client()
    kept = {
        "check-message/": "FL-7K3M",
        "my-report/": "FL-7K3M",
        "my-report/code/": wrong,
        f"my-report/code/{wrong}/": "12 34",
        "report/confirm/": wrong,
    }
    for path, typed in kept.items():
        visitor = client if path == "report/confirm/" else other
        if path == "my-report/code/":
            other.post("/uk/my-report/", {"reference": report.reference})
        sent = {"reference": typed, "code": typed, "switch": language}
        page = text(visitor.post(f"/{language}/{path}", sent))
        assert f'<html lang="{language}"' in page, path
        assert f'value="{typed}"' in page, path
        assert 'role="alert"' not in page, path
        buttons = re.findall(r'<button[^>]*name="(go|switch)"[^>]*formaction="([^"]+)"', page)
        assert ("switch", f"/uk/{path}") in buttons, path
        form = re.search(r'<button class="default" form="(\w+)"', page)[1]
        assert f'<form id="{form}" method="post"' in page, path
    assert set(ContactCode.objects.values_list("tries", flat=True)) == {0}


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
    session = client.session
    session[SIGNED_IN_UNTIL] -= 31 * 60
    session.save()
    assert client.get("/uk/my-report/status/").url == "/uk/my-report/"


@pytest.mark.parametrize("minutes", [-11, 31])
def test_a_machine_whose_clock_is_wrong_lets_a_family_in_like_any_other(client, minutes):
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes), tick=True):
        send_form(client)
        assert Notification.objects.due().filter(message="contact_code").exists()
        client.post("/uk/report/confirm/", {"code": last_code()})
    page = client.get("/uk/my-report/status/")
    assert Report.objects.get().reference in text(page)
    code = ContactCode.objects.get()
    assert code.expires_at - code.created_at < dt.timedelta(minutes=11)


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
