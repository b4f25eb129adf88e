"""ASK: curves from the reviewers' decisions, what they would move, and the two people who switch them on.

Nothing here changes what is said of any pair until a second person has approved: then the calibration is in force,
and what is open is due to be matched again, over the same path as a changed report. It is switched off the same way.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.celery import wake
from familylink.reports.models import MissingPerson
from matching import engine, judging, rivalry, tasks, yardstick
from matching.evaluation.reliability import Reliability, as_said, reliability_of, said_unseen
from matching.models import Calibration, CalibrationSwitch, ListEntry, Match, MatchState
from matching.models.match import DECIDED, UNDECIDED
from matching.models.yardstick import SWITCH

ENTRIES_AT_ONCE = 50
Progress = Callable[[int, int], None]


class Refused(Exception):
    """Nothing was stored or switched; `words` say why."""

    words: Any = _("The calibration was not changed.")


class TooFew(Refused):
    words = _(
        "There are too few decisions by this version of the engine: a group of pairs needs 50, ten of each verdict."
    )


class NoBetter(Refused):
    words = _("A calibration would say nothing truer of pairs that it was not made from.")


class WouldLose(Refused):
    words = _("The matching would no longer propose a pair that two people confirmed. First find out why.")


class NotAllowed(Refused):
    words = _("This takes an active member of staff who may switch calibrations.")


class OtherEngine(Refused):
    words = _("This calibration was made for another version of the engine or its tables.")


class AlreadySo(Refused):
    words = _("This is in force already.")


class SamePerson(Refused):
    words = _("You have asked for this yourself: somebody else must approve.")


class Overtaken(Refused):
    words = _("Somebody else has switched meanwhile.")


# ------------------------------------------------------------------------------------------ from decisions


@dataclass(frozen=True)
class Learned:
    """Curves, and how true is what is said before and after; `after` is of pairs that the curves did not see.
    `strata` has the confirmed and rejected pairs of each group."""

    curves: engine.Curves
    confirmed: int
    rejected: int
    strata: Mapping[str, tuple[int, int]]
    before: Reliability
    after: Reliability


def decisions() -> list[engine.Decided]:
    """Every pair that reviewers decided on what the present engine said of it. Only stored pairs are ever decided:
    of what lies below the lowest band this says nothing, and the curves leave it as it is."""
    decided = Match.objects.filter(state__in=DECIDED, engine_version=engine.ENGINE_VERSION)
    return [_decided(match) for match in decided.filter(tables_version=engine.TABLES_VERSION).order_by("pk")]


def _decided(match: Match) -> engine.Decided:
    said = match.probability if match.uncalibrated is None else match.uncalibrated
    stratum = engine.date_stratum(map(engine.Evidence.from_dict, match.evidence["evidence"]))
    return engine.Decided(stratum, said, match.state == MatchState.CONFIRMED)


def learn(decided: Sequence[engine.Decided]) -> Learned:
    """Curves of these decisions. Raises TooFew, NoBetter."""
    curves = engine.fit(decided)
    if not curves.of:
        raise TooFew
    before, after = reliability_of(as_said(decided)), reliability_of(said_unseen(decided))
    if after.brier >= before.brier:
        raise NoBetter
    right = Counter(one.stratum for one in decided if one.is_right)
    wrong = Counter(one.stratum for one in decided if not one.is_right)
    strata = {stratum: (right[stratum], wrong[stratum]) for stratum in engine.STRATA}
    return Learned(curves, right.total(), wrong.total(), strata, before, after)


# --------------------------------------------------------------------------------------------- shadow run


class Moved(NamedTuple):
    """An undecided pair whose band would be another; "" is none: it would leave the queue."""

    match_id: UUID
    entry_id: UUID
    band: str
    band_then: str
    probability: float
    probability_then: float


class NewFirst(NamedTuple):
    """An entry for which another undecided pair would come first."""

    entry_id: UUID
    match_id: UUID
    match_id_then: UUID


@dataclass
class Shadow:
    """What matching everything again would come to; nothing of it is stored. `lost` are confirmed pairs, whose
    facts are still the same, that would no longer be proposed."""

    pairs: int = 0
    moved: list[Moved] = field(default_factory=list)
    new_first: list[NewFirst] = field(default_factory=list)
    lost: list[UUID] = field(default_factory=list)

    def directions(self) -> dict[str, int]:
        """How many pairs go from which band to which, the most frequent first."""
        return dict(Counter(f"{one.band} > {one.band_then or 'none'}" for one in self.moved).most_common())


def shadow(
    curves: engine.Curves,
    progress: Progress = lambda done, total: None,
    *,
    states: Sequence[str] = (*UNDECIDED, MatchState.CONFIRMED),
) -> Shadow:
    """Judge every entry with a pair in one of these states as the matching would with these curves."""
    measured_by = yardstick.in_force()._replace(curves=curves)
    matches = Match.objects.filter(state__in=states)
    live = ListEntry.objects.live().filter(pk__in=matches.values("entry"))
    by_series: dict[UUID, list[UUID]] = defaultdict(list)
    for entry_id, series in live.order_by("pk").values_list("pk", "source_list__series"):
        by_series[series].append(entry_id)
    found, total, done = Shadow(), sum(map(len, by_series.values())), 0
    for series, ids in by_series.items():
        proposals: list[rivalry.Proposal] = []
        for start in range(0, len(ids), ENTRIES_AT_ONCE):
            entries = ListEntry.objects.filter(pk__in=ids[start : start + ENTRIES_AT_ONCE]).order_by("pk")
            proposals += judging.judge_entries(list(entries), measured_by).proposals
            done += len(entries)
            progress(done, total)
        then = _then(proposals, ids, series, curves)
        for entry_id in ids:
            _look(found, list(matches.filter(entry=entry_id).order_by("pk")), then)
    return found


def _then(
    proposals: Sequence[rivalry.Proposal], ids: Sequence[UUID], series: UUID, curves: engine.Curves
) -> Mapping[rivalry.Pair, engine.Ranked]:
    """What the matching would say of what it proposes for these entries of one list."""
    stored = rivalry.stored_of({one.person_id for one in proposals}, {series})
    said = rivalry.divide(proposals, stored, frozenset(ids), curves)
    return {one.pair: said[one.pair].ranked for one in proposals if one.pair in said}


Then = Mapping[rivalry.Pair, engine.Ranked]


def _look(found: Shadow, matches: Sequence[Match], then: Then) -> None:
    """Add what would become of the pairs of one entry."""
    undecided = [match for match in matches if match.state in UNDECIDED]
    found.pairs += len(undecided)
    found.moved += _moved(undecided, then)
    found.new_first += _new_first(undecided, then)
    found.lost += _lost([match for match in matches if match.state == MatchState.CONFIRMED], then)


def _moved(matches: Sequence[Match], then: Then) -> Iterator[Moved]:
    for match in matches:
        ranked = then.get((match.missing_person_id, match.entry_id))
        band, probability = ("", 0.0) if ranked is None else (ranked.band, ranked.probability)
        if band != match.band:
            yield Moved(match.pk, match.entry_id, match.band, band, match.probability, probability)


def _new_first(matches: Sequence[Match], then: Then) -> Iterator[NewFirst]:
    still = [
        (ranked, match)
        for match in matches
        if (ranked := then.get((match.missing_person_id, match.entry_id))) is not None
    ]
    if not still:
        return
    first = max(matches, key=lambda match: (match.probability, match.points, match.pk))
    _, first_then = max(still, key=lambda one: (one[0].probability, one[0].comparison.points, one[1].pk))
    if first.pk != first_then.pk:
        yield NewFirst(first.entry_id, first.pk, first_then.pk)


def _lost(confirmed: Sequence[Match], then: Then) -> list[UUID]:
    missing = [match for match in confirmed if (match.missing_person_id, match.entry_id) not in then]
    sought = MissingPerson.objects.sought().filter(
        matches__in=missing, revision=F("matches__person_revision")
    )
    same = set(sought.values_list("pk", flat=True)) if missing else set()
    return [match.pk for match in missing if match.missing_person_id in same]


# ------------------------------------------------------------------------------------- versions, switching


def store(learned: Learned, would: Shadow, *, by: User) -> Calibration:
    """A new version, in force for nobody yet. Raises WouldLose, NotAllowed."""
    _allow(by)
    if would.lost:
        raise WouldLose
    return Calibration.objects.create(
        engine_version=engine.ENGINE_VERSION,
        tables_version=engine.TABLES_VERSION,
        confirmed_count=learned.confirmed,
        rejected_count=learned.rejected,
        curves=learned.curves.as_dict(),
        measured={
            "before": learned.before.as_dict(),
            "after": learned.after.as_dict(),
            "strata": dict(learned.strata),
            "pairs": would.pairs,
            "moved": would.directions(),
            "new_first": len(would.new_first),
        },
        made_by=by,
    )


def switch(calibration: Calibration | None, *, by: User) -> CalibrationSwitch:
    """Ask for this calibration (None: for none), or approve what another person has asked for last.

    On approval it is in force, and every undecided pair is due to be matched again. Raises a Refused.
    """
    _allow(by)
    if calibration == yardstick.calibration_in_force():
        raise AlreadySo
    if calibration is not None:
        _refuse(calibration)
    asked = CalibrationSwitch.objects.first()
    if asked is None or asked.approved_by_id is not None or asked.calibration != calibration:
        return CalibrationSwitch.objects.create(calibration=calibration, asked_by=by)
    if asked.asked_by_id == by.pk:
        raise SamePerson
    return _approve(asked, by)


def _allow(by: User) -> None:
    if not (by.is_active and by.is_staff and by.has_perm(SWITCH)):
        raise NotAllowed


def _refuse(calibration: Calibration) -> None:
    """Anew, at each step: what was true of the pairs when it was made may be so no longer."""
    if not yardstick.is_of_this_engine(calibration):
        raise OtherEngine
    if shadow(yardstick.curves_of(calibration), states=[MatchState.CONFIRMED]).lost:
        raise WouldLose


@transaction.atomic
def _approve(asked: CalibrationSwitch, by: User) -> CalibrationSwitch:
    newest = CalibrationSwitch.objects.select_for_update().first()
    if newest != asked or newest.approved_by_id is not None:
        raise Overtaken
    CalibrationSwitch.objects.filter(pk=asked.pk).update(approved_by=by, approved_at=Now())
    undecided = Match.objects.undecided().values("missing_person")
    MissingPerson.objects.filter(pk__in=undecided).update(matched_revision=None)
    transaction.on_commit(lambda: wake(tasks.match_waiting))
    asked.refresh_from_db()
    return asked
