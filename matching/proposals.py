"""DO: write what a run found, without ever undoing what a person decided."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models.functions import Now

from familylink.inserting import insert_all
from familylink.reports.models import MissingPerson
from familylink.sealing import blind_index
from matching import engine, rivalry
from matching.models import ListEntry, Match, MatchState
from matching.models.match import DECIDED, UNDECIDED
from matching.rivalry import Proposal
from matching.yardstick import Yardstick


def next_judging() -> int:
    """The number of a judging (one comparison of some entries with all who are sought), rising from one to the next.

    To be asked for before the first row is read: then a judging with a higher number has seen all that a lower one has.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('matching_judging')")
        return int(cursor.fetchone()[0])


def lock_judged(entries: Sequence[ListEntry], series: Collection[uuid.UUID], judging: int) -> set[uuid.UUID]:
    """The ids of those entries of which this judging may be stored; they and their lists are locked until the end of
    the transaction.

    A corrected list that comes now waits, and then finds what we proposed; one that came before has taken its entries
    back. Where a later judging was stored, a report may have come that this one has not seen: nothing of it is.
    """
    rivalry.hold_lists(series)
    listed = ListEntry.objects.live().filter(pk__in=[entry.pk for entry in entries], judged__lt=judging)
    locked = listed.order_by("pk").select_for_update(of=("self",), no_key=True)
    ids = set(locked.values_list("pk", flat=True))
    ListEntry.objects.filter(pk__in=ids).update(judged=judging)
    return ids


def overtaken_by_a_change(proposals: Iterable[Proposal]) -> set[uuid.UUID]:
    """The ids of entries with a proposal whose person's facts have changed since they were compared.

    The persons stay locked until the end of the transaction, as a new match locks them anyway. This keeps out whoever
    changes a person, so that the matching which follows a change finds all that was proposed on the facts before it.
    """
    compared = list(proposals)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, revision FROM {MissingPerson._meta.db_table} "  # noqa: S608 -- our own name
            "WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [list({one.person_id for one in compared})],
        )
        present = dict(cursor.fetchall())
    return {one.entry_id for one in compared if present.get(one.person_id) != one.person_revision}


@transaction.atomic
def propose_matches(
    entry_ids: Collection[uuid.UUID],
    series: Collection[uuid.UUID],
    proposals: Iterable[Proposal],
    measured_by: Yardstick,
) -> int:
    """Store the proposals for these entries; returns how many pairs are new. The caller holds the entries and their
    lists, whose series these are.

    An open pair follows the new evidence; verdicts already given on older evidence are void. A decided pair
    is only flagged. An undecided pair that is no longer proposed lapses. Running it again changes nothing.
    How common the names are is counted anew from time to time: that alone is no new evidence to whoever has judged.
    What is said of a pair is divided with the person's other pairs of the same list, which follow.
    """
    wanted = {one.pair: one for one in proposals if one.entry_id in entry_ids}
    known = rivalry.locked_beside({person_id for person_id, _ in wanted}, entry_ids, series)
    said = rivalry.divide(wanted.values(), known, entry_ids, measured_by.curves)
    for pair, match in known.items():
        if pair[1] in entry_ids:
            _follow(match, said[pair] if pair in wanted and pair in said else None, measured_by)
        elif match.state in UNDECIDED:
            _follow_rivals(match, said[pair].ranked, measured_by)
    new = [_new_match(said[pair], measured_by) for pair in wanted if pair not in known]
    insert_all(new)
    return len(new)


def divide_anew(persons: Collection[uuid.UUID], series: uuid.UUID, measured_by: Yardstick) -> None:
    """Some pairs of these persons with the list of this series are gone: what is said of the others follows. The caller
    holds the list."""
    known = rivalry.locked_of(persons, {series})
    said = rivalry.divide((), known, (), measured_by.curves)
    for pair, match in known.items():
        if match.state in UNDECIDED:
            _follow_rivals(match, said[pair].ranked, measured_by)


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
        _say_anew(match, proposal.ranked, measured_by, crowding=proposal.crowding)


def _follow_rivals(match: Match, ranked: engine.Ranked, measured_by: Yardstick) -> None:
    """Nothing else of the pair was looked at; another band is what a reviewer sees, and voids a verdict."""
    if ranked.band == match.band:
        _say_anew(match, ranked, measured_by, crowding=match.crowding)
    else:
        _say(match, ranked, measured_by)
        _open_anew(match)


def _say_anew(match: Match, ranked: engine.Ranked, measured_by: Yardstick, *, crowding: float) -> None:
    """The evidence stands; its probability follows the rivals and the calibration."""
    before = (match.probability, match.alone, match.crowding, match.calibration_id)
    if before != (ranked.probability, ranked.alone, crowding, measured_by.calibration_id):
        Match.objects.filter(pk=match.pk).update(
            probability=ranked.probability,
            alone=ranked.alone,
            crowding=crowding,
            uncalibrated=ranked.uncalibrated,
            calibration=measured_by.calibration,
        )


def _is_to_be_renewed(match: Match, proposal: Proposal) -> bool:
    """A verdict stands as long as it is about the same facts; nobody's verdict is lost by other numbers alone."""
    if _index(proposal.ranked) == bytes(match.evidence_index):
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
    if proposal is None:
        is_new = _is_unlike(match)
    else:
        is_other = _index(proposal.ranked) != bytes(match.evidence_index)
        is_new = is_other and _says_otherwise(match, proposal)
    if is_new:
        Match.objects.filter(pk=match.pk, new_evidence_at=None).update(new_evidence_at=Now())


def _is_unlike(match: Match) -> bool:
    """Confirmed, and what is told of the person since then is so different that nobody would propose the pair."""
    told_since = MissingPerson.objects.sought().filter(
        pk=match.missing_person_id, revision__gt=match.person_revision
    )
    return match.state == MatchState.CONFIRMED and told_since.exists()


def _lapse(match: Match) -> None:
    if match.state != MatchState.LAPSED:
        match.state = MatchState.LAPSED
        _void_verdicts(match)
        match.save()


def _renew(match: Match, proposal: Proposal, measured_by: Yardstick) -> None:
    _describe(match, proposal, measured_by)
    _open_anew(match)


def _open_anew(match: Match) -> None:
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
    match.points = proposal.ranked.comparison.points
    match.evidence = _evidence(proposal.ranked)
    match.engine_version = engine.ENGINE_VERSION
    match.tables_version = engine.TABLES_VERSION
    match.name_snapshot = measured_by.snapshot
    match.person_revision = proposal.person_revision
    match.crowding = proposal.crowding
    _say(match, proposal.ranked, measured_by)


def _say(match: Match, ranked: engine.Ranked, measured_by: Yardstick) -> None:
    match.probability, match.alone, match.uncalibrated = ranked.probability, ranked.alone, ranked.uncalibrated
    match.band = ranked.band
    match.evidence_index = _index(ranked)
    match.calibration = measured_by.calibration


def _evidence(ranked: engine.Ranked) -> dict[str, Any]:
    comparison = ranked.comparison
    return {
        "evidence": [evidence.as_dict() for evidence in comparison.evidence],
        "caps": list(comparison.caps),
    }


def _index(ranked: engine.Ranked) -> bytes:
    """Two proposals show a reviewer the same if and only if this is equal."""
    shown = {"band": ranked.band, **_evidence(ranked)}
    return blind_index("evidence", orjson.dumps(shown, option=orjson.OPT_SORT_KEYS).decode())
