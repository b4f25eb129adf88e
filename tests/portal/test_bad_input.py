"""What comes in by mistake or in bad faith, beyond the questions' own fields."""

import html
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from familylink.portal.addresses import canonical_email, canonical_phone
from familylink.reports.models import Draft, MissingPerson, Report
from tests.portal.conftest import answer, file_and_prove, fill, last_code, send_form, sign_in, text
from tests.portal.test_questions import mistake

RIGHT_TO_LEFT_OVERRIDE = "\u202e"


def words_of(response):
    return html.unescape(text(response))


@pytest.mark.parametrize(
    "address", ["nina@mailinator.com", "nina@Mailinator.COM", "nina@a.b.guerrillamail.com", "nina@yopmail.fr"]
)
def test_a_mailbox_that_vanishes_is_refused_with_the_reason(address):
    with pytest.raises(ValidationError) as refused:
        canonical_email(address)
    assert refused.value.code == "vanishing"


@pytest.mark.parametrize(
    "address", ["nina@notmailinator.com", "nina@mailinator.com.example.org", "nina@ukr.net"]
)
def test_a_mailbox_that_stays_is_taken(address):
    assert canonical_email(address) == address


@pytest.mark.parametrize(
    "address",
    [
        '"nina"@example.org',
        '"nina, olha"@example.org',
        "nina@example.org, olha@example.org",
    ],
)
def test_an_address_that_could_be_read_as_two_is_refused(address):
    with pytest.raises(ValidationError):
        canonical_email(address)


@pytest.mark.parametrize(
    "number", ["0 900 123 456", "0900 12 34 56", "+49 900 1 234567", "+380 900 123 456", "1648"]
)
def test_a_number_that_costs_or_is_no_telephone_gets_no_message(number):
    with pytest.raises(ValidationError):
        canonical_phone(number)


SMALL_FORMS = [
    ("my-report/", {"reference": " "}, "reference", "Напишіть, будь ласка, номер звернення"),
    ("my-report/code/", {"code": ""}, "code", "шість цифр"),
    ("my-report/code/", {"code": "000"}, "code", "неправильний або застарілий"),
    ("my-report/code/123456/", {"reference": "", "code": "123456"}, "reference", "номер звернення"),
    ("my-report/code/123456/", {"reference": "FL-AAAA-AAAA", "code": "123456"}, "code", "неправильний"),
    ("report/confirm/", {"code": "000"}, "code", "неправильний або застарілий"),
    ("my-report/contacts/", {"phone": "12345"}, "phone", "Не вдається прочитати цей номер"),
    ("my-report/contacts/", {"email": "nina@"}, "email", "Не вдається прочитати цю адресу"),
    ("my-report/contacts/", {"phone": " ", "email": ""}, "phone", "номер або адресу"),
    ("my-report/settings/", {"quiet_from": "22:00", "quiet_until": ""}, "quiet_until", "обидві години"),
    ("my-report/answers/birth/", {"birth_day": "40"}, "birth_day", "від 1 до 31"),
    (
        "my-report/answers/name/",
        {"surname": "-", "given_name": "", "patronymic": ""},
        "surname",
        "хоча б одне",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "sent", "field", "words"), SMALL_FORMS)
def test_every_other_form_says_a_mistake_twice_in_the_same_words_and_keeps_what_was_typed(
    client, path, sent, field, words
):
    file_and_prove(client, email="nina@example.org")
    client.post("/uk/my-report/", {"reference": "FL-AAAA-AAAA"})
    page = words_of(client.post(f"/uk/{path}", {"language": "uk", "ask_after_days": "365", **sent}))
    assert words in mistake(page, field)
    for typed in sent.values():
        assert not typed.strip() or f'value="{typed}"' in page


# ------------------------------------------------------------------------------------------------- requests


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ['{"surname": "Вересняк"}', '{"surname": NaN}', "[" * 5000, "<a/>", "\x00\xff"]
)
@pytest.mark.parametrize("kind", ["application/json", "text/xml", "application/octet-stream"])
def test_what_is_no_form_is_an_empty_form(client, body, kind):
    page = client.post("/uk/report/name/", data=body, content_type=kind)
    assert page.status_code == 200
    assert "хоча б одне" in words_of(page)


@pytest.mark.django_db
def test_a_form_cut_off_on_the_way_loses_no_earlier_answer(client):
    answer(client, "name", surname="Вересняк")
    cut = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n\xff\xd8'
    page = client.post("/uk/report/photo/", data=cut, content_type="multipart/form-data; boundary=x")
    assert page.status_code in (200, 302, 400)
    assert "Вересняк" in words_of(client.get("/uk/report/name/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("path", ["/i18n/setlang/", "/uk/my-report/", "/uk/sign-out/"])
def test_no_page_leads_elsewhere_because_an_address_says_so(client, evil, path):
    for answered in (
        client.post(f"{path}?next={evil}", {"next": evil, "language": "uk", "reference": "FL-AAAA-AAAA"}),
        client.get(f"/uk/report/name/?next={evil}"),
    ):
        assert "evil" not in answered.get("Location", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["my-report/", "my-report/code/123456/", "report/check/", "report/confirm/", "sign-out/"]
)
def test_what_another_site_sends_in_a_familys_name_is_refused(path):
    strict = Client(enforce_csrf_checks=True, headers={"origin": "https://elsewhere.example"})
    assert strict.post(f"/uk/{path}", {"reference": "FL-AAAA-AAAA", "code": "1"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "report/../admin/",
        "report/name%00/",
        "report/%2e%2e/",
        "my-report/answers/%F0%9F/",
        "my-report/end/dead/",
    ],
)
def test_an_address_made_up_is_no_page(client, path):
    file_and_prove(client)
    assert client.get(f"/uk/{path}").status_code in (301, 302, 404)


# --------------------------------------------------------------------------------------------------- people


@pytest.mark.django_db
@pytest.mark.parametrize(
    "own", ["Вересняк Олександр Миколайович", "миколайович вересняк  ОЛЕКСАНДР", "Veresniak Oleksandr"]
)
def test_whoever_has_the_name_of_the_person_sought_is_asked_gently_and_not_refused(client, own):
    fill(client, reporter_name=own)
    assert "те саме ім’я" in words_of(client.get("/uk/report/check/"))
    assert client.post("/uk/report/check/").status_code == 302
    assert Report.objects.get().reporter_name == own


@pytest.mark.django_db
@pytest.mark.parametrize("own", ["Вереснякова Ніна", "Вересняк", "", "Олександр Олександр"])
def test_a_relative_with_a_name_of_her_own_is_asked_nothing(client, own):
    fill(client, reporter_name=own)
    assert "те саме ім’я" not in words_of(client.get("/uk/report/check/"))


@pytest.mark.django_db
def test_a_mistake_elsewhere_does_not_break_the_page_with_all_answers(client):
    fill(client, reporter_name="Вересняк Олександр Миколайович")
    answer(client, "birth", birth_year="невідомо")
    assert "те саме ім’я" in words_of(client.get("/uk/report/check/"))


@pytest.mark.django_db
def test_five_relatives_of_one_man_get_five_reports_and_read_the_same():
    pages = set()
    for number in range(5):
        relative = Client()
        report = file_and_prove(relative, phone=f"099 000 00 {number}7")
        page = words_of(relative.get("/uk/my-report/status/")).replace(report.reference, "")
        page = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|…\d\d|\d\d:\d\d|contacts/[\w-]+", "", page)
        pages.add(page)
    assert Report.objects.count() == MissingPerson.objects.count() == 5
    assert len(pages) == 1


@pytest.mark.django_db
def test_a_name_that_turns_the_writing_round_turns_nothing_but_itself(client):
    name = f"Веренсяк{RIGHT_TO_LEFT_OVERRIDE}кясн"
    report = file_and_prove(client, surname=name)
    sign_in(client, report)
    page = words_of(client.get("/uk/my-report/status/"))
    assert re.search(rf"<bdi>[^<]*{name}[^<]*</bdi>", page)
    assert f"<bdi>{name}" in words_of(client.get("/uk/my-report/answers/"))


@pytest.mark.django_db
def test_a_field_that_nobody_asked_for_changes_nothing_of_a_filed_report(client):
    report = file_and_prove(client)
    client.post(
        "/uk/my-report/answers/home/",
        {
            "place": "Тихий Яр",
            "withdrawn_at": "2020-01-01",
            "told_how": "phone",
            "reference": "FL-1",
            "code_word": "x",
        },
    )
    now = Report.objects.get(pk=report.pk)
    assert (now.withdrawn_at, now.told_how, now.reference) == (None, "", report.reference)
    assert now.code_word == report.code_word
    assert not {"withdrawn_at", "told_how", "code_word"} & now.answers.keys()


@pytest.mark.django_db
def test_the_number_of_another_family_is_neither_shown_nor_stopped():
    theirs, mine = Client(), Client()
    their_report = file_and_prove(theirs, email="olha@example.org")
    theirs.post("/uk/report/confirm/", {"code": last_code("email")})
    file_and_prove(mine, phone="050 000 00 01", email="nina@example.org")
    for contact in their_report.contacts.all():
        mine.post(f"/uk/my-report/contacts/{contact.pk}/stop/")
        assert contact.address not in words_of(mine.get("/uk/my-report/contacts/"))
    assert their_report.contacts.filter(stopped_at=None).count() == 2


@pytest.mark.django_db
def test_a_field_that_comes_twice_is_one_answer(client):
    body = "surname=Вересняк&surname=Ковшар&given_name="
    client.post("/uk/report/name/", body, content_type="application/x-www-form-urlencoded")
    assert Draft.objects.get().answers["surname"] == "Ковшар"


@pytest.mark.django_db
def test_two_windows_of_one_draft_keep_what_both_typed(client):
    send = {"surname": "Вересняк"}
    answer(client, "name", **send)
    other = Client()
    other.cookies = client.cookies
    answer(other, "home", place="Тихий Яр")
    answer(client, "marks", marks="Шрам")
    assert {"surname", "place", "marks"} <= Draft.objects.get().answers.keys()
    assert send_form(client).status_code == 302
