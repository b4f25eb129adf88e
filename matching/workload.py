"""ASK: how the review goes tonight: what waits, how fast it goes, and when somebody should rest. Nothing is written."""

import datetime as dt
from collections import Counter
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Min, QuerySet, Value
from django.db.models.functions import Now, TruncDate

from matching.models import Band, Decision, Match, MatchState, Verdict, Wave
from matching.models.match import UNDECIDED

PAUSE_AFTER_PAIRS_AN_HOUR = 60
PAUSE_AFTER_PAIRS_A_SHIFT = 200
SHIFT = dt.timedelta(hours=8)
HOUR = dt.timedelta(hours=1)


class Load(NamedTuple):
    """What one reviewer has decided in the last hour and in this shift."""

    last_hour: int
    this_shift: int

    @property
    def wants_pause(self) -> bool:
        return self.last_hour >= PAUSE_AFTER_PAIRS_AN_HOUR or self.this_shift >= PAUSE_AFTER_PAIRS_A_SHIFT


class Forecast(NamedTuple):
    """How long the waiting pairs take with those who decided in the last hour; None while nobody does."""

    verdicts_needed: int
    verdicts_an_hour: int
    reviewers: int
    time_left: dt.timedelta | None


class Waiting(NamedTuple):
    """The undecided pairs of one wave, by band."""

    wave: Wave
    by_band: dict[str, int]


class Day(NamedTuple):
    """Verdicts of one day."""

    day: dt.date
    verdicts: int


def load_of(reviewer: User) -> Load:
    """How much somebody has decided; turning down together counts as the looks that it was."""
    mine = Decision.objects.filter(reviewer=reviewer)
    return Load(_since(mine, HOUR).count(), _since(mine, SHIFT).count())


def forecast() -> Forecast:
    """Every open pair needs two verdicts (a possible one often one), a half decided or disputed one needs one."""
    states = Counter(dict(Match.objects.undecided().order_by().values_list("state").annotate(Count("pk"))))
    weak = Match.objects.filter(state=MatchState.OPEN, band=Band.POSSIBLE).count()
    needed = 2 * states[MatchState.OPEN] - weak
    needed += states[MatchState.AWAITING_SECOND] + states[MatchState.DISPUTED]
    recent = _since(Decision.objects.all(), HOUR).aggregate(
        verdicts=Count("pk"), reviewers=Count("reviewer", distinct=True)
    )
    rate = recent["verdicts"]
    left = dt.timedelta(hours=needed / rate) if rate else None
    return Forecast(needed, rate, recent["reviewers"], left)


def waiting_by_wave() -> list[Waiting]:
    """Undecided pairs by wave and band, the newest wave first."""
    rows = (
        Match.objects.undecided()
        .order_by()
        .values_list("entry__source_list__wave", "band")
        .annotate(Count("pk"))
    )
    counts: dict[int, dict[str, int]] = {}
    for wave_id, band, count in rows:
        counts.setdefault(wave_id, {})[band] = count
    waves = Wave.objects.filter(pk__in=counts).select_related("exchange")
    return [Waiting(wave, counts[wave.pk]) for wave in waves]


def oldest_waiting() -> dt.datetime | None:
    """Since when the oldest undecided pair waits."""
    found: dt.datetime | None = Match.objects.filter(state__in=UNDECIDED).aggregate(at=Min("proposed_at"))[
        "at"
    ]
    return found


def decided_by_day(days: int = 14) -> list[Day]:
    """Verdicts of the last days, the newest first; a day without any is left out."""
    recent = _since(Decision.objects.all(), dt.timedelta(days=days)).order_by()
    rows = recent.annotate(day=TruncDate("decided_at")).values_list("day").annotate(Count("pk"))
    return [Day(day, count) for day, count in rows.order_by("-day")]


def agreement() -> tuple[int, int]:
    """Of the pairs that two or more judged on the same evidence: how many they agreed on, and of how many."""
    judged = (
        Decision.objects.exclude(verdict=Verdict.UNSURE)
        .order_by()
        .values("match", "match_revision")
        .annotate(verdicts=Count("pk"), kinds=Count("verdict", distinct=True))
        .filter(verdicts__gte=2)
    )
    return judged.filter(kinds=1).count(), judged.count()


def _since(decisions: QuerySet[Decision], span: dt.timedelta) -> QuerySet[Decision]:
    return decisions.filter(decided_at__gt=Now() - Value(span))
