"""What a family told us and nobody can open any more."""

from collections.abc import Iterable
from typing import NamedTuple

from familylink.damage import Damaged, opens
from familylink.reports.models import Contact, MissingPerson, Report
from familylink.reports.refiling import profile_of


class Lost(NamedTuple):
    """Which parts of a report do not open. Without `facts` nobody can be compared with the lists."""

    answers: bool
    code_word: bool
    address: bool
    facts: bool


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
