"""From a family's answers to one report, however often it is sent, and to proven contacts."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from familylink.damage import opens
from familylink.portal import drafts, wishes
from familylink.portal.questions import MENDS
from familylink.portal.telling import Telling, about, told_about
from familylink.reports import contact_codes, intake
from familylink.reports.intake import Told
from familylink.reports.models import Channel, Contact, Draft, Picture, Report
from notifications import outbox, recipients

Row = TypeVar("Row", Contact, Report)

PERHAPS_A_STRANGERS = (recipients.StopReason.NOT_ME, recipients.StopReason.DOUBTED)

logger = logging.getLogger(__name__)


class HasEnded(Exception):
    """The report of this draft is withdrawn, or about to be: what is added to it nobody would search for."""


class IsTheirs(Exception):
    """The family has come in to the report of this draft by a code: what it changed there must not be undone by what
    was typed before. `reference` is the number by which it comes in again."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


def file_draft(draft: Draft, telling: Telling) -> Report:
    """The report of this draft, with its pictures. The draft stays until a contact is proven, to be mended.

    Raises HasEnded, where the draft can `begin_anew`, and IsTheirs. Nothing is changed then, and it keeps its answers.
    """
    report = file_once(telling.told(source_reference=draft.pk.hex, entered_by=draft.entered_by))
    _take_pictures(report, draft)
    return report


def mended_by(draft: Draft) -> Report | None:
    """The report whose damaged answers staff write down again in this draft."""
    mended = draft.answers.get(MENDS)
    return Report.objects.get(pk=mended) if mended else None


@transaction.atomic
def mend(report: Report, draft: Draft, telling: Telling) -> bool:
    """These answers about the person, in the place of damaged ones; False where there is nothing to mend any more."""
    is_mended = intake.tell_again(report, told_about(about(telling.answers), language=report.language))
    if is_mended:
        _take_pictures(report, draft)
    return is_mended


def file_once(told: Told) -> Report:
    """The report of this draft (`told.source_reference`): new, or the earlier one with these answers.

    A double click changes nothing; whoever went back to mend a mistake has it mended. Raises HasEnded, IsTheirs.
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
    return _mend(earlier, told)


@transaction.atomic
def begin_anew(draft: Draft) -> None:
    """What came of it has ended and keeps what it was sent: sent once more, the draft is a report of its own."""
    source = Report.Source.STAFF if draft.entered_by_id else Report.Source.WEB
    for report in Report.objects.at_source(source, draft.pk.hex).exclude(ending=""):
        report.source_reference = report.source_index = None
        report.save(update_fields=["source_reference", "source_index"])
    for picture in draft.pictures.exclude(report=None):
        Picture.objects.filter(pk=picture.pk).update(draft=None)
        Picture.objects.create(draft=draft, kind=picture.kind, content=bytes(picture.content))


def filed_from(draft: Draft | None) -> Report | None:
    """The report that this draft of a family has become, while no contact of it is proven."""
    if draft is None or draft.entered_by_id is not None:
        return None
    return Report.objects.at_source(Report.Source.WEB, draft.pk.hex).first()


def unproven(report: Report) -> list[Contact]:
    """Contacts that wait for a code, the oldest first; also where they typed one too long ago. Not one that is damaged:
    no code could go there."""
    proven = report.contacts.proven_lately().values("pk")
    return report.contacts.filter(stopped_at=None).exclude(pk__in=proven).order_by("created_at").opened()


def send_codes(report: Report) -> None:
    """A code to every unproven contact. The report is kept already, whatever fails here."""
    for contact in unproven(report):
        quietly(contact_codes.send_code, contact)


def recognise(report: Report, typed: str) -> Contact | None:
    """The contact whose code this is, proven by it. None for a wrong or late code."""
    contact = contact_codes.confirm_code(report, typed)
    if contact is not None:
        wishes.extend(report, contact)
    return contact


def prove(report: Report, typed: str) -> Contact | None:
    """`recognise` for an address that is new to us: it gets the reference number to keep."""
    contact = recognise(report, typed)
    if contact is not None:
        if report.withdrawn_at is None:
            quietly(_send_receipt, contact)
        # Whoever typed the code reads messages there, and wants them.
        recipients.allow_again(channel=contact.channel, to=contact.address)
        for draft in _drafts(report):
            drafts.discard(draft)
    return contact


@transaction.atomic
def add_contacts(report: Report, addresses: Iterable[tuple[Channel, str]]) -> list[Contact]:
    """`add_contact` for each; none where the report has ended meanwhile: what is erased stays erased."""
    report = intake.held(report)
    if report.withdrawn_at is not None:
        return []
    return [add_contact(report, channel, address) for channel, address in addresses]


def add_contact(report: Report, channel: Channel, address: str) -> Contact:
    """One more way to reach them, or an earlier one that is wanted again.

    Where a stranger has answered, what was proven before counts no more, and only a code could prove it anew.
    """
    contact = intake.add_contact(report, channel, address)
    is_a_strangers = recipients.wishes_of(channel=channel, to=address).stop_reason in PERHAPS_A_STRANGERS
    Contact.objects.filter(pk=contact.pk).update(
        stopped_at=None, confirmed_at=None if is_a_strangers else F("confirmed_at")
    )
    contact.refresh_from_db(fields=["stopped_at", "confirmed_at"])
    if contact.confirmed_at is not None:
        recipients.allow_again(channel=channel, to=address)
    return contact


@transaction.atomic
def replace_picture(report: Report, kind: Picture.Kind, jpeg: bytes) -> None:
    """The picture of this kind, instead of an earlier one."""
    report.pictures.filter(kind=kind).delete()
    Picture.objects.create(report=report, kind=kind, content=jpeg)


def quietly(send: Callable[[Row], object], row: Row) -> None:
    """Send; what goes wrong is for the log, by id only: the report is kept and its page must not break."""
    try:
        send(row)
    except Exception as error:
        logger.error("%s failed for %s: %s", send.__name__, row.pk, type(error).__name__)


def _drafts(report: Report) -> QuerySet[Draft]:
    """What the report was made of: no longer needed once it is known whose it is. Not one of staff, who may be typing
    in it: that lasts its day."""
    is_known = report.source != Report.Source.IMPORT and opens(report, "source_reference")
    is_ours = is_known and report.source_reference
    own = Draft.objects.filter(entered_by=None)
    return own.filter(pk=report.source_reference) if is_ours else own.none()


def _filed(told: Told) -> Report | None:
    return Report.objects.at_source(told.source, told.source_reference).first()


@transaction.atomic
def _mend(report: Report, told: Told) -> Report:
    report = intake.held(report)
    if report.ending:
        raise HasEnded
    if contact_codes.was_used(report):  # what the family changes comes after it
        raise IsTheirs(report.reference)
    report = intake.correct(report, told)
    intake.agree(report, told.consents, told.told_how)
    kept = [intake.add_contact(report, channel, address).pk for channel, address in told.addresses]
    # A mistyped number must get no further codes; one that was proven meanwhile stays.
    report.contacts.filter(confirmed_at=None, stopped_at=None).exclude(pk__in=kept).update(stopped_at=Now())
    report.contacts.filter(pk__in=kept, confirmed_at=None).update(stopped_at=None)
    return report


@transaction.atomic
def _take_pictures(report: Report, draft: Draft) -> None:
    """Each picture of the draft, instead of an earlier one of its kind."""
    new = draft.pictures.filter(report=None)
    report.pictures.filter(kind__in=list(new.values_list("kind", flat=True))).delete()
    new.update(report=report)


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
