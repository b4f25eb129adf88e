"""ASK: is this telephone or mailbox still theirs? Asked so that a stranger who has it now learns nothing.

Neither the number of the report nor the code word stands in the question: with the number somebody who reads the codes
sent there could sign in.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from familylink.reports.models import Channel, Contact
from familylink.reports.references import news_references
from notifications import follow_ups, outbox

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def ask_for_proof(contact: Contact, occasion: str) -> None:
    """Once for each proof and occasion; the caller knows that the contact was proven and is not stopped."""
    report = contact.report
    outbox.post(
        reference=f"prove-again-report-{report.pk}-{contact.confirmed_at:%Y%m%d}-{occasion}",
        channel=contact.channel,
        to=contact.address,
        message="prove_again",
        language=report.language,
        context={},
    )


def met_a_stranger(contacts: Iterable[Contact]) -> set[uuid.UUID]:
    """The ids of those telephones where a caller has met somebody else since they were proven. Which of a family's
    numbers it was nobody has written down, so it counts for all."""
    proven = [one for one in contacts if one.channel == Channel.SMS and one.confirmed_at]
    references = {one.pk: news_references(one.report) for one in proven}
    met_at = follow_ups.strangers_met({name for names in references.values() for name in names})
    return {
        one.pk
        for one in proven
        if one.confirmed_at and any(met_at.get(name, NEVER) > one.confirmed_at for name in references[one.pk])
    }
