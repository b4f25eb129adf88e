"""What is going on tonight, in numbers that open the queue they count."""

import datetime as dt
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from familylink.reports.models import MissingPerson
from familylink.staff import signed_in
from matching import alarms, review, workload
from matching.admin.queue import waiting_for
from matching.models import Band, Correction, ListEntry, Match, MatchRun, MatchState, Wave
from matching.models.match import DECIDED
from matching.progress import progress
from notifications import follow_ups, outbox

MOST_UNTOLD = 50
Tile = tuple[str, Any, str, dict[str, str]]


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The dashboard's context: tiles with their links, the runs under way, the load, what waits for a person."""
    context["title"] = _("Tonight")
    if request.user.has_perm("matching.view_match"):
        waiting = workload.waiting()
        context.update(
            tiles=[_tile(*tile) for tile in _tiles(request, waiting)],
            runs=[progress(run) for run in MatchRun.objects.unfinished()[:10]],
            waiting=_by_wave(waiting),
            days=_days(),
            messages_by_state=_messages() if request.user.has_perm("notifications.view_notification") else [],
            corrections=Correction.objects.open().select_related("match__entry")[:MOST_UNTOLD],
            untold=_untold(),
            load=workload.load_of(signed_in(request)),
            forecast=_forecast(waiting),
        )
    return context


def _tiles(request: HttpRequest, waiting: list[workload.Waiting]) -> list[Tile]:
    queue, messages = "matching_match", "notifications_notification"
    by_state: Counter[str] = Counter()
    for one in waiting:
        by_state[one.state] += one.pairs
    mine = waiting_for(request, Match.objects.all())
    by_band = dict(mine.order_by().values_list("band").annotate(count=Count("*")))
    agreed, judged = workload.agreement()
    oldest = workload.oldest_waiting()
    return [
        (_("Certain, waiting for you"), by_band.get("certain", 0), queue, {"band__exact": "certain"}),
        (_("Probable, waiting for you"), by_band.get("probable", 0), queue, {"band__exact": "probable"}),
        (_("Possible, waiting for you"), by_band.get("possible", 0), queue, {"band__exact": "possible"}),
        (
            _("Awaiting the second reviewer"),
            by_state[MatchState.AWAITING_SECOND],
            queue,
            {"show": "second"},
        ),
        (_("Reviewers disagree"), by_state[MatchState.DISPUTED], queue, {"show": "disputed"}),
        (
            _("New evidence after a decision"),
            Match.objects.filter(state__in=DECIDED, new_evidence_at__isnull=False).count(),
            queue,
            {"show": "new"},
        ),
        (_("Oldest pair waits since"), _since(oldest), queue, {"show": "mine", "o": "6"}),
        (_("First and second agreed"), _share(agreed, judged), queue, {"show": "decided"}),
        (_("Reports that could not be matched"), _stuck_reports(), "reports_report", {}),
        (
            _("Reports too common to find without a birth date"),
            MissingPerson.objects.sought().filter(is_too_common=True).count(),
            "reports_report",
            {"missing_person__is_too_common__exact": "1"},
        ),
        (
            _("List entries too common to find without a birth date"),
            ListEntry.objects.too_common().count(),
            "matching_sourcelist",
            {},
        ),
        (
            _("Messages that wait for a person"),
            outbox.awaiting_a_person(),
            messages,
            {"awaiting": "yes"},
        ),
        (_("Families to call"), follow_ups.awaiting_a_call(), "notifications_followup", {"call": "yes"}),
        (
            _("Approved, and nobody owed a message"),
            alarms.approved_without_message(),
            queue,
            {"show": "decided"},
        ),
        (_("Messages without an approval"), alarms.messages_without_approval(), messages, {}),
    ]


def _tile(title: str, number: Any, page: str, filters: dict[str, str]) -> dict[str, Any]:
    url = reverse(f"admin:{page}_changelist")
    return {"title": title, "number": number, "url": f"{url}?{urlencode(filters)}" if filters else url}


def _since(at: dt.datetime | None) -> Any:
    return at or "—"


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "—"


def _by_wave(waiting: list[workload.Waiting]) -> list[tuple[Wave, list[tuple[int, str]]]]:
    """Undecided pairs by wave and band, each number with its queue."""
    queue = reverse("admin:matching_match_changelist")
    return [
        (
            wave,
            [
                (
                    counts[band],
                    f"{queue}?{urlencode({'show': 'waiting', 'band__exact': band, 'wave': wave.pk})}",
                )
                for band in reversed(Band.values)
            ],
        )
        for wave, counts in workload.by_wave(waiting)
    ]


def _days() -> list[tuple[workload.Day, int]]:
    """Each day with the length of its bar, 0-100 of the busiest."""
    days = workload.decided_by_day()
    most = max((day.verdicts for day in days), default=1)
    return [(day, round(day.verdicts / most * 100)) for day in days]


def _messages() -> list[tuple[str, int, str]]:
    url = reverse("admin:notifications_notification_changelist")
    return [
        (label, count, f"{url}?{urlencode({'state__exact': state})}")
        for state, label, count in outbox.count_by_state()
    ]


def _forecast(waiting: list[workload.Waiting]) -> dict[str, Any]:
    found = workload.forecast(waiting)
    minutes = round(found.time_left.total_seconds() / 60) if found.time_left is not None else None
    return {**found._asdict(), "hours": minutes // 60 if minutes else 0, "minutes": (minutes or 0) % 60}


def _stuck_reports() -> int:
    unmatched = MissingPerson.objects.unmatched()
    return unmatched.exclude(pk__in=MissingPerson.objects.awaiting_matching().values("pk")).count()


def _untold() -> list[tuple[Match, str]]:
    """Confirmed on a list of the released, and some family has no message about it: what a person must do."""
    confirmed = Match.objects.confirmed().with_lists().select_related("missing_person")
    found = []
    for match in review.untold(confirmed.order_by("-decided_at"))[:MOST_UNTOLD]:
        blocked = review.plan(match).blocks
        found.append((match, _("a flag holds it") if blocked else _("call or write to them")))
    return found
