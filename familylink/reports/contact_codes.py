"""ASK: prove that a family reads a telephone or mailbox, by a one-time code.

A code is hashed at rest, lives ten minutes, has five tries, and is used once; each of these is one
conditional UPDATE, so that no number of parallel guesses gets more.
"""

import datetime as dt
import hmac

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from familylink import clock
from familylink.damage import opens
from familylink.reports.models import Contact, ContactCode, Report
from familylink.reports.references import new_code, news_reference
from familylink.sealing import blind_index
from notifications import outbox, releasing

LIFETIME = dt.timedelta(minutes=10)
PAUSE = dt.timedelta(seconds=60)
PER_DAY = 10


@transaction.atomic
def send_code(contact: Contact) -> bool:
    """Send a new code, unless one went out within the last minute or ten within a day.

    The caller says the same to the family either way.
    """
    Contact.objects.select_for_update().get(pk=contact.pk)
    if not _may_send(contact) or not (opens(contact, "address") and opens(contact.report, "code_word")):
        return False
    code = new_code()
    row = ContactCode.objects.create(
        contact=contact, code_hash=_hash(contact, code), expires_at=clock.now() + LIFETIME
    )
    outbox.post(
        reference=f"contact-code-{row.pk}",
        channel=contact.channel,
        to=contact.address,
        message="contact_code",
        language=contact.report.language,
        context={"code": code, "code_word": contact.report.code_word},
        expires_at=row.expires_at,
        basis=outbox.KNOWN_ADDRESS if _is_known(contact) else "",
    )
    return True


def send_sign_in_code(report: Report) -> None:
    """A code to every address of the report that the family has not stopped."""
    for contact in report.contacts.filter(stopped_at=None):
        send_code(contact)


@transaction.atomic
def confirm_code(report: Report, typed: str) -> Contact | None:
    """The contact that this code proves, now confirmed; None for a wrong, used or late one, and where its address is
    damaged."""
    typed = "".join(digit for digit in typed if digit.isdigit())
    for code in ContactCode.objects.usable().filter(contact__report=report).select_related("contact"):
        if _try(code, typed) and opens(code.contact, "address"):
            return _confirm(code.contact)
    return None


def was_used(report: Report) -> bool:
    """Whether somebody has come in by a code: from then on the report is the family's own, and changed by it alone."""
    return ContactCode.objects.filter(contact__report=report, used_at__isnull=False).exists()


def _may_send(contact: Contact) -> bool:
    """A minute between two codes to a contact, and ten a day to an address, in however many reports it stands.

    What strangers ask for who wrote a family's number into reports of theirs does not count against the family that
    has proven it: on the night of an exchange it must get in.
    """
    now = clock.now()
    today = ContactCode.objects.filter(
        contact__channel=contact.channel,
        contact__address_index=contact.address_index,
        created_at__gt=now - dt.timedelta(days=1),
    )
    if contact.confirmed_at is not None:
        today = today.filter(contact__confirmed_at__isnull=False)
    is_too_soon = contact.codes.filter(created_at__gt=now - PAUSE).exists()
    return not is_too_soon and today.count() < PER_DAY


def _is_known(contact: Contact) -> bool:
    """Proven before, or told to our staff or to another organisation: no stranger can bring such by the thousand."""
    return contact.confirmed_at is not None or contact.report.source != Report.Source.WEB


def _try(code: ContactCode, typed: str) -> bool:
    """Spend one try, then compare; a right code is spent by being used."""
    if not ContactCode.objects.usable().filter(pk=code.pk).update(tries=F("tries") + 1):
        return False
    if not hmac.compare_digest(bytes(code.code_hash), _hash(code.contact, typed)):
        return False
    return ContactCode.objects.filter(pk=code.pk, used_at=None).update(used_at=Now()) == 1


def _hash(contact: Contact, code: str) -> bytes:
    return blind_index(f"contact-code:{contact.pk}", code)


def _confirm(contact: Contact) -> Contact:
    """Proven anew each time: what was proven long ago may have passed to a stranger."""
    Contact.objects.filter(pk=contact.pk).update(confirmed_at=Now(), asked_at=None)
    contact.refresh_from_db(fields=["confirmed_at"])
    releasing.address_was_proven(
        reference=news_reference(contact.report), channel=contact.channel, to=contact.address
    )
    return contact
