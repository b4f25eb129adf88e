"""Lists that somebody must look at, each with what is wrong, worst first."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.models import Correction, ListEntry, MatchRun, RefusedRow, SourceList
from matching.models.run import BatchState
from matching.models.source_list import AT_WORK, REFUSED, ListState

MOST = 50


class TooCommonFilter(admin.SimpleListFilter):
    """Lists with people whom nothing but a name that very many bear could find."""

    title = gettext_lazy("entries")
    parameter_name = "entries"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("too_common", gettext_lazy("too common to find without a birth date"))]

    def queryset(self, request: HttpRequest, lists: QuerySet[SourceList]) -> QuerySet[SourceList]:
        if self.value() != "too_common":
            return lists
        return lists.filter(pk__in=ListEntry.objects.too_common().order_by().values("source_list"))


def alarmed_lists(*, may_commit: bool) -> list[tuple[SourceList, list[str]]]:
    """In a fixed number of queries, however many lists there are. What only waits to be committed is for those who may
    do that."""
    alarms: dict[UUID, list[str]] = defaultdict(list)
    received = _received() if may_commit else []
    for found in (_families_to_call(), _stuck(), _refused(), _unread_rows(), _stopped(), received):
        for list_id, words in found[:MOST]:
            alarms[list_id].append(words)
    lists = SourceList.objects.select_related("wave__exchange").in_bulk(list(alarms)[:MOST])
    return [(lists[list_id], words) for list_id, words in alarms.items() if list_id in lists]


def _families_to_call() -> list[tuple[UUID, str]]:
    counted = _by_list(Correction.objects.open(), "match__entry__source_list")
    return [
        (
            list_id,
            ngettext("%(count)d family must be called", "%(count)d families must be called", count)
            % {"count": count},
        )
        for list_id, count in counted
    ]


def _stuck() -> list[tuple[UUID, str]]:
    stuck = _by_list(MatchRun.objects.filter(batches__state=BatchState.STUCK), "source_list")
    return [(list_id, _("a part of the matching needs a technician")) for list_id, _count in stuck]


def _refused() -> list[tuple[UUID, str]]:
    """Also what came in again: of a list that was withdrawn since, nobody stands anywhere."""
    refused = SourceList.objects.filter(state__in=REFUSED).values_list("pk", "state")
    return [(list_id, str(ListState(state).label)) for list_id, state in refused]


def _received() -> list[tuple[UUID, str]]:
    """Whoever stands on such a list is compared with nobody before somebody commits it."""
    lists = SourceList.objects.filter(state=ListState.RECEIVED).order_by("received_at")
    return [(list_id, str(ListState.RECEIVED.label)) for list_id in lists.values_list("pk", flat=True)]


def _unread_rows() -> list[tuple[UUID, str]]:
    """Whoever stands in such a row of a list in force is matched with nobody."""
    rows = RefusedRow.objects.waiting().filter(source_list__state=ListState.COMMITTED)
    return [
        (
            list_id,
            ngettext("%(count)d row waits for a person", "%(count)d rows wait for a person", count)
            % {"count": count},
        )
        for list_id, count in _by_list(rows, "source_list")
    ]


def _stopped() -> list[tuple[UUID, str]]:
    at_work = Q(state__in=AT_WORK, stopped_at__isnull=False)
    being_matched = Q(runs__stopped_at__isnull=False, runs__finished_at=None)
    lists = SourceList.objects.filter(at_work | being_matched).distinct()
    return [(list_id, _("stopped by somebody")) for list_id in lists.values_list("pk", flat=True)]


def _by_list(rows: QuerySet[Any], path: str) -> list[tuple[UUID, int]]:
    counted = rows.order_by().values(list_id=F(path)).annotate(number=Count("pk"))
    return list(counted.order_by("-number").values_list("list_id", "number")[:MOST])
