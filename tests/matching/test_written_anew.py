"""News that waits for its family says what the family has told last: its code word, its language."""

import pytest

from familylink.portal import filing
from familylink.reports import contact_codes
from matching.models import Match
from notifications import recovery
from notifications.models import Attempt, Notification
from notifications.transports import memory
from tests.factories import a_committed_list, match_all
from tests.matching.deciding import confirmed, retired
from tests.portal.test_filing import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def unproven(sending):
    """Two people have confirmed the son of a mother who has not proven her address."""
    report = filing.file_once(told("d" * 32, code_word="стара груша"))
    a_committed_list()
    match_all()
    confirmed(Match.objects.get())
    return report


def news_after_proof(report):
    """What of it reaches her."""
    contact_codes._confirm(report.contacts.get())
    recovery.sweep()
    return [sent for sent in memory.sent if report.reference in sent.body]


def test_news_that_waits_for_a_proof_has_the_code_word_that_the_family_chose_last(unproven):
    filing.file_once(told("d" * 32, code_word="нова вишня"))
    [sent] = news_after_proof(unproven)
    assert "нова вишня" in sent.body
    assert "груша" not in sent.body


def test_news_that_waits_for_a_proof_is_in_the_language_that_the_family_chose_last(unproven):
    filing.file_once(told("d" * 32, language="en"))
    [sent] = news_after_proof(unproven)
    assert "News on your report" in sent.body
    assert "стара груша" in sent.body


def test_the_same_answers_again_leave_news_as_it_was_approved(unproven):
    before = Notification.objects.values().get(message="news")
    filing.file_once(told("d" * 32, code_word="стара груша"))
    assert Notification.objects.values().get(message="news") == before


def test_news_that_cannot_be_written_anew_waits_for_a_person_and_keeps_no_old_words(unproven):
    retired("news")
    filing.file_once(told("d" * 32, code_word="нова вишня"))
    assert news_after_proof(unproven) == []
    row = Notification.objects.get(message="news")
    assert (row.state, row.state_reason) == ("review", "cannot_be_written")


def test_news_that_a_provider_may_have_stays_as_it_was_sent(unproven):
    contact_codes._confirm(unproven.contacts.get())
    row = Notification.objects.get(message="news")
    Attempt.objects.create(notification=row, n=1, fence=0, transport="sink")
    filing.file_once(told("d" * 32, code_word="нова вишня"))
    assert "груша" in Notification.objects.get(message="news").body
