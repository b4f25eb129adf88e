"""The queue of pairs: what waits for whom, and the filters over it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from familylink.reports.models import Report
from familylink.staff import signed_in
from matching.models import Match, MatchState, Wave
from matching.models.match import DECIDED, LEAD, UNDECIDED
from matching.news import alarms

MOST_WAVES = 30


def waiting_for(request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
    """Undecided pairs on whose present evidence whoever asks has given no verdict; disagreements are for leads."""
    mine = matches.unjudged_by(signed_in(request).pk)  # type: ignore[attr-defined]
    found: QuerySet[Match] = mine if request.user.has_perm(LEAD) else mine.exclude(state=MatchState.DISPUTED)
    return found


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
