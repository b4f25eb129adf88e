"""A family withdraws or erases its report and files again for the same man, whose entry is confirmed already."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from familylink.reports import endings
from familylink.reports.models import ReportLink
from familylink.reports.references import news_reference
from matching import waves
from matching.models import Match, MatchState
from tests.factories import a_committed_list, a_match, a_report, match_all
from tests.matching.deciding import confirmed, live_news
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db

HAS_ENDED = "most often the same family has filed again"


@pytest.fixture(params=["withdraw", "erase"])
def filed_again(request):
    """The pair of the second report; the entry is confirmed for the first one, which has ended."""
    his = confirmed(a_match())
    getattr(endings, request.param)(his.missing_person.reports.get())
    again = a_report()
    match_all()
    return Match.objects.get(missing_person=again.missing_person_id)


def desk():
    """Another reviewer before the desk, in English."""
    client = Client()
    signed_in(client, "reviewers")
    client.cookies["django_language"] = "en"
    return client


def words_of(client, match):
    return client.get(page("matching_match_change", match.pk)).content.decode()


def send(client, match, action, **told):
    return client.post(
        page("matching_match_change", match.pk), {"action": action, "note": "та сама мати", **told}
    )


def test_the_pair_says_why_it_cannot_be_confirmed_and_what_to_do(filed_again):
    first = Match.objects.exclude(pk=filed_again.pk).get()
    shown = words_of(desk(), filed_again)
    assert HAS_ENDED in shown
    assert first.missing_person.reports.get().reference in shown
    assert "ended on" in shown
    assert f'name="rival" value="{first.pk}"' in shown
    assert filed_again.state == MatchState.OPEN  # it stays in the queue, however long nobody looks


def test_every_page_about_the_ended_report_opens(filed_again):
    first = Match.objects.exclude(pk=filed_again.pk).get()
    ended, again = first.missing_person.reports.get(), filed_again.missing_person.reports.get()
    client = desk()
    assert again.reference in words_of(client, first)  # the link can be proposed there, too
    asked = {"report": ended.reference, "entry": first.entry_id}
    for address in (
        page("matching_match_changelist") + "?show=all",
        page("reports_report_change", ended.pk),
        page("matching_match_why_not") + "?" + urlencode(asked),
    ):
        assert client.get(address).status_code == 200, address


def test_of_two_families_that_both_search_nobody_is_said_to_have_ended():
    confirmed(a_match())
    other = a_report(phone="+380990000002")
    match_all()
    shown = words_of(desk(), Match.objects.get(missing_person=other.missing_person_id))
    assert "propose the link below" in shown
    assert HAS_ENDED not in shown


def test_linked_from_that_pair_by_two_people_the_family_is_told_once(filed_again):
    again = filed_again.missing_person.reports.get()
    first = Match.objects.exclude(pk=filed_again.pk).get()
    assert not live_news().exists()
    send(desk(), filed_again, "propose_link", rival=first.pk)
    link = ReportLink.objects.get()
    assert (link.report, link.to_person_id) == (again, first.missing_person_id)
    send(desk(), filed_again, "confirm_link", link=link.pk)
    waves.lapse_unsought()
    match_all()
    assert [row.reference for row in live_news()] == [news_reference(again)]
    filed_again.refresh_from_db()
    assert filed_again.state == MatchState.LAPSED


def test_a_link_that_waits_for_a_second_person_stands_on_the_first_page_until_somebody_agrees(filed_again):
    first = Match.objects.exclude(pk=filed_again.pk).get()
    reference = filed_again.missing_person.reports.get().reference
    start = reverse("admin:index")
    assert reference not in desk().get(start).content.decode()
    send(desk(), filed_again, "propose_link", rival=first.pk)
    shown = desk().get(start).content.decode()
    assert "Links of reports that wait for a second person" in shown
    assert f'{page("matching_match_change", first.pk)}">{reference}' in shown
    send(desk(), first, "confirm_link", link=ReportLink.objects.get().pk)
    assert reference not in desk().get(start).content.decode()


def test_where_no_open_report_could_be_linked_nothing_is_said_to_be_proposed():
    ended, rival = a_report(), a_report(phone="+380990000002")
    a_committed_list()
    match_all()
    endings.withdraw(ended)
    pair = Match.objects.get(missing_person=rival.missing_person_id)
    other = Match.objects.get(missing_person=ended.missing_person_id)
    assert "cannot be linked" in send(desk(), pair, "propose_link", rival=other.pk).content.decode()
    assert not ReportLink.objects.exists()
