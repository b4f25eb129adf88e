"""What a family told us and nobody can open any more."""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from familylink.damage import Damaged, opens
from familylink.portal.pages import unbroken
from familylink.reports.models import Contact, MissingPerson, Report
from familylink.reports.refiling import profile_of


class Lost(NamedTuple):
    """Which parts of a report do not open. Without `facts` nobody can be compared with the lists."""

    answers: bool
    code_word: bool
    address: bool
    facts: bool


def not_changed() -> str:
    """Above an answer that was right, where what it changes cannot be opened."""
    words = _(
        "Something that we keep about this person cannot be opened any more, so nothing was changed. Your answer "
        "stands here: please call us, %(phone)s, and somebody will write down what you tell."
    )
    return words % {"phone": unbroken(settings.SERVICE_PHONE)}


def lost_of(report: Report, contacts: Iterable[Contact]) -> Lost:
    """Each is looked at, with these contacts, and what does not open is said in the log. Raises KeyIsAway."""
    return Lost(
        answers=not opens(report, "answers"),
        code_word=report.is_code_word_lost,
        address=any(not opens(contact, "address") for contact in contacts),
        facts=report.erased_at is None and not _can_be_compared(report.missing_person),
    )


def _can_be_compared(person: MissingPerson) -> bool:
    try:
        profile_of(person)
    except (Damaged, ValueError):
        return False
    return True
