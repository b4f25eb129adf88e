"""Families that heard what no longer holds, and who has spoken to them; each is settled on the page of its pair."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from familylink.staff import ReadOnly
from matching.admin.on_record import record_listed
from matching.models import Correction

OPEN, SETTLED = "open", "settled"


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("what to show")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(OPEN, gettext_lazy("to be called")), (SETTLED, gettext_lazy("settled"))]

    def queryset(self, request: HttpRequest, corrections: QuerySet[Correction]) -> QuerySet[Correction]:
        if self.value() not in (OPEN, SETTLED):
            return corrections
        return corrections.filter(settled_at__isnull=self.value() == OPEN)


@admin.register(Correction)
class CorrectionAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "pair",
        "report",
        "reason",
        "heard",
        "wave",
        "raised_at",
        "raised_by",
        "settled_at",
        "settled_by",
    ]
    list_display_links = None
    list_filter = [OpenFilter, "reason"]
    ordering = ["settled_at", "-raised_at"]
    list_per_page = 25
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        path = "match__entry__source_list"
        found = (
            super()
            .get_queryset(request)
            .select_related(f"{path}__wave__exchange", "report", "raised_by", "settled_by")
        )
        return found.defer("match__evidence", f"{path}__content", f"{path}__preview")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, str] | None = None
    ) -> TemplateResponse:
        page = super().changelist_view(request, extra_context)
        record_listed(request, page)
        return page

    @admin.display(description=gettext_lazy("list entry"))
    def pair(self, correction: Correction) -> SafeString:
        address = reverse("admin:matching_match_change", args=[correction.match_id])
        name = correction.match.entry.name_text
        return format_html('<a class="desk-link" href="{}">{}</a>', address, name)

    @admin.display(description=gettext_lazy("report"))
    def report(self, correction: Correction) -> str:
        return correction.report.reference if correction.report else _("all who look for this man")

    @admin.display(description=gettext_lazy("wave"))
    def wave(self, correction: Correction) -> str:
        return str(correction.match.entry.source_list.wave)
