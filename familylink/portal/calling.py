"""Whom a caseworker calls about news: where each family can be reached now, and where its code word stands."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self

from django.db.models import F, Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from familylink.damage import in_words, opens
from familylink.reports.models import Contact, Flag, Report
from familylink.reports.proof import met_a_stranger
from familylink.reports.references import report_of_news
from matching.models import Correction
from matching.news import corrections, gate
from notifications import reasons, recipients
from notifications.follow_ups import Family

NOBODY_OF_THEIRS = (recipients.StopReason.NOT_ME, recipients.StopReason.DEAD)


def families_of(references: Collection[str]) -> dict[str, Family]:
    """Settings.FAMILIES_TO_CALL, by reference. What was proven last comes first; nothing that a stranger has: he must
    not hear it."""
    ids = {reference: report_of_news(reference) for reference in references}
    in_order = Contact.objects.filter(stopped_at=None).order_by(
        F("confirmed_at").desc(nulls_last=True), "created_at"
    )
    named = Report.objects.filter(pk__in=set(filter(None, ids.values())))
    reports = list(named.prefetch_related(Prefetch("contacts", in_order)))
    known = _Known.of(reports)
    families = {str(report.pk): known.family(report) for report in reports}
    return {reference: families.get(report_id or "", Family()) for reference, report_id in ids.items()}


@dataclass(frozen=True)
class _Known:
    """What is known of these families beside their reports, each kind of it asked for once."""

    strangers: Set[uuid.UUID]
    stop_reasons: Mapping[tuple[str, str], str]
    doubts: Mapping[uuid.UUID, str]
    flags: Mapping[uuid.UUID, Sequence[Flag]]
    corrections: Mapping[uuid.UUID, Correction]

    @classmethod
    def of(cls, reports: Collection[Report]) -> Self:
        contacts = [contact for report in reports for contact in report.contacts.all()]
        persons = {report.missing_person_id for report in reports}
        flags = defaultdict(list)
        for flag in Flag.objects.standing().filter(missing_person__in=persons):
            flags[flag.missing_person_id].append(flag)
        return cls(
            met_a_stranger(contacts),
            recipients.stop_reasons(
                (contact.channel, contact.address) for contact in contacts if opens(contact, "address")
            ),
            gate.doubts_about(persons),
            flags,
            corrections.of_reports(reports),
        )

    def family(self, report: Report) -> Family:
        return Family(
            tuple(filter(None, map(self._shown, report.contacts.all()))),
            report.reference,
            reverse("admin:reports_report_change", args=[report.pk]),
            self._correction(report),
            tuple(self._cautions(report)),
        )

    def _cautions(self, report: Report) -> Iterator[str]:
        if doubt := self.doubts.get(report.missing_person_id):
            yield _("do not call before a lead has looked at the pair: %(reason)s") % {
                "reason": reasons.in_words(doubt)
            }
        for flag in self.flags.get(report.missing_person_id, ()):
            note = flag.note if opens(flag, "note") else in_words(flag)
            yield ": ".join(filter(None, (str(flag.get_kind_display()), note)))

    def _correction(self, report: Report) -> str:
        """The pair's page has the words for it, and knows of another list that may make the news true all the same."""
        task = self.corrections.get(report.pk)
        return reverse("admin:matching_match_change", args=[task.match_id]) if task else ""

    def _shown(self, contact: Contact) -> str:
        """ "" for what is no longer theirs. Where a caller met a stranger the number may only have been mistyped."""
        if not opens(contact, "address"):
            return in_words(contact)
        stop_reason = self.stop_reasons.get((contact.channel, contact.address))
        if stop_reason in NOBODY_OF_THEIRS:
            return ""
        if stop_reason == recipients.StopReason.DOUBTED:
            proof = _("somebody there has said that this is not for them: make sure who answers")
        elif contact.pk in self.strangers:
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
