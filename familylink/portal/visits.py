"""What a visitor's session holds: ids and one time, never a name, a number or an answer."""

import datetime as dt
import uuid

from django.http import HttpRequest

from familylink import clock
from familylink.reports.models import Report

SIGNED_IN_FOR = dt.timedelta(minutes=30)

FILED = "filed_report"
SOUGHT = "sought_report"
SIGNED_IN = "signed_in_report"
SIGNED_IN_UNTIL = "signed_in_until"


def remember_filed(request: HttpRequest, report: Report) -> None:
    """This browser filed the report: it may prove the contacts and see the number, nothing else."""
    request.session[FILED] = str(report.pk)


def remember_sought(request: HttpRequest, report: Report | None) -> None:
    """Somebody typed a reference. One that nobody has gets an id that nobody has: the steps stay the same."""
    request.session[SOUGHT] = str(report.pk if report else uuid.uuid4())


def sign_in(request: HttpRequest, report: Report) -> None:
    """The visitor proved a contact of this report: they see it for the next half hour."""
    request.session.cycle_key()
    request.session.pop(SOUGHT, None)
    request.session[SIGNED_IN] = str(report.pk)
    request.session[SIGNED_IN_UNTIL] = int((clock.now() + SIGNED_IN_FOR).timestamp())


def sign_out(request: HttpRequest) -> None:
    """Nothing of the visit is left; `drafts.forget` does the same for what was not sent."""
    request.session.flush()


def filed_report(request: HttpRequest) -> Report | None:
    """The report that this browser filed last, proven or not."""
    return _report(request, FILED)


def sought_report(request: HttpRequest) -> Report | None:
    """The report whose reference was typed; None for a reference that nobody has."""
    return _report(request, SOUGHT)


def is_seeking(request: HttpRequest) -> bool:
    """A reference was typed, known or not."""
    return SOUGHT in request.session


def signed_in_report(request: HttpRequest) -> Report | None:
    """The report of a visitor who proved a contact less than half an hour ago."""
    until = request.session.get(SIGNED_IN_UNTIL)
    is_open = until is not None and clock.now().timestamp() < until
    return _report(request, SIGNED_IN) if is_open else None


def _report(request: HttpRequest, key: str) -> Report | None:
    pk = request.session.get(key)
    return Report.objects.filter(pk=pk).select_related("missing_person").first() if pk else None
