"""DO: after each wave, say honestly to those who wish it that they were checked and nobody certain was found.

What is owed is written once per list, in pieces, and then the note that it was: a sweep that is struck or killed on
the way loses one piece, and the next goes on after the others. A message to the same family about the same wave is owed
once, whatever lists it had. They leave behind all other messages (`notifications`), and each is asked once more, right
before it leaves, whether it is still true (`gate.checked_refusal`).
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Now
from django.utils import formats, translation

from familylink import clock
from familylink.damage import opens
from familylink.reports.models import Contact
from matching.models import ChecksTold, ListKind, MatchRun, RefusedRow, SourceList
from notifications import outbox, recipients
from notifications.addresses import index_of

LAPSES_AFTER = timedelta(days=5)
PIECE = 100  # fewer than could keep another worker, which is at the same list, waiting until it gives up


def tell_checked() -> int:
    """Owe the messages about every list that has been matched to its end meanwhile; how many families."""
    return sum(_tell_about(source_list) for source_list in list(_untold()))


def _untold() -> Iterator[SourceList]:
    """Lists of the released, compared with every report, about which nobody was told. Old ones stay untold, also when a
    row of one is put right or can be read again: their families would take what is long over for news."""
    # Rows that a new version still has stay with the version that first had them, and are matched with that.
    unfinished = MatchRun.objects.unfinished().filter(source_list__series=OuterRef("series"))
    lately = MatchRun.objects.filter(finished_at__gt=Now() - Value(LAPSES_AFTER))
    finished = lately.of_whole_lists().filter(source_list=OuterRef("pk"))
    unread = RefusedRow.objects.waiting().filter(source_list=OuterRef("pk"))  # each may be one of their sons
    lists = SourceList.objects.committed().filter(kind=ListKind.RELEASED, checkstold=None)
    lists = lists.filter(Exists(finished), ~Exists(unfinished), ~Exists(unread))
    return lists.select_related("wave").iterator()


def _tell_about(source_list: SourceList) -> int:
    wanting, owed = _wanting(source_list), 0
    while piece := list(islice(wanting, PIECE)):
        with transaction.atomic():
            for contact in piece:
                _owe(contact, source_list)
        owed += len(piece)
    ChecksTold.objects.bulk_create([ChecksTold(source_list=source_list)], ignore_conflicts=True)
    return owed


def _wanting(source_list: SourceList) -> Iterator[Contact]:
    """Whoever wishes it and is not owed it yet. To owe what is owed already would take as long as the first time."""
    wanting = recipients.who_wants_checks()
    if not any(wanting.values()):
        return
    wave_id = source_list.wave_id
    owed = outbox.owed_in(_batch(wave_id), "checked")
    contacts = Contact.objects.proven_lately().filter(report__withdrawn_at=None).select_related("report")
    for contact in contacts.iterator(chunk_size=500):
        if _opens(contact):
            index = index_of(contact.channel, contact.address)
            told = (_reference(wave_id, contact.report_id), contact.channel, index)
            if index in wanting[contact.channel] and told not in owed:
                yield contact


def _opens(contact: Contact) -> bool:
    return opens(contact, "address") and opens(contact.report, "code_word")


def _owe(contact: Contact, source_list: SourceList) -> None:
    report, wave = contact.report, source_list.wave
    with translation.override(report.language):
        day = formats.date_format(wave.occurred_on, "j E")
    outbox.post(
        reference=_reference(wave.pk, report.pk),
        channel=contact.channel,
        to=contact.address,
        message="checked",
        language=report.language,
        context={
            "reference": report.reference,
            "code_word": report.code_word,
            "list_date": day,
            "list_size": str(source_list.entry_count),
        },
        expires_at=clock.now() + LAPSES_AFTER,
        batch=_batch(wave.pk),
    )


def _reference(wave_id: int, report_id: uuid.UUID) -> str:
    return f"checked-wave-{wave_id}-report-{report_id}"


def _batch(wave_id: int) -> str:
    return f"wave-{wave_id}"
