"""The queue of pairs and the pair page: both people side by side, the evidence in words, and a verdict."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from familylink.damage import said_in_its_place
from familylink.locks import held_rows_as
from familylink.second_factor import asked_again
from familylink.staff import signed_in
from matching import review
from matching.admin import bulk_desk, why_not_desk
from matching.admin.on_record import record_listed, record_pair
from matching.admin.pair_actions import ACTIONS, TELLING, recorded, said_of
from matching.admin.pair_page import changes_since, seen_before, shown_pair
from matching.admin.pairs import names_in_short, numbers_of, shown_probability, with_numbers
from matching.admin.photos import photo_view
from matching.admin.queue import (
    ClaimFilter,
    LanguageFilter,
    QueuePaginator,
    StateFilter,
    WaveFilter,
    filters_asked,
    waiting_for,
)
from matching.admin.told_ids import uuid_in
from matching.models import Band, Match, MatchState, Reason, Verdict
from matching.models.match import DECIDE, LEAD
from matching.templatetags.desk import isolated

QUEUE_FILTERS = "queue_filters"
CHANGED_MEANWHILE = (review.StaleRevision, review.PlanChanged)
NOT_IN_A_ROW = ("evidence", "entry__raw", "entry__profile")


@admin.register(Match)
class MatchAdmin(ModelAdmin):
    list_display = [
        "pair",
        "shown_reports",
        "shown_band",
        "shown_probability",
        "shown_state",
        "wave",
        "claimed",
        "proposed",
    ]
    list_filter = [
        StateFilter,
        "band",
        ClaimFilter,
        WaveFilter,
        "entry__source_list__kind",
        LanguageFilter,
    ]
    list_select_related = ["claimed_by"]
    paginator = QueuePaginator
    list_per_page = 25
    list_disable_select_all = True
    show_full_result_count = False
    actions = None
    list_before_template = "matching/queue_actions.html"  # type: ignore[assignment]  # read as a path

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        matches = super().get_queryset(request).exclude(state=MatchState.LAPSED)
        return matches.with_lists().defer(*NOT_IN_A_ROW)  # type: ignore[attr-defined,no-any-return]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Who else names this person, and who looks for them, is asked for what a page shows alone: a count would join
        every pair's entry for it."""
        changes: ChangeList = super().get_changelist_instance(request)
        changes.result_list = changes.result_list.with_other_source().prefetch_related(
            with_numbers("missing_person")
        )
        return changes

    def get_urls(self) -> list[Any]:
        pages: dict[str, Callable[..., HttpResponse]] = {
            "why-not": why_not_desk.why_not_page,
            "next": self.next_view,
            "together": bulk_desk.reject_page,
        }
        ours = [
            path(
                f"{name}/", self.admin_site.admin_view(view), name=f"matching_match_{name.replace('-', '_')}"
            )
            for name, view in pages.items()
        ]
        photo = "<uuid:match_id>/photo/<uuid:picture_id>/"
        ours.append(path(photo, self.admin_site.admin_view(photo_view), name="matching_match_photo"))
        return [*ours, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, str] | None = None
    ) -> TemplateResponse:
        page = super().changelist_view(request, extra_context)
        queue = getattr(page, "context_data", {}).get("cl")
        if queue is not None:  # "next" keeps to what the reviewer was looking at
            request.session[QUEUE_FILTERS] = filters_asked(request.GET, queue)
        record_listed(request, page)
        return page

    @admin.display(description=gettext_lazy("list entry"))
    def pair(self, match: Match) -> str:
        name = isolated(match.entry.name_text)
        other = getattr(match, "other_source", None)
        if not other:
            return name
        also = _("also on the list of: %(source)s") % {"source": other}
        return format_html("<div>{}<br><small>{}</small></div>", name, also)

    @admin.display(description=gettext_lazy("reports"))
    def shown_reports(self, match: Match) -> str:
        """Without them the pairs of two families with one row are two lines alike."""
        numbers = ((number,) for number in numbers_of(match.missing_person))
        return format_html_join("", '<div class="nowrap">{}</div>', numbers)

    @display(
        description=gettext_lazy("band"),  # type: ignore[arg-type]  # a lazy text is as good
        ordering="probability",
        label={Band.CERTAIN: "success", Band.PROBABLE: "info", Band.POSSIBLE: "warning"},
    )
    def shown_band(self, match: Match) -> tuple[str, str]:
        return match.band, match.get_band_display()

    @admin.display(description=gettext_lazy("probability"), ordering="probability")
    def shown_probability(self, match: Match) -> str:
        return shown_probability(match)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, match: Match) -> str:
        # Who gave the first verdict, and which, stays hidden until the second one is given.
        return match.get_state_display()

    @admin.display(description=gettext_lazy("wave"))
    def wave(self, match: Match) -> str:
        return str(match.entry.source_list.wave)

    @admin.display(description=gettext_lazy("claimed"))
    def claimed(self, match: Match) -> str:
        return str(match.claimed_by or "")

    @admin.display(description=gettext_lazy("proposed at"), ordering="proposed_at")
    def proposed(self, match: Match) -> str:
        """Without the year: the whole table stands beside the menu."""
        return date_format(localtime(match.proposed_at), "d.m H:i")

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Claim the next pair of the queue as it was last filtered, and open it."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        return self.open_next(request)

    def open_next(self, request: HttpRequest) -> HttpResponse:
        """The next pair, claimed; or the queue, when nothing is left in it."""
        match = review.next_for(signed_in(request), self._queue(request), lead=request.user.has_perm(LEAD))
        if match is None:
            messages.info(request, _("Nothing else waits for you in this queue."))
            return redirect("admin:matching_match_changelist")
        return redirect("admin:matching_match_change", match.pk)

    def _queue(self, request: HttpRequest) -> QuerySet[Match]:
        filters = request.session.get(QUEUE_FILTERS, "")
        if not filters:
            return waiting_for(request, self.get_queryset(request))
        asked = request.GET
        request.GET = type(asked)(filters)
        try:
            return self.get_changelist_instance(request).get_queryset(request)
        finally:
            request.GET = asked

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        match = _match(object_id)
        if request.method == "POST":
            return self._posted(request, match)
        return self._pair_page(request, match)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """All of a pair's history stands on its page, which hides a first verdict from the second reviewer."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(reverse("admin:matching_match_change", args=[object_id]) + "#history-heading")

    def _posted(self, request: HttpRequest, match: Match) -> HttpResponse:
        """A verdict, or one of the actions beside it; what is refused is answered 409 with the page as it is now."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        if _may_tell_a_family(request) and (again := asked_again(request)):
            return again
        action = ACTIONS.get(request.POST.get("action", ""))
        before = seen_before(match, request.POST.get("seen", ""))
        try:
            with held_rows_as(review.Busy):
                if action is None:
                    return self._decided(request, match, before)
                messages.success(request, action(request, match))
        except review.NotYours as refused:
            raise PermissionDenied(str(refused.words)) from refused
        except review.Refused as refused:
            return self._refused(request, match, before, refused)
        except ObjectDoesNotExist as unknown:  # a flag, a link or a task of another pair
            raise Http404 from unknown
        return redirect("admin:matching_match_change", match.pk)

    def _decided(self, request: HttpRequest, match: Match, before: dict[str, Any]) -> HttpResponse:
        asked = request.POST.get("choice", "").removeprefix("ask:")
        if asked in review.ASKABLE:
            return self._asked(request, match, asked)
        verdict, reason = _choice(request.POST.get("choice", ""))
        decided = review.decide(
            match.pk,
            reviewer=signed_in(request),
            verdict=verdict,
            reason=reason,
            note=request.POST.get("note", ""),
            revision=_number(request.POST.get("revision")),
            seen=bytes.fromhex(before.get("plan", "00")),
        )
        messages.success(request, recorded(decided, said_of(decided)))
        return self.open_next(request)

    def _asked(self, request: HttpRequest, match: Match, feature: str) -> HttpResponse:
        review.ask_family(
            match.pk,
            by=signed_in(request),
            feature=feature,
            note=request.POST.get("note", ""),
            revision=_number(request.POST.get("revision")),
        )
        said = _("Asked. The pair comes back when the family has answered.")
        messages.success(request, recorded(match, said))
        return self.open_next(request)

    def _refused(
        self, request: HttpRequest, match: Match, before: dict[str, Any], refused: review.Refused
    ) -> HttpResponse:
        messages.error(request, refused.words)
        now = _match(str(match.pk))
        differences = changes_since(now, before)
        # Whoever only forgot the note has not been overtaken by anything.
        has_changed = bool(differences) or isinstance(refused, CHANGED_MEANWHILE)
        more: dict[str, Any] = {
            "differences": differences,
            "has_changed": has_changed,
            "lacks_note": isinstance(refused, review.NoteRequired),
        }
        if has_changed:
            more["chosen"] = ""  # one key would else put a verdict on other evidence than it was chosen on
        with said_in_its_place(True):  # nothing is changed: the page is read once more
            return self._pair_page(request, now, status=409, **more).render()

    def _pair_page(
        self, request: HttpRequest, match: Match, status: int = 200, **more: Any
    ) -> TemplateResponse:
        shown = shown_pair(request, match)
        record_pair(request, match, shown["rivals"])
        context = {
            **self.admin_site.each_context(request),
            # Without `opts` the theme's heading ends with what the page is about, not with where it belongs.
            "model_admin": self,
            "names": names_in_short(match),
            "title": _("Are these one person?"),
            **shown,
            **more,
        }
        return TemplateResponse(request, "matching/pair_page.html", context, status=status)


def _match(object_id: str) -> Match:
    matches = Match.objects.with_lists().select_related("missing_person", "claimed_by", "settled_by")
    matches = matches.prefetch_related("missing_person__names", "missing_person__reports")
    return get_object_or_404(matches, pk=uuid_in(object_id))


def _choice(text: str) -> tuple[str, str]:
    """What the form says, "same:name_and_date". Raises ReasonRequired for anything else."""
    verdict, _, reason = text.partition(":")
    if verdict not in Verdict.values or reason not in Reason.values or reason == Reason.EVIDENCE:
        raise review.ReasonRequired
    return verdict, reason


def _may_tell_a_family(request: HttpRequest) -> bool:
    """Whether a message may follow from what was sent."""
    choice, action = request.POST.get("choice", ""), request.POST.get("action", "")
    return action in TELLING if action else choice.startswith(f"{Verdict.SAME}:")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
