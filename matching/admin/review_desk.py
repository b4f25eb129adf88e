"""The pair page: both people side by side, the evidence in words, and a verdict; and the way from pair to pair."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from familylink.damage import said_in_its_place
from familylink.locks import held_rows_as
from familylink.second_factor import asked_again
from familylink.staff import signed_in
from matching import review
from matching.admin import bulk_desk, why_not_desk
from matching.admin.on_record import record_pair
from matching.admin.pair_actions import ACTIONS, TELLING, recorded, said_of
from matching.admin.pair_page import changes_since, seen_before, shown_pair
from matching.admin.pairs import names_in_short
from matching.admin.photos import photo_view
from matching.admin.queue import Queue
from matching.admin.told_ids import uuid_in
from matching.models import Match, Reason, Verdict
from matching.models.match import DECIDE, LEAD

CHANGED_MEANWHILE = (review.StaleRevision, review.PlanChanged)


@admin.register(Match)
class MatchAdmin(Queue):
    """The queue, and the page of each of its pairs."""

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

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Claim the next pair of the queue as it was last filtered, and open it."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        return self.open_next(request)

    def open_next(self, request: HttpRequest) -> HttpResponse:
        """The next pair, claimed; or the queue, when nothing is left in it."""
        match = review.next_for(
            signed_in(request), self.last_shown(request), lead=request.user.has_perm(LEAD)
        )
        if match is None:
            messages.info(request, _("Nothing else waits for you in this queue."))
            return redirect("admin:matching_match_changelist")
        return redirect("admin:matching_match_change", match.pk)

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
