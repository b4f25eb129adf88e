"""Turn weak pairs down together: only behind a preview, 200 at most, and all can be taken back for ten minutes."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from familylink.reports.privacy import record_views
from familylink.staff import signed_in
from matching import changed_facts, review
from matching.admin.pairs import is_held_lower, numbers_of, shown_probability, shown_unlike, with_numbers
from matching.admin.queue import waiting_for
from matching.admin.told_ids import uuid_in
from matching.models import Band, Match, MatchState, Reason, Verdict
from matching.models.decision import REASONS
from matching.models.match import DECIDE
from matching.review.deciding import MOST_TOGETHER

AT_FIRST = 50


def reject_page(request: HttpRequest) -> HttpResponse:
    """The weakest open pairs with what speaks against each; those left ticked are turned down with one reason."""
    if not request.user.has_perm(DECIDE):
        raise PermissionDenied
    if request.method == "POST":
        return _undo(request) if request.POST.get("bulk") else _reject(request)
    return _preview(request)


def _preview(request: HttpRequest, status: int = 200) -> HttpResponse:
    weak = waiting_for(request, Match.objects.all()).filter(band=Band.POSSIBLE, state=MatchState.OPEN)
    weak = weak.with_lists().select_related("missing_person")  # type: ignore[attr-defined]
    shown = list(
        weak.prefetch_related("missing_person__names", with_numbers("missing_person")).order_by(
            "probability", "id"
        )[: _wanted(request)]
    )
    record_views(signed_in(request), shown)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Turn weak pairs down together"),
        "rows": [_shown(match) for match in shown],
        "reasons": [(Reason(reason).value, Reason(reason).label) for reason in REASONS[Verdict.DIFFERENT]],
        "most": MOST_TOGETHER,
        "undoable": review.undoable_together(signed_in(request)),
    }
    return TemplateResponse(request, "matching/bulk_page.html", context, status=status)


def _shown(match: Match) -> dict[str, Any]:
    """A line of the page. Where nothing speaks against the pair it may be weak only because several relatives look for
    one person: it is not ticked before somebody has looked."""
    unlike = shown_unlike(changed_facts.evidence_of(match.evidence))
    is_contradicted = any(line.points < 0 for line in unlike)
    return {
        "match": match,
        "numbers": numbers_of(match.missing_person),
        "probability": shown_probability(match),
        "unlike": unlike,
        "is_contradicted": is_contradicted,
        "is_ticked": is_contradicted and not is_held_lower(match),
    }


def _wanted(request: HttpRequest) -> int:
    text = request.GET.get("count", "")
    return min(int(text), MOST_TOGETHER) if text.isdecimal() and len(text) < 5 else AT_FIRST


def _reject(request: HttpRequest) -> HttpResponse:
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    chosen = dict(filter(None, map(_chosen, request.POST.getlist("pair"))))
    try:
        if reason not in REASONS[Verdict.DIFFERENT]:
            raise review.ReasonRequired
        if reason == Reason.OTHER and not note.strip():
            raise review.NoteRequired
        _bulk, done, left = review.reject_together(
            chosen, reviewer=signed_in(request), reason=reason, note=note
        )
    except review.Refused as refused:
        messages.error(request, refused.words)
        return _preview(request, status=409)
    if done or not left:
        said = ngettext("%(count)d pair was turned down.", "%(count)d pairs were turned down.", done)
        messages.success(request, said % {"count": done})
    if left:
        said = ngettext(
            "%(count)d pair was left alone, since somebody is at it or was faster, or its evidence changed:",
            "%(count)d pairs were left alone, since somebody is at them or was faster, or their evidence changed:",
            len(left),
        )
        messages.warning(request, _named(said % {"count": len(left)}, left))
    return redirect("admin:matching_match_together")


def _undo(request: HttpRequest) -> HttpResponse:
    bulk = uuid_in(request.POST.get("bulk", ""))
    undone, left = review.undo_together(bulk, by=signed_in(request)) if bulk else (0, [])
    if undone or not left:
        said = ngettext("%(count)d pair is open again.", "%(count)d pairs are open again.", undone)
        messages.success(request, said % {"count": undone})
    if left:
        said = ngettext("%(count)d pair stays as it is:", "%(count)d pairs stay as they are:", len(left))
        messages.warning(request, _named(said % {"count": len(left)}, left))
    return redirect("admin:matching_match_changelist")


def _named(said: str, left: list[uuid.UUID]) -> SafeString:
    """With the way to each pair, by its id: what is told on the next page is kept, and names are not."""
    pages = ((reverse("admin:matching_match_change", args=[pk]), str(pk)[:8]) for pk in left)
    return format_html("{} {}", said, format_html_join(", ", '<a class="desk-link" href="{}">{}</a>', pages))


def _chosen(text: str) -> tuple[uuid.UUID, int] | None:
    match_id, _, revision = text.partition(":")
    found = uuid_in(match_id)
    return (found, int(revision)) if found and revision.isdecimal() and len(revision) < 10 else None
