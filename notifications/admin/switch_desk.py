"""The switch: anybody who may stops sending at once, two let it go on."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from familylink.staff import ReadOnly, signed_in
from notifications import switches
from notifications.admin.one_by_one import one_by_one
from notifications.admin.words import scope_in_words
from notifications.models import SendingSwitch
from notifications.reasons import in_words


@admin.register(SendingSwitch)
class SendingSwitchAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "shown_scope",
        "is_on",
        "shown_reason",
        "changed_at",
        "stopped_by",
        "resumed_first",
        "resumed_second",
    ]
    list_display_links = None
    list_before_template = "notifications/how_sending_stands.html"  # type: ignore[assignment]  # read as a path
    ordering = ["scope"]
    actions = ["stop", "resume"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        told = {"how_sending_stands": switches.how_sending_stands(), **(extra_context or {})}
        return super().changelist_view(request, told)

    @admin.display(description=_("scope"), ordering="scope")
    def shown_scope(self, switch: SendingSwitch) -> str:
        return scope_in_words(switch.scope)

    @admin.display(description=_("reason"))
    def shown_reason(self, switch: SendingSwitch) -> str:
        return in_words(switch.reason)

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_sendingswitch")

    @admin.action(description=_("Stop sending"), permissions=["switch"])
    def stop(self, request: HttpRequest, chosen: QuerySet[SendingSwitch]) -> None:
        def stopped(switch: SendingSwitch) -> None:
            switches.stop(switch.scope, reason="staff_desk", by=signed_in(request))
            self.log_change(request, switch, "stop")

        if one_by_one(request, chosen, stopped, self.shown_scope):
            self.message_user(request, _("Sending is stopped."))

    @admin.action(description=_("Let sending go on (two people)"), permissions=["switch"])
    def resume(self, request: HttpRequest, chosen: QuerySet[SendingSwitch]) -> None:
        def resumed(switch: SendingSwitch) -> tuple[int, Any]:
            try:
                goes_on = switches.resume(switch.scope, by=signed_in(request))
            except switches.SamePerson:
                return messages.ERROR, _("A second, different person must say the same.")
            self.log_change(request, switch, "resume")
            if goes_on:
                return messages.INFO, _("Sending goes on.")
            return messages.INFO, _("Recorded: a second, different person must say the same.")

        for _switch, (level, said) in one_by_one(request, chosen, resumed, self.shown_scope):
            self.message_user(request, said, level)
