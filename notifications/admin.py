"""The staff's view of the messages. Nothing is edited: states move by the actions, and each is written down.

Lists show neither address nor text. The page of one message shows them to those who may read texts, and a
one-time code to nobody. The sink's messages are the demo's phones: they reached no real person.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from notifications import outbox
from notifications.messages import is_secret
from notifications.models import (
    Attempt,
    Notification,
    NotificationQuerySet,
    Receipt,
    SendingSwitch,
    SunkMessage,
)


class ReadOnly:
    """Nothing is added, changed or deleted by a form."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AttemptInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Attempt
    extra = 0
    fields = ["n", "transport", "started_at", "finished_at", "outcome", "detail", "provider_id", "reference"]


class AwaitingAPerson(admin.SimpleListFilter):
    title = _("waits for a person")
    parameter_name = "awaiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, NotificationQuerySet)
        return queryset.awaiting_a_person() if self.value() == "yes" else queryset


@admin.register(Notification)
class NotificationAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "reference",
        "channel",
        "message",
        "language",
        "state",
        "state_reason",
        "attempt_count",
        "posted_at",
        "due_at",
        "settled_at",
    ]
    list_filter = [AwaitingAPerson, "state", "channel", "message", "language"]
    search_fields = ["reference"]
    ordering = ["-posted_at"]
    inlines = [AttemptInline]
    actions = ["release_held", "send_again", "confirm_arrived"]
    facts = [
        "reference",
        "channel",
        "message",
        "language",
        "state",
        "state_reason",
        "cancel_reason",
        "posted_at",
        "due_at",
        "expires_at",
        "settled_at",
        "attempt_count",
        "template_version",
        "subject",
    ]

    def get_queryset(self, request: HttpRequest) -> NotificationQuerySet:
        return Notification.objects.without_text()

    def get_fields(self, request: HttpRequest, obj: Notification | None = None) -> list[Any]:
        if not request.user.has_perm("notifications.view_text"):
            return self.facts
        shown = ["recipient"] if obj is None or is_secret(obj.message) else ["recipient", "text"]
        return [*self.facts, *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Notification | None = None) -> list[str]:
        return self.get_fields(request, obj)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """May release and settle: a decision about what reaches a family."""
        return request.user.has_perm("notifications.settle_notification")

    @admin.display(description=_("to"))
    def recipient(self, notification: Notification) -> str:
        return str(notification.to)

    @admin.display(description=_("text"))
    def text(self, notification: Notification) -> str:
        return str(notification.body)

    @admin.action(description=_("Release what was held while sending was off"), permissions=["settle"])
    def release_held(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        try:
            queued, old = outbox.release_held(among=Notification.objects.filter(pk__in=_pks(chosen)))
        except outbox.SendingIsOff:
            self.message_user(request, _("Sending is off in the settings."), messages.ERROR)
            return
        for notification in chosen:
            self.log_change(request, notification, "release_held")
        text = _("%(queued)d will be sent; %(old)d were held for too long and wait for a person.")
        self.message_user(request, text % {"queued": queued, "old": old})

    @admin.action(description=_("It did not arrive: send it again"), permissions=["settle"])
    def send_again(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, outbox.send_again)

    @admin.action(description=_("It arrived: I have spoken to the family"), permissions=["settle"])
    def confirm_arrived(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, outbox.confirm_arrived)

    def _settle(
        self, request: HttpRequest, chosen: NotificationQuerySet, settle: Callable[[Any], bool]
    ) -> None:
        done = [notification for notification in chosen if settle(notification.pk)]
        for notification in done:
            self.log_change(request, notification, settle.__name__)
        text = ngettext("%d message settled.", "%d messages settled.", len(done)) % len(done)
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["attempt_reference", "transport", "status", "detail", "is_orphan", "received_at"]
    list_filter = ["transport", "status", "is_orphan"]
    ordering = ["-received_at"]


@admin.register(SunkMessage)
class SunkMessageAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """What the demo's phones and mailboxes received, newest first."""

    list_display = ["received_at", "channel", "to", "subject", "body"]
    list_filter = ["channel"]
    ordering = ["-received_at"]
    list_per_page = 50
    fields = ["received_at", "channel", "to", "subject", "body", "attempt_reference"]


@admin.register(SendingSwitch)
class SendingSwitchAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["scope", "is_on", "reason", "changed_at"]
    list_display_links = None
    ordering = ["scope"]
    actions = ["stop", "resume"]

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_sendingswitch")

    @admin.action(description=_("Stop sending"), permissions=["switch"])
    def stop(self, request: HttpRequest, chosen: QuerySet[SendingSwitch]) -> None:
        self._turn(request, chosen, on=False)

    @admin.action(description=_("Resume sending"), permissions=["switch"])
    def resume(self, request: HttpRequest, chosen: QuerySet[SendingSwitch]) -> None:
        self._turn(request, chosen, on=True)

    def _turn(self, request: HttpRequest, chosen: QuerySet[SendingSwitch], *, on: bool) -> None:
        for switch in chosen:
            outbox.turn(switch.scope, on=on, reason="staff_desk")
            self.log_change(request, switch, "resume" if on else "stop")
        self.message_user(request, _("Sending goes on.") if on else _("Sending is stopped."))


def _pks(chosen: NotificationQuerySet) -> list[Any]:
    return list(chosen.values_list("pk", flat=True))
