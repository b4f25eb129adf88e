"""A family whose own words are damaged, by one bit, reads so in plain words, and what to do."""

import dataclasses
import html
import itertools
import json
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import translation

from familylink.damage import KeyIsAway
from familylink.portal import limits
from familylink.reports import endings, intake
from familylink.reports.models import Contact, Draft, Ending, MissingPerson, Picture, Report
from matching.engine import Name
from matching.models import Match
from tests.factories import SON_ON_LIST, a_committed_list, a_member_of_staff, a_report, match_all
from tests.matching.deciding import confirmed
from tests.portal.conftest import answer, file_and_prove, last_code, send_form, sign_in, text
from tests.test_damage import damage, in_place_of, take_its_key_away

pytestmark = pytest.mark.django_db
MAILBOX = "nina@example.org"
LOST = {
    "uk": "Дещо з того, що Ви нам повідомили, більше не відкривається",
    "en": "Something that you told us cannot be opened any more",
    "ru": "Что-то из того, что Вы нам сообщили, больше не открывается",
}
GOES_ON = {"uk": "Пошук триває", "en": "The search goes on", "ru": "Поиск продолжается"}
ADDRESSES = (f"192.0.2.{number}" for number in itertools.count(1))
PAGES = ("status", "answers", "contacts", "settings", "data")


@pytest.fixture
def report(client: Client) -> Report:
    """Whose family is signed in."""
    return file_and_prove(client, email=MAILBOX)


def page_of(client: Client, name: str = "status", *args: str, language: str = "uk") -> str:
    with translation.override(language):
        address = reverse(f"portal:{name}", args=args)
    response = client.get(address)
    assert response.status_code == 200, name
    return html.unescape(text(response))


def telephone_of(report: Report) -> Contact:
    return report.contacts.get(channel="sms")


@pytest.mark.parametrize("language", LOST)
def test_a_family_whose_answers_are_damaged_is_told_so_and_whom_to_call_and_that_the_search_goes_on(
    client: Client, report: Report, language: str, settings: Any
) -> None:
    damage(report, "answers")
    for name in ("status", "answers"):
        page = page_of(client, name, language=language)
        assert LOST[language] in page
        assert GOES_ON[language] in page
        assert settings.SERVICE_PHONE in page.replace("\u00a0", " ")
    assert LOST[language] in page_of(client, "answer", "name", language=language)


def test_of_a_damaged_answer_nothing_is_made_up(client: Client, report: Report) -> None:
    damage(report, "answers")
    page = page_of(client)
    assert "невідом" not in page.split("Що Ви нам повідомили", 1)[1].split("Де ми Вас", 1)[0]
    assert "Що допомогло б нам шукати" not in page


@pytest.mark.parametrize(
    "name", ["answers", "code_word", "reporter_name", "circumstances", "source_reference"]
)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_a_report_breaks_whatever_of_it_is_damaged(
    client: Client, report: Report, name: str, page: str
) -> None:
    damage(report, name)
    page_of(client, page)
    assert client.get("/uk/report/receipt/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_where_an_address_or_a_photo_is_damaged(
    client: Client, report: Report, page: str
) -> None:
    damage(telephone_of(report), "address")
    photo = Picture.objects.create(kind="photo", content=b"jpeg", report=report)
    damage(photo, "content")
    page_of(client, page)


def test_a_family_takes_away_all_that_still_opens(client: Client, report: Report) -> None:
    damage(report, "code_word")
    damage(telephone_of(report), "address")
    held = json.loads(page_of(client, "data", language="en"))
    assert held["answers"]["surname"] == "Вересняк"
    assert held["code_word"] == in_place_of(report)
    assert [each["address"] for each in held["contacts"]] == [in_place_of(telephone_of(report)), MAILBOX]


def test_an_answer_is_kept_although_the_code_word_is_damaged(client: Client, report: Report) -> None:
    damage(report, "code_word")
    client.post("/uk/my-report/answers/service/", {"category": "soldier", "unit": "А1111"})
    assert Report.objects.get().answers["unit"] == "А1111"


def test_an_answer_about_a_person_of_whom_something_is_damaged_is_kept_and_the_person_whole_again(
    client: Client, report: Report
) -> None:
    before = report.missing_person.as_person()
    damage(report.missing_person, "place")
    damage(report.missing_person.names.get(position=0), "surname")
    client.post("/uk/my-report/answers/service/", {"category": "soldier", "unit": "А1111"})
    person = Report.objects.get().missing_person
    assert person.as_person() == dataclasses.replace(before, unit="А1111", rank="")
    assert person in MissingPerson.objects.awaiting_matching()


def test_a_number_that_is_told_again_is_whole_again(client: Client, report: Report) -> None:
    damage(telephone_of(report), "address")
    assert LOST["uk"] in page_of(client)
    client.post("/uk/my-report/contacts/", {"phone": "099 000 00 67"})
    assert telephone_of(report).address == "+380990000067"
    assert LOST["uk"] not in page_of(client)


def test_whoever_proved_a_number_is_not_asked_to_prove_it_because_it_is_damaged(client: Client) -> None:
    report = file_and_prove(client)
    damage(telephone_of(report), "address")
    assert "Ми шукаємо" in page_of(client)
    assert client.get("/uk/report/confirm/").status_code == 302


def test_a_code_for_a_number_that_was_damaged_since_proves_nothing(client: Client) -> None:
    send_form(client)
    damage(telephone_of(Report.objects.get()), "address")
    assert client.post("/uk/report/confirm/", {"code": last_code()}).status_code == 302
    assert telephone_of(Report.objects.get()).confirmed_at is None


def test_of_whom_nothing_can_be_compared_the_search_is_not_said_to_go_on(
    client: Client, report: Report
) -> None:
    person = report.missing_person
    damage(person, "profile")
    damage(person.names.first(), "surname")
    page = page_of(client)
    assert "Зараз ми не можемо шукати" in page
    assert GOES_ON["uk"] not in page
    assert "Ми шукаємо" not in page
    damage(report, "answers")
    page = page_of(client)
    assert LOST["uk"] in page
    assert GOES_ON["uk"] not in page


def test_a_search_that_is_stuck_or_over_is_not_said_to_go_on(client: Client, report: Report) -> None:
    damage(report, "answers")
    MissingPerson.objects.update(matched_revision=None, match_failures=5)
    assert GOES_ON["uk"] not in page_of(client)
    MissingPerson.objects.update(match_failures=0)
    assert GOES_ON["uk"] in page_of(client)
    endings.withdraw(report)
    assert GOES_ON["uk"] not in page_of(client)


def test_news_is_read_although_the_answers_are_damaged(client: Client, report: Report) -> None:
    a_committed_list(SON_ON_LIST)
    match_all()
    confirmed(Match.objects.get())
    damage(report, "answers")
    page = page_of(client)
    assert "Людина, яку Ви шукаєте" in page
    assert GOES_ON["uk"] not in page


@pytest.mark.parametrize("ending", [Ending.WITHDRAWN, Ending.ERASED])
def test_a_report_that_is_damaged_can_be_ended(client: Client, report: Report, ending: Ending) -> None:
    damage(report, "answers")
    page_of(client, "end", ending)
    client.post(f"/uk/my-report/end/{ending}/")
    assert Report.objects.get().ending == ending


# -------------------------------------------------------------------------------------- sent once more meanwhile


def send_again(client: Client, **changed: str) -> str:
    """The page behind the button, pressed once more."""
    for name, typed in changed.items():
        answer(client, name, surname=typed, given_name="Олександр", patronymic="Миколайович")
    return text(client.post("/uk/report/check/", follow=True))


@pytest.mark.parametrize("name", ["answers", "code_word", "reporter_name", "circumstances"])
def test_a_report_that_is_sent_again_while_it_is_damaged_is_still_one_and_has_what_is_told_now(
    client: Client, name: str
) -> None:
    send_form(client)
    report = Report.objects.get()
    answers, facts = report.answers, report.missing_person.as_person()
    damage(report, name)
    assert report.reference in send_again(client)
    sent = Report.objects.get()
    assert (sent.answers, sent.missing_person.as_person()) == (answers, facts)
    client.post("/uk/report/confirm/", {"code": last_code()})
    receipt = html.unescape(text(client.get("/uk/report/receipt/")))
    assert report.reference in receipt
    assert (LOST["uk"] in receipt) == (name == "code_word")


def test_a_mistake_that_is_mended_while_the_report_is_damaged_is_mended(client: Client) -> None:
    send_form(client)
    report = Report.objects.get()
    others = Name(full="Вересняк Саша")
    told = report.missing_person.as_person()
    intake.change_person(report.missing_person_id, dataclasses.replace(told, names=(*told.names, others)))
    damage(report, "answers")
    assert report.reference in send_again(client, name="Верісняк")
    person = Report.objects.get().missing_person.as_person()
    assert Report.objects.get().answers["surname"] == person.names[0].surname == "Верісняк"
    assert others in person.names, "what somebody else told is kept"


@pytest.mark.parametrize("place", ["facts", "facts and profile"])
def test_a_report_that_is_sent_again_makes_its_person_whole(client: Client, place: str) -> None:
    send_form(client)
    report = Report.objects.get()
    facts = report.missing_person.as_person()
    for name in ("birth_date", "place", *(["profile"] if place == "facts and profile" else [])):
        damage(report.missing_person, name)
    for spelling in report.missing_person.names.all():
        damage(spelling, "surname" if spelling.surname else "full_name")
    damage(report, "answers")
    assert report.reference in send_again(client)
    person = Report.objects.get().missing_person
    assert person.as_person() == facts
    assert bytes(person.profile)
    assert person in MissingPerson.objects.awaiting_matching()


def test_a_key_that_is_away_is_no_reason_to_write_over_a_report(client: Client) -> None:
    send_form(client)
    take_its_key_away(Report.objects.get(), "answers")
    with pytest.raises(KeyIsAway):
        send_again(client)


# ------------------------------------------------------------------------------------------------- the code word


def seen_by_a_stranger(reference: str) -> list[str]:
    """Who asks for a code and tries one as often as may be, and once more."""
    stranger = Client(REMOTE_ADDR=next(ADDRESSES))
    answers = [stranger.post("/uk/my-report/", {"reference": reference}, follow=True)]
    answers += [stranger.post("/uk/my-report/code/", {"code": "123456"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    return [re.sub(r'(csrfmiddlewaretoken" value)="\w+"', "", text(answer)) for answer in answers]


def test_a_report_without_a_code_word_looks_to_a_stranger_like_any_other_and_counts_his_guesses(
    settings: Any,
) -> None:
    settings.LIMITS = {**settings.LIMITS, limits.TRIES: (2, 1000)}
    whole, damaged = a_report(), a_report(phone="+380990000002")
    damage(damaged, "code_word")
    first, *others = map(seen_by_a_stranger, (whole.reference, damaged.reference, "FL-2222-2222"))
    assert others == [first, first]


def test_the_desk_sees_that_a_code_word_is_damaged_and_gives_a_new_one(client: Client) -> None:
    report = a_report()
    desk = Client()
    desk.force_login(a_member_of_staff("intake"))
    desk.cookies["django_language"] = "en"
    address = reverse("admin:reports_report_change", args=[report.pk])
    assert "Give a new code word" not in text(desk.get(address))
    damage(report, "code_word")
    page = text(desk.get(address))
    assert in_place_of(report) in page
    assert "Give a new code word" in page
    renewing = reverse("admin:reports_report_code_word", args=[report.pk])
    assert in_place_of(report) in text(desk.get(renewing, follow=True)), "a link alone gives none"
    answer = desk.post(renewing, follow=True)
    word = Report.objects.get().code_word
    assert word in text(answer)
    assert "tell it to the family" in text(answer)
    assert sign_in(client, report).redirect_chain[-1][0] == "/uk/my-report/status/"


def test_a_code_word_that_a_family_knows_is_not_replaced() -> None:
    report, desk = a_report(), Client()
    desk.force_login(a_member_of_staff("intake"))
    desk.post(reverse("admin:reports_report_code_word", args=[report.pk]))
    assert Report.objects.get().code_word == report.code_word


def test_who_may_not_enter_reports_gives_no_code_word() -> None:
    report, desk = a_report(), Client()
    damage(report, "code_word")
    desk.force_login(a_member_of_staff("reviewers"))
    desk.cookies["django_language"] = "en"
    assert "Those who enter reports" in text(
        desk.get(reverse("admin:reports_report_change", args=[report.pk]))
    )
    assert desk.post(reverse("admin:reports_report_code_word", args=[report.pk])).status_code == 403


def test_a_key_that_is_away_is_not_said_to_be_damage(client: Client, report: Report) -> None:
    take_its_key_away(report, "answers")
    for name in ("status", "answers"):
        with pytest.raises(KeyIsAway):
            page_of(client, name)


def test_who_was_at_a_report_whose_answers_are_damaged_begins_it_anew_and_may_delete_them(
    client: Client,
) -> None:
    client.post("/uk/report/")
    answer(client, "name", surname="Вересняк", given_name="Олександр")
    lost = Draft.objects.get()
    damage(lost, "answers")
    assert client.get("/uk/report/").status_code == 200
    assert client.get("/uk/report/check/").status_code == 302
    assert answer(client, "name", surname="Вересняк", given_name="Олександр").status_code == 302
    begun = Draft.objects.exclude(pk=lost.pk).get()
    assert begun.answers["surname"] == "Вересняк"
    damage(begun, "answers")
    client.post("/uk/report/")
    assert not Draft.objects.filter(pk=begun.pk).exists()


def test_a_damaged_draft_of_staff_never_becomes_the_beginning_of_a_report_of_nobodys(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    desk = Client()
    desk.force_login(a_member_of_staff("intake"))
    desk.post(reverse("admin:reports_report_add"), {"told_how": "phone", "language": "uk"})
    damage(Draft.objects.get(), "answers")
    assert answer(desk, "name", surname="Вересняк", given_name="Олександр").status_code == 403
    assert Draft.objects.count() == 1


# ----------------------------------------------------------------------------- told again, and written down by staff


@pytest.fixture
def intake_desk(settings: Any) -> Client:
    settings.STAFF_NEED_SECOND_FACTOR = False
    desk = Client()
    desk.force_login(a_member_of_staff("intake"))
    desk.cookies["django_language"] = "en"
    return desk


def desk_page_of(desk: Client, report: Report) -> str:
    return html.unescape(text(desk.get(reverse("admin:reports_report_change", args=[report.pk]))))


def begin_again(desk: Client, report: Report) -> str:
    """The first question, as it is shown to whoever asks the family anew."""
    again = reverse("admin:reports_report_told_again", args=[report.pk])
    assert desk.get(again).status_code == 200
    first = desk.post(again, {"told_how": "phone", "language": report.language})
    assert first.url == "/uk/report/name/"
    return text(desk.get(first.url))


def send_again_from_the_desk(desk: Client) -> str:
    return html.unescape(text(desk.post("/uk/report/check/", follow=True)))


@pytest.mark.parametrize("name", ["answers", "reporter_name", "circumstances"])
def test_the_desk_asks_anew_what_is_damaged_and_the_family_reads_it_again(
    client: Client, report: Report, intake_desk: Client, name: str
) -> None:
    contacts, word, answers = set(report.contacts.values_list("pk")), report.code_word, report.answers
    match_all()
    damage(report, name)
    assert "What the family told cannot be read" in desk_page_of(intake_desk, report)
    page = begin_again(intake_desk, report)
    assert "Ви вносите це за родину: телефоном" in page
    assert "Вересняк" in page, "what can still be read is kept"
    answer(intake_desk, "service", category="soldier", unit="А1111", rank="солдат")
    answer(intake_desk, "loss", circumstances=answers["circumstances"])
    check = html.unescape(text(intake_desk.get("/uk/report/check/")))
    assert report.reference in check
    assert "На що Ви даєте згоду?" not in check
    assert "порівнюють з усіма списками" in send_again_from_the_desk(intake_desk)
    told = Report.objects.get()
    kept = {part: answers[part] for part in ("surname", "birth_year", "circumstances", "reporter_name")}
    assert {**told.answers, **kept, "unit": "А1111"} == told.answers
    assert (told.code_word, set(told.contacts.values_list("pk"))) == (word, contacts)
    assert told.missing_person.unit == "А1111"
    assert told.missing_person in MissingPerson.objects.awaiting_matching()
    assert "cannot be read" not in desk_page_of(intake_desk, report)
    assert "А1111" in page_of(client, "answers")
    assert LOST["uk"] not in page_of(client)
    assert "Як розповіли знову" in LogEntry.objects.get(object_id=str(report.pk)).change_message


def test_a_report_of_which_nothing_can_be_read_is_told_anew_and_found(intake_desk: Client) -> None:
    report = a_report()
    for name in ("answers", "reporter_name", "circumstances"):
        damage(report, name)
    damage(report.missing_person, "profile")
    damage(report.missing_person.names.get(), "surname")
    a_committed_list(SON_ON_LIST)
    match_all()
    assert MissingPerson.objects.stuck().exists()
    assert "Вересняк" not in begin_again(intake_desk, report)
    answer(intake_desk, "name", surname="Вересняк", given_name="Олександр", patronymic="Миколайович")
    assert "порівнюють з усіма списками" in send_again_from_the_desk(intake_desk)
    match_all()
    assert Match.objects.get().missing_person_id == report.missing_person_id


def test_what_another_relative_told_is_not_written_down_as_this_ones(intake_desk: Client) -> None:
    report, other = a_report(), a_report(phone="+380990000002", surname="Вересняков")
    Report.objects.filter(pk=report.pk).update(missing_person=other.missing_person)
    damage(report, "answers")
    assert "Вересняк" not in begin_again(intake_desk, report)
    answer(intake_desk, "name", surname="Вересняк", given_name="Олександр")
    assert "порівнюють з усіма списками" in send_again_from_the_desk(intake_desk)
    surnames = {name.surname for name in other.missing_person.names.all()}
    assert surnames == {"Вересняк", "Вересняков"}
    assert Report.objects.get(pk=other.pk).answers == other.answers


@pytest.mark.parametrize("meanwhile", ["it has ended", "it can be read again"])
def test_what_needs_no_mending_any_more_stays_as_it_is(intake_desk: Client, meanwhile: str) -> None:
    report = a_report()
    damage(report, "answers")
    begin_again(intake_desk, report)
    if meanwhile == "it has ended":
        endings.withdraw(report)
    else:
        damage(report, "answers")
    assert "Нічого не змінено" in send_again_from_the_desk(intake_desk)
    assert not LogEntry.objects.exists()
    assert Report.objects.get().is_telling_lost == (meanwhile == "it has ended")
    again = reverse("admin:reports_report_told_again", args=[report.pk])
    assert intake_desk.post(again, {"told_how": "phone", "language": "uk"}).url.startswith("/admin/")


def test_who_may_not_enter_reports_writes_nothing_down_again() -> None:
    report, desk = a_report(), Client()
    damage(report, "answers")
    desk.force_login(a_member_of_staff("reviewers"))
    desk.cookies["django_language"] = "en"
    assert "Those who enter reports" in desk_page_of(desk, report)
    again = reverse("admin:reports_report_told_again", args=[report.pk])
    assert desk.post(again, {"told_how": "phone", "language": "uk"}).status_code == 403
    assert not Draft.objects.exists()


def test_a_new_report_from_the_desk_is_still_asked_for_consent_and_addresses(intake_desk: Client) -> None:
    intake_desk.post(reverse("admin:reports_report_add"), {"told_how": "phone", "language": "uk"})
    answer(intake_desk, "name", surname="Вересняк", given_name="Олександр")
    check = html.unescape(text(intake_desk.get("/uk/report/check/")))
    assert "На що Ви даєте згоду?" in check
    assert "/uk/report/consent/" in check
