"""Whom somebody must call, and what families wrote back. Addresses are shown on the page of one family only."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from familylink.staff import ReadOnly, signed_in
from notifications import follow_ups, recipients, replies
from notifications.admin.one_by_one import one_by_one
from notifications.admin.shared import Headed, OnRecord, PartOfAPage, by_name
from notifications.admin.words import came
from notifications.models import Call, FollowUp, Notification, Reply
from notifications.models.follow_up import FollowUpQuerySet
from notifications.reasons import in_words

_UNKNOWN = _("a family whose report is not here")
_RECORDED = _("the call is recorded.")
_CORRECTION_FIRST = _(
    "not recorded. Earlier news was wrong: speak to them with the words on the page of the pair, and record it there."
)
SAID = {True: (messages.SUCCESS, _RECORDED), False: (messages.ERROR, _CORRECTION_FIRST)}

AFTER_ALL = {
    True: (
        messages.SUCCESS,
        _("codes may go there again. Ask the family to open “Look at my report”: news only after that."),
    ),
    False: (messages.WARNING, _("the number did not count as a stranger's: nothing was changed.")),
}


class CallInline(PartOfAPage, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Call
    extra = 0
    hide_title = True
    readonly_fields = ["called_at", "called_by", "outcome"]
    fields = ("called_at", "called_by", "outcome")
    called_by = by_name("caller", _("caller"))


class ToCall(admin.SimpleListFilter):
    title = _("to call")
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, FollowUpQuerySet)
        return queryset.awaiting_a_call() if self.value() == "yes" else queryset


def _recorder(outcome: str, words: Any) -> Any:
    """An action that records one outcome of a call to each chosen family."""

    @admin.action(description=words, permissions=["call"])
    def record(desk: Any, request: HttpRequest, chosen: QuerySet[FollowUp]) -> None:
        def recorded(follow_up: FollowUp) -> bool:
            if _family(follow_up).correction:
                return False
            follow_ups.record_call(follow_up.pk, caller=signed_in(request), outcome=outcome)
            desk.log_change(request, follow_up, f"call_{outcome}")
            return True

        for follow_up, is_recorded in one_by_one(request, chosen, recorded, desk.family):
            level, words = SAID[is_recorded]
            pair = "" if is_recorded else _link_to_pair(follow_up)
            said = format_html("{}: {} {}", desk.family(follow_up), words, pair)
            desk.message_user(request, said, level)

    record.__name__ = f"record_{outcome}"
    return record


@admin.register(FollowUp)
class FollowUpAdmin(Headed, OnRecord, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "listed_family",
        "shown_language",
        "call_reason",
        "call_since",
        "outcome",
        "closed_at",
        "spoken_to_by",
    ]
    list_per_page = 50
    list_select_related = ["closed_by"]
    # Above the number: whoever reads it below has dialled already.
    change_form_outer_before_template = "notifications/earlier_news_was_wrong.html"  # type: ignore[assignment]  # a path
    change_form_outer_after_template = "notifications/call_outcomes.html"  # type: ignore[assignment]  # read as a path
    list_filter = [ToCall, "language", "call_reason", "outcome"]
    search_fields = ["reference"]
    ordering = ["closed_at", "call_since"]
    inlines = [CallInline]
    actions = [_recorder(outcome, label) for outcome, label in Call.Outcome.choices]
    facts = (
        "cautions",
        "shown_language",
        "addresses",
        "report",
        "sent",
        "wrote_back",
        "opened_at",
        "call_reason",
        "call_since",
        "outcome",
        "closed_at",
        "spoken_to_by",
    )
    readonly_fields = facts
    spoken_to_by = by_name("closed_by", _("spoken to by"))

    def has_call_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.record_call")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The families of one page are asked for together; whatever an action does is asked for anew."""
        changes: ChangeList = super().get_changelist_instance(request)
        theirs = _families(changes.result_list)
        for row in changes.result_list:
            row.listed = theirs[row.reference]
        return changes

    def shows_a_person(self, request: HttpRequest) -> bool:
        return self.has_call_permission(request)

    def beside(self, request: HttpRequest, row: FollowUp) -> dict[str, Any]:
        if not self.has_call_permission(request):
            return {}
        correction = _family(row).correction
        return {"correction": correction, "outcomes": [] if correction else _outcomes(row)}

    def heading(self, follow_up: FollowUp) -> str:
        return self.family(follow_up)

    @admin.display(description=_("family"), ordering="reference")
    def family(self, follow_up: FollowUp) -> str:
        """The number that the family has too: whoever records a call must find the very family that was called."""
        return _family(follow_up).name or str(_UNKNOWN)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = list(super().get_list_display(request))
        return shown if self.has_call_permission(request) else ["family", *shown[1:]]

    @admin.display(description=_("family"), ordering="reference")
    def listed_family(self, follow_up: FollowUp) -> str:
        """Whoever chooses whom to call first sees which family needs care, and not yet why."""
        theirs = _family(follow_up)
        name = theirs.name or str(_UNKNOWN)
        if not theirs.cautions:
            return name
        return format_html(
            "<div>{}<br><small>⚑ {}</small></div>", name, _("read first what stands on its page")
        )

    @admin.display(description=_("language"), ordering="language")
    def shown_language(self, follow_up: FollowUp) -> str:
        return dict(settings.LANGUAGES).get(follow_up.language, follow_up.language)

    @admin.display(description=_("before you call"))
    def cautions(self, follow_up: FollowUp) -> str:
        """Whoever calls has not seen the page of the pair, where it stands that a family is in need of care."""
        said = ((one,) for one in _family(follow_up).cautions)
        return format_html_join("", '<div class="desk"><p class="desk-alarm">⚑ {}</p></div>', said)

    @admin.display(description=_("where they can be reached now"))
    def addresses(self, follow_up: FollowUp) -> str:
        """Not where we wrote: they may have changed it since, or a stranger may have it. Only those who call see it."""
        return ", ".join(_family(follow_up).addresses) or "-"

    @admin.display(description=_("their report, with the code word"))
    def report(self, follow_up: FollowUp) -> str:
        family = _family(follow_up)
        return (
            format_html('<a class="desk-link" href="{}">{}</a>', family.page, family.name)
            if family.page
            else "-"
        )

    @admin.display(description=_("what was sent to them"))
    def sent(self, follow_up: FollowUp) -> str:
        """Whoever calls must know what they have read already."""
        posted = Notification.objects.filter(reference=follow_up.reference).without_text()
        return format_html_join("", "<div>{}</div>", ((_how_it_stands(one),) for one in posted)) or "-"

    @admin.display(description=_("what came from there since"))
    def wrote_back(self, follow_up: FollowUp) -> str:
        """From the numbers that this news went to: whoever calls answers it."""
        came_back = replies.since_news(follow_up)
        line = '<div><a class="desk-link" href="{}">{}</a>: {}</div>'
        return format_html_join("", line, ((_page_of(one), came(one), one.text) for one in came_back)) or "-"

    def get_fields(self, request: HttpRequest, obj: FollowUp | None = None) -> list[Any]:
        theirs = {"addresses", "report", "cautions", "wrote_back"}
        hidden = set() if self.has_call_permission(request) else theirs
        if obj is None or not _family(obj).cautions:
            hidden.add("cautions")
        return [name for name in self.facts if name not in hidden]


def _outcomes(row: FollowUp) -> list[tuple[str, Any]]:
    """Buttons on the page of a family that is still to be spoken to, beside its number: action and words."""
    is_open = FollowUp.objects.unspoken().filter(pk=row.pk).exists()
    return [(f"record_{outcome}", label) for outcome, label in Call.Outcome.choices] if is_open else []


def _how_it_stands(message: Notification) -> str:
    """Over which channel, since when, and why it stands there."""
    at = date_format(localtime(message.settled_at or message.posted_at), "DATETIME_FORMAT")
    why = f" ({in_words(message.state_reason)})" if message.state_reason else ""
    return f"{message.get_channel_display()}, {at}: {message.get_state_display()}{why}"


def _link_to_pair(follow_up: FollowUp) -> str:
    url = _family(follow_up).correction
    return format_html('<a class="desk-link" href="{}">{}</a>', url, _("Open the pair and its correction"))


def _page_of(row: Reply | FollowUp) -> str:
    return reverse(f"admin:notifications_{row._meta.model_name}_change", args=[row.pk])


def _families(rows: Iterable[FollowUp]) -> Mapping[str, follow_ups.Family]:
    """By reference, asked of its owner: messages do not know whom they are about."""
    owner: Callable[[list[str]], Mapping[str, follow_ups.Family]] = import_string(settings.FAMILIES_TO_CALL)
    return owner([row.reference for row in rows])


def _family(follow_up: FollowUp) -> follow_ups.Family:
    """As a list has asked for all its rows at once, else as it stands at this moment."""
    listed: follow_ups.Family | None = getattr(follow_up, "listed", None)
    return listed or _families([follow_up])[follow_up.reference]


@admin.register(Reply)
class ReplyAdmin(Headed, OnRecord, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["received_at", "channel", "meaning"]
    list_filter = ["meaning"]
    ordering = ["-received_at"]
    change_form_outer_after_template = "notifications/reply_actions.html"  # type: ignore[assignment]  # read as a path
    actions = ["is_theirs_after_all"]

    def has_call_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.record_call")

    @admin.action(description=_("The number is the family's after all"), permissions=["call"])
    def is_theirs_after_all(self, request: HttpRequest, chosen: QuerySet[Reply]) -> None:
        """Whoever wrote "not me" is the family: else no code could go there ever again, and nobody come in."""
        for reply in chosen:
            is_new = recipients.doubt_whether_a_strangers(reply.channel, bytes(reply.from_index))
            if is_new:
                self.log_change(request, reply, "theirs_after_all")
            level, words = AFTER_ALL[is_new]
            self.message_user(request, f"{came(reply)}: {words}", level)

    def beside(self, request: HttpRequest, row: Reply) -> dict[str, Any]:
        is_a_strangers = recipients.is_a_strangers(row.channel, bytes(row.from_index))
        return {"is_a_strangers": is_a_strangers and self.has_call_permission(request)}

    def heading(self, reply: Reply) -> str:
        return came(reply)

    def get_fields(self, request: HttpRequest, obj: Reply | None = None) -> list[Any]:
        told = ["received_at", "channel", "meaning"]
        return [*told, "sender", "text", "answers"] if _may_read(request) else told

    @admin.display(description=_("news that had gone there"))
    def answers(self, reply: Reply) -> str:
        """Which family it may be, and where the call to it is recorded."""
        owed = replies.may_answer(reply)
        theirs = _families(owed)
        links = ((_page_of(one), theirs[one.reference].name or _UNKNOWN, _call_of(one)) for one in owed)
        return format_html_join("", '<div><a class="desk-link" href="{}">{}</a>: {}</div>', links) or "-"

    def shows_a_person(self, request: HttpRequest) -> bool:
        return _may_read(request)


def _call_of(row: FollowUp) -> str:
    """Whether somebody is to call them, and why; else how we know that they have heard."""
    if row.call_reason and row.outcome in ("", FollowUp.Outcome.REPLY):
        return str(_("must be called: %(why)s")) % {"why": row.get_call_reason_display()}
    return row.get_outcome_display() or str(_("has not answered yet"))


def _may_read(request: HttpRequest) -> bool:
    """Whoever calls a family must know what it wrote."""
    return request.user.has_perm("notifications.record_call") or request.user.has_perm(
        "notifications.view_text"
    )
