"""My report: what a family sees and changes after signing in. Everything here is about their own report only."""

import functools
import logging
import uuid
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from familylink.damage import Damaged
from familylink.portal import filing, limits, visits, wishes
from familylink.portal.away import AWAY, later, not_kept
from familylink.portal.fields import PlainForm
from familylink.portal.forms import NewContactForm, WishesForm, is_switched, sent
from familylink.portal.pages import render_page
from familylink.portal.questions import ABOUT, Question
from familylink.portal.standing import Stage, messages_to, standing_of
from familylink.portal.telling import Telling, about, told_about
from familylink.reports import contact_codes, endings, intake, privacy
from familylink.reports.models import Ending, Picture, Report
from familylink.reports.references import news_reference
from matching.news import family_view
from notifications import follow_ups

P = ParamSpec("P")
log = logging.getLogger(__name__)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
KEPT = "kept"
LAST_CONTACT = _(
    "This is the only confirmed way to reach you, so we keep it. Add another one first, or withdraw the report."
)


def own(
    view: Callable[Concatenate[HttpRequest, Report, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For the visitor who is signed in to a report, which the view is given; anybody else is asked to sign in. A page
    that needs what cannot be opened any more says so in its place, and has done nothing."""

    @sensitive_post_parameters()
    @functools.wraps(view)
    def signed_in(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        report = visits.signed_in_report(request)
        if report is None:
            return redirect("portal:find")
        try:
            return view(request, report, *args, **kwargs)
        except Damaged:
            log.exception("a page of report %s needs what is damaged", report.pk)
            return render_page(request, "lost.html", {"standing": standing_of(report)})

    return signed_in


def changeable(
    view: Callable[Concatenate[HttpRequest, Report, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Report, P], HttpResponse]:
    """What has ended is read, and not changed any more."""

    @functools.wraps(view)
    def still_open(
        request: HttpRequest, report: Report, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if report.withdrawn_at is not None:
            return redirect("portal:status")
        return view(request, report, *args, **kwargs)

    return still_open


@require_safe
@own
def status(request: HttpRequest, report: Report) -> HttpResponse:
    """How the report stands, in plain words, and what can be done about it."""
    standing = standing_of(report)
    has_news = Stage.NEWS in (standing.stage, standing.unheard)
    if has_news and not follow_ups.shown(reference=news_reference(report)):
        standing = standing_of(report)
    return render_page(request, "status.html", {"standing": standing, **_is_kept(request)})


@require_POST
@own
def heard(request: HttpRequest, report: Report) -> HttpResponse:
    """The family says that it has read the news: nobody needs to call any more.

    The news that its page showed: one that stood open since then says nothing of what was confirmed later, and ends no
    call about what was taken back.
    """
    if request.POST.get("round") == str(report.news_round) and family_view.news_for(report) is not None:
        follow_ups.heard(reference=news_reference(report))
    return redirect("portal:status")


@require_POST
@own
def still_searching(request: HttpRequest, report: Report) -> HttpResponse:
    """The answer to "are you still searching?", given at any time."""
    intake.go_on_searching(report)
    return _kept("portal:status")


def _kept(page: str) -> HttpResponse:
    """To a page which says that what they told or wished is kept."""
    return redirect(f"{reverse(page)}?{KEPT}=1")


def _is_kept(request: HttpRequest) -> dict[str, bool]:
    return {"is_kept": KEPT in request.GET}


# ------------------------------------------------------------------------------------------ what they told us


@require_safe
@own
@changeable
def answers(request: HttpRequest, report: Report) -> HttpResponse:
    """Every answer about the person, each with the way to change it."""
    pictures = set(report.pictures.values_list("kind", flat=True))
    sections = Telling(report.answers or {}, ABOUT).sections(pictures)
    return render_page(request, "answers.html", {"sections": sections, **_is_kept(request)})


@get_or_post
@own
@changeable
def answer(request: HttpRequest, report: Report, slug: str) -> HttpResponse:
    """One question again. A right answer is kept at once and compared with every list anew."""
    asked = next((each for each in ABOUT if each.slug == slug), None)
    if asked is None:
        raise Http404
    known = dict(report.answers or {})
    if request.method != "POST" or is_switched(request):
        typed = asked.typed(request.POST.dict()) if request.method == "POST" else {}
        return _answer_page(request, report, asked(initial={**known, **typed}))
    if "drop" in request.POST and asked.picture:
        report.pictures.filter(kind=asked.picture).delete()
        return _kept("portal:answers")
    is_skipped = "skip" in request.POST and bool(asked.skip)
    typed = asked.nothing() if is_skipped else asked.typed(request.POST.dict())
    form = asked({**known, **typed, **asked.too_long(request.POST.dict())}, request.FILES)
    if not (is_skipped or form.is_valid()):
        return _answer_page(request, report, form)
    try:
        _keep(report, typed, form)
    except AWAY:
        return later(_answer_page(request, report, asked(initial={**known, **typed}), note=not_kept()))
    return _kept("portal:answers")


def _answer_page(request: HttpRequest, report: Report, form: Question, *, note: str = "") -> HttpResponse:
    has_picture = form.picture is not None and report.pictures.filter(kind=form.picture).exists()
    is_told = any((report.answers or {}).get(name) for name in form.base_fields)
    context = {
        "form": form,
        "has_picture": has_picture,
        "may_be_removed": bool(form.skip) and is_told,
        "note": note,
    }
    return render_page(request, "answer.html", context)


@transaction.atomic
def _keep(report: Report, typed: dict[str, str], form: Question) -> None:
    report = intake.held(report)  # another page of theirs may have changed another answer meanwhile
    if report.withdrawn_at is not None:  # or the report has ended: what is erased stays erased
        return
    told = {**(report.answers or {}), **typed}
    intake.correct(report, told_about(about(told), language=report.language))
    if form.picture and form.is_valid() and form.cleaned_data["content"]:
        filing.replace_picture(report, Picture.Kind(form.picture), form.cleaned_data["content"])


# ---------------------------------------------------------------------------------------- how to reach them


@get_or_post
@limits.limited(limits.CODES)
@own
@changeable
def contacts(request: HttpRequest, report: Report) -> HttpResponse:
    """The ways to reach them; a new one is proven by a code before anything is told there."""
    form = sent(NewContactForm, request)
    if form.is_valid():
        for contact in filing.add_contacts(report, form.addresses()):
            filing.quietly(contact_codes.send_code, contact)
        return redirect("portal:confirm") if filing.unproven(report) else _kept("portal:contacts")
    return _contacts_page(request, report, form)


@require_POST
@own
@changeable
def stop_contact(request: HttpRequest, report: Report, contact_id: uuid.UUID) -> HttpResponse:
    """Write there no more. The report stays open; the last proven address stays too."""
    if not intake.stop_contact(report, contact_id):
        form = NewContactForm()
        return _contacts_page(request, report, form, note=str(LAST_CONTACT))
    return _kept("portal:contacts")


def _contacts_page(request: HttpRequest, report: Report, form: PlainForm, note: str = "") -> HttpResponse:
    context = {"form": form, "standing": standing_of(report), "note": note, **_is_kept(request)}
    return render_page(request, "contacts.html", context, path=reverse("portal:contacts"))


@get_or_post
@own
@changeable
def settings(request: HttpRequest, report: Report) -> HttpResponse:
    """Language, quiet hours, whether to hear after each wave, and what may be passed on."""
    form = sent(WishesForm, request, initial=wishes.of(report))
    if form.is_valid():
        wishes.keep(report, form)
        return _kept("portal:status")
    return render_page(request, "settings.html", {"form": form})


# ----------------------------------------------------------------------------------------------- how it ends


@get_or_post
@own
def end(request: HttpRequest, report: Report, ending: str) -> HttpResponse:
    """Found, come forward, withdrawn or erased: asked once more, then ten minutes to change one's mind."""
    if ending not in Ending.values or report.erased_at is not None:
        raise Http404
    if request.method == "POST":
        endings.ask(report, Ending(ending))
        return redirect("portal:status")
    return render_page(
        request, "end.html", {"ending": ending, "is_withdrawn": report.withdrawn_at is not None}
    )


@require_POST
@own
def undo(request: HttpRequest, report: Report) -> HttpResponse:
    """They have changed their mind; after ten minutes the page says that it is too late, and whom to call."""
    endings.undo(report)
    return redirect("portal:status")


@require_safe
@own
def data(request: HttpRequest, report: Report) -> HttpResponse:
    """All that we hold about this report, as a file."""
    waves = family_view.checked_waves(report.missing_person)
    held = {
        **privacy.export(report),
        "wishes": wishes.of(report),
        "checked": [
            {
                "wave": each.wave.occurred_on,
                "people": each.people,
                "at": each.checked_at,
                "rows_not_clear": each.unseen,
            }
            for each in waves
        ],
        "messages": [
            {
                "message": each.message,
                "channel": each.channel,
                "state": each.state,
                "posted_at": each.posted_at,
            }
            for each in messages_to(report)
        ],
    }
    response = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{report.reference}.json"'
    return response
