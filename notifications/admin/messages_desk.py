"""The staff's view of the messages. Nothing is edited: states move by the actions, and each is written down.

Lists show neither address nor text. The page of one message shows them to those who may read texts, and a
one-time code to nobody.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from familylink.staff import ReadOnly, signed_in
from notifications import by_hand, releasing, switches
from notifications.admin.one_by_one import one_by_one, say_held
from notifications.admin.shared import Headed, OnRecord, PartOfAPage
from notifications.admin.words import MESSAGES, scope_in_words
from notifications.messages import is_secret
from notifications.models import Attempt, Notification, NotificationQuerySet
from notifications.reasons import in_words

GONE = _("deleted: it is of no more use")
_NOT_SETTLED = _(
    "The others stay as they are: they wait for no decision any more, or the family has no other address to write to."
)


class AttemptInline(PartOfAPage, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Attempt
    extra = 0
    hide_title = True
    readonly_fields = [
        "n",
        "transport",
        "started_at",
        "finished_at",
        "outcome",
        "detail",
        "provider_id",
        "reference",
    ]
    fields = readonly_fields  # type: ignore[assignment]  # the stubs ask for a wider list


class MessageFilter(admin.AllValuesFieldListFilter):
    """The messages by the words for them, not by their keys."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": MESSAGES.get(str(choice["display"])) or choice["display"]}


class LanguageFilter(admin.AllValuesFieldListFilter):
    def choices(self, changelist: Any) -> Any:
        names = dict(settings.LANGUAGES)
        for choice in super().choices(changelist):
            yield {**choice, "display": names.get(str(choice["display"])) or choice["display"]}


class AwaitingAPerson(admin.SimpleListFilter):
    title = _("waits for a person")
    parameter_name = "awaiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, NotificationQuerySet)
        return queryset.awaiting_a_person() if self.value() == "yes" else queryset


@admin.register(Notification)
class NotificationAdmin(Headed, OnRecord, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "shown_message",
        "channel",
        "shown_language",
        "state",
        "shown_reason",
        "attempt_count",
        "posted_at",
        "settled_at",
    ]
    list_filter = [
        AwaitingAPerson,
        "state",
        "channel",
        ("message", MessageFilter),
        ("language", LanguageFilter),
    ]
    search_fields = ["reference"]
    ordering = ["-posted_at"]
    inlines = [AttemptInline]
    actions = [
        "release_held",
        "send_again",
        "send_over_another",
        "confirm_arrived",
        "stop_kind",
        "stop_wording",
        "stop_wave",
    ]
    facts = [
        "reference",
        "channel",
        "shown_message",
        "shown_language",
        "state",
        "shown_reason",
        "shown_cancel_reason",
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

    def heading(self, notification: Notification) -> str:
        return f"{self.shown_message(notification)}, {notification.get_channel_display()}"

    def named(self, notification: Notification) -> SafeString:
        """What the list calls it, with the way to its page: many are called alike."""
        page = reverse("admin:notifications_notification_change", args=[notification.pk])
        at = date_format(localtime(notification.posted_at), "DATETIME_FORMAT")
        said = f"{self.heading(notification)}, {at}"
        return format_html('<a class="desk-link" href="{}">{}</a>', page, said)

    @admin.display(description=_("message"), ordering="message")
    def shown_message(self, notification: Notification) -> str:
        return str(MESSAGES.get(notification.message, notification.message))

    @admin.display(description=_("language"), ordering="language")
    def shown_language(self, notification: Notification) -> str:
        return dict(settings.LANGUAGES).get(notification.language, notification.language)

    @admin.display(description=_("reason"), ordering="state_reason")
    def shown_reason(self, notification: Notification) -> str:
        return in_words(notification.state_reason)

    @admin.display(description=_("asked to cancel because"))
    def shown_cancel_reason(self, notification: Notification) -> str:
        return in_words(notification.cancel_reason)

    @admin.display(description=_("to"))
    def recipient(self, notification: Notification) -> Any:
        return GONE if notification.purged_at else str(notification.to)

    @admin.display(description=_("text"))
    def text(self, notification: Notification) -> Any:
        return GONE if notification.purged_at else str(notification.body)

    @admin.action(description=_("Release what was held while sending was off"), permissions=["settle"])
    def release_held(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        among = Notification.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
        held = list(releasing.held_for(among=among).without_text())
        try:
            queued, old = releasing.release_held(among=among)
        except releasing.SendingIsOff:
            self.message_user(request, _("Sending is off in the settings."), messages.ERROR)
            return
        busy = set(releasing.held_for(among=among).values_list("pk", flat=True))
        for notification in held:
            if notification.pk not in busy:
                self.log_change(request, notification, "release_held")
        text = _("%(queued)d will be sent; %(old)d were held for too long and wait for a person.")
        self.message_user(request, text % {"queued": queued, "old": old})
        if busy:
            say_held(request, [self.named(row) for row in held if row.pk in busy])

    @admin.action(description=_("It did not arrive: send it again"), permissions=["settle"])
    def send_again(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, by_hand.send_again)

    @admin.action(description=_("Send it over another channel of the family"), permissions=["settle"])
    def send_over_another(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, by_hand.send_over_another)

    @admin.action(description=_("It arrived: I have spoken to the family"), permissions=["settle"])
    def confirm_arrived(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, by_hand.confirm_arrived)

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_sendingswitch")

    @admin.action(description=_("Stop all messages of this kind, now"), permissions=["switch"])
    def stop_kind(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._stop(request, {f"message:{row.message}" for row in chosen})

    @admin.action(description=_("Stop all messages with this wording, now"), permissions=["switch"])
    def stop_wording(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._stop(request, {f"template:{row.message}.{row.language}.{row.channel}" for row in chosen})

    @admin.action(description=_("Stop all messages of this wave, now"), permissions=["switch"])
    def stop_wave(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._stop(request, {f"batch:{row.batch}" for row in chosen if row.batch})

    def _stop(self, request: HttpRequest, scopes: set[str]) -> None:
        def stopped(scope: str) -> None:
            switches.stop(scope, reason="staff_desk", by=signed_in(request))

        done = [scope for scope, _none in one_by_one(request, sorted(scopes), stopped, scope_in_words)]
        if done or not scopes:
            text = _("Sending is stopped: %s.") % ", ".join(
                [scope_in_words(scope) for scope in done] or ["-"]
            )
            self.message_user(request, text, messages.SUCCESS if scopes else messages.WARNING)

    def _settle(
        self, request: HttpRequest, chosen: NotificationQuerySet, settle: Callable[[Any], bool]
    ) -> None:
        def settled(notification: Notification) -> bool:
            is_settled = settle(notification.pk)
            if is_settled:
                self.log_change(request, notification, settle.__name__)
            return is_settled

        said = [is_settled for _row, is_settled in one_by_one(request, chosen, settled, self.named)]
        done = sum(said)
        text = ngettext("%d message settled.", "%d messages settled.", done) % done
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)
        if not all(said):
            self.message_user(request, _NOT_SETTLED, messages.WARNING)
