"""DO: write what a run found, without ever undoing what a person decided."""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models.functions import Now

from familylink.sealing import blind_index
from matching import engine
from matching.models import ListEntry, Match, MatchState
from matching.models.match import DECIDED


class Proposal(NamedTuple):
    """One pair worth a reviewer's look."""

    person_id: uuid.UUID
    entry_id: uuid.UUID
    person_revision: int
    ranked: engine.Ranked


@transaction.atomic
def propose_matches(entry_ids: Sequence[uuid.UUID], proposals: Iterable[Proposal]) -> int:
    """Store the proposals for these entries; returns how many pairs are new.

    An open pair follows the new evidence; verdicts already given on older evidence are void. A decided pair
    is only flagged. An undecided pair that is no longer proposed lapses. Running it again changes nothing.
    An entry that its list has taken back meanwhile is proposed to nobody.
    """
    wanted = _still_listed({(proposal.person_id, proposal.entry_id): proposal for proposal in proposals})
    known = {
        (match.missing_person_id, match.entry_id): match
        for match in Match.objects.filter(entry__in=entry_ids).select_for_update().order_by("pk")
    }
    for pair, match in known.items():
        _follow(match, wanted.get(pair))
    new = [_new_match(proposal) for pair, proposal in wanted.items() if pair not in known]
    # Somebody else may propose the same pair at the same moment: the constraint lets one in.
    Match.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


Pair = tuple[uuid.UUID, uuid.UUID]


def _still_listed(wanted: dict[Pair, Proposal]) -> dict[Pair, Proposal]:
    """Locked until we are done: a corrected list that comes now waits, and then finds what we proposed."""
    listed = ListEntry.objects.live().filter(pk__in={entry_id for _, entry_id in wanted}).order_by("pk")
    locked = set(listed.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    return {pair: proposal for pair, proposal in wanted.items() if pair[1] in locked}


def _follow(match: Match, proposal: Proposal | None) -> None:
    if match.state in DECIDED:
        _flag_if_new(match, proposal)
    elif match.state == MatchState.RETRACTED:
        return
    elif proposal is None:
        _lapse(match)
    elif match.state == MatchState.LAPSED or _index(proposal) != bytes(match.evidence_index):
        _renew(match, proposal)
    elif match.probability != proposal.ranked.probability:
        Match.objects.filter(pk=match.pk).update(probability=proposal.ranked.probability)


def _flag_if_new(match: Match, proposal: Proposal | None) -> None:
    if proposal is not None and _index(proposal) != bytes(match.evidence_index):
        Match.objects.filter(pk=match.pk, new_evidence_at=None).update(new_evidence_at=Now())


def _lapse(match: Match) -> None:
    if match.state != MatchState.LAPSED:
        match.state = MatchState.LAPSED
        _void_verdicts(match)
        match.save()


def _renew(match: Match, proposal: Proposal) -> None:
    _describe(match, proposal)
    match.state = MatchState.OPEN
    _void_verdicts(match)
    match.save()


def _void_verdicts(match: Match) -> None:
    match.revision += 1
    match.first_verdict = ""
    match.first_reviewer = match.second_reviewer = None


def _new_match(proposal: Proposal) -> Match:
    match = Match(missing_person_id=proposal.person_id, entry_id=proposal.entry_id)
    _describe(match, proposal)
    return match


def _describe(match: Match, proposal: Proposal) -> None:
    comparison = proposal.ranked.comparison
    match.points = comparison.points
    match.probability = proposal.ranked.probability
    match.band = proposal.ranked.band
    match.evidence = _evidence(proposal.ranked)
    match.evidence_index = _index(proposal)
    match.engine_version = engine.ENGINE_VERSION
    match.tables_version = engine.TABLES_VERSION
    match.person_revision = proposal.person_revision


def _evidence(ranked: engine.Ranked) -> dict[str, Any]:
    comparison = ranked.comparison
    return {
        "evidence": [evidence.as_dict() for evidence in comparison.evidence],
        "caps": list(comparison.caps),
    }


def _index(proposal: Proposal) -> bytes:
    """Two proposals show a reviewer the same if and only if this is equal."""
    shown = {"band": proposal.ranked.band, **_evidence(proposal.ranked)}
    return blind_index("evidence", json.dumps(shown, sort_keys=True, ensure_ascii=False))
