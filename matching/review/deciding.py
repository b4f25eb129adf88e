"""One reviewer's verdict on the evidence they saw, and what follows from it."""

import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models.functions import Now

from familylink.locks import passed_over_as
from matching.changed_facts import is_compared
from matching.models import Band, Decision, Match, MatchState, Reason, Verdict
from matching.models.decision import REASONS
from matching.models.match import LEAD, UNDECIDED
from matching.news.basis import who_may_decide
from matching.review import letters, telling
from matching.review.locking import allowed, lock_match, still_listed
from matching.review.refusals import (
    AlreadyDecided,
    BulkOnlyForPossible,
    Busy,
    Claimed,
    Ended,
    EntryTaken,
    FactsChanged,
    NoteRequired,
    PlanChanged,
    ReasonRequired,
    Refused,
    SameReviewer,
    SettledByAnother,
    StaleRevision,
    TooMany,
)

MOST_TOGETHER = 200
# Not every pair that is decided no more was decided by a colleague.
MEANWHILE = {MatchState.LAPSED: Ended, MatchState.SETTLED: SettledByAnother}


class _Said(NamedTuple):
    """What one reviewer says of a pair."""

    reviewer: User
    verdict: Verdict
    reason: str
    note: str


@transaction.atomic
def decide(
    match_id: uuid.UUID,
    *,
    reviewer: User,
    verdict: str,
    revision: int,
    reason: str = Reason.EVIDENCE,
    note: str = "",
    seen: bytes | None = None,
) -> Match:
    """Record one reviewer's verdict on the revision they saw, and what follows from it.

    The locks make two simultaneous verdicts come one after the other: without them two approvals each see only
    themselves, and nobody is told. `seen` is the digest of the `plan` on the reviewer's page: a "same" that
    would send something else is refused. Raises a Refused.
    """
    match, rivals = lock_match(match_id, with_rivals=True)
    said = _Said(reviewer, Verdict(verdict), reason, note)
    _refuse(match, said, revision)
    planned = _planned(match) if verdict == Verdict.SAME else None
    if planned and seen is not None and planned.digest != seen:
        raise PlanChanged
    _give(match, said, plan_digest=planned.digest if planned else None)
    if planned and match.state == MatchState.CONFIRMED:
        telling.flag_minor(match, reviewer)
        telling.post(match, planned)
        _settle(match, rivals)
    return match


def already_gave_verdict(match: Match, reviewer: User) -> bool:
    """Whether this reviewer has decided the pair as it now stands."""
    return _verdicts(match).filter(reviewer=reviewer).exists()


def reject_together(
    chosen: Mapping[uuid.UUID, int], *, reviewer: User, reason: str, note: str = ""
) -> tuple[uuid.UUID, int, list[uuid.UUID]]:
    """Turn down open pairs of the band "possible" that a preview has shown: match -> revision seen there.

    Returns the number by which all can be taken back together, how many were turned down, and the pairs left
    alone because somebody is at them or was faster, or the evidence changed. Nobody confirms in bulk. Raises TooMany.
    """
    if len(chosen) > MOST_TOGETHER:
        raise TooMany
    bulk, left = uuid.uuid4(), []
    said = _Said(reviewer, Verdict.DIFFERENT, reason, note)
    for match_id, revision in chosen.items():
        try:
            with passed_over_as(Busy):
                _reject_one(match_id, revision, said, bulk)
        except Refused:
            left.append(match_id)
    return bulk, len(chosen) - len(left), left


def _reject_one(match_id: uuid.UUID, revision: int, said: _Said, bulk: uuid.UUID) -> None:
    match, _ = lock_match(match_id)
    _refuse(match, said, revision)
    if match.band != Band.POSSIBLE or match.state != MatchState.OPEN:
        raise BulkOnlyForPossible
    _give(match, said, bulk=bulk)


def _give(
    match: Match, said: _Said, *, plan_digest: bytes | None = None, bulk: uuid.UUID | None = None
) -> None:
    """Put the verdict on record, and the pair where it leads: nobody looks at the pair any more."""
    Decision.objects.create(
        match=match,
        match_revision=match.revision,
        reviewer=said.reviewer,
        verdict=said.verdict,
        reason=said.reason,
        note=said.note.strip(),
        evidence=match.evidence,
        evidence_index=match.evidence_index,
        plan_digest=plan_digest,
        bulk=bulk,
    )
    if said.verdict != Verdict.UNSURE:
        _advance(match, said.reviewer, said.verdict)
    _release(match)
    match.save()


def _verdicts(match: Match) -> models.QuerySet[Decision]:
    return match.decisions.filter(match_revision=match.revision).exclude(verdict=Verdict.UNSURE)


def _refuse(match: Match, said: _Said, revision: int) -> None:
    allowed(said.reviewer)
    still_listed(match)
    if match.state not in UNDECIDED:
        raise MEANWHILE.get(MatchState(match.state), AlreadyDecided)
    if match.revision != revision:
        raise StaleRevision
    if already_gave_verdict(match, said.reviewer):
        raise SameReviewer
    if match.state == MatchState.DISPUTED:
        allowed(said.reviewer, LEAD)
    if is_claimed_by_another(match, said.reviewer):
        raise Claimed
    if said.reason != Reason.EVIDENCE and said.reason not in REASONS[said.verdict]:
        raise ReasonRequired
    if not said.note.strip() and wants_note(match, said.verdict, said.reason):
        raise NoteRequired


def is_claimed_by_another(match: Match, reviewer: User) -> bool:
    """Whether a colleague has this pair open now."""
    return not Match.objects.filter(pk=match.pk).unclaimed_by_others(reviewer.pk).exists()


def wants_note(match: Match, verdict: Verdict, reason: str = Reason.EVIDENCE) -> bool:
    """Doubt is explained, and so is turning down what the evidence speaks for, and any reason not on the list."""
    against_evidence = verdict == Verdict.DIFFERENT and match.band != Band.POSSIBLE
    return verdict == Verdict.UNSURE or against_evidence or reason == Reason.OTHER


def _advance(match: Match, reviewer: User, verdict: Verdict) -> None:
    """The state machine of a match; the verdict that is being given is already among its decisions."""
    if match.state != MatchState.DISPUTED and not _others(match, reviewer).exists():
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
    other = _others(match, reviewer).filter(verdict=verdict).first()
    if other is None:
        return False
    match.first_reviewer, match.second_reviewer = other.reviewer, reviewer
    match.first_verdict = verdict
    return True


def _others(match: Match, reviewer: User) -> models.QuerySet[Decision]:
    """What others said who may still decide: who lost the right may have said it without."""
    return _verdicts(match).exclude(reviewer=reviewer).filter(reviewer__in=who_may_decide())


def _close(match: Match, state: MatchState) -> None:
    match.state = state
    match.decided_at = Now()  # the database's clock


def _release(match: Match) -> None:
    match.claimed_by = match.claimed_until = None


def _planned(match: Match) -> letters.Plan:
    """What a confirmation of this pair would send, where it can be one at all."""
    if not is_compared(match):
        raise FactsChanged
    if _is_taken(match):
        raise EntryTaken
    return letters.plan(match)


def _is_taken(match: Match) -> bool:
    """Two families may not both be told of one man, whichever of his rows each of them was found on."""
    of_man = Match.objects.confirmed().of_man(match.entry)
    return of_man.exclude(missing_person=match.missing_person_id).exists()


def _settle(match: Match, rivals: Iterable[Match]) -> None:
    """Close the pairs that cannot also be true; reversibly, and with the pair that settled them."""
    for rival in rivals:
        if rival.state in UNDECIDED and _is_settled_by(rival, match):
            rival.settled_by = match
            _close(rival, MatchState.SETTLED)
            _release(rival)
            rival.save()


def _is_settled_by(rival: Match, match: Match) -> bool:
    """Another entry cannot be this man too, once he is found where he can be told of.

    Another family's pair with this entry is closed only where the evidence hardly speaks for it: a strong one is
    most often a second report about the same man, and closing it would lose that family. It stays for a look.
    """
    if rival.missing_person_id == match.missing_person_id:
        same_list = rival.entry.source_list_id == match.entry.source_list_id
        return same_list or letters.may_tell(match)
    return rival.band == Band.POSSIBLE
