"""Stop stops, "not me" stops for good and has somebody call, "yes" is heard; anything else a person reads."""

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.db import connection
from django.urls import reverse

from notifications import delivery, follow_ups, recipients, recovery, releasing, replies
from notifications.addresses import index_of
from notifications.models import FollowUp, Notification, Reply
from notifications.receipts import record_receipt
from notifications.transports import memory
from notifications.transports.base import OutcomeUnknown
from notifications.transports.sms_twilio import reply_url

from .conftest import MAILBOX, NUMBER, owe, state

pytestmark = pytest.mark.django_db
REFERENCE = "match-17-report-4"
Meaning = Reply.Meaning


@pytest.fixture(autouse=True)
def news_without_a_match(db: None, settings) -> None:
    settings.MESSAGE_GATES = {"news": "tests.notifications.test_gates.open_gate"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_notification DISABLE TRIGGER news_needs_two_people")


def reply(text: str, *, sender: str = NUMBER, event: str = "e-1") -> Meaning | None:
    return replies.receive(transport="gateway", event_id=event, sender=sender, text=text)


def told(**changes: str) -> Notification:
    """News that has arrived."""
    owed = owe(message="news", **changes)
    recovery.sweep()
    arrives(owed)
    return owed


def arrives(owed: Notification) -> None:
    attempt = owed.attempts.get()
    record_receipt(
        transport=attempt.transport, event_id=str(attempt.pk), reference=attempt.reference, status="delivered"
    )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("STOP", Meaning.STOP),
        (" стоп. ", Meaning.STOP),
        ("Не пишіть!", Meaning.STOP),
        ("Це не я", Meaning.NOT_ME),
        ("чужой номер", Meaning.NOT_ME),
        ("Це не я?", Meaning.OTHER),
        ("Помилка", Meaning.OTHER),
        ("Ошибка?", Meaning.OTHER),
        ("Так?", Meaning.OTHER),
        ("Так, дякую", Meaning.OTHER),
        ("Дякую!", Meaning.HEARD),
        ("да", Meaning.HEARD),
        ("stop sending my son to the front", Meaning.OTHER),
        ("", Meaning.OTHER),
        ("не", Meaning.OTHER),
    ],
)
def test_how_an_answer_is_taken(text, meaning) -> None:
    assert replies.meaning_of(text) == meaning


def test_stop_stops_messages_and_the_family_is_called_about_its_news() -> None:
    told()
    assert reply("Стоп") == Meaning.STOP
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "asked"
    standing = follow_ups.standing(REFERENCE)
    assert (standing.heard_at, standing.call_reason) == (None, "stopped")


def test_a_stranger_is_never_written_to_again_and_the_family_counts_as_not_told() -> None:
    told()
    reply("так")
    assert follow_ups.standing(REFERENCE).heard_at
    reply("це не я", event="e-2")
    standing = follow_ups.standing(REFERENCE)
    assert (standing.heard_at, standing.call_reason) == (None, "wrong_address")
    owe(reference="match-18", message="contact_code", context={"code": "123456"})
    recovery.sweep()
    assert len(memory.sent) == 1


def a_code(reference: str) -> Notification:
    """One that somebody asked for, and that has left."""
    code = owe(reference=reference, message="contact_code", context={"code": "123456"})
    recovery.sweep()
    return code


def test_not_me_in_answer_to_a_code_holds_news_back_until_a_code_is_typed() -> None:
    a_code("contact-code-1")
    reply("Це не я")
    owed = owe(message="news")
    recovery.sweep()
    recovery.sweep()
    assert (state(owed), follow_ups.standing(REFERENCE).call_reason) == ("review", "unproven")
    assert state(a_code("contact-code-2")) == "accepted", "the family must get in"
    releasing.address_was_proven(reference=REFERENCE, channel="sms", to=NUMBER)
    recovery.sweep()
    assert state(owed) == "accepted"


def test_a_doubt_is_outweighed_by_not_me_to_news_and_by_no_stop() -> None:
    a_code("contact-code-1")
    reply("це не я")
    reply("стоп", event="e-2")
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "doubted"
    recipients.allow_again(channel="sms", to=NUMBER)
    told()
    reply("це не я", event="e-3")
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "not_me"


def test_a_stop_outlives_the_doubt_that_a_code_ends() -> None:
    a_code("contact-code-1")
    reply("стоп")
    reply("це не я", event="e-2")
    recipients.has_read(channel="sms", to=NUMBER)
    assert recipients.wishes_of(channel="sms", to=NUMBER).stop_reason == "asked"
    recipients.allow_again(channel="sms", to=NUMBER)
    reply("це не я", event="e-3")
    recipients.has_read(channel="sms", to=NUMBER)
    assert not recipients.wishes_of(channel="sms", to=NUMBER).is_stopped, "nobody asks any more"


def test_what_a_stranger_asked_for_does_not_bind_whoever_has_the_number_after_him() -> None:
    told()
    reply("це не я")
    reply("стоп", event="e-2")
    recipients.doubt_whether_a_strangers("sms", index_of("sms", NUMBER))
    recipients.has_read(channel="sms", to=NUMBER)
    assert not recipients.wishes_of(channel="sms", to=NUMBER).is_stopped


def test_whoever_is_to_be_called_and_did_not_ask_for_a_code_is_called() -> None:
    told()
    a_code("contact-code-1")
    reply("це не я")
    assert follow_ups.standing(REFERENCE).call_reason == "wrote_back"


def test_whoever_says_thank_you_has_read_it_and_waits_for_the_call_that_was_promised() -> None:
    told()
    reply("дякую")
    standing = follow_ups.standing(REFERENCE)
    assert (standing.how, standing.call_reason) == ("reply", "wrote_back")
    assert follow_ups.awaiting_a_call() == 1
    caller = User.objects.create_user("lesia", is_staff=True)
    follow_ups.record_call(FollowUp.objects.get().pk, caller=caller, outcome="spoke")
    assert (follow_ups.standing(REFERENCE).how, follow_ups.awaiting_a_call()) == ("call", 0)


@pytest.mark.parametrize("so_far", ["accepted", "unknown", "undelivered"])
def test_a_thank_you_while_news_is_not_known_to_have_arrived_is_for_something_else(so_far: str) -> None:
    owed = owe(message="news")
    if so_far == "unknown":
        memory.failures.append(OutcomeUnknown("reset"))
    recovery.sweep()
    if so_far == "undelivered":
        Notification.objects.filter(pk=owed.pk).move("undelivered")
    reply("дякую")
    standing = follow_ups.standing(REFERENCE)
    assert (state(owed), standing.heard_at, standing.call_reason) == (so_far, None, "wrote_back")


def test_a_thank_you_for_the_news_of_one_son_is_none_for_that_of_the_other() -> None:
    told()
    owe(message="news", reference="match-18-report-5")
    recovery.sweep()
    reply("дякую")
    assert follow_ups.standing(REFERENCE).heard_at
    assert follow_ups.standing("match-18-report-5").heard_at is None


def test_an_answer_before_anything_was_sent_confirms_nothing() -> None:
    owe(message="news")
    reply("так")
    assert follow_ups.standing(REFERENCE).heard_at is None


def test_what_is_not_understood_is_read_by_a_person() -> None:
    told()
    assert reply("А де він зараз?") == Meaning.OTHER
    assert follow_ups.standing(REFERENCE).call_reason == FollowUp.Why.WROTE_BACK


def test_a_reply_reported_twice_counts_once() -> None:
    assert reply("стоп") == Meaning.STOP
    recipients.allow_again(channel="sms", to=NUMBER)
    assert reply("стоп") is None
    assert not recipients.wishes_of(channel="sms", to=NUMBER).is_stopped


def test_the_database_shows_neither_who_wrote_nor_what() -> None:
    reply("А де він зараз?")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM notifications_reply r")
        (stored,) = cursor.fetchone()
    assert "зараз" not in stored
    assert NUMBER[1:] not in stored


def test_twilio_hands_on_replies_and_must_sign_them(client, settings) -> None:
    settings.TRANSPORT_OPTIONS = {"sms": {"auth_token": "t0ken"}}
    form = {"MessageSid": "SM1", "From": NUMBER, "Body": "STOP"}
    url = reverse("notifications:twilio-reply")
    assert client.post(url, form, headers={"X-Twilio-Signature": "AAAA"}).status_code == 403
    assert Reply.objects.count() == 0
    signed = twilio_signature(reply_url(settings.TRANSPORT_OPTIONS["sms"]), form)
    assert client.post(url, form, headers={"X-Twilio-Signature": signed}).status_code == 200
    assert Reply.objects.get().meaning == Meaning.STOP


def twilio_signature(url: str, form: dict[str, str]) -> str:
    import base64
    import hmac

    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(b"t0ken", text.encode(), "sha1")).decode()


# --- e-mail


def link_in(sent) -> str:
    assert sent.unsubscribe_url.startswith("http")
    return sent.unsubscribe_url.removeprefix("http://127.0.0.1:8000")


def test_one_click_in_an_e_mail_stops_e_mails_and_closes_nothing(client, settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    owe(message="news", channel="email", to=MAILBOX)
    recovery.sweep()
    link = link_in(memory.sent[0])
    assert MAILBOX not in link
    asked = client.get(link).content.decode()
    assert "portal/portal" in asked  # like the other pages of ours, with a way on
    assert f'href="tel:{settings.SERVICE_PHONE.replace(" ", "")}"' in asked
    assert not recipients.wishes_of(channel="email", to=MAILBOX).is_stopped
    assert "ми зателефонуємо" not in asked, "nobody here knows whether there is a number to call"
    assert "лише за іншим Вашим номером чи адресою" in asked
    answer = client.post(link, {"List-Unsubscribe": "One-Click"})
    assert "Ваше звернення лишається відкритим" in answer.content.decode()
    assert "лише за іншим Вашим номером чи адресою" in answer.content.decode()
    assert 'href="/uk/my-report/"' in answer.content.decode()
    assert recipients.wishes_of(channel="email", to=MAILBOX).is_stopped
    assert follow_ups.standing(REFERENCE).heard_at is None
    later = owe(channel="email", to=MAILBOX)
    recovery.sweep()
    assert state(later) == "review"


def test_a_code_and_an_sms_offer_no_link() -> None:
    owe(message="contact_code", context={"code": "123456"}, channel="email", to=MAILBOX)
    owe()
    recovery.sweep()
    assert [sent.unsubscribe_url for sent in memory.sent] == ["", ""]


def test_a_link_that_we_have_not_signed_stops_nobody(client) -> None:
    owed = owe(channel="email", to=MAILBOX)
    for token in (str(owed.pk), signing.dumps(str(owed.pk), salt="another"), "x"):
        answer = client.post(reverse("notifications:unsubscribe", args=[token]))
        assert answer.status_code == 404
        assert "0 800" in answer.content.decode().replace("\u00a0", " ")  # whom to call instead of nothing
    assert delivery.unsubscribe_url(owed)
    assert not recipients.wishes_of(channel="email", to=MAILBOX).is_stopped
