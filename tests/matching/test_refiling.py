"""The engine's rules have changed: what earlier ones filed is filed anew, nobody is lost meanwhile or told twice."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from familylink.reports import intake
from familylink.reports.models import MissingPerson, MissingPersonKey
from matching import refiling, review, tasks
from matching.models import ChecksTold, EntryKey, ListEntry, Match, MatchRun, MatchState
from notifications.models import Notification
from tests.factories import (
    a_committed_list,
    a_match,
    a_person,
    a_report,
    a_reviewer,
    match_all,
    person_of,
)

pytestmark = pytest.mark.django_db

EARLIER = "2020.01-1/2020.01-1"


@pytest.fixture(params=[EARLIER, "2099.01-1/2099.01-1"], ids=["earlier", "later"])
def other_rules(request):
    """Of an update, and of going back to the version before it."""
    return request.param


def outdated(version: str = EARLIER) -> None:
    """As an engine of other rules left them: other keys, another version."""
    MissingPerson.objects.update(profile_version=version, keys=[])
    ListEntry.objects.update(profile_version=version, keys=[])
    assert not MissingPersonKey.objects.exists()
    assert not EntryKey.objects.exists()


def found():
    """Missing persons and the row each was found in."""
    return set(Match.objects.exclude(state=MatchState.LAPSED).values_list("missing_person", "entry__row"))


def test_what_other_rules_filed_is_filed_anew_and_matched(other_rules):
    report = a_report()
    a_committed_list()
    outdated(other_rules)
    match_all()
    assert found() == set()
    tasks.match_waiting()
    assert found() == {(report.missing_person_id, 2)}
    assert not refiling.refile_next()
    assert refiling.is_done()


def test_filing_anew_leaves_decided_pairs_as_they_were_and_tells_nobody_again():
    match = a_match()
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(match.pk, reviewer=reviewer, verdict="same", revision=1)
    owed = list(Notification.objects.values_list("pk", "reference"))
    outdated()
    tasks.match_waiting()
    match.refresh_from_db()
    assert (match.state, match.new_evidence_at) == (MatchState.CONFIRMED, None)
    assert list(Notification.objects.values_list("pk", "reference")) == owed


def test_keys_that_stay_the_same_are_not_written_again():
    a_match()
    keys = set(MissingPersonKey.objects.values_list("key", "number"))
    MissingPerson.objects.update(profile_version=EARLIER)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_missingpersonkey RENAME TO away")  # whoever writes a key fails
        refiling.refile_next()
        cursor.execute("ALTER TABLE away RENAME TO reports_missingpersonkey")
    assert set(MissingPersonKey.objects.values_list("key", "number")) == keys


@pytest.mark.parametrize("comes", ["list", "report"])
def test_what_comes_in_the_middle_finds_everybody(comes):
    first = a_report() if comes == "list" else a_committed_list()
    outdated()
    second = a_committed_list() if comes == "list" else a_report()
    tasks.match_waiting()
    report = first if comes == "list" else second
    assert found() == {(report.missing_person_id, 2)}


def test_a_new_report_is_matched_before_all_that_are_matched_anew():
    early = [a_report(phone=f"+38099000010{number}") for number in range(3)]
    match_all()
    MissingPerson.objects.update(matched_revision=0)
    intake.change_person(early[2].missing_person_id, a_person("Вересняк", "Олександр", "", "1987-03-12"))
    new = a_report(phone="+380990000199")
    MissingPerson.objects.filter(pk=early[2].missing_person_id).update(matched_revision=1)
    order = list(MissingPerson.objects.awaiting_matching().by_urgency().values_list("pk", flat=True))
    assert order == [one.missing_person_id for one in (new, early[2], *early[:2])]


def test_filed_anew_the_new_stay_new_and_what_failed_is_tried_again():
    known, new = a_report(), a_report(phone="+380990000002")
    MissingPerson.objects.filter(pk=known.missing_person_id).update(matched_revision=1, match_failures=5)
    outdated()
    refiling.refile_next()
    assert (person_of(known).matched_revision, person_of(known).match_failures) == (0, 0)
    assert person_of(new).matched_revision is None


@pytest.mark.django_db(transaction=True)
def test_nobody_is_matched_while_another_worker_files_the_last_entries():
    a_committed_list()
    match_all()
    report = a_report()
    outdated()
    held, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(ListEntry.objects.select_for_update())
            held.set()
            may_end.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    tasks.match_waiting()
    assert person_of(report).matched_revision is None
    may_end.set()
    other.join(10)
    tasks.match_waiting()
    assert found() == {(report.missing_person_id, 2)}


def test_one_damaged_row_holds_up_nobody():
    broken, sound = a_report(), a_report(phone="+380990000002")
    a_committed_list("Вересняк Олександр Миколайович;12.03.1987", "Стороння Людина;01.01.1960")
    person = person_of(broken)
    name = person.names.get()
    name.surname = name.given_name = name.patronymic = "123"
    name.save()
    damaged = ListEntry.objects.get(row=3)
    damaged.profile = b"damaged"
    damaged.save()
    MatchRun.objects.all().delete()
    outdated()
    tasks.match_waiting()
    assert (sound.missing_person_id, 2) in found()
    assert refiling.is_done()
    assert list(MissingPerson.objects.stuck()) == [person]  # a technician sees it


def test_nobody_is_said_to_be_found_nowhere_before_all_are_compared_by_the_present_rules():
    a_report()
    a_committed_list()
    match_all()
    outdated()
    refiling.refile_next()
    refiling.refile_next()
    assert (sum(refiling.outdated()), refiling.uncompared()) == (0, 1)
    tasks.sweep()
    assert not ChecksTold.objects.exists()
    assert refiling.is_done()
    tasks.sweep()
    assert ChecksTold.objects.exists()


def test_the_command_files_and_compares_everything_and_says_how_far_it_is(capsys):
    report = a_report()
    a_committed_list()
    match_all()
    Match.objects.update(state=MatchState.LAPSED)
    outdated()
    call_command("refile")
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("filed: 2 of 2 rows, ")
    assert told[-1] == "Everything is filed under the present rules and compared by them."
    assert found() == {(report.missing_person_id, 2)}
    call_command("refile")
    assert capsys.readouterr().out.splitlines() == told[-1:]
