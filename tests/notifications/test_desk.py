"""What staff see and may do: reasons for all, texts for few, codes for nobody."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from notifications import delivery, recovery, switches
from notifications.models import Notification, SendingSwitch, SunkMessage
from notifications.transports import memory
from notifications.transports.base import TransportError

from .conftest import NUMBER, owe, state

pytestmark = pytest.mark.django_db
LIST = "admin:notifications_notification_changelist"


@pytest.fixture
def desk(client: Any) -> Any:
    """A member of staff with the named permissions, signed in; each time another one."""
    names = iter(("lesia", "taras", "daria"))

    def sign_in(*permissions: str) -> Any:
        staff = User.objects.create_user(next(names), is_staff=True)
        staff.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(staff)
        return client

    return sign_in


def page(client: Any, notification: Notification) -> str:
    return client.get(
        reverse("admin:notifications_notification_change", args=[notification.pk])
    ).content.decode()


def act(client: Any, action: str, *rows: Any, model: str = "notification") -> int:
    form = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(reverse(f"admin:notifications_{model}_changelist"), form).status_code


def test_the_list_shows_the_state_and_its_reason_and_no_address_or_text(desk) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    owe()
    delivery.deliver_due()
    seen = desk("view_notification", "view_text").get(reverse(LIST)).content.decode()
    assert "no_such_number" in seen
    assert NUMBER[1:] not in seen
    assert "калина" not in seen


def test_the_filter_finds_what_waits_for_a_person(desk) -> None:
    waiting, other = owe(hold_reason="contact_unconfirmed"), owe(reference="match-18-report-5")
    seen = desk("view_notification").get(reverse(LIST) + "?awaiting=yes").content.decode()
    assert str(waiting.pk) in seen
    assert str(other.pk) not in seen


def test_the_text_is_shown_to_those_who_may_read_it(desk) -> None:
    seen = page(desk("view_notification", "view_text"), owe())
    assert "калина 47" in seen
    assert NUMBER[1:] in seen


def test_the_text_is_hidden_from_all_others(desk) -> None:
    seen = page(desk("view_notification"), owe())
    assert "калина 47" not in seen
    assert NUMBER[1:] not in seen


def test_a_code_is_shown_to_nobody(desk) -> None:
    code = owe(message="contact_code", context={"code": "918273"})
    assert "918273" not in page(desk("view_notification", "view_text"), code)


def test_a_message_can_be_neither_edited_nor_deleted(desk) -> None:
    client = desk(*Permission.objects.values_list("codename", flat=True))
    for name in ("add", "change", "delete"):
        args = [] if name == "add" else [owe().pk]
        response = client.post(
            reverse(f"admin:notifications_notification_{name}", args=args), {"post": "yes"}
        )
        assert response.status_code == 403


def test_one_who_may_settle_sends_again(desk) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    owed = owe()
    delivery.deliver_due()
    act(desk("view_notification", "settle_notification"), "send_again", owed)
    recovery.sweep()
    assert (state(owed), len(memory.sent)) == ("accepted", 1)


def test_one_who_may_not_settle_changes_nothing(desk) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    owed = owe()
    delivery.deliver_due()
    act(desk("view_notification"), "send_again", owed)
    assert state(owed) == "review"


def test_whoever_finds_no_other_address_to_use_is_told_so(desk) -> None:
    memory.failures.append(TransportError("no_such_number", permanent=True))
    owed = owe()
    delivery.deliver_due()
    client = desk("view_notification", "settle_notification")
    act(client, "send_over_another", owed)
    assert "іншої адреси" in client.get(reverse(LIST)).content.decode()
    assert state(owed) == "review"


def test_the_list_of_messages_shows_no_bare_ids(desk) -> None:
    owed = owe()
    listed = desk("view_notification").get(reverse("admin:notifications_notification_changelist"))
    assert owed.reference not in listed.content.decode()


def test_staff_release_what_was_held_while_sending_was_off(desk, settings) -> None:
    settings.SENDING = "hold"
    owed, other = owe(), owe(reference="match-18-report-5")
    client = desk("view_notification", "settle_notification")
    act(client, "release_held", owed)
    assert state(owed) == "held"
    settings.SENDING = "send"
    act(client, "release_held", owed)
    assert (state(owed), state(other)) == ("queued", "held")


def test_staff_confirm_that_a_message_arrived(desk) -> None:
    owed = owe()
    delivery.deliver_due()
    act(desk("view_notification", "settle_notification"), "confirm_arrived", owed)
    assert state(owed) == "delivered"


def test_the_sink_shows_what_the_phones_received(desk, settings) -> None:
    settings.TRANSPORTS = {"sms": "notifications.transports.sink.SinkTransport"}
    owed = owe(message="contact_code", context={"code": "918273"})
    delivery.deliver_due()
    seen = (
        desk("view_sunkmessage").get(reverse("admin:notifications_sunkmessage_changelist")).content.decode()
    )
    assert "918273" in seen
    assert NUMBER in seen
    assert state(owed) == "delivered"


def test_the_sink_delivers_a_reference_once(settings) -> None:
    settings.TRANSPORTS = {"sms": "notifications.transports.sink.SinkTransport"}
    owe()
    (opened,) = delivery.open_attempts(delivery.claim())
    delivery.hand_over(opened)
    delivery.hand_over(opened)
    assert SunkMessage.objects.count() == 1


def test_one_throws_the_switch_and_two_let_sending_go_on(desk) -> None:
    switch, _ = SendingSwitch.objects.get_or_create(scope="sms")
    rights = ("view_sendingswitch", "change_sendingswitch")
    first = desk(*rights)
    act(first, "stop", switch, model="sendingswitch")
    assert switches.stopped() == ["sms"]
    act(first, "resume", switch, model="sendingswitch")
    act(first, "resume", switch, model="sendingswitch")
    assert switches.stopped() == ["sms"]
    act(desk(*rights), "resume", switch, model="sendingswitch")
    assert switches.stopped() == []


@pytest.mark.parametrize(
    ("action", "scope"),
    [
        ("stop_kind", "message:report_received"),
        ("stop_wording", "template:report_received.uk.sms"),
        ("stop_wave", "batch:wave-7"),
    ],
)
def test_a_kind_a_wording_or_a_wave_is_stopped_from_the_list_of_messages(desk, action, scope) -> None:
    owed = owe(batch="wave-7")
    act(desk("view_notification"), action, owed)
    assert switches.stopped() == []
    act(desk("view_notification", "change_sendingswitch"), action, owed)
    assert switches.stopped() == [scope]
    recovery.sweep()
    assert state(owed) == "queued"


def test_one_who_may_only_look_cannot_turn_the_switch(desk) -> None:
    switch, _ = SendingSwitch.objects.get_or_create(scope="sms")
    act(desk("view_sendingswitch"), "stop", switch, model="sendingswitch")
    assert switches.stopped() == []


def test_a_stranger_sees_nothing(client) -> None:
    for model in ("notification", "sunkmessage", "sendingswitch", "receipt"):
        assert client.get(reverse(f"admin:notifications_{model}_changelist")).status_code == 302


def test_a_superuser_opens_a_message_with_an_attempt(client) -> None:
    owed = owe()
    delivery.deliver_due()
    client.force_login(User.objects.create_superuser("chief"))
    assert owed.reference in page(client, owed)


def test_the_page_of_the_switch_says_whether_sending_is_on(desk, settings) -> None:
    page = reverse("admin:notifications_sendingswitch_changelist")
    client = desk("view_sendingswitch", "change_sendingswitch")

    def said() -> str:
        return str(client.get(page).context["how_sending_stands"])

    SendingSwitch.objects.all().delete()
    settings.SENDING = "hold"
    assert "налаштуваннях" in said()
    settings.SENDING = "send"
    assert said() == "Надсилання ввімкнено: нічого не зупинено."
    switches.stop("all", reason="staff_desk")
    assert said() == "Надсилання зупинено: нічого не виходить."


def test_an_empty_page_speaks_of_filters_only_where_one_is_set(desk) -> None:
    page, client = reverse("admin:notifications_notification_changelist"), desk("view_notification")
    nothing = "Тут поки що нічого немає."
    assert nothing in client.get(page).content.decode()
    assert nothing not in client.get(page + "?state__exact=held").content.decode()
