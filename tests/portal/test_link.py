"""The single-use link of an e-mail: it fills the code in; only the button uses it, once, and with the number alone."""

import re

import pytest
from django.test import Client

from familylink.reports.models import Contact, ContactCode
from notifications.models import Notification
from tests.factories import a_report
from tests.portal.conftest import age_codes, last_code, send_form, text

pytestmark = pytest.mark.django_db
NINA = "nina@example.org"


@pytest.fixture
def report():
    return a_report(email=NINA)


def link_in_mail():
    body = Notification.objects.filter(message="contact_code", channel="email").latest("posted_at").body
    found = re.search(r"http\S+(/uk/my-report/code/\d{6}/)", body)
    assert found
    return found[1]


def asked(report):
    """A browser that asked for a code, and the link that it led to."""
    age_codes(2)
    client = Client()
    client.post("/uk/my-report/", {"reference": report.reference})
    return client, link_in_mail()


def press(client, page):
    """Send the form of this page as it was filled in."""
    action = re.search(r'<form[^>]* method="post" action="([^"]+)"', text(page))[1]
    fields = dict(re.findall(r'<input[^>]*name="(code|reference)"[^>]*value="([^"]+)"', text(page)))
    fields |= {name: value for value, name in re.findall(r'value="(\d{6})"[^>]*name="(code)"', text(page))}
    return client.post(action, fields, follow=True)


def is_signed_in(client):
    return client.get("/uk/my-report/status/").status_code == 200


def test_the_link_fills_the_code_in_and_the_button_signs_in(report):
    client, link = asked(report)
    page = client.get(link)
    assert not is_signed_in(client)
    assert report.reference in text(press(client, page))
    assert is_signed_in(client)


def test_programs_that_open_the_links_of_a_mail_use_nothing_up(report):
    client, link = asked(report)
    for _ in range(7):
        Client().get(link)
        Client().head(link)
        client.get(link)
    assert set(ContactCode.objects.values_list("tries", "used_at")) == {(0, None)}
    press(client, client.get(link))
    assert is_signed_in(client)


def test_it_works_once(report):
    client, link = asked(report)
    page = client.get(link)
    press(client, page)
    other = Client()
    other.post(link, {"reference": report.reference, "code": last_code("email")})
    assert not is_signed_in(other)


def test_after_ten_minutes_it_opens_nothing(report):
    client, link = asked(report)
    page = client.get(link)
    age_codes(11)
    press(client, page)
    assert not is_signed_in(client)


def test_on_another_telephone_the_number_is_needed_too(report):
    link = asked(report)[1]
    other = Client()
    page = other.get(link)
    assert 'name="reference"' in text(page)
    assert report.reference not in text(page)
    press(other, page)
    assert not is_signed_in(other)
    other.post(link, {"reference": report.reference, "code": last_code("email")})
    assert is_signed_in(other)


def test_the_link_of_one_family_opens_no_other_report(report):
    link = asked(report)[1]
    other = a_report(email="olha@example.org")
    stranger = Client()
    stranger.post(link, {"reference": other.reference, "code": last_code("email")})
    assert not is_signed_in(stranger)
    assert not other.contacts.filter(codes__used_at__isnull=False).exists()


def test_a_wrong_code_and_an_unknown_number_get_the_same_bytes(report):
    link = asked(report)[1]
    wrong = "000000" if last_code("email") != "000000" else "000001"
    pages = []
    for reference in (report.reference, "FL-AAAA-AAAA"):
        answer = Client().post(link, {"reference": reference, "code": wrong})
        page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text(answer)).replace(reference, "")
        pages.append((answer.status_code, sorted(answer.headers.items())[1:], page))
    assert pages[0][0] == pages[1][0] == 200
    assert pages[0][2] == pages[1][2]


def test_the_link_proves_a_new_mailbox_too(client):
    send_form(client, email=NINA)
    press(client, client.get(link_in_mail()))
    assert Contact.objects.reachable().get().channel == "email"


def test_what_is_no_code_does_no_harm(client):
    page = client.get("/uk/my-report/code/" + "9" * 500 + "/")
    assert page.status_code == 200
    assert "9" * 9 not in re.sub(r'href="[^"]+"|action="[^"]+"', "", text(page))


def test_no_link_stands_in_a_text_message(report):
    asked(report)
    for body in Notification.objects.filter(channel="sms").values_list("body", flat=True):
        assert "http" not in body
        assert "/" not in body
