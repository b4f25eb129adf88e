"""What is going on tonight, in numbers that open the queue they count."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from familylink.reports.models import MissingPerson
from familylink.staff import signed_in
from matching import review
from matching.admin.review_desk import waiting_for
from matching.models import Match, MatchRun, MatchState
from matching.progress import progress
from notifications import outbox


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The dashboard's context: tiles with their links, and the runs under way."""
    context["title"] = _("Tonight")
    if request.user.has_perm("matching.view_match"):
        context["tiles"] = _tiles(request)
        context["runs"] = [progress(run) for run in MatchRun.objects.unfinished()[:10]]
        context["untold"] = _untold()
    return context


def _tiles(request: HttpRequest) -> list[dict[str, Any]]:
    queue = reverse("admin:matching_match_changelist")
    messages = reverse("admin:notifications_notification_changelist")
    reports = reverse("admin:reports_report_changelist")
    by_state = dict(Match.objects.order_by().values_list("state").annotate(Count("pk")))
    mine = waiting_for(signed_in(request), Match.objects.all())
    by_band = dict(mine.order_by().values_list("band").annotate(Count("pk")))
    tiles = [
        (_("Certain, waiting for you"), by_band.get("certain", 0), f"{queue}?band__exact=certain"),
        (_("Probable, waiting for you"), by_band.get("probable", 0), f"{queue}?band__exact=probable"),
        (_("Possible, waiting for you"), by_band.get("possible", 0), f"{queue}?band__exact=possible"),
        (
            _("Awaiting the second reviewer"),
            by_state.get(MatchState.AWAITING_SECOND, 0),
            f"{queue}?show=second",
        ),
        (_("Reviewers disagree"), by_state.get(MatchState.DISPUTED, 0), f"{queue}?show=disputed"),
        (_("Reports that could not be matched"), _stuck_reports(), reports),
        (_("Messages that wait for a person"), outbox.awaiting_a_person(), f"{messages}?awaiting=yes"),
    ]
    return [{"title": title, "number": number, "url": url} for title, number, url in tiles]


def _stuck_reports() -> int:
    unmatched = MissingPerson.objects.unmatched()
    return unmatched.exclude(pk__in=MissingPerson.objects.awaiting_matching().values("pk")).count()


def _untold() -> list[Match]:
    """Confirmed on a list of the released, and for some report no message was posted: call them."""
    confirmed = Match.objects.confirmed().select_related("entry__source_list", "missing_person")
    return [
        match
        for match in confirmed.order_by("-decided_at")[:500]
        if review.may_tell(match) and any(addressee.contact is None for addressee in review.addressees(match))
    ]
