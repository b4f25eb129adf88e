"""Too often is answered calmly; filing survives a broken count, guessing codes does not."""

import datetime as dt
import threading

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from familylink.portal import limits
from familylink.reports import contact_codes, tallies
from familylink.reports.models import Report, Tally
from notifications.models import Notification
from tests.factories import a_report
from tests.portal.conftest import fill, send_form, text

HOUR = dt.timedelta(hours=1)


def few(settings, what, address, network=1000):
    settings.LIMITS = {**settings.LIMITS, what: (address, network)}


def client_at(address):
    return Client(REMOTE_ADDR=address)


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["known", "unknown"])
def test_the_limit_of_codes_says_nothing_of_the_reference(settings, reference):
    few(settings, "codes", 2)
    sought = a_report().reference if reference == "known" else "FL-AAAA-AAAA"
    client = client_at("192.0.2.1")
    answers = [client.post("/uk/my-report/", {"reference": sought}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[2]["Retry-After"] == "3600"
    assert "зачекайте" in text(answers[2])
    assert client_at("192.0.2.2").post("/uk/my-report/", {"reference": sought}).status_code == 302


@pytest.mark.django_db
def test_a_whole_network_has_a_limit_too(settings):
    few(settings, "codes", 100, network=2)
    sent = [
        client_at(f"192.0.2.{n}").post("/uk/my-report/", {"reference": "x"}).status_code for n in range(3)
    ]
    assert sent == [302, 302, 429]
    assert client_at("198.51.100.1").post("/uk/my-report/", {"reference": "x"}).status_code == 302


@pytest.mark.django_db
def test_guessing_codes_ends(settings):
    few(settings, "tries", 3)
    client = client_at("192.0.2.1")
    client.post("/uk/my-report/", {"reference": "FL-AAAA-AAAA"})
    tried = [client.post("/uk/my-report/code/", {"code": str(100000 + n)}).status_code for n in range(4)]
    assert tried == [200, 200, 200, 429]


@pytest.mark.django_db
def test_a_report_over_the_limit_keeps_its_answers(settings):
    few(settings, "filing", 0)
    client = Client()
    fill(client)
    assert client.post("/uk/report/check/").status_code == 429
    few(settings, "filing", 10)
    assert client.post("/uk/report/check/").status_code == 302
    assert Report.objects.count() == 1


class Broken:
    """A count that fails as a database does."""

    def __call__(self, *_, **__):
        raise OperationalError


@pytest.mark.django_db
def test_when_counting_fails_reports_are_filed_and_codes_are_not_tried(monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(tallies, "count", Broken())
    assert send_form(client).status_code == 302
    assert Report.objects.count() == 1
    assert client.post("/uk/my-report/", {"reference": "x"}).status_code == 503


def places(address, **headers):
    return limits._places(RequestFactory(REMOTE_ADDR=address).get("/", headers=headers))


def test_an_address_counts_with_its_network_in_both_families():
    assert places("192.0.2.77") == ["192.0.2.77/32", "192.0.2.0/24"]
    assert places("2001:db8:1:2:3::4") == ["2001:db8:1:2::/64", "2001:db8:1::/48"]
    assert places("") == []


def test_only_what_our_own_proxy_wrote_is_believed(settings):
    forged = {"x-forwarded-for": "203.0.113.9, 192.0.2.77"}
    assert places("10.0.0.1", **forged)[0] == "10.0.0.1/32"
    settings.IS_BEHIND_PROXY = True
    assert places("10.0.0.1", **forged)[0] == "192.0.2.77/32"


@pytest.mark.django_db
def test_a_count_begins_anew_when_its_window_is_over():
    assert [tallies.count("x", "me", within=HOUR) for _ in range(3)] == [1, 2, 3]
    assert tallies.count("x", "you", within=HOUR) == 1
    assert tallies.count("y", "me", within=HOUR) == 1
    Tally.objects.update(ends_at="2020-01-01T00:00Z")
    assert tallies.count("x", "me", within=HOUR) == 1
    assert tallies.forget_past() == 2


@pytest.mark.django_db(transaction=True)
def test_counting_at_once_loses_nobody():
    seen = []

    def count():
        seen.append(tallies.count("x", "me", within=HOUR))
        connection.close()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(seen) == list(range(1, 9))


@pytest.mark.django_db
def test_one_telephone_gets_ten_codes_a_day_in_however_many_reports_it_stands():
    for _ in range(12):
        contact_codes.send_code(a_report().contacts.get())
    assert Notification.objects.filter(message="contact_code").count() == 10


@pytest.mark.django_db
def test_strangers_who_use_up_the_codes_of_a_number_do_not_lock_its_family_out():
    hers = a_report().contacts.get()
    for _ in range(12):
        contact_codes.send_code(a_report(confirmed=False).contacts.get())
    assert Notification.objects.filter(message="contact_code").count() == 10
    assert contact_codes.send_code(hers)
