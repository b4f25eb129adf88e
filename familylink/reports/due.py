"""DO: what comes with time alone. Every step may run twice, late, or in two places at once."""

import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from familylink.damage import opens
from familylink.reports import likeness
from familylink.reports.models import Contact, Draft, Picture, Report
from familylink.reports.proof import ask_for_proof
from notifications import outbox

AT_ONCE = 200
PHOTOS_AT_ONCE = 20
ASKED_A_SWEEP = 20  # where very many proofs end at once, each minute some: a flood would stop all messages

logger = logging.getLogger(__name__)


@transaction.atomic
def forget_next_drafts() -> bool:
    """Delete some drafts whose day is over, with the pictures that no report took over; False when none is left."""
    over = Draft.objects.over().select_for_update(skip_locked=True)
    drafts = list(over.values_list("pk", flat=True)[:AT_ONCE])
    Picture.objects.filter(draft__in=drafts, report=None).delete()
    Draft.objects.filter(pk__in=drafts).delete()
    return bool(drafts)


@transaction.atomic
def mark_next_photos() -> bool:
    """Mark some photos that were given before photos were compared; False when none is left."""
    waiting = Picture.objects.unmarked().select_for_update(skip_locked=True)
    photos = list(waiting.order_by("pk")[:PHOTOS_AT_ONCE])
    for photo in photos:
        Picture.objects.filter(pk=photo.pk).update(marks=_marks_of(photo))
    if photos:
        logger.info("%s photos marked, up to %s", len(photos), photos[-1].pk)
    return bool(photos)


def _marks_of(photo: Picture) -> list[int]:
    """None of a photo that is damaged: it is compared with no other, and keeps none waiting."""
    return likeness.marks(bytes(photo.content)) if opens(photo, "content") else []


@transaction.atomic
def ask_next_whether_still_searching() -> bool:
    """Ask one family that was silent for the time it chose; False when none is due.

    Asked twice without an answer, it is left in peace; we go on searching all the same.
    """
    waiting = Report.objects.to_be_asked().select_for_update(of=["self"], skip_locked=True)
    report = waiting.order_by("searching_at").first()
    if report is None:
        return False
    Report.objects.filter(pk=report.pk).update(asked_at=Now(), asked_count=F("asked_count") + 1)
    lately = set(report.contacts.proven_lately().values_list("pk", flat=True))
    for contact in report.contacts.reachable().opened():
        if contact.pk not in lately:
            ask_for_proof(contact, f"still-searching-{report.asked_count + 1}")
        elif opens(report, "code_word"):
            outbox.post(
                reference=f"still-searching-{report.pk}-{report.searching_at:%Y%m%d}-{report.asked_count + 1}",
                channel=contact.channel,
                to=contact.address,
                message="still_searching",
                language=report.language,
                context={"reference": report.reference, "code_word": report.code_word},
            )
    return True


@transaction.atomic
def ask_for_new_proofs() -> None:
    """Some of the addresses whose proof ends soon: once each, until it is proven again."""
    waiting = Contact.objects.to_be_proven_again().select_for_update(of=["self"], skip_locked=True)
    contacts = list(waiting.select_related("report").order_by("confirmed_at")[:ASKED_A_SWEEP])
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(asked_at=Now())
    for contact in contacts:
        if opens(contact, "address"):
            ask_for_proof(contact, "ends")
