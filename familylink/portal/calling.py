"""Whom a caseworker calls about news: where this family can be reached now, and where its code word stands."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from familylink.damage import in_words, opens
from familylink.reports.models import Contact, Flag, Report
from familylink.reports.proof import met_a_stranger
from familylink.reports.references import report_of_news
from matching.news import corrections, gate
from notifications import reasons, recipients
from notifications.follow_ups import Family

NOBODY_OF_THEIRS = (recipients.StopReason.NOT_ME, recipients.StopReason.DEAD)


def family_of(reference: str) -> Family:
    """Settings.FAMILY_TO_CALL. What was proven last comes first; nothing that a stranger has: he must not hear it."""
    report_id = report_of_news(reference)
    report = Report.objects.filter(pk=report_id).first() if report_id else None
    if report is None:
        return Family()
    contacts = report.contacts.filter(stopped_at=None).order_by(
        F("confirmed_at").desc(nulls_last=True), "created_at"
    )
    page = reverse("admin:reports_report_change", args=[report.pk])
    strangers = met_a_stranger(contacts)
    return Family(
        tuple(filter(None, (_shown(contact, contact.pk in strangers) for contact in contacts))),
        report.reference,
        page,
        _correction(report),
        tuple(_cautions(report)),
    )


def _cautions(report: Report) -> Iterator[str]:
    if doubt := gate.doubt_about(report.missing_person_id):
        yield _("do not call before a lead has looked at the pair: %(reason)s") % {
            "reason": reasons.in_words(doubt)
        }
    for flag in Flag.objects.standing().filter(missing_person=report.missing_person_id):
        note = flag.note if opens(flag, "note") else in_words(flag)
        yield ": ".join(filter(None, (str(flag.get_kind_display()), note)))


def _correction(report: Report) -> str:
    """The pair's page has the words for it, and knows of another list that may make the news true all the same."""
    task = corrections.of_report(report)
    return reverse("admin:matching_match_change", args=[task.match_id]) if task else ""


def _shown(contact: Contact, has_met_a_stranger: bool) -> str:
    """ "" for what is no longer theirs. Where a caller met a stranger the number may only have been mistyped."""
    if not opens(contact, "address"):
        return in_words(contact)
    stop_reason = recipients.wishes_of(channel=contact.channel, to=contact.address).stop_reason
    if stop_reason in NOBODY_OF_THEIRS:
        return ""
    if stop_reason == recipients.StopReason.DOUBTED:
        proof = _("somebody there has said that this is not for them: make sure who answers")
    elif has_met_a_stranger:
        proof = _("a caller has met a stranger there: make sure who answers")
    else:
        proof = _proof_in_words(contact)
    return f"{contact.address} ({proof})"


def _proof_in_words(contact: Contact) -> str:
    if contact.confirmed_at is None:
        return _("not confirmed")
    if contact.is_proven_lately:
        return _("confirmed")
    day = date_format(localtime(contact.confirmed_at), "j E Y")
    return _("confirmed on %(day)s, long ago: make sure who answers") % {"day": day}
