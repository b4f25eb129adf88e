"""Whom somebody must call, and what families wrote back. Addresses are shown on the page of one family only."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from notifications import follow_ups
from notifications.admin.shared import ReadOnly, staff
from notifications.models import Call, FollowUp, Notification, Reply


class CallInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Call
    extra = 0
    hide_title = True
    readonly_fields = ["called_at", "caller", "outcome"]
    fields = ("called_at", "caller", "outcome")


class ToCall(admin.SimpleListFilter):
    title = _("to call")
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(closed_at=None).exclude(call_reason="") if self.value() == "yes" else queryset


def _recorder(outcome: str, words: Any) -> Any:
    """An action that records one outcome of a call to each chosen family."""

    @admin.action(description=words, permissions=["call"])
    def record(desk: Any, request: HttpRequest, chosen: QuerySet[FollowUp]) -> None:
        for follow_up in chosen:
            follow_ups.record_call(follow_up.pk, caller=staff(request), outcome=outcome)
            desk.log_change(request, follow_up, f"call_{outcome}")
        desk.message_user(request, _("The call is recorded."), messages.SUCCESS)

    record.__name__ = f"record_{outcome}"
    return record


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["reference", "language", "call_reason", "call_since", "outcome", "closed_at", "closed_by"]
    list_filter = [ToCall, "language", "call_reason", "outcome"]
    search_fields = ["reference"]
    ordering = ["closed_at", "call_since"]
    inlines = [CallInline]
    actions = [_recorder(outcome, label) for outcome, label in Call.Outcome.choices]
    facts = (
        "reference",
        "language",
        "addresses",
        "opened_at",
        "call_reason",
        "call_since",
        "outcome",
        "closed_at",
        "closed_by",
    )
    readonly_fields = facts

    def has_call_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.record_call")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and self.has_call_permission(request):
            import_string(settings.RECORD_VIEW)(staff(request), row)  # before the address is shown
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return answer

    @admin.display(description=_("to"))
    def addresses(self, follow_up: FollowUp) -> str:
        """Where we wrote to them; only those who call see it."""
        rows = Notification.objects.filter(reference=follow_up.reference, purged_at=None)
        return ", ".join(sorted({row.to for row in rows}))

    def get_fields(self, request: HttpRequest, obj: FollowUp | None = None) -> list[Any]:
        may_call = self.has_call_permission(request)
        return [name for name in self.facts if may_call or name != "addresses"]


@admin.register(Reply)
class ReplyAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["received_at", "channel", "meaning"]
    list_filter = ["meaning"]
    ordering = ["-received_at"]

    def get_fields(self, request: HttpRequest, obj: Reply | None = None) -> list[Any]:
        told = ["received_at", "channel", "meaning"]
        return [*told, "sender", "text"] if request.user.has_perm("notifications.view_text") else told

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and request.user.has_perm("notifications.view_text"):
            import_string(settings.RECORD_VIEW)(staff(request), row)
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return answer
