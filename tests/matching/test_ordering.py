"""Several relatives of one man are told in an agreed order, once each."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import Error
from django.urls import reverse

from familylink.reports import intake
from familylink.reports.models import Report, TellingOrder
from matching import review
from matching.models import Match, MatchState
from tests.factories import a_committed_list, a_lead, a_member_of_staff, a_report, a_reviewer, match_all
from tests.matching.deciding import news, verdict

pytestmark = pytest.mark.django_db


def relatives(count=3):
    """One man, so many reports about him, linked; his pair, and the reports in the order of filing."""
    reports = [a_report(phone=f"+38099000000{number}") for number in range(1, count + 1)]
    first = reports[0].missing_person_id
    for report in reports[1:]:
        link = review.propose_link(report.pk, first, by=a_reviewer(), note="одна родина")
        review.confirm_link(link.pk, by=a_reviewer())
    a_committed_list()
    match_all()
    return Match.objects.get(missing_person=first), reports


def set_order(match, reports, note="так вирішила родина"):
    return review.set_order(
        match.missing_person_id, [report.pk for report in reports], by=a_reviewer(), note=note
    )


def planned(match):
    return [letter.report for letter in review.plan(match).letters]


def test_families_are_told_in_the_order_of_filing_until_another_is_agreed_on():
    match, reports = relatives()
    assert planned(match) == reports
    set_order(match, reports[::-1])
    assert planned(match) == reports[::-1]


def test_the_next_family_hears_two_minutes_after_the_one_before_and_each_once(settings):
    settings.SENDING = "send"
    match, reports = relatives()
    set_order(match, [reports[1], reports[2], reports[0]])
    for _ in range(2):
        verdict(match, a_reviewer())
    rows = list(news().order_by("due_at"))
    told = [Report.objects.get(pk=row.reference.removeprefix("news-report-")) for row in rows]
    assert told == [reports[1], reports[2], reports[0]]
    assert [round((row.due_at - rows[0].due_at) / timedelta(minutes=1)) for row in rows] == [0, 2, 4]


def test_without_an_agreed_order_nobody_waits_for_anybody(settings):
    settings.SENDING = "send"
    match, _ = relatives()
    for _ in range(2):
        verdict(match, a_reviewer())
    assert {row.due_at - row.posted_at < timedelta(minutes=1) for row in news()} == {True}


def test_a_family_that_cannot_be_reached_holds_nobody_up():
    match, reports = relatives()
    reports[0].contacts.all().delete()
    set_order(match, reports)
    afters = {letter.report: letter.after for letter in review.plan(match).letters}
    assert afters[reports[1]] == timedelta(0)
    assert afters[reports[2]] == timedelta(minutes=2)


def test_whoever_files_later_comes_after_those_agreed_on():
    match, reports = relatives(2)
    set_order(match, reports[::-1])
    late = a_report(phone="+380990000009")
    link = review.propose_link(late.pk, match.missing_person_id, by=a_reviewer(), note="сестра")
    review.confirm_link(link.pk, by=a_reviewer())
    assert planned(match) == [*reports[::-1], late]


def test_a_verdict_on_another_order_than_the_one_shown_is_refused():
    match, reports = relatives(2)
    verdict(match, a_reviewer())
    seen = review.plan(match).digest
    set_order(match, reports[::-1])
    with pytest.raises(review.PlanChanged):
        verdict(match, a_reviewer(), seen=seen)
    match.refresh_from_db()
    assert match.state == MatchState.AWAITING_SECOND


@pytest.mark.parametrize("which", ["one is missing", "one stands twice", "a stranger", "one has withdrawn"])
def test_an_order_names_exactly_the_families_of_this_man(which):
    match, reports = relatives()
    if which == "one has withdrawn":
        intake.withdraw(reports[2])
    wrong = {
        "one is missing": reports[:2],
        "one stands twice": [reports[0], reports[0], reports[1]],
        "a stranger": [*reports[:2], a_report(phone="+380990000009")],
        "one has withdrawn": reports,
    }[which]
    with pytest.raises(review.OrderRefused):
        set_order(match, wrong)


def test_an_order_is_set_with_words_by_who_may_decide_and_is_kept():
    match, reports = relatives(2)
    with pytest.raises(review.NoteRequired):
        set_order(match, reports, note=" ")
    with pytest.raises(review.NotYours):
        review.set_order(match.missing_person_id, [], by=a_member_of_staff("importers"), note="ні")
    set_order(match, reports)
    set_order(match, reports[::-1], note="мати просить першою")
    assert TellingOrder.objects.count() == 2
    for change in (
        lambda: TellingOrder.objects.update(reports=[]),
        lambda: TellingOrder.objects.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_the_order_is_set_on_the_pair_page_and_stays_in_its_history(client):
    match, reports = relatives(2)
    client.force_login(a_lead())
    address = reverse("admin:matching_match_change", args=[match.pk])
    places = {f"place-{report.pk}": place for report, place in zip(reports, (2, 1), strict=True)}
    client.post(address, {"action": "set_order", "note": "дружина перша", **places})
    assert planned(match) == reports[::-1]
    for _ in range(2):
        verdict(match, a_reviewer())
    assert "дружина перша" in [event.note for event in client.get(address).context["timeline"]]


@pytest.mark.parametrize("places", [{}, {"place-x": "1"}, {"place-": "1"}])
def test_an_order_that_no_page_of_ours_sends_changes_nothing(client, places):
    match, _reports = relatives(2)
    client.force_login(a_lead())
    address = reverse("admin:matching_match_change", args=[match.pk])
    assert client.post(address, {"action": "set_order", "note": "так", **places}).status_code == 409
    assert not TellingOrder.objects.exists()
