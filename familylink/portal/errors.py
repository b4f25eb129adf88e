"""Error pages in calm words, without a family's data; urls.py and settings.py name these functions."""

import sys

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from familylink.middleware import STAFF_PATHS
from familylink.portal import drafts, questions
from familylink.portal.away import AWAY, later, nothing_now
from familylink.portal.pages import render_page
from familylink.portal.questions import Question
from familylink.portal.wizard import question_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    return _page(request, 400, _("We could not read this request"), _("Please go back and try once more."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    if _is_desk(request):
        words = str(exception) or _("Your role does not include it. Ask a lead or whoever opens accounts.")
        return _page(request, 403, _("This page is not open to you"), words)
    return _page(request, 403, _("This page is not open to you"), _("You may need to sign in first."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    words = _("The address may be mistyped. Nothing of your report is lost.")
    if _is_desk(request):
        words = _("The address may be mistyped, or what stood here is there no more.")
    return _page(request, 404, _("There is no such page"), words)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database takes nothing: says no cause, and touches neither session nor database."""
    if isinstance(sys.exception(), AWAY):
        return later(_page(request, 503, _("Please try again in a few minutes"), nothing_now()))
    words = _(
        "This is our fault, not yours. Please try again in a few minutes. If you have a reference number, "
        "your report is kept."
    )
    return _page(request, 500, _("Something went wrong on our side"), words)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery check: a question's answers are shown again to be sent once more, never kept unasked."""
    asked = _own_question(request, reason)
    if asked is not None:
        words = _(
            "This page was open for a long time. Your answers are all here: please send them once more. "
            "If you see this again, please allow cookies in your browser, or call us."
        )
        answers, draft = request.POST.dict(), drafts.current(request)
        return question_page(request, asked(initial=answers), draft, note=words, status=403)
    words = _(
        "The page was open for a long time, or your browser does not keep cookies. "
        "Please open the page again and try once more."
    )
    if _is_desk(request):
        words = _(
            "Nothing was recorded. Go back and load the page anew: your verdict and its note are still there."
        )
    return _page(request, 403, _("Please try once more"), words)


def _own_question(request: HttpRequest, reason: str) -> type[Question] | None:
    """A question of ours whose token grew old; what another site sent (other reasons) is never shown."""
    is_stale = reason in (REASON_NO_CSRF_COOKIE, REASON_CSRF_TOKEN_MISSING) or reason.startswith("CSRF token")
    try:
        found = resolve(request.path)
        is_question = is_stale and found.view_name == "portal:question"
        return questions.by_slug(found.kwargs["slug"]) if is_question else None
    except (Resolver404, KeyError):
        return None


def _is_desk(request: HttpRequest) -> bool:
    """Going by the address alone: these pages ask nobody who is signed in."""
    return request.path.startswith(STAFF_PATHS)


def _page(request: HttpRequest, status: int, heading: str, words: str) -> HttpResponse:
    context = {"heading": heading, "words": words, "is_desk": _is_desk(request)}
    return render_page(request, "error.html", context, path=reverse("portal:start"), status=status)
