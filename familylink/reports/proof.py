"""ASK: is this telephone or mailbox still theirs? Asked so that a stranger who has it now learns nothing.

Neither the number of the report nor the code word stands in the question: with the number somebody who reads the codes
sent there could sign in.
"""

from familylink.reports.models import Contact
from notifications import outbox


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
