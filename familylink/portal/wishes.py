"""How a family wants to hear from us: the report keeps language and consent, each of its addresses the rest."""

import datetime as dt

from django.db import transaction

from familylink.portal.forms import WishesForm
from familylink.reports import intake
from familylink.reports.models import Purpose, Report
from notifications import recipients


def of(report: Report) -> dict[str, object]:
    """The wishes as the form shows them; addresses have the same ones, so the first speaks for all."""
    first = report.contacts.filter(stopped_at=None).order_by("created_at").first()
    wishes = recipients.wishes_of(channel=first.channel, to=first.address) if first else recipients.Wishes()
    given = report.consents.filter(purpose=Purpose.SHARE, withdrawn_at=None)
    return {
        "language": report.language,
        "quiet_from": _hour(wishes.quiet_from),
        "quiet_until": _hour(wishes.quiet_until),
        "wants_checks": wishes.wants_checks,
        "consent_share": given.exists(),
        "ask_after_days": report.ask_after_days,
    }


@transaction.atomic
def keep(report: Report, form: WishesForm) -> None:
    """Exactly these wishes from the next message on."""
    wished = form.cleaned_data
    report.language, report.ask_after_days = wished["language"], int(wished["ask_after_days"])
    report.save(update_fields=["language", "ask_after_days"])
    intake.agree(report, [*intake.REQUIRED, *([Purpose.SHARE] if wished["consent_share"] else [])])
    begin, end = (_time(wished[name]) for name in ("quiet_from", "quiet_until"))
    for contact in report.contacts.filter(stopped_at=None):
        where = {"channel": contact.channel, "to": contact.address}
        recipients.set_quiet_hours(**where, begin=begin, end=end)
        recipients.want_checks(**where, wanted=wished["wants_checks"])


def _hour(time: dt.time | None) -> str:
    return "" if time is None else f"{time.hour:02d}:00"


def _time(hour: str) -> dt.time | None:
    return dt.time.fromisoformat(hour) if hour else None
