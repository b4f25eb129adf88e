"""The sealing key is changed under a running service: nothing is lost, nothing decided moves, nothing is left."""

import base64
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Model

from familylink import resealing
from familylink.damage import CannotOpen
from familylink.management.commands import reseal
from familylink.reports.models import KnownKey, PersonName
from familylink.sealing import Keyring, SealedField, Token
from matching import review
from matching.models import Decision, Match, MatchState, SourceList
from notifications.models import SunkMessage
from tests import canaries
from tests.factories import a_match, a_report, a_reviewer

TOP = Path(__file__).resolve().parent.parent


def a_key(key_id: str) -> str:
    return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(32)).decode()}"


def rows_of_sealed_models(*, empty: bool) -> list[str]:
    """The tables with sealed values that have no row, or those that have."""
    return [table.label for table in resealing.sealed_tables() if is_empty(table) is empty]


def is_empty(table: resealing.SealedTable) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table.name}")
        return bool(cursor.fetchone()[0] == 0)


def everything_sealed() -> dict[tuple[str, Any, str], Any]:
    """Every sealed value of every row, opened."""
    return {
        (field.model._meta.label, row.pk, field.name): getattr(row, field.name)
        for table in resealing.sealed_tables()
        for field in table.fields
        for row in field.model._default_manager.all()
    }


def run(batch: int = 500) -> str:
    said = StringIO()
    call_command("reseal", batch=batch, stdout=said)
    return said.getvalue()


@pytest.fixture
def keys(settings: Any, db: None) -> Iterator[Any]:
    """k1 seals; `keys.rotate()` puts k2 before it, `keys.forget()` takes k1 away."""

    class Keys:
        old, new = a_key("k1"), a_key("k2")

        def rotate(self) -> None:
            settings.SEALING_KEYS = f"{self.new},{self.old}"

        def forget(self) -> None:
            settings.SEALING_KEYS = self.new

    keys = Keys()
    KnownKey.objects.all().delete()  # the suite's own are others, under the same id
    settings.SEALING_KEYS = keys.old
    settings.SENDING = "send"
    return keys


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reseal, "PAUSE_SECONDS", 0.05)


@pytest.mark.django_db
def test_after_a_rotation_everything_opens_without_the_old_key(keys: Any) -> None:
    canaries.plant()
    assert rows_of_sealed_models(empty=True) == []
    before = everything_sealed()
    keys.rotate()
    assert everything_sealed() == before, "the old key opens meanwhile"
    said = run(batch=3)
    keys.forget()
    assert everything_sealed() == before
    assert resealing.values_by_key().keys() == {"k2"}
    assert "Nothing is left under another key than 'k2'" in said


@pytest.mark.django_db
def test_a_second_run_finds_nothing_to_do_and_writes_nothing(keys: Any) -> None:
    a_report()
    keys.rotate()
    run()
    before = sealed_bytes()
    said = run()
    assert sealed_bytes() == before
    assert "a second" not in said


def sealed_bytes() -> dict[tuple[str, Any, str], bytes]:
    return {
        (table.label, row.pk, field.name): row.__dict__[field.attname].sealed
        for table in resealing.sealed_tables()
        for field in table.fields
        for row in field.model._default_manager.filter(**{f"{field.name}__isnull": False})
    }


@pytest.mark.django_db
def test_a_row_that_is_half_under_the_new_key_keeps_that_half(keys: Any) -> None:
    name = a_report().missing_person.names.get()
    keys.rotate()
    name.surname = "Кропивенко"
    name.save(update_fields=["surname"])
    half = PersonName.objects.get(pk=name.pk).__dict__["surname"].sealed
    run()
    keys.forget()
    after = PersonName.objects.get(pk=name.pk)
    assert after.__dict__["surname"].sealed == half
    assert (after.surname, after.given_name) == ("Кропивенко", "Олександр")


@pytest.mark.django_db
def test_the_old_key_taken_away_too_early_is_named_and_the_exit_says_so(keys: Any, caplog: Any) -> None:
    report = a_report()
    keys.rotate()
    keys.forget()
    with pytest.raises(CannotOpen, match="'k1', which is not in FAMILYLINK_KEYS"):
        _ = PersonName.objects.get(missing_person=report.missing_person_id).surname
    with pytest.raises(CommandError, match="values are not under 'k2'"):
        run()
    assert "'k1', which is not in FAMILYLINK_KEYS" in caplog.text
    assert not [text for text in ("Вересняк", "Олександр", "380990000001") if text in caplog.text]


@pytest.mark.django_db
def test_a_damaged_value_stays_as_it_is_and_holds_nobody_else_up(keys: Any) -> None:
    damaged, sound = a_report(), a_report()
    broken = PersonName.objects.get(missing_person=damaged.missing_person_id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_personname SET surname = surname || 'x' WHERE id = %s", [broken.pk])
    keys.rotate()
    with pytest.raises(CommandError, match="1 values are not under 'k2'"):
        run(batch=1)
    keys.forget()
    assert PersonName.objects.get(missing_person=sound.missing_person_id).surname == "Вересняк"
    assert PersonName.objects.get(pk=broken.pk).given_name == "Олександр"


# ------------------------------------------------------------------------------------ what is decided stays


def a_decided_match() -> Match:
    match = a_match()
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(match.pk, reviewer=reviewer, verdict="same", note="за датою", revision=1)
    match.refresh_from_db()
    assert match.state == MatchState.CONFIRMED
    return match


def sealed_for(model: type[Model], name: str, pk: Any, keyring: str, plain: bytes) -> bytes:
    field = model._meta.get_field(name)
    assert isinstance(field, SealedField)
    return Keyring(keyring).seal(plain, f"{model._meta.db_table}|{pk}|{field.column}".encode())


def written(model: type[Model], pk: Any, **values: Any) -> None:
    """An UPDATE as code that knows no promise would send it."""
    new = ", ".join(f"{name} = %s" for name in values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {new} WHERE id = %s", [*values.values(), pk])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "different"},
        {"verdict": "same"},
        {"match_revision": 2},
        {"decided_at": "2026-01-01T00:00Z"},
        {"evidence_index": b"\0" * 32},
    ],
    ids=lambda change: f"{next(iter(change))}-{next(iter(change.values()))!r:.12}",
)
@pytest.mark.parametrize("with_new_seal", [False, True])
def test_no_fact_of_a_decision_changes_whether_or_not_its_note_is_sealed_anew(
    keys: Any, change: dict[str, Any], with_new_seal: bool
) -> None:
    decision = a_decided_match().decisions.first()
    assert decision is not None
    if change == {"verdict": "same"} and with_new_seal:
        change = {"reviewer_id": a_reviewer().pk}
    if with_new_seal:
        plain = "за датою".encode()
        change = {**change, "note": sealed_for(Decision, "note", decision.pk, keys.new, plain)}
    with pytest.raises(DatabaseError, match="decisions are only added"):
        written(Decision, decision.pk, **change)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ring", "note"), [("old", "за датою"), ("old", "інакше1!"), ("new", "інше"), ("new", "")]
)
def test_a_note_is_replaced_neither_under_the_same_key_nor_by_another_length(
    keys: Any, ring: str, note: str
) -> None:
    decision = a_decided_match().decisions.first()
    assert decision is not None
    sealed = sealed_for(Decision, "note", decision.pk, getattr(keys, ring), note.encode())
    with pytest.raises(DatabaseError, match="decisions are only added"):
        written(Decision, decision.pk, note=sealed)


@pytest.mark.django_db
def test_a_decision_is_never_deleted(keys: Any) -> None:
    match = a_decided_match()
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        match.decisions.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"points": 1.0},
        {"probability": 0.5},
        {"band": "possible"},
        {"revision": 2},
        {"evidence_index": b"\1" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_decided_match_sealed_anew_keeps_all_that_it_was_decided_on(
    keys: Any, change: dict[str, Any]
) -> None:
    match = a_decided_match()
    plain = Keyring(keys.old).open(match_token(match).sealed, f"matching_match|{match.pk}|evidence".encode())
    sealed = sealed_for(Match, "evidence", match.pk, keys.new, plain)
    with pytest.raises(DatabaseError, match=r"keeps the evidence|confirmed by two"):
        written(Match, match.pk, evidence=sealed, **change)
    with pytest.raises(DatabaseError, match="keeps the evidence"):
        written(Match, match.pk, evidence=sealed_for(Match, "evidence", match.pk, keys.new, plain[:-1]))
    with pytest.raises(DatabaseError, match="keeps the evidence"):
        written(Match, match.pk, evidence=sealed_for(Match, "evidence", match.pk, keys.old, plain))


def match_token(match: Match) -> Token:
    token = Match.objects.get(pk=match.pk).__dict__["evidence"]
    assert isinstance(token, Token)
    return token


# ------------------------------------------------------------------------------------ beside a running service


class Elsewhere:
    """Something done by another connection, as another process would."""

    def __init__(self, work: Any) -> None:
        self.failure: BaseException | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self.failure = error
        finally:
            connections.close_all()

    def __enter__(self) -> "Elsewhere":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._thread.join(30)
        assert self.failure is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("impatient")
def test_a_row_that_a_worker_holds_is_left_until_it_is_free(keys: Any) -> None:
    name = a_report().missing_person.names.get()
    keys.rotate()
    held, let_go = threading.Event(), threading.Event()

    def worker() -> None:
        with transaction.atomic():
            mine = PersonName.objects.select_for_update().get(pk=name.pk)
            held.set()
            assert let_go.wait(20)
            mine.surname = "Ожинченко"
            mine.save(update_fields=["surname"])

    with Elsewhere(worker):
        assert held.wait(20)
        [table] = [table for table in resealing.sealed_tables() if table.label == "reports.personname"]
        began = time.monotonic()
        assert sum(done.resealed for done in resealing.reseal(table, batch=10)) == 0
        assert time.monotonic() - began < 4, "it waits for nobody"
        let_go.set()
    run()
    keys.forget()
    after = PersonName.objects.get(pk=name.pk)
    assert (after.surname, after.given_name) == ("Ожинченко", "Олександр")


@pytest.mark.django_db(transaction=True)
def test_what_is_edited_meanwhile_is_never_overwritten_by_what_it_was(keys: Any) -> None:
    messages = [sunk(f"спершу {number}") for number in range(60)]
    keys.rotate()
    last: dict[Any, str] = {}
    stop = threading.Event()

    def editor() -> None:
        turn = 0
        while not stop.is_set():
            message = messages[turn % len(messages)]
            message.body = f"потім {turn}"
            message.save(update_fields=["body"])
            last[message.pk], turn = message.body, turn + 1

    with Elsewhere(editor):
        for _ in range(4):
            for table in resealing.sealed_tables():
                list(resealing.reseal(table, batch=7))
        stop.set()
    assert last
    for message in SunkMessage.objects.all():
        assert message.body == last.get(message.pk, message.body)
        assert message.pk not in last or message.body.startswith("потім")


@pytest.mark.django_db
def test_a_value_that_changed_between_reading_and_writing_is_not_written_over(keys: Any) -> None:
    """The second wall: also without a lock the UPDATE finds only the very value that was read."""
    message = sunk("спершу")
    [table] = [table for table in resealing.sealed_tables() if table.label == "notifications.sunkmessage"]
    row = message.pk, *(sealed_bytes()[table.label, message.pk, field.name] for field in table.fields)
    keys.rotate()
    changes, _ = resealing._sealed_anew(table, [row])
    message.body = "потім"
    message.save()
    with connection.cursor() as cursor:
        cursor.executemany(resealing._write(table), changes)
        assert cursor.rowcount == 0
    assert SunkMessage.objects.get().body == "потім"


def sunk(body: str, to: str = "+380990000001") -> SunkMessage:
    return SunkMessage.objects.create(
        attempt_reference=base64.b16encode(os.urandom(16)).decode(), channel="sms", to=to, body=body
    )


@pytest.mark.django_db
def test_files_of_megabytes_go_one_to_a_transaction(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    canaries.plant()
    keys.rotate()
    monkeypatch.setattr(resealing, "BATCH_BYTES", 100)
    [table] = [table for table in resealing.sealed_tables() if table.label == "matching.sourcelist"]
    assert [done.resealed for done in resealing.reseal(table, batch=500)] == [1] * SourceList.objects.count()


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_killed_is_continued_by_the_next(keys: Any) -> None:
    SunkMessage.objects.bulk_create(
        [
            SunkMessage(attempt_reference=base64.b16encode(os.urandom(16)).decode(), channel="sms",
                        to="+380990000001", body=f"повідомлення {number}")
            for number in range(3000)
        ]
    )  # fmt: skip
    keys.rotate()
    [table] = [table for table in resealing.sealed_tables() if table.label == "notifications.sunkmessage"]
    process = a_process(keys)
    try:
        ends_at = time.monotonic() + 60
        while resealing.waiting_rows(table) == 3000 and time.monotonic() < ends_at:
            time.sleep(0.01)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
    left = resealing.waiting_rows(table)
    assert 0 < left < 3000, "the kill must come in the middle"
    said = run()
    assert f"{left} of {left} rows" in said, "what was done is not done again"
    keys.forget()
    bodies = {message.body for message in SunkMessage.objects.all()}
    assert bodies == {f"повідомлення {number}" for number in range(3000)}


def a_process(keys: Any) -> subprocess.Popen[bytes]:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "reseal", "--batch", "2"],
        cwd=TOP,
        env={
            **os.environ,
            "DATABASE_URL": urlunsplit(url),
            "FAMILYLINK_KEYS": f"{keys.new},{keys.old}",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
