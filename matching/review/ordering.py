"""In which order the relatives of one man are told: agreed with them, set by a person with a reason, kept."""

import uuid
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from familylink.reports.models import Report, TellingOrder
from matching.models.match import DECIDE
from matching.review.locking import allowed, lock_persons
from matching.review.refusals import NoteRequired, OrderRefused


@transaction.atomic
def set_order(person_id: uuid.UUID, report_ids: Sequence[uuid.UUID], *, by: User, note: str) -> TellingOrder:
    """From the first to the last of this person's open reports. A plan read before is another one from now on.

    Raises NoteRequired, NotYours, OrderRefused when the reports are not exactly these.
    """
    allowed(by, DECIDE)
    if not note.strip():
        raise NoteRequired
    lock_persons([person_id])
    reports = Report.objects.open().filter(missing_person=person_id)
    if sorted(report_ids) != sorted(reports.values_list("pk", flat=True)):
        raise OrderRefused
    return TellingOrder.objects.create(
        missing_person_id=person_id, reports=list(report_ids), note=note.strip(), set_by=by
    )
