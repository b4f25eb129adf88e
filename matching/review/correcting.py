"""A decided pair opens again: by undo, by new evidence, or by a correction after a family may have heard.

What has not left is called back. Where a family may have heard, a person calls them: nothing here, and nothing
anywhere, sends "we were wrong" by itself.
"""

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from familylink.reports.models import MissingPerson, Report
from matching.models import Correction, CorrectionReason, Match, MatchState, Reopening
from matching.models.correction import SETTLE
from matching.models.match import LEAD
from matching.news import corrections
from matching.reopening import open_again
from matching.review.locking import allowed, lock_match, still_listed
from matching.review.refusals import CorrectionClosed, NotConfirmed, NotDecided, NoteRequired


@transaction.atomic
def reopen(match_id: uuid.UUID, *, by: User, note: str) -> Match:
    """A rejected or settled pair opens again because of new evidence, which `note` names; it is compared anew.

    Raises NoteRequired, NotDecided when it is neither, TakenBackByTheList.
    """
    match, _rivals = lock_match(match_id)
    allowed(by)
    still_listed(match)
    if match.state not in (MatchState.REJECTED, MatchState.SETTLED):
        raise NotDecided
    if not note.strip():
        raise NoteRequired
    open_again(match, Reopening.Cause.NEW_EVIDENCE, by, note)
    MissingPerson.objects.filter(pk=match.missing_person_id).update(revision=F("revision") + 1)
    return match


@transaction.atomic
def correct(match_id: uuid.UUID, *, by: User, note: str) -> list[Correction]:
    """A confirmed pair was wrong: a lead opens it again. Where its family may have heard, that is a person's task.

    Raises LeadNeeded, NoteRequired, NotConfirmed.
    """
    match, _rivals = lock_match(match_id, with_rivals=True)
    allowed(by, LEAD)
    if match.state != MatchState.CONFIRMED:
        raise NotConfirmed
    if not note.strip():
        raise NoteRequired
    revoke(match, Reopening.Cause.CORRECTION, by, note)
    return list(match.corrections.open())


def revoke(match: Match, cause: Reopening.Cause, by: User, note: str) -> None:
    """Open a decided pair again and call back what it owed; the caller holds `lock_match`'s locks."""
    was_confirmed = match.state == MatchState.CONFIRMED
    open_again(match, cause, by, note)
    if was_confirmed:
        corrections.take_back([match], reason=CorrectionReason.UNDONE, by=by)


@transaction.atomic
def close_correction(correction_id: uuid.UUID, *, by: User, note: str) -> None:
    """A person has spoken to the family. Raises NoteRequired, NotYours, CorrectionClosed."""
    allowed(by, SETTLE)
    if not note.strip():
        raise NoteRequired
    if not corrections.settle(correction_id, by=by, note=note):
        raise CorrectionClosed


def script(report: Report, *, holds: bool = False, is_put_right: bool = False) -> list[str]:
    """The words for the call after wrong news, however it came to them, in the family's language; of news that turned
    out to be true all the same (`holds`), or of which only the row was put right, no caller may say that it was wrong.
    """
    with translation.override(report.language):
        greeting = _("Say your name, that you call from this service, and the code word: %(word)s.") % {
            "word": report.code_word
        }
        if holds:
            return [greeting, _("“The list was corrected. The news that you have from us is right.”")]
        if is_put_right:
            return [
                greeting,
                _(
                    "“The list was corrected. The row that our news rests on still stands there, written differently.”"
                ),
                _("“Until two people have compared it anew, we cannot say more.”"),
            ]
        return [
            greeting,
            _("“You may have heard from us that there is news. I am sorry: that was not right.”"),
            _(
                "“We do not know where the person you look for is now. We go on searching, and your report stays open.”"
            ),
            _("“This was our mistake, not yours.” Then be silent and listen."),
            _("Offer the number of psychological help, and to call again tomorrow. Promise nothing."),
            _("Never say whose news it was, and nothing about any other family."),
        ]
