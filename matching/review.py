"""ASK: two different people decide; only then, and in the same transaction, a family is owed a message."""

import dataclasses
import uuid
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.reports.models import Contact, Report
from familylink.reports.references import news_reference
from matching import corrections
from matching.models import Band, Decision, ListEntry, ListKind, Match, MatchState, Verdict
from matching.models.match import DECIDED, GONE
from notifications import follow_ups, outbox

NEWS = "news"


class Refused(Exception):
    """The verdict was not taken; `words` say why to the reviewer."""

    words = _("This verdict was not recorded.")


class AlreadyDecided(Refused):
    words = _("Somebody else has decided this pair meanwhile. Your verdict was not recorded.")


class StaleRevision(Refused):
    words = _("The evidence has changed since you opened this page. Please look again.")


class TakenBackByTheList(Refused):
    words = _("A corrected list no longer has this row. Your verdict was not recorded, and nobody is told.")


class SameReviewer(Refused):
    words = _(
        "You have already given your verdict on this pair. The second one must come from somebody else."
    )


class NoteRequired(Refused):
    words = _("Please write a note that says why.")


@dataclasses.dataclass(frozen=True)
class Addressee:
    """One contact that would be told, or the report that has none."""

    report: Report
    contact: Contact | None


@transaction.atomic
def decide(match_id: uuid.UUID, *, reviewer: User, verdict: str, note: str = "", revision: int) -> Match:
    """Record one reviewer's verdict on the revision they saw, and what follows from it.

    The row lock makes two simultaneous verdicts come one after the other: without it two approvals each see
    only themselves, and nobody is told. The entry before it: a corrected list that takes the row back meanwhile
    comes wholly before or wholly after. Raises a Refused.
    """
    _lock_entry(match_id)
    match = Match.objects.select_for_update().get(pk=match_id)
    _refuse(match, reviewer, Verdict(verdict), note, revision)
    Decision.objects.create(
        match=match,
        match_revision=match.revision,
        reviewer=reviewer,
        verdict=verdict,
        note=note.strip(),
        evidence_index=match.evidence_index,
    )
    if verdict != Verdict.UNSURE:
        _advance(match, reviewer, Verdict(verdict))
        match.save()
    if match.state == MatchState.CONFIRMED:
        _owe_news(match)
    return match


def _lock_entry(match_id: uuid.UUID) -> None:
    """Raises TakenBackByTheList."""
    entry = ListEntry.objects.filter(matches=match_id).select_for_update(no_key=True, of=("self",)).get()
    if entry.removed_at is not None:
        raise TakenBackByTheList


def addressees(match: Match) -> list[Addressee]:
    """Whom a confirmation would tell: every open report's contacts, and reports that have none."""
    return list(_addressees(match))


def may_tell(match: Match) -> bool:
    """Only a list of the released may lead to a message."""
    return match.entry.source_list.kind == ListKind.RELEASED


def already_gave_verdict(match: Match, reviewer: User) -> bool:
    """Whether this reviewer has decided the pair as it now stands."""
    return _verdicts(match).filter(reviewer=reviewer).exists()


def _verdicts(match: Match) -> models.QuerySet[Decision]:
    return match.decisions.filter(match_revision=match.revision).exclude(verdict=Verdict.UNSURE)


def _refuse(match: Match, reviewer: User, verdict: Verdict, note: str, revision: int) -> None:
    if match.state in (*DECIDED, *GONE):
        raise AlreadyDecided
    if match.revision != revision:
        raise StaleRevision
    if already_gave_verdict(match, reviewer):
        raise SameReviewer
    if not note.strip() and _wants_note(match, verdict):
        raise NoteRequired


def _wants_note(match: Match, verdict: Verdict) -> bool:
    """Doubt is explained, and so is turning down what the evidence speaks for."""
    return verdict == Verdict.UNSURE or (verdict == Verdict.DIFFERENT and match.band != Band.POSSIBLE)


def _advance(match: Match, reviewer: User, verdict: Verdict) -> None:
    """The state machine of a match; the verdict that is being given is already among its decisions."""
    if match.state == MatchState.OPEN:
        match.first_reviewer, match.first_verdict = reviewer, verdict
        match.state = MatchState.AWAITING_SECOND
        # One no is enough for what the evidence hardly speaks for; more would drown the desk on the night.
        if verdict == Verdict.DIFFERENT and match.band == Band.POSSIBLE:
            _close(match, MatchState.REJECTED)
    elif _agree(match, reviewer, verdict):
        _close(match, MatchState.CONFIRMED if verdict == Verdict.SAME else MatchState.REJECTED)
    else:
        match.state = MatchState.DISPUTED


def _agree(match: Match, reviewer: User, verdict: Verdict) -> bool:
    """Whether another reviewer said the same; the two who agree are written on the match."""
    other = _verdicts(match).filter(verdict=verdict).exclude(reviewer=reviewer).first()
    if other is None:
        return False
    match.first_reviewer, match.second_reviewer = other.reviewer, reviewer
    match.first_verdict = verdict
    return True


def _close(match: Match, state: MatchState) -> None:
    match.state = state
    match.decided_at = Now()  # the database's clock


def _addressees(match: Match) -> Iterator[Addressee]:
    reports = Report.objects.open().filter(missing_person=match.missing_person_id)
    for report in reports.order_by("filed_at").prefetch_related("contacts"):
        contacts = [contact for contact in report.contacts.all() if contact.stopped_at is None]
        for contact in contacts:
            yield Addressee(report, contact)
        if not contacts:
            yield Addressee(report, None)


def _owe_news(match: Match) -> None:
    """Write what is owed, in this transaction. An unproven address is held for a person to call instead."""
    if not may_tell(match):
        return
    _lock_reports(match)
    is_corrected = corrections.is_open_for(match.missing_person_id)
    for report, contact in ((a.report, a.contact) for a in _addressees(match)):
        if contact is None:
            follow_ups.owe_call(reference=news_reference(report), language=report.language)
            continue
        outbox.post(
            reference=news_reference(report),
            channel=contact.channel,
            to=contact.address,
            message=NEWS,
            language=report.language,
            context={"reference": report.reference, "code_word": report.code_word},
            hold_reason=_hold_reason(contact, is_corrected=is_corrected),
            basis=f"{match.pk}:{match.revision}",
            batch=f"wave-{match.entry.source_list.wave_id}",
        )


def _lock_reports(match: Match) -> None:
    """Whoever takes another confirmation of this man back does so before us or after us."""
    reports = Report.objects.filter(missing_person=match.missing_person_id).order_by("pk")
    list(reports.select_for_update(no_key=True).values_list("pk"))


def _hold_reason(contact: Contact, *, is_corrected: bool) -> str:
    """What keeps a message back until a person looks."""
    if not contact.confirmed_at:
        return outbox.CONTACT_UNCONFIRMED
    return outbox.CORRECTION_OPEN if is_corrected else ""
