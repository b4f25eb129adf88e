"""The staff's view of the messages. Nothing is edited: states move by the actions, and each is written down.

Lists show neither address nor text. The page of one message shows them to those who may read texts, and a
one-time code to nobody. The sink's messages are the demo's phones: they reached no real person.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from notifications import outbox, switches
from notifications.admin.shared import ReadOnly, staff
from notifications.messages import is_secret
from notifications.models import (
    Attempt,
    Circuit,
    Notification,
    NotificationQuerySet,
    Receipt,
    Reconciliation,
    SendingSwitch,
    SunkMessage,
)

MESSAGES = {
    "contact_code": _("one-time code"),
    "news": _("news: please look"),
    "report_received": _("report received"),
    "report_withdrawn": _("report withdrawn"),
    "report_erased": _("report erased"),
    "call_us": _("please call us"),
    "please_complete": _("please complete the report"),
    "still_searching": _("are you still searching?"),
    "checked": _("checked, nobody certain found"),
}
# Our own reasons; a code of a provider is shown as the provider gives it.
REASONS = {
    "sending_off": _("sending is off"),
    "switch_off": _("the sending switch was off"),
    "contact_unconfirmed": _("the address is not confirmed: call the family"),
    "correction_open": _("earlier news was taken back: call the family first"),
    "row_removed": _("the corrected list no longer has this row"),
    "row_changed": _("the corrected list says something else in this row"),
    "list_withdrawn": _("the list was withdrawn"),
    "undone": _("the decision was taken back"),
    "report_withdrawn": _("the report was withdrawn"),
    "held_too_long": _("held for too long"),
    "lapsed": _("its time has passed"),
    "lease_ran_out": _("a worker stopped in the middle"),
    "may_have_been_sent": _("may or may not have been sent"),
    "provider_never_saw_it": _("the provider never saw it"),
    "sent_after_cancel": _("was sent although it had been cancelled"),
    "sent_again_by_a_person": _("sent again by a member of staff"),
    "confirmed_by_a_person": _("a member of staff has spoken to the family"),
    "person_says_not_sent": _("a member of staff says that it did not arrive"),
    "text_differs_from_what_was_posted": _("the text is not the one that was posted"),
    "staff_desk": _("by a member of staff"),
    "quiet_hours": _("it is night there"),
    "enough_for_today": _("they have had one today"),
    "too_many_for_one_recipient": _("too many to one address in a day"),
    "too_many_in_an_hour": _("more messages in an hour than any wave needs"),
    "number_is_not_safe": _("a network of the other side: a person decides"),
    "recipient_asked": _("they asked us to stop"),
    "recipient_not_me": _("a stranger has this address"),
    "recipient_complained": _("called our e-mail spam"),
    "recipient_dead_address": _("the address does not exist"),
    "no_gate": _("nobody vouches for it"),
    "decision_no_longer_stands": _("the decision no longer stands"),
    "report_not_open": _("the report is not open"),
    "reviewer_lost_the_right": _("one of the two who decided may no longer decide"),
    "has_heard": _("the family knows already"),
    "told_with_another_report": _("the same address hears it under another report"),
    "flag_stands": _("a flag holds it"),
    "flag_raised": _("a flag was raised"),
    "unlinked": _("the reports are linked no more"),
    "report_erased": _("the report was erased"),
    "unknown_reference": _("nobody vouches for it"),
    "language_changed": _("the family has changed its language"),
    "a_likely_pair_waits": _("a likely pair waits for reviewers"),
    "somebody_was_found": _("somebody was found"),
    "wording_retired": _("its wording was retired"),
    "database_was_restored": _("this database was restored from a backup"),
    "provider_down": _("the provider takes nothing at the moment"),
    "went_over_another_channel": _("sent over another channel"),
}


GONE = _("deleted: it is of no more use")


class AttemptInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
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
class NotificationAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "shown_message",
        "channel",
        "shown_language",
        "state",
        "shown_reason",
        "attempt_count",
        "posted_at",
        "settled_at",
        "reference",
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

    @admin.display(description=_("message"), ordering="message")
    def shown_message(self, notification: Notification) -> str:
        return str(MESSAGES.get(notification.message, notification.message))

    @admin.display(description=_("language"), ordering="language")
    def shown_language(self, notification: Notification) -> str:
        return dict(settings.LANGUAGES).get(notification.language, notification.language)

    @admin.display(description=_("reason"), ordering="state_reason")
    def shown_reason(self, notification: Notification) -> str:
        return _in_words(notification.state_reason)

    @admin.display(description=_("asked to cancel because"))
    def shown_cancel_reason(self, notification: Notification) -> str:
        return _in_words(notification.cancel_reason)

    @admin.display(description=_("to"))
    def recipient(self, notification: Notification) -> Any:
        return GONE if notification.purged_at else str(notification.to)

    @admin.display(description=_("text"))
    def text(self, notification: Notification) -> Any:
        return GONE if notification.purged_at else str(notification.body)

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

    @admin.action(description=_("Send it over another channel of the family"), permissions=["settle"])
    def send_over_another(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, outbox.send_over_another)

    @admin.action(description=_("It arrived: I have spoken to the family"), permissions=["settle"])
    def confirm_arrived(self, request: HttpRequest, chosen: NotificationQuerySet) -> None:
        self._settle(request, chosen, outbox.confirm_arrived)

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
        for scope in scopes:
            switches.stop(scope, reason="staff_desk", by=staff(request))
        text = _("Sending is stopped: %s.") % ", ".join(sorted(scopes) or ["-"])
        self.message_user(request, text, messages.SUCCESS if scopes else messages.WARNING)

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


@admin.register(Circuit)
class CircuitAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A provider that takes nothing any more is left alone for a minute at a time; messages wait, or go another way."""

    list_display = ["transport", "works", "failures", "open_until", "changed_at"]
    list_display_links = None
    ordering = ["transport"]

    @admin.display(description=_("takes messages"), boolean=True)
    def works(self, circuit: Circuit) -> bool:
        return circuit.open_until is None


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Neither of the last two numbers may be anything but 0."""

    list_display = ["compared_at", "transport", "theirs", "foreign", "missing"]
    list_display_links = None
    list_filter = ["transport"]
    ordering = ["-compared_at"]


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
    list_display = [
        "scope",
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

    @admin.display(description=_("reason"))
    def shown_reason(self, switch: SendingSwitch) -> str:
        return _in_words(switch.reason)

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


def _in_words(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def _pks(chosen: NotificationQuerySet) -> list[Any]:
    return list(chosen.values_list("pk", flat=True))
