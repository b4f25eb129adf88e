"""A database that was restored sends nothing by itself: what it owes may have left since the backup."""

import pytest

from notifications import by_hand, delivery, home, recovery, switches
from notifications.models import Attempt, Home, Notification
from notifications.transports import memory

from .conftest import CODE, let_sending_go_on, owe, reason, state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch) -> None:
    """As after a restore: on connections that have not asked yet."""
    forget()
    yield
    forget()


def forget() -> None:
    from django.db import connection

    connection.ensure_connection()
    connection.connection.familylink_is_here = False


def restored() -> None:
    """The backup was made where another cluster was."""
    Home.objects.update(place="7301234567890123456:1:16384")
    forget()


def test_the_database_that_messages_have_left_from_goes_on_sending() -> None:
    owe()
    recovery.sweep()
    forget()
    owe(reference="match-18")
    recovery.sweep()
    assert (len(memory.sent), switches.stopped(), Home.objects.count()) == (2, [], 1)


def test_a_restored_database_sends_nothing_and_leaves_what_it_owes_to_people() -> None:
    delivery.claim()
    queued = owe()
    claimed = owe(reference="match-18")
    assert delivery.open_attempts(delivery.claim(among=Notification.objects.filter(pk=claimed.pk)))
    code = owe(message="contact_code", context=CODE)
    restored()
    recovery.sweep()
    delivery.deliver_due()
    assert memory.sent == []
    assert switches.stopped() == ["all"]
    assert [(state(row), reason(row)) for row in (queued, claimed)] == [("review", home.REASON)] * 2
    assert state(code) == "cancelled"
    assert Attempt.objects.get().outcome == "unknown"


def test_after_two_people_have_looked_only_what_they_send_again_leaves() -> None:
    delivery.claim()
    left, kept = owe(), owe(reference="match-18")
    restored()
    recovery.sweep()
    let_sending_go_on()
    recovery.sweep()
    assert memory.sent == []
    by_hand.send_again(left.pk)
    by_hand.confirm_arrived(kept.pk)
    owe(reference="match-19")
    recovery.sweep()
    assert len(memory.sent) == 2
    assert set(Notification.objects.values_list("state", flat=True)) == {"accepted", "delivered"}
