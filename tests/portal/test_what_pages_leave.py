"""What using the pages leaves in the database, the broker and the log, beside what they are for: a thief finds
nobody there either."""

import json
import logging
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import redis
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from familylink import celery, embedded
from familylink.logs import WithoutData
from familylink.reports.models import Draft, Report
from matching import name_counts
from matching.models import Decision, Match, MatchState, NameCount, Question, RefusedRow
from tests import canaries
from tests.factories import a_committed_list, a_received_list, a_reviewer, match_all
from tests.portal.conftest import answer, file_and_prove
from tests.test_stolen_database import copied, dumped, seen

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = canaries.FAMILIES[0]
TOLD = {
    "surname": FAMILY["surname"],
    "given_name": FAMILY["given"],
    "patronymic": FAMILY["patronymic"],
    "russian_name": "Вересняченко Любослав",
    "passport_name": "Veresniachenko Liuboslav",
    "place": FAMILY["place"],
    "unit": FAMILY["unit"],
    "circumstances": canaries.CIRCUMSTANCES,
    "phone": FAMILY["phone"],
}
ON_LIST = f"{FAMILY['surname']} {FAMILY['given']} {FAMILY['patronymic']};23.11.1979;{FAMILY['place']}"
VERDICT_NOTE = "упізнала кума Пантелеймониха Горобчукова"
WRITTEN_TOO_LATE = "сусідка Єлизавета Рукавичниченко певна"
ANSWERED = "Косаківщина, хутір Бджільничівка"
MISTAKEN = "тридцятого квітнежовтня"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis[bytes]"]:
    """Valkey takes every nudge, and nobody reads them; it is empty before."""
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", embedded.broker_url(os.environ["REDIS_URL"]))
    monkeypatch.setattr(celery, "_broker_failed_at", float("-inf"))
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
        broker.flushdb()
        yield broker
        broker.flushdb()


def files_twice_and_begins_a_third() -> Client:
    """Two men of one name, so that it is counted; and a draft that is left lying. Whoever filed first is signed in."""
    first, second, third = Client(), Client(), Client()
    file_and_prove(first, **TOLD, birth_year="1979")
    file_and_prove(second, **TOLD, birth_year="1981")
    third.post("/uk/report/")
    answer(third, "name", **{part: TOLD[part] for part in ("surname", "given_name", "patronymic")})
    return first


def corrects_a_person() -> None:
    client, person = Client(), Report.objects.latest("filed_at").missing_person
    lead = a_reviewer()
    lead.is_superuser = True
    lead.save()
    client.force_login(lead)
    page = reverse("admin:reports_missingperson_change", args=[person.pk])
    form = client.get(page).context["adminform"].form
    names = list(person.names.order_by("position"))
    typed = {name: form[name].value() or "" for name in form.fields} | {
        "place": "Снегириноград",
        "names-TOTAL_FORMS": str(len(names)),
        "names-INITIAL_FORMS": str(len(names)),
    }
    for place, name in enumerate(names):
        for field in ("id", "kind", "surname", "given_name", "patronymic", "full_name"):
            typed[f"names-{place}-{field}"] = str(getattr(name, field))
        typed[f"names-{place}-missing_person"] = str(person.pk)
    assert client.post(page, typed).status_code == 302


def searches_signed_out_and_mistypes_the_password() -> None:
    client = Client()
    searched = f"{reverse('admin:reports_report_changelist')}?q={quote(FAMILY['surname'])}"
    sign_in = client.get(searched).headers["Location"]
    client.post(sign_in, {"username": a_reviewer().username, "password": "not-this-one", "next": searched})


def asks_the_family_and_hears_from_them(family: Client) -> None:
    """A note with the question, one that came too late, the family's answer, and one more they mistyped."""
    a_committed_list(ON_LIST, heading="ПІБ;Дата народження;Місце")
    match_all()
    match = Match.objects.get(missing_person__reports=Report.objects.earliest("filed_at"))
    assert on_the_pair_page(match, choice="ask:place", note=VERDICT_NOTE) == 302
    family.post("/uk/my-report/answers/home/", {"place": ANSWERED})
    family.post("/uk/my-report/answers/birth/", {"birth_day": MISTAKEN, "birth_year": "1979"})
    assert [question.is_answered for question in Question.objects.all()] == [True]
    match_all()
    assert on_the_pair_page(match, choice="same:other", note=WRITTEN_TOO_LATE) == 409


def decides_on_the_pair_page() -> None:
    match = Match.objects.get(missing_person__reports=Report.objects.earliest("filed_at"))
    for _ in range(2):
        match.refresh_from_db()
        assert on_the_pair_page(match, choice="same:other", note=VERDICT_NOTE) == 302
    assert Match.objects.filter(pk=match.pk, state=MatchState.CONFIRMED).exists()


def on_the_pair_page(match: Match, **typed: str) -> int:
    """A reviewer who has not decided opens the page as it is, and sends a verdict on the match as it was given here."""
    client, page = Client(), reverse("admin:matching_match_change", args=[match.pk])
    client.force_login(a_reviewer())
    shown = client.get(page)
    sent = {"revision": match.revision, "seen": shown.context["seen"], **typed}
    return client.post(page, sent).status_code


def sessions() -> bytes:
    """What a thief reads in them: they are signed, packed and coded, and not sealed."""
    kept = [session.get_decoded() for session in Session.objects.all()]
    return json.dumps(kept, ensure_ascii=False).encode()


def told_to(broker: "redis.Redis[bytes]") -> bytes:
    """Every word that Valkey holds, whatever it holds it in."""
    read = {
        b"string": lambda key: [broker.get(key)],
        b"list": lambda key: broker.lrange(key, 0, -1),
        b"set": broker.smembers,
        b"zset": lambda key: broker.zrange(key, 0, -1),
        b"hash": lambda key: [part for pair in broker.hgetall(key).items() for part in pair],
    }
    held = {key: read[broker.type(key)](key) for key in broker.scan_iter()}
    return b"\n".join([*held, *(word for words in held.values() for word in words)])


def logged(records: list[logging.LogRecord]) -> bytes:
    """As the console writes them; the database driver's own debug lines never leave a production log."""
    line = WithoutData("{message}", style="{")
    return "\n".join(line.format(one) for one in records if not one.name.startswith("django.db")).encode()


@pytest.mark.parametrize("steal", [dumped, copied])
def test_what_pages_and_counts_leave_behind_shows_nobody(
    steal: Any, broker: "redis.Redis[bytes]", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    family = files_twice_and_begins_a_third()
    asks_the_family_and_hears_from_them(family)
    decides_on_the_pair_page()
    corrects_a_person()
    searches_signed_out_and_mistypes_the_password()
    a_received_list("Хтось Інший;31.02.1980", heading=f"ПІБ;Дата народження {FAMILY['surname']}")
    while name_counts.count_next(least_persons=1):
        pass
    for left in (Draft, Session, LogEntry, AccessAttempt, RefusedRow, NameCount, Question, Decision):
        assert left.objects.exists(), f"{left.__name__}: what is not there proves nothing"
    told = [*TOLD.values(), "Снегириноград", "Вереснякова Ніна", "1979-03-12"]
    told += [*ON_LIST.split(";"), VERDICT_NOTE, WRITTEN_TOO_LATE, ANSWERED, MISTAKEN]
    nudges, lines = told_to(broker), logged(caplog.records)
    assert b"matching.tasks" in nudges
    assert b"Conflict: " in lines
    for held in (steal() + sessions(), nudges, lines):
        assert seen(held, told) == set()
