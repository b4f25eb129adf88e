"""A stolen database shows nothing, and what is sealed opens only where it belongs."""

import base64
import os

import numpy as np
import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from familylink.damage import CannotOpen
from familylink.reports.models import PersonName, Report
from familylink.sealing import Keyring, blind_index, blocking_keys
from tests.factories import a_report

CANARIES = (
    "Вересняк",
    "Олександр",
    "Миколайович",
    "1987-03-12",
    "380990000001",
    "Вереснякова Ніна",
    "зник у лісі",
)


def a_key(key_id: str) -> str:
    return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(32)).decode()}"


@pytest.mark.django_db
def test_no_column_of_any_table_shows_what_a_family_told_us():
    a_report(place="зник у лісі")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = "\n".join(row[0] for row in cursor.fetchall())
            as_hex = [canary.encode().hex() for canary in CANARIES]
            assert not [canary for canary in [*CANARIES, *as_hex] if canary in rows], table


@pytest.mark.django_db
def test_a_sealed_value_reads_back_as_it_was_written():
    report = a_report()
    assert Report.objects.get(pk=report.pk).reporter_name == "Вереснякова Ніна"


@pytest.mark.django_db
def test_an_empty_text_stays_empty():
    report = a_report()
    assert Report.objects.get(pk=report.pk).circumstances == ""


@pytest.mark.django_db
def test_a_value_moved_to_another_row_does_not_open():
    mine, theirs = (a_report().missing_person.names.get() for _ in range(2))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_personname SET surname = (SELECT surname FROM reports_personname WHERE id = %s)"
            " WHERE id = %s",
            [mine.pk, theirs.pk],
        )
    with pytest.raises(CannotOpen):
        _ = PersonName.objects.get(pk=theirs.pk).surname


@pytest.mark.django_db
def test_plain_text_can_neither_be_searched_nor_written_past_the_seal():
    a_report()
    with pytest.raises(FieldError):
        Report.objects.filter(reporter_name="Вереснякова Ніна").exists()
    with pytest.raises(TypeError):
        Report.objects.update(reporter_name="інша")


@pytest.mark.django_db
def test_saving_a_row_does_not_disturb_what_nobody_opened():
    report = Report.objects.get(pk=a_report().pk)
    report.save()
    assert Report.objects.get(pk=report.pk).reporter_name == "Вереснякова Ніна"


def test_an_old_key_still_opens_and_the_new_one_seals():
    old, new = a_key("k1"), a_key("k2")
    sealed = Keyring(old).seal(b"name", b"row")
    rotated = Keyring(f"{new},{old}")
    assert rotated.open(sealed, b"row") == b"name"
    assert Keyring(new).open(rotated.seal(b"name", b"row"), b"row") == b"name"


def test_without_its_key_a_value_stays_shut():
    sealed = Keyring(a_key("k1")).seal(b"name", b"row")
    for other in (a_key("k1"), a_key("k2")):
        with pytest.raises(CannotOpen):
            Keyring(other).open(sealed, b"row")


TWO_UNDER_ONE_ID = f"k1:{'A' * 43}=,k1:{'B' * 42}A="


@pytest.mark.parametrize("text", ["", "k1", "k1:short", "k1:!!!", ":" + "A" * 43 + "=", TWO_UNDER_ONE_ID])
def test_a_bad_key_is_refused_at_the_start(text):
    with pytest.raises(ImproperlyConfigured):
        Keyring(text)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02abc", b"\x01\x02k1", bytes(range(1, 61))])
def test_damage_never_opens_and_never_crashes(sealed):
    with pytest.raises(CannotOpen):
        Keyring(a_key("k1")).open(sealed, b"row")


def test_blind_indexes_of_two_purposes_differ_and_depend_on_the_secret(settings):
    phone = "+380990000001"
    first = blind_index("contact:sms", phone)
    assert first == blind_index("contact:sms", phone) != blind_index("notification.to", phone)
    settings.INDEX_KEY = "another"
    assert blind_index("contact:sms", phone) != first


def test_blocking_keys_depend_on_both_numbers_and_on_the_secret(settings):
    numbers = np.arange(200, dtype=np.uint64)
    first, other = blocking_keys(numbers, numbers[::-1]), blocking_keys(numbers, numbers)
    assert first.dtype == np.int32
    assert len({*first.tolist(), *other.tolist()}) == 400
    assert (blocking_keys(numbers, numbers) == other).all()
    settings.INDEX_KEY = "another"
    assert not np.isin(blocking_keys(numbers, numbers), other).any()
