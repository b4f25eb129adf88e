"""One invented wave from files to delivered messages, with real workers and nobody at the desk."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from django.contrib.auth.models import User

from familylink.demo import people
from familylink.reports import contact_codes
from familylink.reports.models import Contact, MissingPerson, Report
from matching import lists_intake, review
from matching.models import Band, Decision, ListEntry, Match, MatchRun, MatchState, Verdict
from notifications.models import Notification, SunkMessage

PATIENCE_SECONDS = 90.0
WORTH_CONFIRMING = (Band.CERTAIN, Band.PROBABLE)
Found = TypeVar("Found")


class DemoFailed(Exception):
    """A step did not come to its end; the text says which and why."""


@contextmanager
def worker() -> Iterator[None]:
    """A real Celery worker process with its beat, ended afterwards."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "familylink", "worker", "--beat"]
    schedule = ["--schedule", os.devnull, "--loglevel", "WARNING"]
    process = subprocess.Popen(
        [*command, "--concurrency", "2", "--scheduler", "celery.beat:Scheduler", *schedule]
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def families_file_and_confirm() -> None:
    """Every family files, gets a code on its phone or mailbox, and types it in."""
    people.file_reports()
    waiting = [contact for contact in people.contacts() if contact_codes.send_code(contact)]
    for contact in waiting:
        code = _code_that_arrived(contact)
        if contact_codes.confirm_code(contact.report, code) is None:
            raise DemoFailed(f"the code for report {contact.report.reference} was refused")


def _code_that_arrived(contact: Contact) -> str:
    def arrived() -> str | None:
        code = contact.codes.latest("created_at")
        posted = Notification.objects.get(reference=f"contact-code-{code.pk}")
        for message in SunkMessage.objects.filter(attempt_reference__in=posted.attempts.values("reference")):
            found = re.search(r"\b\d{6}\b", message.body)
            return found.group() if found else None
        return None

    return _until(arrived, f"a code for report {contact.report.reference}")


def list_is_matched(by: User) -> MatchRun:
    """The list arrives, is committed, and every entry is compared with every report."""
    source_list = people.receive_wave_list(people.make_wave(), by)
    lists_intake.commit_list(source_list.pk, by=by)
    run = _until(source_list.runs.first, "the commit")
    _until(lambda: MatchRun.objects.get(pk=run.pk).finished_at, "the matching")
    _until(lambda: not MissingPerson.objects.awaiting_matching().exists() or None, "the reports' matching")
    run.refresh_from_db()
    return run


def two_people_decide(first: User, second: User) -> None:
    """What the evidence speaks for is confirmed by two; the rest is turned down, or settled with it."""
    for reviewer in (first, second):
        for match in Match.objects.undecided():
            verdict = Verdict.SAME if match.band in WORTH_CONFIRMING else Verdict.DIFFERENT
            # A pair beside one that was just confirmed is settled with it, or is a second report about the man.
            with suppress(review.AlreadyDecided, review.EntryTaken):
                review.decide(
                    match.pk, reviewer=reviewer, verdict=verdict, note="demo", revision=match.revision
                )
    for match in Match.objects.confirmed():
        _link_other_reports(match, first, second)


def _link_other_reports(match: Match, first: User, second: User) -> None:
    """Two relatives may have filed for one man: both are told."""
    rivals = Match.objects.undecided().filter(entry=match.entry_id, band__in=WORTH_CONFIRMING)
    for report in Report.objects.open().filter(missing_person__in=rivals.values("missing_person")):
        link = review.propose_link(report.pk, match.missing_person_id, by=first, note="demo")
        review.confirm_link(link.pk, by=second)


def messages_arrive() -> None:
    """Every family of a confirmed match has its message in its phone or mailbox."""
    news = Notification.objects.filter(message=review.NEWS)
    _until(lambda: not news.exclude(state="delivered").exists() or None, "the messages' delivery")
    if news.count() == 0:
        raise DemoFailed("two people confirmed matches, and no message was written")


def what_happened(run: MatchRun) -> list[tuple[str, str]]:
    """The table of the demo: what there was, and how much of it."""
    bands = Counter(Match.objects.values_list("band", flat=True))
    verdicts = Counter(Decision.objects.values_list("verdict", flat=True))
    states = Counter(Match.objects.values_list("state", flat=True))
    sent = Counter(Notification.objects.values_list("message", "channel", "state"))
    return [
        ("reports", str(Report.objects.count())),
        ("contacts confirmed by code", str(Contact.objects.reachable().count())),
        ("list entries", str(ListEntry.objects.count())),
        ("rows refused, kept with reason", str(run.source_list.refused_rows.count())),
        ("candidates compared", str(run.candidate_count)),
        *((f"matches {band}", str(bands[band])) for band in Band.values),
        *((f"decisions: {verdict}", str(verdicts[verdict])) for verdict in Verdict.values),
        *((f"matches now {state}", str(states[state])) for state in MatchState.values if states[state]),
        *(
            (f"messages {key} by {channel}: {state}", str(n))
            for (key, channel, state), n in sorted(sent.items())
        ),
    ]


def _until(look: Callable[[], Found | None], what: str) -> Found:
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise DemoFailed(f"{what} did not come within {PATIENCE_SECONDS:.0f} seconds")
