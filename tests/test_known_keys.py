"""A wrong key of the right form is noticed before anything is read or written with it, and no right one is refused."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from familylink.reports import known_keys
from familylink.reports.models import Contact, KnownKey, MissingPerson, Report
from tests.factories import a_report
from tests.faults.processes import url_of_database

pytestmark = pytest.mark.django_db(transaction=True)
TOP = Path(__file__).resolve().parent.parent


def a_key(key_id: str) -> str:
    return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(32)).decode()}"


def connect_anew() -> None:
    connection.close()
    connection.ensure_connection()


def known() -> set[str]:
    return set(KnownKey.objects.values_list("key_id", flat=True))


@pytest.fixture(autouse=True)
def keys(transactional_db: None, settings: Any) -> Iterator[tuple[str, str]]:
    """The right keys of a database that has been used with them; they are back when the test ends."""
    KnownKey.objects.all().delete()
    settings.SEALING_KEYS, settings.INDEX_KEY = a_key("k1"), "an index key of this test"
    connect_anew()
    right = settings.SEALING_KEYS, settings.INDEX_KEY
    yield right
    settings.SEALING_KEYS, settings.INDEX_KEY = right
    connect_anew()
    KnownKey.objects.all().delete()


def another_sealing_key(settings: Any) -> str:
    settings.SEALING_KEYS = a_key("k1")
    return "the key 'k1' of FAMILYLINK_KEYS"


def another_index_key(settings: Any) -> str:
    settings.INDEX_KEY = "another one"
    return "FAMILYLINK_INDEX_KEY"


either = pytest.mark.parametrize("change", [another_sealing_key, another_index_key])


def test_the_first_use_makes_a_key_known_and_the_next_finds_it_right() -> None:
    connect_anew()
    assert known() == {"", "k1"}


@either
def test_a_wrong_key_is_named_and_opens_no_connection(
    settings: Any, caplog: Any, keys: tuple[str, str], change: Callable[[Any], str]
) -> None:
    named = change(settings)
    connection.close()
    for _ in range(2):  # nor does the second try find a connection that the first has left open
        with pytest.raises(ImproperlyConfigured, match=named):
            Report.objects.count()
    secrets = {text for pair in (keys, (settings.SEALING_KEYS, settings.INDEX_KEY)) for text in pair}
    assert named in caplog.text
    assert not [secret for secret in secrets if secret.removeprefix("k1:") in caplog.text]


def test_a_new_key_beside_the_old_one_becomes_known_and_the_old_one_may_go(
    settings: Any, keys: tuple[str, str]
) -> None:
    new = a_key("k2")
    for ring in (f"{keys[0]},{new}", f"{new},{keys[0]}", new):
        settings.SEALING_KEYS = ring
        connect_anew()
    assert known() == {"", "k1", "k2"}


def test_of_a_new_key_the_second_machine_must_have_the_same(settings: Any, keys: tuple[str, str]) -> None:
    settings.SEALING_KEYS = f"{keys[0]},{a_key('k2')}"
    connect_anew()
    settings.SEALING_KEYS = f"{keys[0]},{a_key('k2')}"
    connection.close()
    with pytest.raises(ImproperlyConfigured, match="the key 'k2'"):
        connection.ensure_connection()


def test_a_wrong_key_brings_no_new_one_with_it(settings: Any, keys: tuple[str, str]) -> None:
    settings.SEALING_KEYS = f"{a_key('k2')},{a_key('k1')}"
    connection.close()
    with pytest.raises(ImproperlyConfigured, match="the key 'k1'"):
        connection.ensure_connection()
    settings.SEALING_KEYS = keys[0]
    assert known() == {"", "k1"}


def test_a_database_that_is_half_migrated_can_be_migrated_on() -> None:
    KnownKey.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE matching_refusedrow RENAME TO not_yet_there")
    try:
        connect_anew()
        assert known() == set()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE not_yet_there RENAME TO matching_refusedrow")
    connect_anew()
    assert known() == {"", "k1"}


# ------------------------------------------------------------------------------------- a database from before


@either
def test_in_a_database_from_before_a_key_that_opens_nothing_is_refused_and_the_right_one_becomes_known(
    settings: Any, keys: tuple[str, str], change: Callable[[Any], str]
) -> None:
    a_report()
    KnownKey.objects.all().delete()
    named = change(settings)
    connection.close()
    with pytest.raises(ImproperlyConfigured, match=named):
        connection.ensure_connection()
    settings.SEALING_KEYS, settings.INDEX_KEY = keys
    connect_anew()
    assert known() == {"", "k1"}


def test_in_a_database_from_before_one_damaged_value_makes_no_key_wrong() -> None:
    a_report()
    damaged = Contact.objects.get().pk
    with connection.cursor() as cursor:
        for table, column in (("contact", "address"), ("report", "code_word")):
            cursor.execute(f"UPDATE reports_{table} SET {column} = set_byte({column}, 20, 0) || 'x'")
    KnownKey.objects.all().delete()
    connect_anew()
    assert known() == {"", "k1"}
    assert Contact.objects.get().pk == damaged


def test_in_a_database_from_before_a_key_that_is_away_makes_no_other_wrong(settings: Any) -> None:
    a_report()
    KnownKey.objects.all().delete()
    settings.SEALING_KEYS = a_key("k2")
    connect_anew()
    assert known() == {"", "k2"}


def test_before_the_first_migration_nothing_is_asked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_knownkey RENAME TO away")
    try:
        connect_anew()
        assert not MissingPerson.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO reports_knownkey")


# ------------------------------------------------------------------------------------------- nothing starts


@pytest.mark.parametrize(
    "words",
    [
        ["-c", "import familylink.wsgi"],
        ["-m", "celery", "-A", "familylink", "worker", "--concurrency", "1"],
        ["-m", "celery", "-A", "familylink", "beat", "--scheduler", "celery.beat:Scheduler"],
        [str(TOP / "manage.py"), "sending", "status"],
        [str(TOP / "manage.py"), "migrate"],
    ],
    ids=["web", "worker", "beat", "command", "migrate"],
)
def test_with_a_wrong_key_nothing_starts(words: list[str], tmp_path: Path) -> None:
    surroundings = {"DATABASE_URL": url_of_database(), "DJANGO_SETTINGS_MODULE": "familylink.settings"}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", *words],
        cwd=tmp_path,  # whatever a process leaves, it leaves there
        env={**os.environ, **surroundings, "FAMILYLINK_KEYS": a_key("k1"), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode not in (0, None)
    assert "Another key than this database was written with: the key 'k1'" in ended.stdout + ended.stderr


def test_a_database_that_is_away_keeps_nobody_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "HOST", "/nowhere")
        known_keys.compare_at_start()
