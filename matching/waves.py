"""DO: match a committed list against every report, and a changed report against every committed list.

Work is claimed by a row lock that ends with the worker, and its result and its tick are one transaction: killed
anywhere, it is done again, and done once. Both ways compare by `judging.match_entries`.
"""

import logging
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from django.db import DatabaseError, transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from familylink.reports.models import MissingPerson
from familylink.reports.models.person import MAX_FAILURES
from familylink.reports.refiling import profile_of
from matching import candidates, engine, yardstick
from matching.judging import match_entries, worth_asking
from matching.models import BatchState, ListEntry, Match, MatchBatch, MatchRun, MatchState
from matching.models.run import MAX_ATTEMPTS

log = logging.getLogger(__name__)

# A kill costs a batch, about half a second of work; what entries share costs once a batch (a list in five batches
# costs a sixth more than in two); and two workers should each have some of a list.
LEAST_BATCH, MOST_BATCH, BATCHES = 50, 500, 2
PERSONS_AT_ONCE = 50


def plan_batches(run_id: int, at_most: int = MOST_BATCH) -> None:
    """Cut a run into batches of so many entries at most, once."""
    with transaction.atomic():
        run = MatchRun.objects.select_for_update().get(pk=run_id)
        if run.planned_at is not None:
            return
        size = min(max(-(-run.entry_count // BATCHES), LEAST_BATCH), at_most)
        MatchBatch.objects.bulk_create(
            MatchBatch(
                run=run,
                number=number,
                first_position=first,
                last_position=min(first + size - 1, run.entry_count),
            )
            for number, first in enumerate(range(1, run.entry_count + 1, size), start=1)
        )
        MatchRun.objects.filter(pk=run.pk).update(planned_at=Now())
    close_if_done(run_id)


def match_next_batch() -> bool:
    """Do one waiting batch of any run; False when none waits that nobody else is at."""
    batch_id: int | None = None
    try:
        with transaction.atomic():
            batch = (
                MatchBatch.objects.waiting()
                .filter(run__stopped_at=None)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("run")
                .order_by("attempts", "run", "number")
                .first()
            )
            if batch is None:
                return False
            batch_id = batch.pk
            _match_batch(batch)
    except DatabaseError:
        raise  # a deadlock or a lost connection says nothing about the batch: it is simply done later
    except Exception:  # the batch, not the worker, is what is wrong: say so and let the others go on
        if batch_id is None:
            raise
        _set_apart(batch_id)
        return True
    close_if_done(batch.run_id)
    return True


def _match_batch(batch: MatchBatch) -> None:
    entries = list(batch.entries().to_compare())
    outcome = match_entries([entry for entry in entries if entry.removed_at is None])
    MatchBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.DONE, attempts=F("attempts") + 1, done_at=Now()
    )
    MatchRun.objects.filter(pk=batch.run_id).update(
        entries_done=F("entries_done") + len(entries),
        candidate_count=F("candidate_count") + outcome.candidates,
        match_count=F("match_count") + outcome.new_matches,
    )


@transaction.atomic
def _set_apart(batch_id: int) -> None:
    """One entry is what is wrong: each half of a batch that failed is tried by itself, until that entry stands
    alone and holds up no other."""
    log.exception("batch %s failed", batch_id)
    batch = MatchBatch.objects.waiting().select_for_update().filter(pk=batch_id).first()
    if batch is None:  # another worker has done it since
        return
    batch.attempts += 1
    if batch.first_position < batch.last_position:
        _halve(batch)
    elif batch.attempts >= MAX_ATTEMPTS:
        batch.state = BatchState.STUCK
    batch.save()


def _halve(batch: MatchBatch) -> None:
    # Held, so that numbers are given one by one.
    run = MatchRun.objects.select_for_update(no_key=True).get(pk=batch.run_id)
    middle = (batch.first_position + batch.last_position) // 2
    MatchBatch.objects.create(
        run=run,
        number=run.batches.aggregate(last=Max("number"))["last"] + 1,
        first_position=middle + 1,
        last_position=batch.last_position,
        attempts=batch.attempts,
    )
    batch.last_position = middle


def close_if_done(run_id: int) -> bool:
    """Finish the run when its last batch is done; true for the one caller who did."""
    done = MatchRun.objects.unfinished().filter(pk=run_id, planned_at__isnull=False)
    return done.filter(entries_done=F("entry_count")).update(finished_at=Now()) == 1


def match_next_persons() -> bool:
    """Match some new or changed missing persons against all committed lists; False when none waits."""
    waiting: list[MissingPerson] = []
    try:
        with transaction.atomic():
            waiting = _take_persons()
            if waiting:
                sight = _sight_of(waiting)
                match_entries(sight.entries)
                _tick(waiting, sight.too_common)
    except DatabaseError:
        raise
    except Exception:  # one of them is what is wrong: next time each is tried alone, after all the others
        log.exception("matching of %s failed", ", ".join(str(person.pk) for person in waiting))
        failed = MissingPerson.objects.filter(pk__in=[person.pk for person in waiting])
        failed.update(match_failures=F("match_failures") + 1)
    return bool(waiting)


def _take_persons() -> list[MissingPerson]:
    """The next to be matched, locked; one that failed before is taken alone."""
    # NO KEY: a batch that proposes a match for one of them must not wait for us, nor we for it.
    waiting = (
        MissingPerson.objects.awaiting_matching()
        .select_for_update(skip_locked=True, no_key=True)
        .by_urgency()[:PERSONS_AT_ONCE]
    )
    taken = list(waiting)
    return taken[:1] if taken and taken[0].match_failures else [p for p in taken if not p.match_failures]


def try_again_what_failed() -> None:
    """Once more each: the reason may have gone, as a key that was away."""
    stuck = MatchBatch.objects.filter(state=BatchState.STUCK, run__finished_at=None)
    stuck.update(state=BatchState.WAITING, attempts=MAX_ATTEMPTS - 1)
    MissingPerson.objects.stuck().update(match_failures=MAX_FAILURES - 1)


def lapse_unsought() -> int:
    """Take undecided matches of persons nobody looks for any more off the reviewers' queue."""
    unsought = Match.objects.undecided().exclude(missing_person__in=MissingPerson.objects.sought())
    return unsought.update(
        state=MatchState.LAPSED, first_reviewer=None, first_verdict="", revision=F("revision") + 1
    )


class _Sight(NamedTuple):
    """Entries to look at for some persons; `too_common` are the persons of whom a key was not followed."""

    entries: list[ListEntry]
    too_common: set[uuid.UUID]


def _sight_of(persons: Sequence[MissingPerson]) -> _Sight:
    """Entries that one of them may well be, and those proposed for one of them before.

    Sharing a key is not enough here: every entry returned is ranked anew with all its rivals.
    """
    profiles = [profile_of(person) for person in persons]
    population = yardstick.in_force().population
    met = candidates.entries_for(profiles, worth_asking(population, engine.LEAST_POINTS))
    before = Match.objects.filter(missing_person__in=persons).values_list("entry__number", "entry_id")
    proposed = dict(before.filter(entry__number__isnull=False))
    entries = candidates.entries(np.append(met.numbers, list(proposed)).astype(np.int64))
    are_here, places = entries.places(met.numbers)
    pairs = engine.Pairs(places, met.askers[are_here])
    weighed = engine.weigh_pairs(entries.columns, engine.Columns.of(profiles), pairs, population)
    worth = {entries.ids[place] for place in places[weighed.points >= engine.LEAST_POINTS].tolist()}
    worth.update(set(map(str, proposed.values())).intersection(entries.ids))
    looked_at = list(ListEntry.objects.live().to_compare().filter(pk__in=worth))
    return _Sight(looked_at, {persons[place].pk for place in met.too_common})


def _tick(persons: Iterable[MissingPerson], too_common: Collection[uuid.UUID]) -> None:
    for person in persons:
        MissingPerson.objects.filter(pk=person.pk).update(
            matched_revision=person.revision, matched_at=Now(), is_too_common=person.pk in too_common
        )
