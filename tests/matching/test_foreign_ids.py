"""Ids of another pair, or of nothing, sent to a pair's page by who may decide: one answer each, and nothing happens."""

import uuid

import pytest

from familylink.reports.models import Flag, ReportLink, TellingOrder
from matching import review
from matching.models import Correction, Decision, Match
from tests.factories import SON_ON_LIST, a_committed_list, a_lead, a_match, a_report, a_reviewer, match_all
from tests.matching.deciding import confirmed, has_left
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db

NOTE = {"note": "не та вкладка"}


def other_pairs():
    """Two of another man: with a flag, a link that waits and an open correction, each by its field."""
    a_report(surname="Шевченко", given="Петро", phone="+380990000011")
    a_report(surname="Шевченко", given="Петро", phone="+380990000012")
    run = a_committed_list("Шевченко Петро Николаевич;12.03.1987")
    match_all()
    pair, rival = Match.objects.filter(entry__source_list=run.source_list_id).order_by("pk")
    flag = review.raise_flag(pair.missing_person_id, kind="vulnerable", by=a_reviewer(), note="сама")
    report = rival.missing_person.reports.get()
    link = review.propose_link(report.pk, pair.missing_person_id, by=a_reviewer(), note="мати й сестра")
    confirmed(pair)
    has_left()
    [correction] = review.correct(pair.pk, by=a_lead(), note="інший рік")
    return {"flag": flag, "link": link, "correction": correction, "rival": rival, "report": report}


def state():
    return [
        list(model.objects.order_by("pk").values()) for model in (Flag, ReportLink, Correction, TellingOrder)
    ]


def send(client, match, **told):
    return client.post(page("matching_match_change", match.pk), {**NOTE, **told}).status_code


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("lower_flag", "flag"),
        ("propose_link", "rival"),
        ("confirm_link", "link"),
        ("end_link", "link"),
        ("close_correction", "correction"),
    ],
)
def test_what_belongs_to_another_pair_is_not_found_on_this_one(client, action, field):
    match, others = a_match(), other_pairs()
    signed_in(client, "leads")
    before = state()
    assert send(client, match, action=action, **{field: others[field].pk}) == 404
    assert send(client, match, action=action, **{field: uuid.uuid4()}) == 404
    assert send(client, match, action=action, **{field: "1 OR 1=1"}) == 409
    assert send(client, match, action=action) == 409
    assert state() == before


def test_anothers_families_are_not_put_in_an_order_here(client):
    match, others = a_match(), other_pairs()
    signed_in(client, "leads")
    before = state()
    for told in ({f"place-{others['report'].pk}": "1"}, {"place-": "1"}, {f"place-{uuid.uuid4()}": "x"}):
        assert send(client, match, action="set_order", **told) == 409
    assert state() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_pair_that_does_not_exist_is_not_found(client, method):
    signed_in(client, "leads")
    assert getattr(client, method)(page("matching_match_change", uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["matching_match_change", "matching_sourcelist_change"])
def test_an_address_with_no_id_in_it_is_not_found(client, name, method):
    signed_in(client, "leads")
    for mistyped in ("abc", "1", f"{uuid.uuid4()}0"):
        assert getattr(client, method)(page(name, mistyped)).status_code == 404
        assert client.get(page("matching_sourcelist_history", mistyped)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/matching/match/?band__exact=%00",
        "/admin/matching/match/?q=%00",
        "/admin/matching/sourcelist/?source_name__exact=a%00",
        "/admin/reports/report/?source__exact=%00",
        "/admin/matching/match/%00/change/",
        "/uk/my-report/?code=%00",
    ],
)
def test_an_address_that_the_database_could_not_even_read_is_of_no_page(client, address):
    signed_in(client, "leads")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {"action": "drop"},
        {"choice": "same"},
        {"choice": "same:kin"},
        {"choice": "ask:code_word"},
        {"choice": "same:name_and_date", "revision": "-1"},
        {"choice": "same:name_and_date", "revision": "9" * 30},
        {"choice": "same:name_and_date", "revision": "1", "seen": "not ours"},
        {"action": "tell", "digest": "zz"},
    ],
)
def test_what_the_page_never_offered_is_refused_in_words(client, told):
    match = a_match()
    signed_in(client, "leads")
    assert send(client, match, **told) == 409
    assert not Decision.objects.exists()


def test_what_another_page_had_shown_gives_no_verdict_here(client):
    match = a_match(SON_ON_LIST)
    other_pairs()
    other = Match.objects.exclude(entry=match.entry_id)[0]
    signed_in(client, "reviewers")
    seen = client.get(page("matching_match_change", other.pk)).context["seen"]
    assert send(client, match, choice="same:name_and_date", revision=match.revision, seen=seen) == 409
    assert not match.decisions.exists()
