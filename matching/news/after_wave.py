"""DO: after each wave, say honestly to those who wish it that they were checked and nobody certain was found.

What is owed is written once per list, in one transaction with the note that it was; a message to the same family
about the same wave is owed once, whatever lists it had. They leave behind all other messages (`notifications`), and
each is asked once more, right before it leaves, whether it is still true (`gate.checked_refusal`).
"""

from collections.abc import Iterator
from datetime import timedelta

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


@transaction.atomic
def _tell_about(source_list: SourceList) -> int:
    ChecksTold.objects.bulk_create([ChecksTold(source_list=source_list)], ignore_conflicts=True)
    wanting = recipients.who_wants_checks()
    contacts = Contact.objects.proven_lately().filter(report__withdrawn_at=None).select_related("report")
    return sum(
        _owe(contact, source_list)
        for contact in contacts.iterator(chunk_size=500)
        if any(wanting.values()) and _opens(contact) and _wants(contact, wanting)
    )


def _opens(contact: Contact) -> bool:
    return opens(contact, "address") and opens(contact.report, "code_word")


def _wants(contact: Contact, wanting: dict[str, set[bytes]]) -> bool:
    return index_of(contact.channel, contact.address) in wanting[contact.channel]


def _owe(contact: Contact, source_list: SourceList) -> int:
    report, wave = contact.report, source_list.wave
    with translation.override(report.language):
        day = formats.date_format(wave.occurred_on, "j E")
    outbox.post(
        reference=f"checked-wave-{wave.pk}-report-{report.pk}",
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
        batch=f"wave-{wave.pk}",
    )
    return 1
