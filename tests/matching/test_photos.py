"""The photo that a family gave: on the pair page for those who may see it, on record, and kept by nobody."""

import io
import random

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse
from PIL import Image

from familylink.reports import due
from familylink.reports.models import AccessRecord, Picture
from familylink.reports.pictures import plain_jpeg
from familylink.reports.tasks import sweep
from tests.factories import a_match, a_member_of_staff, a_report

pytestmark = pytest.mark.django_db


def a_photo(match, kind="photo", content=None):
    content = content or drawn(Image.new("RGB", (60, 80), "navy"))
    report = match.missing_person.reports.get()
    return Picture.objects.create(report=report, kind=kind, content=plain_jpeg(content))


def drawn(picture, **how):
    written = io.BytesIO()
    picture.save(written, "JPEG", **how)
    return written.getvalue()


def a_portrait(seed, size=(600, 800)):
    """Blots of light and dark, others for another seed."""
    chance = random.Random(seed)
    picture = Image.new("L", (9, 8))
    picture.putdata([chance.randrange(256) for _ in range(72)])
    return picture.resize(size, Image.Resampling.BICUBIC).convert("RGB")


def another_match(**facts):
    row = "Інший Петро Іванович;01.01.1990"
    name = {"surname": "Інший", "given": "Петро", "patronymic": "Іванович", "birth": "1990-01-01"}
    return a_match(row, report=a_report(**name, phone="+380990000002", **facts))


def address(match, photo):
    return reverse("admin:matching_match_photo", args=[match.pk, photo.pk])


def pair_page(client, match):
    return client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()


def test_the_photo_stands_beside_the_facts_and_says_what_it_is(client):
    match = a_match()
    client.force_login(a_member_of_staff("reviewers"))
    assert "<img class=" not in pair_page(client, match)
    photo = a_photo(match)
    shown = pair_page(client, match)
    assert f'src="{address(match, photo)}"' in shown
    assert photo.report.reference in shown.split("<img class=")[1].split('alt="')[1].split('"')[0]


def test_a_look_at_the_photo_is_on_record_and_no_browser_keeps_it(client):
    match = a_match()
    photo, viewer = a_photo(match), a_member_of_staff("reviewers")
    client.force_login(viewer)
    answer = client.get(address(match, photo))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(answer.content)).size == (60, 80)
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert AccessRecord.objects.get(subject="reports.picture").subject_id == photo.pk


@pytest.mark.parametrize("role", ["importers", "auditors", "intake", "administrators", ""])
def test_nobody_sees_the_photo_who_may_not_see_pairs_and_reports(client, role):
    match = a_match()
    photo = a_photo(match)
    client.force_login(a_member_of_staff(role))
    assert client.get(address(match, photo)).status_code == 403
    assert not AccessRecord.objects.exists()


def test_the_photo_is_for_no_stranger(client):
    match = a_match()
    assert client.get(address(match, a_photo(match))).status_code == 302


def test_neither_a_proof_of_kinship_nor_a_photo_of_another_man_nor_of_a_report_that_ended_is_shown(client):
    match = a_match()
    proof, other = (
        a_photo(match, kind="kinship"),
        a_photo(
            a_match(
                "Інший Петро Іванович;01.01.1990",
                report=a_report(
                    surname="Інший",
                    given="Петро",
                    patronymic="Іванович",
                    birth="1990-01-01",
                    phone="+380990000002",
                ),
            )
        ),
    )
    client.force_login(a_member_of_staff("reviewers"))
    assert client.get(address(match, proof)).status_code == 404
    assert client.get(address(match, other)).status_code == 404
    photo = a_photo(match)
    match.missing_person.reports.update(withdrawn_at=Now())
    assert client.get(address(match, photo)).status_code == 404
    assert "<img class=" not in pair_page(client, match)


SAID = "The same photo is in the report"


def test_a_photo_that_another_report_has_too_is_said_to_be_there_however_it_was_sent_on(client):
    match, other = a_match(), another_match()
    a_photo(match, content=drawn(a_portrait(1)))
    a_photo(other, content=drawn(a_portrait(1).resize((240, 320)), quality=35))
    client.force_login(a_member_of_staff("reviewers"))
    client.cookies["django_language"] = "en"
    assert f"{SAID} {other.missing_person.reports.get().reference}" in pair_page(client, match)
    assert f"{SAID} {match.missing_person.reports.get().reference}" in pair_page(client, other)


@pytest.mark.parametrize(
    ("own", "others", "why"),
    [
        (a_portrait(1), a_portrait(2), "another picture"),
        (Image.new("RGB", (60, 80), "navy"), Image.new("RGB", (60, 80), "black"), "nothing to be seen"),
    ],
)
def test_other_photos_are_not_taken_for_the_same(client, own, others, why):
    match, other = a_match(), another_match()
    a_photo(match, content=drawn(own))
    a_photo(other, content=drawn(others))
    client.force_login(a_member_of_staff("reviewers"))
    client.cookies["django_language"] = "en"
    assert SAID not in pair_page(client, match), why


def test_one_document_in_many_reports_is_no_photo():
    photo = a_photo(a_match(), kind="kinship", content=drawn(a_portrait(1)))
    assert photo.marks == []


# ------------------------------------------------------------------------------ given before there were marks


def from_before(*photos):
    """As the migration leaves photos that were given before they were compared."""
    Picture.objects.filter(pk__in=[photo.pk for photo in photos]).update(marks=None)


def test_photos_from_before_there_were_marks_are_compared_once_the_sweep_has_seen_them(client):
    match, other = a_match(), another_match()
    portrait = drawn(a_portrait(1))
    photos = a_photo(match, content=portrait), a_photo(other, content=portrait)
    from_before(*photos)
    client.force_login(a_member_of_staff("reviewers"))
    client.cookies["django_language"] = "en"
    assert SAID not in pair_page(client, match)
    sweep()
    assert SAID in pair_page(client, match)
    assert not Picture.objects.unmarked().exists()


def test_marking_ends_also_where_nothing_is_to_be_seen():
    from_before(a_photo(a_match()))
    assert due.mark_next_photos()
    assert not due.mark_next_photos()


def test_a_photo_that_no_key_opens_keeps_no_other_waiting():
    photos = a_photo(a_match(), content=drawn(a_portrait(1))), a_photo(another_match())
    from_before(*photos)
    with connection.cursor() as cursor:  # sealed for another row
        cursor.execute(
            "UPDATE reports_picture SET content = (SELECT content FROM reports_picture WHERE id = %s) WHERE id = %s",
            [photos[0].pk, photos[1].pk],
        )
    sweep()
    marked = [Picture.objects.defer("content").get(pk=photo.pk).marks for photo in photos]
    assert (len(marked[0]), marked[1]) == (4, [])
