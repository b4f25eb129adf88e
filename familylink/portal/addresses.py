"""Telephone numbers and e-mail addresses as families write them: made canonical, or refused in words."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

HOME = "UA"
# Messages to these networks are read by the state that holds the prisoners.
UNSAFE_COUNTRY_CODES = frozenset({7, 375})
RECEIVES_SMS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
# "8 067 123 45 67": the trunk prefix of Soviet days, still on many visiting cards.
LEGACY_TRUNK = re.compile(r"80\d{9}")
# "8 912 345-67-89": how a Russian number is dialled at home.
RUSSIAN_AT_HOME = re.compile(r"[78]9\d{9}")

UNREADABLE_PHONE = _(
    "We cannot read this telephone number. Please write it like this: 067 123 45 67, or with the country "
    "code: +48 123 456 789."
)
SEVERAL_PHONES = _("Please write only one number here. Use the one that you read most often.")
UNSAFE_PHONE = _(
    "We cannot use numbers that begin with +7 or +375: others can read messages to them, and that would not "
    "be safe for you. Please give an e-mail address instead, or a number of another country."
)
NO_SMS_PHONE = _(
    "This number cannot receive text messages. Please give a mobile number or an e-mail address."
)
# Mailboxes that vanish within hours: news months later would reach nobody. The most used ones; the rest is found out
# when no code comes back.
VANISHING = frozenset(
    {
        "10minutemail.com", "discard.email", "dispostable.com", "fakeinbox.com", "getnada.com", "grr.la",
        "guerrillamail.com", "guerrillamail.info", "guerrillamail.net", "guerrillamail.org", "guerrillamailblock.com",
        "mail-temp.com", "maildrop.cc", "mailinator.com", "mailnesia.com", "minuteinbox.com", "moakt.com", "mohmal.com",
        "mytemp.email", "sharklasers.com", "spam4.me", "temp-mail.org", "tempail.com", "tempmail.dev", "tempmailo.com",
        "tempr.email", "throwawaymail.com", "trashmail.com", "trashmail.de", "yopmail.com", "yopmail.fr",
    }
)  # fmt: skip

VANISHING_EMAIL = _(
    "This mailbox disappears after a short time, and our news would not reach you later. Please give one that you "
    "keep, or a mobile number."
)
UNREADABLE_EMAIL = _("We cannot read this e-mail address. Please write it like this: name@example.org")


def canonical_phone(text: str) -> str:
    """E.164, e.g. "+380671234567". Raises ValidationError in words for a family."""
    number = _read(text)
    if number.country_code in UNSAFE_COUNTRY_CODES:
        raise ValidationError(UNSAFE_PHONE, code="unsafe")
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(UNREADABLE_PHONE, code="unreadable")
    if phonenumbers.number_type(number) not in RECEIVES_SMS:
        raise ValidationError(NO_SMS_PHONE, code="no_sms")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def canonical_email(text: str) -> str:
    """The address with its domain in small ASCII letters. Raises ValidationError in words for a family."""
    bare = text.strip().removeprefix("mailto:").rstrip(".,;")
    local, at, domain = bare.rpartition("@")
    try:
        address = f"{local}{at}{domain.lower().encode('idna').decode('ascii')}"
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise ValidationError(UNREADABLE_EMAIL, code="unreadable") from None
    # Allowed on paper; no mailbox that a family has, and a way to smuggle in another one.
    if local.startswith('"'):
        raise ValidationError(UNREADABLE_EMAIL, code="unreadable")
    if _vanishes(domain.lower()):
        raise ValidationError(VANISHING_EMAIL, code="vanishing")
    return address


def _vanishes(domain: str) -> bool:
    parts = domain.split(".")
    return any(".".join(parts[start:]) in VANISHING for start in range(len(parts) - 1))


def masked(address: str) -> str:
    """Enough for its owner to know it again, and too little for anybody else."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"…{address[-2:]}"


def _read(text: str) -> PhoneNumber:
    if len(list(phonenumbers.PhoneNumberMatcher(text, HOME))) > 1:
        raise ValidationError(SEVERAL_PHONES, code="several")
    digits = phonenumbers.normalize_digits_only(text)
    if LEGACY_TRUNK.fullmatch(digits):
        text = digits.removeprefix("8")
    elif RUSSIAN_AT_HOME.fullmatch(digits):
        text = f"+7{digits[1:]}"
    try:
        return phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        raise ValidationError(UNREADABLE_PHONE, code="unreadable") from None
