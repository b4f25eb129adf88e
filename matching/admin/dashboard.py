"""What is going on tonight, in numbers that open the queue they count."""

from collections import Counter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from familylink.reports import vouching
from familylink.reports.models import MissingPerson
from familylink.staff import signed_in
from matching import review, workload
from matching.admin.list_alarms import alarmed_lists
from matching.admin.on_record import record_entries
from matching.admin.queue import put_right_since_told, waiting_for
from matching.admin.shown_plan import blocks_in_words
from matching.models import Band, Correction, ListEntry, Match, MatchRun, MatchState, SourceList, Wave
from matching.models.match import DECIDED
from matching.models.source_list import AT_WORK
from matching.news import alarms
from matching.progress import list_progress, progress
from notifications import follow_ups, outbox, switches

MOST_UNTOLD = 50
MOST_AT_WORK = 10
QUEUE, MESSAGES = "matching_match", "notifications_notification"


class Tile(NamedTuple):
    """A number, and the page that shows what it counts; only for those who may open that page."""

    title: str
    number: Any
    page: str
    filters: dict[str, str]

    @property
    def url(self) -> str:
        return f"{reverse(f'admin:{self.page}_changelist')}?{urlencode(self.filters)}"

    def is_for(self, request: HttpRequest) -> bool:
        app, model = self.page.split("_")
        return request.user.has_perm(f"{app}.view_{model}")


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The dashboard's context: tiles with their links, the work under way, the load, what waits for a person."""
    context["title"] = _("Tonight")
    context["account_waits"] = vouching.waits(signed_in(request))
    if request.user.has_perm(vouching.VOUCH):
        context["accounts_waiting"] = vouching.waiting().count()
    if request.user.has_perm("matching.view_sourcelist"):
        context.update(
            runs=[
                (run.source_list, progress(run))
                for run in MatchRun.objects.unfinished().with_lists()[:MOST_AT_WORK]
            ],
            readings=[(one, list_progress(one)) for one in _lists_at_work()],
            alarmed_lists=alarmed_lists(may_commit=request.user.has_perm("matching.commit_sourcelist")),
        )
    if request.user.has_perm("notifications.view_sendingswitch"):
        context["how_sending_stands"] = switches.how_sending_stands()
    tiles = _alarm_tiles()
    if request.user.has_perm("matching.view_match"):
        waiting = workload.waiting()
        tiles = [*_tiles(request, waiting), *tiles]
        corrections, untold = _corrections(), _untold()
        record_entries(request, [*(task.match for task in corrections), *(match for match, _what in untold)])
        context.update(
            waiting=_by_wave(waiting),
            days=_days(),
            messages_by_state=_messages() if request.user.has_perm("notifications.view_notification") else [],
            corrections=corrections,
            untold=untold,
            links=review.links_awaiting_second(),
            load=workload.load_of(signed_in(request)),
            forecast=_forecast(waiting),
        )
    context["tiles"] = [tile for tile in tiles if tile.is_for(request)]
    return context


def _lists_at_work() -> QuerySet[SourceList]:
    return SourceList.objects.filter(state__in=AT_WORK).select_related("wave__exchange")[:MOST_AT_WORK]


def _tiles(request: HttpRequest, waiting: list[workload.Waiting]) -> list[Tile]:
    by_state: Counter[str] = Counter()
    for one in waiting:
        by_state[one.state] += one.pairs
    mine = waiting_for(request, Match.objects.all())
    by_band = dict(mine.order_by().values_list("band").annotate(count=Count("*")))
    agreed, judged = workload.agreement()
    oldest, median = workload.waiting_since()
    second, disputed = by_state[MatchState.AWAITING_SECOND], by_state[MatchState.DISPUTED]
    return [
        *(
            Tile(title, by_band.get(band, 0), QUEUE, {"band__exact": band})
            for title, band in (
                (_("Certain, waiting for you"), Band.CERTAIN.value),
                (_("Probable, waiting for you"), Band.PROBABLE.value),
                (_("Possible, waiting for you"), Band.POSSIBLE.value),
            )
        ),
        Tile(_("Awaiting the second reviewer"), second, QUEUE, {"show": "second"}),
        Tile(_("Reviewers disagree"), disputed, QUEUE, {"show": "disputed"}),
        Tile(_("Somebody looks at them now"), _claimed(), QUEUE, {"show": "waiting", "claimed": "somebody"}),
        Tile(
            _("Told, and the row was put right since"),
            put_right_since_told(Match.objects.all()).count(),
            QUEUE,
            {"show": "told"},
        ),
        Tile(_("Confirmed, and flagged since"), _flagged(), QUEUE, {"show": "flagged"}),
        Tile(_("New evidence after a decision"), _with_new_evidence(), QUEUE, {"show": "new"}),
        Tile(_("Oldest pair waits since"), oldest or "—", QUEUE, {"show": "waiting", "o": "7"}),
        Tile(_("Half of the pairs wait since"), median or "—", QUEUE, {"show": "waiting", "o": "7"}),
        Tile(_("First and second agreed"), _share(agreed, judged), QUEUE, {"show": "differed"}),
    ]


def _alarm_tiles() -> list[Tile]:
    """What should be 0, or is a task for a person."""
    stuck, untold = MissingPerson.objects.stuck().count(), len(alarms.approved_without_message())
    unapproved = alarms.messages_without_approval()
    return [
        Tile(_("Reports that could not be matched"), stuck, "reports_report", {"matching": "stuck"}),
        Tile(
            _("Reports too common to find without a birth date"),
            MissingPerson.objects.sought().filter(is_too_common=True).count(),
            "reports_report",
            {"missing_person__is_too_common__exact": "1"},
        ),
        Tile(
            _("List entries too common to find without a birth date"),
            ListEntry.objects.too_common().count(),
            "matching_sourcelist",
            {"entries": "too_common"},
        ),
        Tile(_("Messages that wait for a person"), outbox.awaiting_a_person(), MESSAGES, {"awaiting": "yes"}),
        Tile(_("Families to call"), follow_ups.awaiting_a_call(), "notifications_followup", {"call": "yes"}),
        Tile(_("Approved, and nobody owed a message"), untold, QUEUE, {"show": "unowed"}),
        Tile(_("Messages without an approval"), unapproved, MESSAGES, {"message": "news"}),
    ]


def _claimed() -> int:
    return Match.objects.undecided().claimed().count()


def _flagged() -> int:
    return Match.objects.flagged_since().count()


def _with_new_evidence() -> int:
    return Match.objects.filter(state__in=DECIDED, new_evidence_at__isnull=False).count()


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "—"


def _corrections() -> list[Correction]:
    """With their list entries, whose names are shown."""
    return list(Correction.objects.open().select_related("match__entry", "report")[:MOST_UNTOLD])


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


def _untold() -> list[tuple[Match, str]]:
    """Confirmed on a list of the released, and some family has no message about it: what a person must do."""
    confirmed = Match.objects.confirmed().with_lists().select_related("missing_person")
    untold = list(review.untold(confirmed.order_by("-decided_at"))[:MOST_UNTOLD])
    blocks = review.blocks(untold)
    return [
        (match, "; ".join(blocks_in_words(blocks[match.pk])) or _("call or write to them"))
        for match in untold
    ]
