"""One draft is one report, also when it comes in twice at the same instant."""

import threading

import pytest
from django.db import connection

from familylink.portal import filing
from familylink.reports import endings, intake
from familylink.reports.intake import Told
from familylink.reports.models import Channel, MissingPerson, Report
from tests.factories import SON, a_person

AT_ONCE = 4


def told(draft, **changes):
    facts = {
        "person": a_person(**SON),
        "relation": "mother",
        "language": "uk",
        "addresses": [(Channel.SMS, "+380990000067")],
        "consents": intake.REQUIRED,
        "source_reference": draft,
    }
    return Told(**{**facts, **changes})


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_comes_in_four_times_at_once_is_one_report():
    ready = threading.Barrier(AT_ONCE)
    filed = []

    def click():
        ready.wait()
        filed.append(filing.file_once(told("d" * 32)).pk)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(AT_ONCE)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert filed == [Report.objects.get().pk] * AT_ONCE
    assert MissingPerson.objects.count() == 1
    assert Report.objects.get().contacts.count() == 1


@pytest.mark.django_db
def test_sending_the_same_answers_again_does_not_set_off_another_matching():
    report = filing.file_once(told("d" * 32))
    filing.file_once(told("d" * 32))
    assert MissingPerson.objects.get(pk=report.missing_person_id).revision == 1


@pytest.mark.django_db
def test_mended_facts_are_matched_again():
    report = filing.file_once(told("d" * 32))
    filing.file_once(told("d" * 32, person=a_person(**{**SON, "birth": "1988-03-12"})))
    assert MissingPerson.objects.get(pk=report.missing_person_id).revision == 2


@pytest.mark.django_db
def test_a_proven_number_is_never_dropped_by_mending():
    report = filing.file_once(told("d" * 32))
    report.contacts.update(confirmed_at=report.filed_at)
    filing.file_once(told("d" * 32, addresses=[(Channel.EMAIL, "nina@example.org")]))
    assert sorted(report.contacts.filter(stopped_at=None).values_list("channel", flat=True)) == [
        "email",
        "sms",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "end", [endings.withdraw, endings.erase, lambda report: endings.ask(report, "found")]
)
def test_nothing_is_added_to_a_report_that_has_ended(end):
    report = filing.file_once(told("d" * 32))
    end(report)
    with pytest.raises(filing.HasEnded):
        filing.file_once(told("d" * 32, person=a_person(**{**SON, "birth": "1988-03-12"})))
    ended = Report.objects.get()
    assert (ended.erased_at is not None) == (ended.answers is None)
    assert "1988" not in ended.missing_person.birth_date
