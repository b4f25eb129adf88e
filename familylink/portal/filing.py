"""From a family's answers to one report, however often it is sent, and to proven contacts."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from familylink.reports import contact_codes, intake
from familylink.reports.intake import Told
from familylink.reports.models import Contact, Report
from notifications import outbox

Row = TypeVar("Row", Contact, Report)

logger = logging.getLogger(__name__)


def file_once(told: Told) -> Report:
    """The report of this draft (`told.source_reference`): new, or the earlier one with these answers.

    A double click changes nothing; whoever went back to mend a mistake has it mended.
    """
    earlier = _filed(told)
    if earlier is None:
        try:
            return intake.file_report(told)
        except IntegrityError:
            # The same draft came in twice at once: the database let one of them in.
            earlier = _filed(told)
            if earlier is None:
                raise
    return _correct(earlier, told)


def unproven(report: Report) -> QuerySet[Contact]:
    """Contacts that wait for their code, the oldest first."""
    return report.contacts.filter(confirmed_at=None, stopped_at=None).order_by("created_at")


def send_codes(report: Report) -> None:
    """A code to every unproven contact. The report is kept already, whatever fails here."""
    for contact in unproven(report):
        quietly(contact_codes.send_code, contact)


def prove(report: Report, typed: str) -> Contact | None:
    """The contact whose code this is; it gets the reference number to keep. None for a wrong or late code."""
    contact = contact_codes.confirm_code(report, typed)
    if contact is not None:
        quietly(_send_receipt, contact)
    return contact


def quietly(send: Callable[[Row], object], row: Row) -> None:
    """Send; what goes wrong is for the log, by id only: the report is kept and its page must not break."""
    try:
        send(row)
    except Exception as error:
        logger.error("%s failed for %s: %s", send.__name__, row.pk, type(error).__name__)


def _filed(told: Told) -> Report | None:
    return Report.objects.filter(source=told.source, source_reference=told.source_reference).first()


@transaction.atomic
def _correct(report: Report, told: Told) -> Report:
    if report.missing_person.as_person() != told.person:
        intake.change_person(report.missing_person_id, told.person)
    report.relation, report.language = told.relation, told.language
    report.reporter_name, report.circumstances = told.reporter_name, told.circumstances
    report.save(update_fields=["relation", "language", "reporter_name", "circumstances"])
    kept = [intake.add_contact(report, channel, address).pk for channel, address in told.addresses.items()]
    # A mistyped number must get no further codes; one that was proven meanwhile stays.
    report.contacts.filter(confirmed_at=None, stopped_at=None).exclude(pk__in=kept).update(stopped_at=Now())
    report.contacts.filter(pk__in=kept, confirmed_at=None).update(stopped_at=None)
    return report


def _send_receipt(contact: Contact) -> None:
    report = contact.report
    outbox.post(
        reference=f"report-received-{report.pk}",
        channel=contact.channel,
        to=contact.address,
        message="report_received",
        language=report.language,
        context={"reference": report.reference, "code_word": report.code_word},
    )
