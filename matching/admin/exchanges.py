"""Exchanges and waves, and the lists received about each wave."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from matching.admin.wave_page import shown_wave
from matching.models import Exchange, ListEntry, Match, MatchState, SourceList, Wave
from matching.models.list_entry import MEN
from matching.models.match import UNDECIDED


class WaveInline(TabularInline):
    model = Wave
    extra = 0
    fields = ["stage", "occurred_on", "announced_count"]
    show_change_link = True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:  # the heading of a column names no field to a screen reader
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


@admin.register(Exchange)
class ExchangeAdmin(ModelAdmin):
    list_display = ["title", "agreed_on", "agreed_number", "wave_count"]
    search_fields = ["name"]
    inlines = [WaveInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Exchange]:
        return Exchange.objects.annotate(waves_held=Count("waves"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # An exchange has a title, where the word "name" elsewhere is that of a person.
        titled = {"label": capfirst(_("title of the exchange"))} if db_field.name == "name" else {}
        return super().formfield_for_dbfield(db_field, request, **titled, **kwargs)

    @admin.display(description=_("title of the exchange"), ordering="name")
    def title(self, exchange: Exchange) -> str:
        return exchange.name

    @admin.display(description=_("waves"), ordering="waves_held")
    def wave_count(self, exchange: Exchange) -> int:
        return exchange.waves_held  # type: ignore[attr-defined,no-any-return]


class SourceListInline(TabularInline):
    """The lists of a wave, to be opened: they are received on their own page."""

    model = SourceList
    extra = 0
    hide_title = True
    max_num = 0
    can_delete = False
    readonly_fields = ["page", "kind", "reliability", "state", "entry_count", "refused_count"]
    fields = ["page", "kind", "reliability", "state", "entry_count", "refused_count"]

    @admin.display(description=_("list"))
    def page(self, source_list: SourceList) -> SafeString:
        if source_list._state.adding:  # the framework's empty row, which nobody sees
            return SafeString("-")
        url = reverse("admin:matching_sourcelist_change", args=[source_list.pk])
        # Several lists of one wave come from one source.
        came = date_format(localtime(source_list.received_at), "d.m H:i")
        return format_html('<a class="desk-link" href="{}">{}, {}</a>', url, source_list.source_name, came)


@admin.register(Wave)
class WaveAdmin(ModelAdmin):
    list_display = ["__str__", "announced_count", "listed", "waiting", "confirmed"]
    list_filter = ["exchange"]
    inlines = [SourceListInline]
    change_form_after_template = "matching/wave_actions.html"  # type: ignore[assignment]  # read as a path

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        wave = Wave.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        return super().change_view(request, object_id, extra_context=shown_wave(wave) if wave else {})

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Wave]:
        return Wave.objects.select_related("exchange").annotate(
            people_listed=_of_wave(ListEntry.objects.live(), "source_list__wave", MEN),
            pairs_waiting=_pairs(UNDECIDED),
            pairs_confirmed=_pairs([MatchState.CONFIRMED]),
        )

    @admin.display(description=_("people listed"))
    def listed(self, wave: Wave) -> int:
        return wave.people_listed  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("pairs waiting"))
    def waiting(self, wave: Wave) -> int:
        return wave.pairs_waiting  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("confirmed"))
    def confirmed(self, wave: Wave) -> int:
        return wave.pairs_confirmed  # type: ignore[attr-defined,no-any-return]


def _pairs(states: Iterable[str]) -> Coalesce:
    return _of_wave(Match.objects.filter(state__in=states), "entry__source_list__wave", Count("pk"))


def _of_wave(rows: models.QuerySet[Any], path: str, number: Any) -> Coalesce:
    """How many of these there are of the wave that a row shows."""
    of_wave = rows.filter(**{path: OuterRef("pk")}).order_by()
    return Coalesce(Subquery(of_wave.values(path).annotate(number=number).values("number")), 0)
