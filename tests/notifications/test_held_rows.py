"""Of many chosen rows one is held by a worker: it is named and stays as it is, and the others are done at once."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.urls import reverse

from familylink.reports.references import news_reference
from notifications import follow_ups, switches, wording
from notifications.models import Call, FollowUp, Notification, SendingSwitch, Template
from tests.factories import a_member_of_staff, a_report
from tests.holding import FOR_EVER, held_by_a_worker

from .conftest import owe, state

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Nothing was done to these, since a worker or a colleague is busy with them"


def act(client: Any, action: str, rows: list[Any], held: Any) -> str:
    """What the page says to a lead who does this to the rows while somebody holds one of them."""
    client.force_login(a_member_of_staff("leads"))
    form = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    place = reverse(f"admin:notifications_{rows[0]._meta.model_name}_changelist")
    with held_by_a_worker(held, patience=FOR_EVER):
        answer = client.post(place, form, headers={"accept-language": "en"}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def way_to(notification: Notification) -> str:
    return f'href="{reverse("admin:notifications_notification_change", args=[notification.pk])}">report received, SMS'


def waiting_for_a_person(count: int) -> list[Notification]:
    owed = [owe(reference=f"match-{number}-report-1") for number in range(count)]
    Notification.objects.update(state="review")
    return owed


@pytest.mark.parametrize(("action", "becomes"), [("send_again", "queued"), ("confirm_arrived", "delivered")])
def test_of_messages_settled_by_hand(client, action, becomes) -> None:
    held, *others = waiting_for_a_person(3)
    said = act(client, action, [held, *others], held)
    assert (SAID in said, way_to(held) in said, "2 messages settled." in said) == (True, True, True)
    assert way_to(others[0]) not in said
    assert [state(held), *map(state, others)] == ["review", becomes, becomes]
    assert LogEntry.objects.count() == 2
    act(client, action, [held], others[0])
    assert state(held) == becomes


def test_of_messages_that_were_held_while_sending_was_off(client, settings, capsys) -> None:
    settings.SENDING = "hold"
    held, other = owe(), owe(reference="match-18-report-5")
    settings.SENDING = "send"
    said = act(client, "release_held", [held, other], held)
    assert (SAID in said, way_to(held) in said, "1 will be sent" in said) == (True, True, True)
    assert (state(held), state(other), LogEntry.objects.count()) == ("held", "queued", 1)
    with held_by_a_worker(held, patience=FOR_EVER):
        call_command("release_held")
    assert "1 still held" in capsys.readouterr().out
    call_command("release_held")
    assert state(held) == "queued"


def test_of_calls_that_are_recorded(client) -> None:
    families = [news_reference(a_report(phone=f"+38099000000{number}")) for number in range(2)]
    for reference in families:
        follow_ups.owe_call(reference=reference, language="uk")
    held, other = (FollowUp.objects.get(reference=reference) for reference in families)
    said = act(client, "record_spoke", [held, other], held)
    assert (SAID in said, "the call is recorded." in said) == (True, True)
    assert Call.objects.get().follow_up == other
    assert list(FollowUp.objects.unspoken()) == [held]


def test_of_switches(client) -> None:
    held, other = (SendingSwitch.objects.get_or_create(scope=scope)[0] for scope in ("email", "sms"))
    said = act(client, "stop", [held, other], held)
    assert (SAID in said, "Sending is stopped." in said) == (True, True)
    assert switches.stopped() == ["sms"]
    said = act(client, "resume", [held, other], held)
    assert (SAID in said, "a second, different person must say the same" in said) == (True, True)


def test_of_switches_none_is_called_stopped_that_is_not(client) -> None:
    held = SendingSwitch.objects.create(scope="message:report_received")
    said = act(client, "stop", [held], held)
    assert (SAID in said, "Sending is stopped." in said) == (True, False)
    owed = owe()
    said = act(client, "stop_kind", [owed], held)
    assert (SAID in said, "Sending is stopped" in said) == (True, False)
    assert "Sending is stopped: messages of this kind" in act(client, "stop_kind", [owed], owed)


def test_of_wordings(client) -> None:
    held, other = Template.objects.filter(message="news", channel="sms")[:2]
    said = act(client, "retire", [held, other], held)
    assert (SAID in said, "No message made from it leaves any more." in said) == (True, True)
    assert list(Template.objects.exclude(retired_at=None)) == [other]
    texts = {row: row.text for row in (held, other)}
    held, other = (
        wording.propose(
            message=row.message,
            language=row.language,
            channel=row.channel,
            subject=row.subject,
            text=text,
            by=None,
        )
        for row, text in texts.items()
    )
    said = act(client, "approve", [held, other], held)
    assert (SAID in said, "a second, different person must approve it" in said) == (True, True)
    assert list(Template.objects.exclude(first_approver=None)) == [other]
