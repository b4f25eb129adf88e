"""Whoever of the staff sees a person is on record, wherever it is: a page, a list, the page of a refusal."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from familylink.reports.models import AccessRecord, Report
from matching import review
from matching.models import Correction, Match
from notifications.models import FollowUp, Notification, Reply
from tests.factories import (
    SON_ON_LIST,
    a_committed_list,
    a_lead,
    a_match,
    a_report,
    match_all,
)
from tests.matching.deciding import confirmed, has_left
from tests.matching.pages import page, signed_in

pytestmark = pytest.mark.django_db


def seen_by(viewer):
    return set(AccessRecord.objects.filter(viewer=viewer).values_list("subject_id", flat=True))


def pairs_with_rivals():
    """Two reports and two rows that may all be one man, and a weak pair of somebody else."""
    a_report()
    a_report(phone="+380990000002", given="Саша")
    a_report(surname="Шевченко", given="Олексій", patronymic="Іванович", birth="")
    a_committed_list(SON_ON_LIST, "Вересняк Олександр Миколайович;12.03.1987", "Шевченко Олексій Іванович;")
    match_all()
    return Match.objects.order_by("-probability").first()


def test_opening_a_pair_or_a_report_is_on_record(client):
    match = a_match()
    reviewer = signed_in(client, "reviewers")
    report = match.missing_person.reports.get()
    for name, subject in (("matching_match_change", match), ("reports_report_change", report)):
        client.get(page(name, subject.pk))
        assert AccessRecord.objects.filter(viewer=reviewer, subject_id=subject.pk).count() == 1


@pytest.mark.parametrize("kind", ["change", "history"])
def test_every_page_with_the_name_of_a_missing_person_is_on_record(client, kind):
    person = a_report().missing_person
    reviewer = signed_in(client, "reviewers")
    shown = client.get(page(f"reports_missingperson_{kind}", person.pk))
    assert "Вересняк Олександр" in shown.content.decode()
    assert AccessRecord.objects.get(viewer=reviewer).subject_id == person.pk


def test_a_history_that_is_not_open_to_somebody_is_no_view(client):
    person = a_report().missing_person
    signed_in(client, "importers")
    assert client.get(page("reports_missingperson_history", person.pk)).status_code == 403
    assert not AccessRecord.objects.exists()


def test_the_rivals_whose_names_a_pair_page_shows_are_on_record_too(client):
    match = pairs_with_rivals()
    reviewer = signed_in(client, "reviewers")
    rivals = client.get(page("matching_match_change", match.pk)).context["rivals"]
    named = [rival.missing_person_id for rival in rivals["for_entry"]]
    named += [rival.entry_id for rival in rivals["for_person"]]
    assert named
    assert seen_by(reviewer) >= {match.pk, *named}


def test_a_refused_verdict_shows_the_pair_and_is_on_record(client):
    match = a_match()
    reviewer = signed_in(client, "reviewers")
    answer = client.post(page("matching_match_change", match.pk), {"choice": "nonsense"})
    assert answer.status_code == 409
    assert match.pk in seen_by(reviewer)


@pytest.mark.parametrize("place", ["queue", "corrections", "dashboard", "together"])
def test_the_names_of_a_list_are_on_record_one_by_one(client, place):
    match = pairs_with_rivals()
    if place in ("corrections", "dashboard"):
        confirmed(match)
        has_left()
        review.correct(match.pk, by=a_lead(), note="інший рік")
    address = {
        "queue": page("matching_match_changelist"),
        "corrections": page("matching_correction_changelist"),
        "dashboard": reverse("admin:index"),
        "together": page("matching_match_together"),
    }[place]
    shown = {
        "queue": set(Match.objects.values_list("entry", flat=True)),
        "corrections": set(Correction.objects.values_list("match__entry", flat=True)),
        "dashboard": set(Correction.objects.values_list("match__entry", flat=True)),
        "together": set(Match.objects.filter(band="possible").values_list("pk", flat=True)),
    }[place]
    reviewer = signed_in(client, "reviewers")
    assert client.get(address).status_code == 200
    assert shown
    assert seen_by(reviewer) == shown


def test_an_address_or_a_text_of_a_message_is_on_record_for_whoever_may_read_it(client):
    confirmed(a_match())
    reply = Reply.objects.create(
        channel="sms", sender="+380990000001", text="дякую", meaning="other", from_index=b"1", event_id="1"
    )
    reader = signed_in(client, "reviewers")
    reader.user_permissions.add(Permission.objects.get(codename="view_text"))
    rows = {
        "notifications_notification_change": Notification.objects.get(message="news"),
        "notifications_followup_change": FollowUp.objects.get(),
        "notifications_reply_change": reply,
    }
    for name, row in rows.items():
        assert client.get(page(name, row.pk)).status_code == 200
    assert seen_by(reader) == {row.pk for row in rows.values()}


def test_states_of_messages_alone_are_no_view_of_a_person(client):
    confirmed(a_match())
    auditor = signed_in(client, "auditors")
    for row in (Notification.objects.get(message="news"), FollowUp.objects.get()):
        client.get(page(f"notifications_{row._meta.model_name}_change", row.pk))
    assert not seen_by(auditor)
    assert Report.objects.exists()
