"""The queue of pairs: what waits for whom, and the filters over it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, QueryDict
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from familylink.reports.models import Report
from familylink.staff import signed_in
from matching.admin.on_record import record_listed
from matching.admin.pairs import numbers_of, shown_probability, with_numbers
from matching.models import Band, Correction, Match, MatchState, Wave
from matching.models.match import DECIDED, LEAD, UNDECIDED
from matching.news import alarms
from matching.templatetags.desk import isolated

MOST_WAVES = 30
QUEUE_FILTERS = "queue_filters"
NOT_IN_A_ROW = ("evidence", "entry__raw", "entry__profile")


def waiting_for(request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
    """Undecided pairs on whose present evidence whoever asks has given no verdict; disagreements are for leads."""
    mine = matches.unjudged_by(signed_in(request).pk)  # type: ignore[attr-defined]
    found: QuerySet[Match] = mine if request.user.has_perm(LEAD) else mine.exclude(state=MatchState.DISPUTED)
    return found


def put_right_since_told(matches: QuerySet[Match]) -> QuerySet[Match]:
    """Undecided pairs of those whose family heard of a row that a corrected list says otherwise: nothing is certain to
    it until two people have looked."""
    tasks = Correction.objects.of_rows_put_right().filter(
        match__entry__source_list__series=OuterRef("entry__source_list__series")
    )
    of_all = tasks.filter(report=None, match__missing_person=OuterRef("missing_person"))
    of_one = tasks.filter(report__missing_person=OuterRef("missing_person"))
    return matches.filter(Exists(of_all) | Exists(of_one), state__in=UNDECIDED)


def filters_asked(asked: QueryDict, queue: ChangeList) -> str:
    """The filters and the order of the queue, for a session, which is not sealed: whatever else stands in an address
    may be a name."""
    known = {ORDER_VAR}.union(*(one.expected_parameters() for one in queue.filter_specs))
    kept = asked.copy()
    for name in asked.keys() - known:
        del kept[name]
    return kept.urlencode()


class StateFilter(admin.SimpleListFilter):
    """What waits for this reviewer comes first; the rest is a click away."""

    title = gettext_lazy("what to show")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", gettext_lazy("waiting for my verdict")),
            ("waiting", gettext_lazy("waiting for anybody's verdict")),
            ("second", gettext_lazy("awaiting the second reviewer")),
            ("disputed", gettext_lazy("reviewers disagree")),
            ("told", gettext_lazy("told, and the row was put right since")),
            ("new", gettext_lazy("new evidence after a decision")),
            ("decided", gettext_lazy("decided")),
            ("differed", gettext_lazy("first and second differed")),
            ("flagged", gettext_lazy("confirmed, and flagged since")),
            ("unowed", gettext_lazy("approved, and nobody is owed a message")),
            ("all", gettext_lazy("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        # No "All" of the framework's own: without a choice the queue shows what waits for me.
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or "mine") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        shown: dict[str, Callable[[], QuerySet[Match]]] = {
            "waiting": lambda: matches.filter(state__in=UNDECIDED),
            "second": lambda: matches.filter(state=MatchState.AWAITING_SECOND),
            "disputed": lambda: matches.filter(state=MatchState.DISPUTED),
            "told": lambda: put_right_since_told(matches),
            "new": lambda: matches.filter(state__in=DECIDED, new_evidence_at__isnull=False),
            "decided": lambda: matches.filter(state__in=DECIDED),
            "differed": lambda: matches.judged_differently(),  # type: ignore[attr-defined]
            "flagged": lambda: matches.flagged_since(),  # type: ignore[attr-defined]
            "unowed": lambda: matches.filter(state=MatchState.CONFIRMED, missing_person__in=_of_the_unowed()),
            "all": lambda: matches,
        }
        return shown.get(self.value() or "", lambda: waiting_for(request, matches))()


def _of_the_unowed() -> QuerySet[Report, uuid.UUID]:
    reports = Report.objects.filter(pk__in=alarms.approved_without_message())
    return reports.order_by().values_list("missing_person", flat=True)


class QueuePaginator(Paginator):  # type: ignore[type-arg]  # its stub alone is generic
    """Finds a page by the narrow rows of an index, however deep it lies, and reads whole pairs for that page alone."""

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        matches: Any = self.object_list
        first = (number - 1) * self.per_page
        shown = list(matches.values_list("pk", flat=True)[first : first + self.per_page])
        return Page(matches.filter(pk__in=shown), number, self)


class WaveFilter(admin.SimpleListFilter):
    """The latest waves, with their exchanges in one query."""

    title = gettext_lazy("wave")
    parameter_name = "wave"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        waves = Wave.objects.select_related("exchange")[:MOST_WAVES]
        return [(str(wave.pk), str(wave)) for wave in waves]

    def queryset(self, request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        wave = self.value() or ""
        return matches.filter(entry__source_list__wave=int(wave)) if wave.isdecimal() else matches


class ClaimFilter(admin.SimpleListFilter):
    title = pgettext_lazy("filter", "who looks at it")
    parameter_name = "claimed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("nobody", gettext_lazy("nobody")),
            ("me", gettext_lazy("I do")),
            ("somebody", gettext_lazy("somebody")),
        ]

    def queryset(self, request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        asked: dict[str, Callable[[], QuerySet[Match]]] = {
            "nobody": lambda: matches.unclaimed_by_others(None),  # type: ignore[attr-defined]
            "me": lambda: matches.filter(claimed_by=signed_in(request)),
            "somebody": lambda: matches.claimed(),  # type: ignore[attr-defined]
        }
        return asked.get(self.value() or "", lambda: matches)()


class LanguageFilter(admin.SimpleListFilter):
    title = gettext_lazy("language of a family")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("uk", "Українська"), ("en", "English"), ("ru", "Русский")]

    def queryset(self, request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        if not self.value():
            return matches
        reports = Report.objects.open().filter(
            missing_person=OuterRef("missing_person"), language=self.value()
        )
        return matches.filter(Exists(reports))


class Queue(ModelAdmin):
    """The table of pairs, by default those that wait for whoever looks; the columns of the table and its filters."""

    list_display = [
        "pair",
        "shown_reports",
        "shown_band",
        "shown_probability",
        "shown_state",
        "wave",
        "claimed",
        "proposed",
    ]
    list_filter = [
        StateFilter,
        "band",
        ClaimFilter,
        WaveFilter,
        "entry__source_list__kind",
        LanguageFilter,
    ]
    list_select_related = ["claimed_by"]
    paginator = QueuePaginator
    list_per_page = 25
    list_disable_select_all = True
    show_full_result_count = False
    actions = None
    list_before_template = "matching/queue_actions.html"  # type: ignore[assignment]  # read as a path

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        matches = super().get_queryset(request).exclude(state=MatchState.LAPSED)
        return matches.with_lists().defer(*NOT_IN_A_ROW)  # type: ignore[attr-defined,no-any-return]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Who else names this person, and who looks for them, is asked for what a page shows alone: a count would join
        every pair's entry for it."""
        changes: ChangeList = super().get_changelist_instance(request)
        changes.result_list = changes.result_list.with_other_source().prefetch_related(
            with_numbers("missing_person")
        )
        return changes

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, str] | None = None
    ) -> TemplateResponse:
        page = super().changelist_view(request, extra_context)
        queue = getattr(page, "context_data", {}).get("cl")
        if queue is not None:  # "next" keeps to what the reviewer was looking at
            request.session[QUEUE_FILTERS] = filters_asked(request.GET, queue)
        record_listed(request, page)
        return page

    @admin.display(description=gettext_lazy("list entry"))
    def pair(self, match: Match) -> str:
        name = isolated(match.entry.name_text)
        other = getattr(match, "other_source", None)
        if not other:
            return name
        also = _("also on the list of: %(source)s") % {"source": other}
        return format_html("<div>{}<br><small>{}</small></div>", name, also)

    @admin.display(description=gettext_lazy("reports"))
    def shown_reports(self, match: Match) -> str:
        """Without them the pairs of two families with one row are two lines alike."""
        numbers = ((number,) for number in numbers_of(match.missing_person))
        return format_html_join("", '<div class="nowrap">{}</div>', numbers)

    @display(
        description=gettext_lazy("band"),  # type: ignore[arg-type]  # a lazy text is as good
        ordering="probability",
        label={Band.CERTAIN: "success", Band.PROBABLE: "info", Band.POSSIBLE: "warning"},
    )
    def shown_band(self, match: Match) -> tuple[str, str]:
        return match.band, match.get_band_display()

    @admin.display(description=gettext_lazy("probability"), ordering="probability")
    def shown_probability(self, match: Match) -> str:
        return shown_probability(match)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, match: Match) -> str:
        # Who gave the first verdict, and which, stays hidden until the second one is given.
        return match.get_state_display()

    @admin.display(description=gettext_lazy("wave"))
    def wave(self, match: Match) -> str:
        return str(match.entry.source_list.wave)

    @admin.display(description=gettext_lazy("claimed"))
    def claimed(self, match: Match) -> str:
        return str(match.claimed_by or "")

    @admin.display(description=gettext_lazy("proposed at"), ordering="proposed_at")
    def proposed(self, match: Match) -> str:
        """Without the year: the whole table stands beside the menu."""
        return date_format(localtime(match.proposed_at), "d.m H:i")

    def last_shown(self, request: HttpRequest) -> QuerySet[Match]:
        """The pairs of the queue as this member of staff last filtered it."""
        filters = request.session.get(QUEUE_FILTERS, "")
        if not filters:
            return waiting_for(request, self.get_queryset(request))
        asked = request.GET
        request.GET = type(asked)(filters)
        try:
            return self.get_changelist_instance(request).get_queryset(request)
        finally:
            request.GET = asked
