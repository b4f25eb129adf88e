"""Reviewers at the same moment, double clicks, withdrawals, and a connection that breaks exactly at COMMIT."""

import os
import random
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
from matching import lists_intake, review
from matching.lists_intake import AlreadyCommitted, AlreadyReceived
from matching.models import Decision, Match, MatchRun, SourceList, Verdict
from matching.models.decision import Reason
from notifications import recovery
from notifications.models import Attempt, Notification
from notifications.transports import memory
from tests.factories import a_committed_list, a_received_list, a_reviewer, a_wave, match_all
from tests.faults.cutting import CuttingProxy
from tests.faults.processes import TOP, url_of_database
from tests.faults.scenery import families, line, matched_families, men
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
        except (review.Refused, AlreadyReceived, AlreadyCommitted):
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


def withdraws(match: Match) -> Callable[[], object]:
    return lambda: intake.withdraw(Report.objects.get(missing_person=match.missing_person))


def rejects(match: Match) -> Callable[[], object]:
    reviewer = a_reviewer()
    return lambda: review.decide(
        match.pk,
        reviewer=reviewer,
        verdict=Verdict.DIFFERENT,
        revision=match.revision,
        reason=Reason.OTHER_DATE,
    )


def takes_back(match: Match) -> Callable[[], object]:
    return lambda: lists_intake.withdraw_list(match.entry.source_list_id, by=None)


def pairs_on_lists_of_their_own(count: int) -> list[Match]:
    sons = men(count, seed=5)
    families(sons)
    for son in sons:
        a_committed_list(line(son))
    match_all()
    return list(Match.objects.undecided().order_by("entry", "-points").distinct("entry"))


def news_sent() -> int:
    """By number and by mailbox; the family that withdraws is told that it has."""
    return Attempt.objects.filter(notification__message="news").count()


def test_whoever_says_no_in_a_race_with_the_second_verdict_is_always_heard() -> None:
    pairs, draw = pairs_on_lists_of_their_own(size(9, 500)), random.Random(11)
    fault, first, second = (
        Fault("F11 verdict, no, withdrawal, retraction", len(pairs)),
        a_reviewer(),
        a_reviewer(),
    )
    rivals = [(rejects, withdraws, takes_back)[number % 3] for number in range(len(pairs))]
    draw.shuffle(rivals)
    told = 0
    for match, rival in zip(pairs, rivals, strict=True):
        decides(match, first)()
        before = news_sent()
        at_once(decides(match, second), rival(match))
        recovery.sweep()
        stands = Match.objects.confirmed().filter(pk=match.pk).exists()
        assert news_sent() - before == (2 if stands and rival is rejects else 0)
        told = news_sent()
    assert not Notification.objects.filter(message="news", state="queued").exists()
    fault.add(told)


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


def test_the_same_list_uploaded_four_times_at_once_and_in_another_order_is_one_list() -> None:
    rounds, count = size(2, 20), size(6, 200)
    fault = Fault("F12 one list uploaded four times at once", rounds)
    sons = men(count * rounds, seed=5)
    families(sons, with_email=False)
    for turn in range(rounds):
        wave, rows = a_wave(), [line(son) for son in sons[turn * count : (turn + 1) * count]]
        at_once(*[lambda wave=wave, rows=rows: a_received_list(*rows, wave=wave)] * 4)
        (received,) = SourceList.objects.filter(wave=wave)
        at_once(*[lambda pk=received.pk: lists_intake.commit_list(pk, by=None)] * 4)
        match_all()
        before = Match.objects.count()
        for again in (rows, rows[::-1], random.Random(turn).sample(rows, count)):
            with pytest.raises(AlreadyReceived):
                a_received_list(*again, wave=wave)
        match_all()
        assert Match.objects.count() == before >= count
        assert MatchRun.objects.filter(source_list__wave=wave).count() == 1
    fault.add(0)
