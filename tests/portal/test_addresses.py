"""Telephone numbers and e-mail addresses as families write them."""

import pytest
from django.core.exceptions import ValidationError

from familylink.portal.addresses import canonical_email, canonical_phone, masked

SAME = [
    "067 123 45 67",
    "0671234567",
    "380671234567",
    "+38(067)123-45-67",
    "+380 67 123 45 67",
    "00380671234567",
    "8 067 123 45 67",
    "8(067)1234567",
    "+8 067 123 45 67",
    "٠٦٧١٢٣٤٥٦٧",
    "тел. 067 123 45 67",
]
ABROAD = [
    ("+48 512 345 678", "+48512345678"),
    ("+49 1512 3456789", "+4915123456789"),
    ("+1 202 555 0143", "+12025550143"),
]
REFUSED = [
    ("12345", "unreadable"),
    ("", "unreadable"),
    ("немає", "unreadable"),
    ("067 123 45", "unreadable"),
    ("067123456З", "unreadable"),
    ("+7 912 345-67-89", "unsafe"),
    ("8 912 345-67-89", "unsafe"),
    ("+7 978 123 45 67", "unsafe"),
    ("+375 29 123 45 67", "unsafe"),
    ("067 123 45 67, 050 123 45 67", "several"),
    ("0 800 123 456", "no_sms"),
    ("044 279 12 34", "no_sms"),
]


@pytest.mark.parametrize("typed", SAME)
def test_one_number_is_one_number_however_it_is_written(typed):
    assert canonical_phone(typed) == "+380671234567"


@pytest.mark.parametrize(("typed", "number"), ABROAD)
def test_families_abroad_keep_their_number(typed, number):
    assert canonical_phone(typed) == number


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_a_number_that_cannot_be_used_is_refused_with_its_own_reason(typed, reason):
    with pytest.raises(ValidationError) as refused:
        canonical_phone(typed)
    assert refused.value.code == reason


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Nina@Example.ORG ", "Nina@example.org"),
        ("mailto:nina@example.org", "nina@example.org"),
        ("nina@example.org.", "nina@example.org"),
        ("nina@приклад.укр", "nina@xn--80aikifvh.xn--j1amh"),
    ],
)
def test_an_address_is_made_canonical(typed, address):
    assert canonical_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "nina",
        "@example.org",
        "nina@",
        "a b@example.org",
        "a@b@example.org",
        "Nina <nina@example.org>",
        "nina@example.org\r\nBcc: x@example.org",
        "nina@..org",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValidationError):
        canonical_email(typed)


def test_a_masked_address_shows_enough_for_its_owner_only():
    assert masked("+380671234567") == "…67"
    assert masked("nina@example.org") == "n***@example.org"
