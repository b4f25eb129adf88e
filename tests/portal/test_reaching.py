"""How a family wants to be reached: addresses are proven first, and only their owner says what may come there."""

import datetime as dt
import re

import pytest
from django.test import Client

from familylink.portal import calling
from familylink.reports.models import Contact
from matching.models import Match
from notifications import recipients, recovery, replies
from notifications.models import Notification
from tests.factories import SON_ON_LIST, a_committed_list, a_report, match_all
from tests.matching.deciding import confirmed
from tests.portal.conftest import file_and_prove, last_code, send_form, sign_in, text
from tests.portal.test_my_report import again, post, sign_in_here, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(client):
    return file_and_prove(client)


def test_a_new_number_is_proven_before_anything_is_told_there(client, report):
    page = words_of(post(client, "contacts", email="olha@example.org"))
    assert "Ще не підтверджено: o***@example.org" in page
    assert [c.channel for c in Contact.objects.reachable()] == ["sms"]
    client.post("/uk/report/confirm/", {"code": last_code("email")})
    assert sorted(c.channel for c in Contact.objects.reachable()) == ["email", "sms"]


def test_the_last_proven_address_stays_and_the_family_is_told_why(client, report):
    only = report.contacts.get()
    page = words_of(post(client, f"contacts/{only.pk}/stop"))
    assert "єдиний підтверджений спосіб" in page
    assert 'formaction="/en/my-report/contacts/"' in page
    assert Contact.objects.reachable().get() == only


def test_a_stopped_address_gets_nothing_more_and_the_report_stays_open(client, report):
    post(client, "contacts", email="olha@example.org")
    client.post("/uk/report/confirm/", {"code": last_code("email")})
    phone = report.contacts.get(channel="sms")
    post(client, f"contacts/{phone.pk}/stop")
    assert [c.channel for c in Contact.objects.reachable()] == ["email"]
    assert again(report).withdrawn_at is None


def test_nobody_stops_an_address_of_another_family(client, report):
    other = a_report()
    post(client, f"contacts/{other.contacts.get().pk}/stop")
    assert other.contacts.get().stopped_at is None


def test_an_address_that_was_stopped_is_written_to_again_when_the_family_adds_it_and_not_when_it_looks(
    client, report
):
    assert "Прибрати зі звернення" not in words_of(client.get("/uk/my-report/contacts/"))
    recipients.stop(channel="sms", to="+380990000067")
    sign_in_here(client, report)
    stopped = words_of(client.get("/uk/my-report/contacts/"))
    assert "Прибрати зі звернення" in stopped
    assert "Більше сюди не писати" not in stopped
    assert recipients.wishes_of(channel="sms", to="+380990000067").is_stopped
    post(client, "contacts", phone="099 000 00 67")
    assert not recipients.wishes_of(channel="sms", to="+380990000067").is_stopped


def test_wishes_are_kept_for_every_address_and_shown_again(client, report):
    page = post(
        client, "settings", language="ru", quiet_from="22:00", quiet_until="07:00", wants_checks="on",
        consent_share="on", ask_after_days="180",
    )  # fmt: skip
    assert "Збережено. Дякуємо." in words_of(page)
    wishes = recipients.wishes_of(channel="sms", to="+380990000067")
    assert (wishes.quiet_from, wishes.quiet_until, wishes.wants_checks) == (dt.time(22), dt.time(7), True)
    assert (again(report).language, again(report).ask_after_days) == ("ru", 180)
    assert report.consents.filter(purpose="share", withdrawn_at=None).exists()
    shown = text(client.get("/uk/my-report/settings/"))
    assert 'value="22:00" selected' in shown
    assert 'value="180" selected' in shown
    post(client, "settings", language="uk", ask_after_days="365")
    assert report.consents.get(purpose="share").withdrawn_at is not None
    assert recipients.wishes_of(channel="sms", to="+380990000067").quiet_from is None


NIGHT = {
    "language": "uk",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "wants_checks": "on",
    "ask_after_days": "365",
}


def quiet(channel, to):
    wishes = recipients.wishes_of(channel=channel, to=to)
    return wishes.quiet_from, wishes.wants_checks


def test_nobody_reads_or_sets_what_the_owner_of_a_number_wishes_before_proving_it(client):
    hers = file_and_prove(Client(), phone="050 000 00 01")
    assert hers.contacts.reachable().get().address == "+380500000001"
    recipients.set_quiet_hours(channel="sms", to="+380500000001", begin=dt.time(1), end=dt.time(2))
    stranger = Client()
    send_form(stranger, phone="050 000 00 01", email="stranger@example.org")
    stranger.post("/uk/report/confirm/", {"code": last_code("email")})
    assert 'value="01:00" selected' not in text(stranger.get("/uk/my-report/settings/"))
    post(stranger, "settings", **NIGHT)
    assert quiet("email", "stranger@example.org") == (dt.time(22), True)
    assert quiet("sms", "+380500000001") == (dt.time(1), False)


def test_an_address_proven_later_is_left_in_peace_in_the_same_hours(client, report):
    post(client, "settings", **NIGHT)
    post(client, "contacts", email="olha@example.org")
    assert quiet("email", "olha@example.org") == (None, False)
    client.post("/uk/report/confirm/", {"code": last_code("email")})
    assert quiet("email", "olha@example.org") == quiet("sms", "+380990000067") == (dt.time(22), True)


def test_an_address_with_wishes_of_its_own_keeps_them(client, report):
    post(client, "contacts", email="olha@example.org")
    recipients.set_quiet_hours(channel="email", to="olha@example.org", begin=dt.time(1), end=dt.time(2))
    post(client, "settings", **NIGHT)
    client.post("/uk/report/confirm/", {"code": last_code("email")})
    assert quiet("email", "olha@example.org") == (dt.time(1), False)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_changing_the_language_loses_no_word_of_an_unsent_form_and_keeps_none(client, report, language):
    sign_in_here(client, report)
    way = f"/{language}/my-report"
    page = words_of(
        client.post(f"{way}/contacts/", {"phone": "067 12", "email": "nina@", "switch": language})
    )
    assert f'<html lang="{language}"' in page
    assert 'value="067 12"' in page
    assert 'value="nina@"' in page
    page = words_of(client.post(f"{way}/settings/", {**NIGHT, "quiet_until": "", "switch": language}))
    assert 'value="22:00" selected' in page
    assert re.search(r'name="wants_checks"[^>]*checked', page)
    assert not re.search(r'name="consent_share"[^>]*checked', page)
    assert 'role="alert"' not in page
    assert quiet("sms", "+380990000067") == (None, False)
    assert report.contacts.count() == 1


def test_quiet_hours_have_two_ends(client, report):
    page = words_of(post(client, "settings", language="uk", quiet_from="22:00", ask_after_days="365"))
    assert "обидві години або жодної" in page


def test_not_me_to_a_code_that_a_stranger_asked_for_costs_a_family_neither_its_number_nor_its_news(settings):
    settings.TRANSPORTS = {"sms": ["notifications.transports.memory.MemoryTransport"]}
    mother = a_report(phone="+380990000067")
    send_form(Client(), phone="099 000 00 67", surname="Інший")  # by a slip of the finger, or in malice
    recovery.sweep()
    replies.receive(transport="memory", event_id="1", sender="+380990000067", text="Це не я")
    a_committed_list(SON_ON_LIST)
    match_all()
    confirmed(Match.objects.get(missing_person=mother.missing_person))
    recovery.sweep()
    news = Notification.objects.get(message="news")
    assert (news.state, news.state_reason) == ("review", "recipient_doubted")
    (number,) = calling.families_of([news.reference])[news.reference].addresses
    assert "+380990000067" in number
    sign_in(Client(), mother)
    recovery.sweep()
    news.refresh_from_db()
    assert news.state == "accepted"
