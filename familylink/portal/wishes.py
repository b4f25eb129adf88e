"""How a family wants to hear from us: the report keeps language and consent, each of its proven addresses the rest.

An address that nobody has proven may be a stranger's: their wishes are neither shown here nor changed.
"""

import datetime as dt

from django.db import transaction

from familylink.damage import opens
from familylink.portal.forms import WishesForm
from familylink.reports import intake, news
from familylink.reports.models import Contact, Purpose, Report
from notifications import recipients


def of(report: Report) -> dict[str, object]:
    """The wishes as the form shows them; addresses have the same ones, so the first speaks for all."""
    reachable = report.contacts.reachable().order_by("created_at").opened()
    wishes = _of(reachable[0]) if reachable else recipients.Wishes()
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
    is_other = wished["language"] != report.language and opens(report, "code_word")
    report.language, report.ask_after_days = wished["language"], int(wished["ask_after_days"])
    report.save(update_fields=["language", "ask_after_days"])
    if is_other:
        news.write_anew(report)
    intake.agree(report, [*intake.REQUIRED, *([Purpose.SHARE] if wished["consent_share"] else [])])
    begin, end = (_time(wished[name]) for name in ("quiet_from", "quiet_until"))
    for contact in report.contacts.reachable().opened():
        _write(
            contact, recipients.Wishes(quiet_from=begin, quiet_until=end, wants_checks=wished["wants_checks"])
        )


def extend(report: Report, proven: Contact) -> None:
    """What they asked of their other addresses holds for one proven later, unless that one has wishes of its own."""
    others = report.contacts.reachable().exclude(pk=proven.pk).order_by("created_at").opened()
    own = _of(proven)
    if others and own.quiet_from is None and not own.wants_checks:
        _write(proven, _of(others[0]))


def _of(contact: Contact) -> recipients.Wishes:
    return recipients.wishes_of(channel=contact.channel, to=contact.address)


def _write(contact: Contact, wished: recipients.Wishes) -> None:
    where = {"channel": contact.channel, "to": contact.address}
    recipients.set_quiet_hours(**where, begin=wished.quiet_from, end=wished.quiet_until, zone=wished.zone)
    recipients.want_checks(**where, wanted=wished.wants_checks)


def _hour(time: dt.time | None) -> str:
    return "" if time is None else f"{time.hour:02d}:00"


def _time(hour: str) -> dt.time | None:
    return dt.time.fromisoformat(hour) if hour else None
