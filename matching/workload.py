"""ASK: how the review goes tonight: what waits, how fast it goes, and when somebody should rest. Nothing is written."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Now, TruncDate

from matching.models import Band, Decision, Match, MatchState, SourceList, Verdict, Wave
from matching.models.match import UNDECIDED

PAUSE_AFTER_PAIRS_AN_HOUR = 60
PAUSE_AFTER_PAIRS_A_SHIFT = 200
SHIFT = dt.timedelta(hours=8)
HOUR = dt.timedelta(hours=1)
FORTNIGHT = dt.timedelta(days=14)
# The first verdicts of a night come within seconds of each other: from a shorter time no pace is told.
SHORTEST_PACE = dt.timedelta(minutes=5)


class MedianTime(Aggregate):
    """The time that half of the rows lie before."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


class Load(NamedTuple):
    """What one reviewer has decided in the last hour and in this shift."""

    last_hour: int
    this_shift: int

    @property
    def is_fast(self) -> bool:
        return self.last_hour >= PAUSE_AFTER_PAIRS_AN_HOUR

    @property
    def is_long(self) -> bool:
        return self.this_shift >= PAUSE_AFTER_PAIRS_A_SHIFT


class Forecast(NamedTuple):
    """How long the waiting pairs take with those who decided in the last hour; None while nobody does."""

    verdicts_needed: int
    verdicts_last_hour: int
    reviewers: int
    time_left: dt.timedelta | None


class Waiting(NamedTuple):
    """So many undecided pairs of one band and state, on the lists of one wave."""

    wave_id: int
    band: str
    state: str
    pairs: int


class Day(NamedTuple):
    """Verdicts of one day."""

    day: dt.date
    verdicts: int


def load_of(reviewer: User) -> Load:
    """How much somebody has decided; turning down together counts as the looks that it was."""
    mine = Decision.objects.filter(reviewer=reviewer)
    return Load(_since(mine, HOUR).count(), _since(mine, SHIFT).count())


def waiting() -> list[Waiting]:
    """All undecided pairs, counted in one pass: what every number of the dashboard about them is made of."""
    lists = dict(SourceList.objects.values_list("pk", "wave"))
    rows = Match.objects.undecided().order_by().values_list("entry__source_list", "band", "state")
    return [
        Waiting(lists[source_list], band, state, count)
        for source_list, band, state, count in rows.annotate(count=Count("*"))
    ]


def forecast(waiting: Iterable[Waiting]) -> Forecast:
    """Every open pair needs two verdicts (a possible one often one), a half decided or disputed one needs one.

    The pace is that of the last hour, or since this shift's first verdict when that is less than an hour ago.
    """
    needed = sum(one.pairs * _verdicts_needed(one) for one in waiting)
    last_hour = Q(decided_at__gt=Now() - Value(HOUR))
    recent = _since(Decision.objects.all(), SHIFT).aggregate(
        verdicts=Count("pk", filter=last_hour),
        reviewers=Count("reviewer", distinct=True, filter=last_hour),
        since_first=ExpressionWrapper(Now() - Min("decided_at"), DurationField()),
    )
    given, left = recent["verdicts"], None
    if given:
        left = needed / given * min(HOUR, max(SHORTEST_PACE, recent["since_first"]))
    return Forecast(needed, given, recent["reviewers"], left)


def by_wave(waiting: Iterable[Waiting]) -> list[tuple[Wave, Counter[str]]]:
    """How many wait in each band, the newest wave first."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for one in waiting:
        counts[one.wave_id][one.band] += one.pairs
    waves = Wave.objects.filter(pk__in=counts).select_related("exchange")
    return [(wave, counts[wave.pk]) for wave in waves]


def waiting_since() -> tuple[dt.datetime | None, dt.datetime | None]:
    """Since when the oldest undecided pair waits, and half of them."""
    asked: QuerySet[Match] = Match.objects.filter(state__in=UNDECIDED)
    found = asked.aggregate(oldest=Min("proposed_at"), median=MedianTime("proposed_at"))
    return found["oldest"], found["median"]


def decided_by_day() -> list[Day]:
    """Verdicts of the last fortnight, the newest first; a day without any is left out."""
    recent = _since(Decision.objects.all(), FORTNIGHT).order_by()
    rows = recent.annotate(day=TruncDate("decided_at")).values_list("day").annotate(count=Count("*"))
    return [Day(day, count) for day, count in rows.order_by("-day")]


def agreement() -> tuple[int, int]:
    """Of the pairs that two or more judged on the same evidence in a fortnight: how many agreed, and of how many."""
    pairs = _since(Decision.objects.exclude(verdict=Verdict.UNSURE), FORTNIGHT).order_by()
    judged = (
        pairs.values("match", "match_revision")
        .annotate(verdicts=Count("*"), first=Min("verdict"), last=Max("verdict"))
        .filter(verdicts__gte=2)
    )
    found = judged.aggregate(agreed=Count("first", filter=Q(first=F("last"))), judged=Count("first"))
    return found["agreed"], found["judged"]


def _verdicts_needed(waiting: Waiting) -> int:
    return 2 if waiting.state == MatchState.OPEN and waiting.band != Band.POSSIBLE else 1


def _since(decisions: QuerySet[Decision], span: dt.timedelta) -> QuerySet[Decision]:
    return decisions.filter(decided_at__gt=Now() - Value(span))
