"""Right before it leaves, news is asked once more whether all is as the two reviewers saw it."""

import pytest
from django.db import connection
from django.utils import timezone

from familylink.reports import intake
from familylink.reports.models import Contact, MissingPerson, Report
from familylink.reports.references import news_reference
from matching import review
from matching.models import Match, SourceList, Verdict
from notifications import follow_ups, recovery
from notifications.models import Notification
from notifications.transports import memory
from tests.factories import SON, a_match, a_person, a_report, a_reviewer, match_all
from tests.matching.test_waves import flip_a_bit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sending")]


@pytest.fixture
def match() -> Match:
    """Confirmed by two, the family's message posted and not sent."""
    return confirmed(a_match())


def confirmed(match: Match) -> Match:
    for reviewer in (a_reviewer(), a_reviewer()):
        review.decide(match.pk, reviewer=reviewer, verdict=Verdict.SAME, revision=match.revision)
    return match


def kept_back() -> str:
    """The reason why the one message did not leave."""
    recovery.sweep()
    row = Notification.objects.get(message="news")
    assert memory.sent == []
    assert row.state == "review"
    return row.state_reason


def test_news_leaves_while_all_is_as_it_was_decided(match) -> None:
    recovery.sweep()
    assert len(memory.sent) == 1


def past_all_doors(rows, **changes) -> None:
    """No path of ours may do so: that is what the gate is for."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {rows.model._meta.db_table} DISABLE TRIGGER USER")
    rows.update(**changes)


def test_a_decision_on_other_evidence_keeps_it_back(match) -> None:
    past_all_doors(Match.objects.all(), revision=match.revision + 1)
    assert kept_back() == "decision_no_longer_stands"


def test_a_list_that_was_not_of_the_released_after_all_keeps_it_back(match) -> None:
    past_all_doors(SourceList.objects.all(), kind="planned")
    assert kept_back() == "decision_no_longer_stands"


def test_a_report_withdrawn_past_all_doors_keeps_it_back(match) -> None:
    Report.objects.update(withdrawn_at=timezone.now())
    assert kept_back() == "report_not_open"


@pytest.mark.parametrize("changes", [{"confirmed_at": None}, {"stopped_at": timezone.now()}])
def test_an_address_no_longer_proven_or_stopped_keeps_it_back(match, changes) -> None:
    Contact.objects.update(**changes)
    assert kept_back() == "contact_unconfirmed"


def test_an_address_taken_off_the_report_keeps_it_back(match) -> None:
    Contact.objects.all().delete()
    assert kept_back() == "contact_unconfirmed"


def test_a_family_that_has_changed_its_language_is_not_written_to_in_the_old_one(match) -> None:
    Report.objects.update(language="en")
    assert kept_back() == "language_changed"


def told_anew(match, **facts) -> None:
    """The family corrects its report after the decision; no worker has looked yet."""
    intake.change_person(match.missing_person_id, a_person(**{**SON, **facts}))


def test_facts_that_speak_less_for_the_pair_than_those_decided_on_keep_it_back(match) -> None:
    told_anew(match, birth="1961-05-05")
    assert kept_back() == "facts_changed"


def test_so_does_a_pair_that_is_compared_anew_meanwhile(match) -> None:
    told_anew(match, birth="1961-05-05")
    match_all()
    assert kept_back() == "facts_changed"


@pytest.mark.parametrize("facts", [{"place": "Суми"}, {}])
def test_facts_that_speak_no_less_keep_nobody_waiting(match, facts) -> None:
    told_anew(match, **facts)
    recovery.sweep()
    assert len(memory.sent) == 1


def test_a_person_whose_facts_can_be_read_no_more_is_told_of_by_a_person(match) -> None:
    told_anew(match)
    flip_a_bit(MissingPerson.objects.get())
    assert kept_back() == "facts_changed"


def test_a_message_whose_basis_is_not_known_keeps_it_back(match) -> None:
    Notification.objects.update(basis="")
    assert kept_back() == "decision_no_longer_stands"


def test_a_family_without_an_address_is_called() -> None:
    report = a_report(phone="")
    confirmed(a_match(report=report))
    assert follow_ups.standing(news_reference(report)).call_reason == "no_address"
