"""The switch: anybody who may stops sending at once, two let it go on."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from notifications import switches
from notifications.admin.shared import ReadOnly, staff
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
    ordering = ["scope"]
    actions = ["stop", "resume"]

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
        for switch in chosen:
            switches.stop(switch.scope, reason="staff_desk", by=staff(request))
            self.log_change(request, switch, "stop")
        self.message_user(request, _("Sending is stopped."))

    @admin.action(description=_("Let sending go on (two people)"), permissions=["switch"])
    def resume(self, request: HttpRequest, chosen: QuerySet[SendingSwitch]) -> None:
        for switch in chosen:
            try:
                goes_on = switches.resume(switch.scope, by=staff(request))
            except switches.SamePerson:
                self.message_user(request, _("A second, different person must say the same."), messages.ERROR)
                continue
            self.log_change(request, switch, "resume")
            text = (
                _("Sending goes on.")
                if goes_on
                else _("Recorded: a second, different person must say the same.")
            )
            self.message_user(request, text)
