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
from matching.yardstick import Yardstick


class Proposal(NamedTuple):
    """One pair worth a reviewer's look."""

    person_id: uuid.UUID
    entry_id: uuid.UUID
    person_revision: int
    ranked: engine.Ranked


@transaction.atomic
def propose_matches(
    entry_ids: Sequence[uuid.UUID], proposals: Iterable[Proposal], measured_by: Yardstick
) -> int:
    """Store the proposals for these entries; returns how many pairs are new.

    An open pair follows the new evidence; verdicts already given on older evidence are void. A decided pair
    is only flagged. An undecided pair that is no longer proposed lapses. Running it again changes nothing.
    An entry that its list has taken back meanwhile is proposed to nobody.
    How common the names are is counted anew from time to time: that alone is no new evidence to whoever has judged.
    """
    wanted = _still_listed({(proposal.person_id, proposal.entry_id): proposal for proposal in proposals})
    known = {
        (match.missing_person_id, match.entry_id): match
        for match in Match.objects.filter(entry__in=entry_ids).select_for_update().order_by("pk")
    }
    for pair, match in known.items():
        _follow(match, wanted.get(pair), measured_by)
    new = [_new_match(proposal, measured_by) for pair, proposal in wanted.items() if pair not in known]
    # Somebody else may propose the same pair at the same moment: the constraint lets one in.
    Match.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


Pair = tuple[uuid.UUID, uuid.UUID]


def _still_listed(wanted: dict[Pair, Proposal]) -> dict[Pair, Proposal]:
    """Locked until we are done: a corrected list that comes now waits, and then finds what we proposed."""
    listed = ListEntry.objects.live().filter(pk__in={entry_id for _, entry_id in wanted}).order_by("pk")
    locked = set(listed.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    return {pair: proposal for pair, proposal in wanted.items() if pair[1] in locked}


def _follow(match: Match, proposal: Proposal | None, measured_by: Yardstick) -> None:
    if match.state in DECIDED:
        _flag_if_new(match, proposal)
    elif match.state == MatchState.RETRACTED:
        return
    elif proposal is None:
        _lapse(match)
    elif match.state == MatchState.LAPSED or _is_to_be_renewed(match, proposal):
        _renew(match, proposal, measured_by)
    else:
        _say_anew(match, proposal.ranked, measured_by)


def _say_anew(match: Match, ranked: engine.Ranked, measured_by: Yardstick) -> None:
    """The evidence stands; its probability follows the rivals and the calibration."""
    if (match.probability, match.calibration_id) != (ranked.probability, measured_by.calibration_id):
        Match.objects.filter(pk=match.pk).update(
            probability=ranked.probability,
            uncalibrated=ranked.uncalibrated,
            calibration=measured_by.calibration,
        )


def _is_to_be_renewed(match: Match, proposal: Proposal) -> bool:
    """A verdict stands as long as it is about the same facts; nobody's verdict is lost by other numbers alone."""
    if _index(proposal) == bytes(match.evidence_index):
        return False
    return match.state == MatchState.OPEN or _says_otherwise(match, proposal)


def _says_otherwise(match: Match, proposal: Proposal) -> bool:
    """Not only the points differ, and how common a name is said to be."""
    now = _facts(proposal.ranked.band, _evidence(proposal.ranked))
    return now != _facts(match.band, match.evidence)


def _facts(band: str, evidence: dict[str, Any]) -> tuple[Any, ...]:
    seen = [(one["feature"], one["level"], one["wanted"], one["found"]) for one in evidence["evidence"]]
    return band, evidence["caps"], seen


def _flag_if_new(match: Match, proposal: Proposal | None) -> None:
    if proposal is None or _index(proposal) == bytes(match.evidence_index):
        return
    if _says_otherwise(match, proposal):
        Match.objects.filter(pk=match.pk, new_evidence_at=None).update(new_evidence_at=Now())


def _lapse(match: Match) -> None:
    if match.state != MatchState.LAPSED:
        match.state = MatchState.LAPSED
        _void_verdicts(match)
        match.save()


def _renew(match: Match, proposal: Proposal, measured_by: Yardstick) -> None:
    _describe(match, proposal, measured_by)
    match.state = MatchState.OPEN
    _void_verdicts(match)
    match.save()


def _void_verdicts(match: Match) -> None:
    match.revision += 1
    match.first_verdict = ""
    match.first_reviewer = match.second_reviewer = None


def _new_match(proposal: Proposal, measured_by: Yardstick) -> Match:
    match = Match(missing_person_id=proposal.person_id, entry_id=proposal.entry_id)
    _describe(match, proposal, measured_by)
    return match


def _describe(match: Match, proposal: Proposal, measured_by: Yardstick) -> None:
    comparison = proposal.ranked.comparison
    match.points = comparison.points
    match.probability = proposal.ranked.probability
    match.band = proposal.ranked.band
    match.evidence = _evidence(proposal.ranked)
    match.evidence_index = _index(proposal)
    match.engine_version = engine.ENGINE_VERSION
    match.tables_version = engine.TABLES_VERSION
    match.uncalibrated = proposal.ranked.uncalibrated
    match.calibration = measured_by.calibration
    match.name_snapshot = measured_by.snapshot
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
