"""ASK: a decided pair opens again, by an event on record; the caller holds its locks."""

from django.contrib.auth.models import User

from matching.models import Match, MatchState, Reopening

Cause = Reopening.Cause


def open_again(match: Match, cause: Cause, by: User | None, note: str = "") -> None:
    """The verdicts on this revision are void; the pair goes back to the queue."""
    Reopening.objects.create(
        match=match, match_revision=match.revision, cause=cause, reopened_by=by, note=note.strip()
    )
    match.state, match.revision = MatchState.OPEN, match.revision + 1
    match.first_verdict, match.first_reviewer, match.second_reviewer = "", None, None
    match.decided_at = match.settled_by = match.new_evidence_at = None
    match.save()


def open_what_it_settled(match: Match, by: User | None) -> None:
    """The pairs that were closed because this one was confirmed, where their entry still stands on its list."""
    settled = Match.objects.filter(settled_by=match, entry__removed_at=None).order_by("pk")
    for other in settled.select_for_update(of=("self",)):
        open_again(other, Cause.SETTLED_ANEW, by)
