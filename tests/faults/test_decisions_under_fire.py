"""Reviewers at the same moment, double clicks, withdrawals, and a connection that breaks exactly at COMMIT."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection

from familylink.reports import intake
from familylink.reports.models import Report
from matching import review
from matching.models import Decision, Match, Verdict
from notifications import recovery
from notifications.models import Notification
from notifications.transports import memory
from tests.factories import a_reviewer
from tests.faults.cutting import CuttingProxy
from tests.faults.processes import TOP, url_of_database
from tests.faults.scenery import matched_families
from tests.faults.table import Fault, size

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
MEMORY = "notifications.transports.memory.MemoryTransport"


@pytest.fixture(autouse=True)
def sending(settings, broker: str) -> None:
    settings.SENDING = "send"
    settings.TRANSPORTS = {"sms": MEMORY, "email": MEMORY}
    memory.reset()


def best_pairs(count: int) -> list[Match]:
    matched_families(count)
    return list(Match.objects.undecided().order_by("entry", "-points").distinct("entry"))


def at_once(*work: Callable[[], object]) -> None:
    """Each in a thread with a connection of its own, all from the same moment."""
    start = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        try:
            start.wait()
            one()
        except review.Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def decides(match: Match, reviewer: User) -> Callable[[], object]:
    return lambda: review.decide(match.pk, reviewer=reviewer, verdict=Verdict.SAME, revision=match.revision)


def test_two_reviewers_who_click_once_at_the_same_moment_owe_each_message_once() -> None:
    pairs = best_pairs(size(8, 500))
    fault, reviewers = Fault("F9 two reviewers on a barrier", len(pairs)), (a_reviewer(), a_reviewer())
    for match in pairs:
        at_once(*(decides(match, reviewer) for reviewer in reviewers))
    assert Decision.objects.count() == 2 * len(pairs)
    assert Match.objects.confirmed().count() == len(pairs)
    news = Notification.objects.filter(message="news")
    assert news.count() == 2 * len(pairs), "a number and a mailbox each"
    fault.add(news.count(), lost=len(pairs) - Match.objects.confirmed().count())


def test_twenty_clicks_of_one_reviewer_are_one_verdict() -> None:
    (match,) = best_pairs(1)
    fault, reviewer = Fault("F10 twenty clicks of one reviewer"), a_reviewer()
    at_once(*[decides(match, reviewer)] * 20)
    assert Decision.objects.count() == 1
    assert Notification.objects.filter(message="news").count() == 0
    fault.add(0)


def test_a_withdrawal_in_a_race_with_the_second_verdict_is_always_heard() -> None:
    pairs = best_pairs(size(6, 500))
    fault = Fault("F11 second verdict against withdrawal", len(pairs))
    first, second = a_reviewer(), a_reviewer()
    for match in pairs:
        decides(match, first)()
        report = Report.objects.get(missing_person=match.missing_person)
        at_once(decides(match, second), lambda report=report: intake.withdraw(report))
        recovery.sweep()
    assert memory.sent == []
    assert not Notification.objects.filter(message="news", state="queued").exists()
    fault.add(len(memory.sent))


def test_a_connection_cut_exactly_at_commit_doubles_and_loses_no_verdict() -> None:
    pairs = best_pairs(size(4, 120))
    cuts = size(6, 200)
    fault, reviewers = Fault("F8 connection cut at COMMIT", cuts), (a_reviewer(), a_reviewer())
    url = urlsplit(url_of_database())
    proxy = CuttingProxy(Path(parse_qs(url.query)["host"][0]) / ".s.PGSQL.5432", share=0.6, most=cuts)
    lines = [f"{match.pk} {reviewer.pk} {match.revision}" for match in pairs for reviewer in reviewers]
    try:
        answered = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.approving"],
            cwd=TOP,
            env={
                **os.environ,
                "DATABASE_URL": f"postgres://{url.username}@127.0.0.1:{proxy.port}{url.path}",
                "DJANGO_SETTINGS_MODULE": "familylink.settings",
                "FAMILYLINK_SENDING": "send",
            },
            input="\n".join(lines).encode(),
            capture_output=True,
            timeout=600,
            check=False,
        )
    finally:
        proxy.close()
    assert len(answered.stdout.split()) == len(lines), answered.stderr.decode()[-2000:]
    assert proxy.cuts > 0
    assert Decision.objects.count() == len(lines)
    assert Match.objects.confirmed().count() == len(pairs)
    assert Notification.objects.filter(message="news").count() == 2 * len(pairs)
    fault.add(2 * len(pairs))
