"""All that happened with a pair, on one line of time: views, verdicts, reopenings, flags, links, messages."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from familylink import whence
from familylink.reports.models import AccessRecord, Channel, Flag, ReportLink, TellingOrder
from familylink.reports.references import news_reference
from matching.admin.pairs import how_it_stands
from matching.models import Match
from notifications import outbox

MOST_VIEWS, MOST_RECORDS = 50, 1000
ONE_LOOK = dt.timedelta(minutes=10)  # a page loaded again so soon is not looked at anew


class Event(NamedTuple):
    """One line: when, who (None: the service itself), what, the words left with it, and the mark of the network."""

    at: dt.datetime
    who: Any
    what: str
    note: str = ""
    network: str = ""


def timeline(match: Match) -> list[Event]:
    """Newest first. Everything comes from tables that the database lets nobody change."""
    events = [
        *_pair(match),
        *_views(match),
        *_flags(match),
        *_links(match),
        *_orders(match),
        *_messages(match),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _pair(match: Match) -> Iterator[Event]:
    yield Event(match.proposed_at, None, _("The pair was proposed."))
    for decision in match.decisions.select_related("reviewer"):
        words = f"{decision.get_verdict_display()}: {decision.get_reason_display()}"
        if decision.match_revision != match.revision:
            words += " " + _("(on earlier evidence)")
        if decision.bulk:
            words += " " + _("(together with other pairs: one reason for all)")
        network = whence.in_words(decision.from_where)
        yield Event(decision.decided_at, decision.reviewer, words, decision.note, network)
    for event in match.reopenings.select_related("reopened_by"):
        words = _("Opened again: %(cause)s.") % {"cause": event.get_cause_display()}
        yield Event(event.reopened_at, event.reopened_by, words, event.note)
    if match.settled_by_id and match.decided_at:
        yield Event(match.decided_at, None, _("Settled: another pair was confirmed."))
    for question in match.questions.select_related("report", "asked_by"):
        words = _("Asked the family of %(report)s.") % {"report": question.report.reference}
        yield Event(question.asked_at, question.asked_by, words)
    yield from _corrections(match)


def _corrections(match: Match) -> Iterator[Event]:
    for task in match.corrections.select_related("raised_by", "settled_by"):
        words = _("Correction: %(reason)s.") % {"reason": task.get_reason_display()}
        yield Event(task.raised_at, task.raised_by, words)
        if task.settled_at:
            yield Event(task.settled_at, task.settled_by, _("The correction was closed."), task.note)


@dataclasses.dataclass
class _Looks:
    """Views of one page by one person from one network, each soon after the other, newest first."""

    newest: AccessRecord
    first_at: dt.datetime
    count: int = 0


def _views(match: Match) -> Iterator[Event]:
    """Every view stays on record; reloads within minutes are one line here."""
    seen = AccessRecord.objects.filter(subject_id__in=[match.pk, match.missing_person_id])
    for looks in _folded(seen.select_related("viewer")[:MOST_RECORDS])[:MOST_VIEWS]:
        record = looks.newest
        is_pair = record.subject_id == match.pk
        words = _("Looked at the page.") if is_pair else _("Saw what is told of the missing person.")
        network = whence.in_words(record.from_where)
        yield Event(record.viewed_at, record.viewer, words + _repeats(looks), network=network)


def _folded(records: Iterable[AccessRecord]) -> list[_Looks]:
    """Of views, newest first."""
    folded: list[_Looks] = []
    latest: dict[tuple[Any, ...], _Looks] = {}
    for record in records:
        day = localtime(record.viewed_at).date()
        key = (record.viewer_id, record.subject_id, bytes(record.from_where or b""), day)
        looks = latest.get(key)
        if looks is None or looks.first_at - record.viewed_at > ONE_LOOK:
            latest[key] = looks = _Looks(record, record.viewed_at)
            folded.append(looks)
        looks.first_at, looks.count = record.viewed_at, looks.count + 1
    return folded


def _repeats(looks: _Looks) -> str:
    if looks.count == 1:
        return ""
    since = date_format(localtime(looks.first_at), "H:i:s")
    said = ngettext("%(count)d time since %(time)s.", "%(count)d times since %(time)s.", looks.count)
    return " " + said % {"count": looks.count, "time": since}


def _flags(match: Match) -> Iterator[Event]:
    flags = Flag.objects.filter(missing_person=match.missing_person_id)
    for flag in flags.select_related("raised_by", "lowered_by"):
        told = {"flag": flag.get_kind_display()}
        yield Event(flag.raised_at, flag.raised_by, _("Flag raised: %(flag)s.") % told, flag.note)
        if flag.lowered_at:
            words = _("Flag lowered: %(flag)s.") % told
            yield Event(flag.lowered_at, flag.lowered_by, words, flag.lowered_note or "")


def _orders(match: Match) -> Iterator[Event]:
    references = dict(match.missing_person.reports.values_list("pk", "reference"))
    for order in TellingOrder.objects.filter(missing_person=match.missing_person_id).select_related("set_by"):
        named = ", ".join(references.get(report, "—") for report in order.reports)
        words = _("Families are told in this order: %(reports)s.") % {"reports": named}
        yield Event(order.set_at, order.set_by, words, order.note)


def _links(match: Match) -> Iterator[Event]:
    links = ReportLink.objects.filter(to_person=match.missing_person_id)
    for link in links.select_related("report", "proposed_by", "confirmed_by", "ended_by"):
        told = {"report": link.report.reference}
        yield Event(
            link.proposed_at, link.proposed_by, _("Proposed to link the report %(report)s.") % told, link.note
        )
        if link.confirmed_at:
            yield Event(link.confirmed_at, link.confirmed_by, _("Linked the report %(report)s.") % told)
        if link.ended_at:
            words = _("Took the link of the report %(report)s back.") % told
            yield Event(link.ended_at, link.ended_by, words, link.ended_note or "")


def _messages(match: Match) -> Iterator[Event]:
    theirs = {news_reference(report): report for report in match.missing_person.reports.all()}
    for reference, standings in outbox.states_of(theirs).items():
        report = theirs[reference]
        for standing in standings:
            channel = Channel(standing.channel).label
            told = {"report": report.reference, "channel": channel, "state": how_it_stands(standing)}
            at = standing.settled_at or standing.posted_at
            yield Event(at, None, _("Message for %(report)s by %(channel)s: %(state)s.") % told)
