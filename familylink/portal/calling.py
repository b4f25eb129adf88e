"""Whom a caseworker calls about news: where this family can be reached now, and where its code word stands."""

from django.urls import reverse
from django.utils.translation import gettext as _

from familylink.reports.models import Contact, Report
from familylink.reports.references import report_of_news
from notifications import recipients
from notifications.follow_ups import Family

NOBODY_OF_THEIRS = (recipients.StopReason.NOT_ME, recipients.StopReason.DEAD)


def family_of(reference: str) -> Family:
    """Settings.FAMILY_TO_CALL. Proven addresses first; none that a stranger has: he must not hear it either."""
    report_id = report_of_news(reference)
    report = Report.objects.filter(pk=report_id).first() if report_id else None
    if report is None:
        return Family()
    contacts = report.contacts.filter(stopped_at=None).order_by("confirmed_at", "created_at")
    theirs = [contact for contact in contacts if not _is_a_strangers(contact)]
    page = reverse("admin:reports_report_change", args=[report.pk])
    return Family(tuple(map(_shown, theirs)), report.reference, page)


def _is_a_strangers(contact: Contact) -> bool:
    wishes = recipients.wishes_of(channel=contact.channel, to=contact.address)
    return wishes.stop_reason in NOBODY_OF_THEIRS


def _shown(contact: Contact) -> str:
    words = _("confirmed") if contact.confirmed_at else _("not confirmed")
    return f"{contact.address} ({words})"
