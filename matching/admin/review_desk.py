"""The pair page: both people side by side, the evidence in words, and a verdict. One pair at a time."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from familylink.reports.models import Channel
from familylink.reports.privacy import record_view
from familylink.reports.references import news_reference
from familylink.staff import signed_in
from matching import engine, review
from matching.admin import why_not_desk
from matching.admin.pairs import percent, shown_evidence, shown_people
from matching.models import Band, Decision, Match, MatchState, Verdict
from matching.models.match import DECIDED, UNDECIDED
from notifications import outbox

DECIDE = "matching.decide_match"


class StateFilter(admin.SimpleListFilter):
    """What waits for this reviewer comes first; the rest is a click away."""

    title = gettext_lazy("what to show")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", gettext_lazy("waiting for my verdict")),
            ("second", gettext_lazy("awaiting the second reviewer")),
            ("disputed", gettext_lazy("reviewers disagree")),
            ("decided", gettext_lazy("decided")),
            ("all", gettext_lazy("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        # No "All" of the framework's own: without a choice the queue shows what waits for me.
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or "mine") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        return {
            "second": lambda: matches.filter(state=MatchState.AWAITING_SECOND),
            "disputed": lambda: matches.filter(state=MatchState.DISPUTED),
            "decided": lambda: matches.filter(state__in=DECIDED),
            "all": lambda: matches,
        }.get(self.value() or "", lambda: waiting_for(signed_in(request), matches))()


def waiting_for(reviewer: User, matches: QuerySet[Match]) -> QuerySet[Match]:
    """Undecided pairs on whose present evidence this reviewer has not given a verdict."""
    given = Decision.objects.filter(reviewer=reviewer).exclude(verdict=Verdict.UNSURE)
    mine = [
        match_id
        for match_id, revision, current in given.filter(match__state__in=UNDECIDED).values_list(
            "match", "match_revision", "match__revision"
        )
        if revision == current
    ]
    return matches.filter(state__in=UNDECIDED).exclude(pk__in=mine)


@admin.register(Match)
class MatchAdmin(ModelAdmin):
    list_display = ["pair", "shown_band", "shown_probability", "shown_state", "wave", "proposed_at"]
    list_filter = [StateFilter, "band", "entry__source_list__wave", "entry__source_list__kind"]
    list_select_related = ["entry__source_list__wave__exchange", "missing_person"]
    list_per_page = 50
    list_disable_select_all = True
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        return (
            super()
            .get_queryset(request)
            .exclude(state=MatchState.LAPSED)
            .prefetch_related("missing_person__names")
        )

    def get_urls(self) -> list[Any]:
        why_not = self.admin_site.admin_view(why_not_desk.why_not_page)
        return [path("why-not/", why_not, name="matching_match_why_not"), *super().get_urls()]

    @admin.display(description=gettext_lazy("list entry"))
    def pair(self, match: Match) -> str:
        name: str = match.entry.name_text
        return name

    @display(
        description=gettext_lazy("band"),  # type: ignore[arg-type]  # a lazy text is as good
        ordering="probability",
        label={Band.CERTAIN: "success", Band.PROBABLE: "info", Band.POSSIBLE: "warning"},
    )
    def shown_band(self, match: Match) -> tuple[str, str]:
        return match.band, match.get_band_display()

    @admin.display(description=gettext_lazy("probability"), ordering="probability")
    def shown_probability(self, match: Match) -> str:
        return percent(match.probability)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, match: Match) -> str:
        # Who gave the first verdict, and which, stays hidden until the second one is given.
        return match.get_state_display()

    @admin.display(description=gettext_lazy("wave"))
    def wave(self, match: Match) -> str:
        return str(match.entry.source_list.wave)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        match = get_object_or_404(
            Match.objects.select_related("missing_person", "entry__source_list__wave__exchange"), pk=object_id
        )
        if request.method == "POST":
            return self._decide(request, match)
        record_view(signed_in(request), match)
        return self._pair_page(request, match)

    def _decide(self, request: HttpRequest, match: Match) -> HttpResponse:
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        try:
            match = review.decide(
                match.pk,
                reviewer=signed_in(request),
                verdict=_choice(request.POST.get("verdict")),
                note=request.POST.get("note", ""),
                revision=_number(request.POST.get("revision")),
            )
        except review.Refused as refused:
            messages.error(request, refused.words)
            match.refresh_from_db()
            return self._pair_page(request, match, status=409)
        messages.success(request, _said(match))
        following = waiting_for(signed_in(request), Match.objects.all()).first()
        if following is None:
            return redirect("admin:matching_match_changelist")
        return redirect("admin:matching_match_change", following.pk)

    def _pair_page(self, request: HttpRequest, match: Match, status: int = 200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Are these one person?"),
            "match": match,
            "note": request.POST.get("note", ""),
            "may_decide": _may_decide(request, match),
            **shown_pair(match, signed_in(request)),
        }
        return TemplateResponse(request, "matching/pair_page.html", context, status=status)


def shown_pair(match: Match, reviewer: User) -> dict[str, Any]:
    """Everything the pair page shows, in the reviewer's language."""
    gave_verdict = review.already_gave_verdict(match, reviewer)
    return {
        **shown_people(match.missing_person, match.entry),
        **shown_evidence(map(engine.Evidence.from_dict, match.evidence["evidence"]), match.evidence["caps"]),
        "probability": percent(match.probability),
        "points": match.points,
        "rivals": _rivals(match),
        "told": _told(match),
        "may_tell": review.may_tell(match),
        "gave_verdict": gave_verdict,
        # The second reviewer judges the evidence, not the first one's verdict.
        "decisions": match.decisions.select_related("reviewer")
        if gave_verdict or match.state in DECIDED
        else [],
    }


def _rivals(match: Match) -> dict[str, list[Match]]:
    others = Match.objects.exclude(pk=match.pk).exclude(state=MatchState.LAPSED)
    return {
        "for_entry": list(others.filter(entry=match.entry_id).select_related("missing_person")[:10]),
        "for_person": list(
            others.filter(missing_person=match.missing_person_id).select_related("entry__source_list")[:10]
        ),
    }


def _told(match: Match) -> list[dict[str, Any]]:
    """Who would be told by a confirmation, over what, and what has already been posted to them."""
    return [
        {
            "report": addressee.report,
            "channel": Channel(addressee.contact.channel).label if addressee.contact else None,
            "is_confirmed": bool(addressee.contact and addressee.contact.confirmed_at),
            "posted": outbox.state_of(news_reference(addressee.report)),
        }
        for addressee in review.addressees(match)
    ]


def _may_decide(request: HttpRequest, match: Match) -> bool:
    return (
        request.user.has_perm(DECIDE)
        and match.state in UNDECIDED
        and not review.already_gave_verdict(match, signed_in(request))
    )


def _said(match: Match) -> str:
    return {
        MatchState.OPEN: _("Recorded as unsure. The pair stays in the queue."),
        MatchState.AWAITING_SECOND: _(
            "Recorded. A second reviewer must now look, without seeing your verdict."
        ),
        MatchState.DISPUTED: _("Recorded. The reviewers disagree: a third person must decide."),
        MatchState.CONFIRMED: _("Confirmed by two people."),
        MatchState.REJECTED: _("Recorded: not the same person."),
    }[MatchState(match.state)]


def _choice(verdict: str | None) -> str:
    return verdict if verdict in Verdict.values else Verdict.UNSURE


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
