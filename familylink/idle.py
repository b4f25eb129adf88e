"""A desk that nobody sits at closes: people's data does not stay on a screen that was left.

After half an hour without a hand on it, and at the latest after a shift, a member of staff signs in again. The page
warns before, and keeps what was typed (static/staff/idle.js). What a page asks for by itself is no hand on the desk.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

SITTING = "sitting"
ASKED_BY_THE_PAGE = ("/staff-api/", "/staff/time-left/")
STAFF_PATHS = ("/admin/", "/staff/", "/staff-api/")
SAYS_SO = "/staff/stay/"
NOTED_EVERY_SECONDS = 60  # not with each request: the session is a row


class Sitting(NamedTuple):
    """When somebody sat down at the desk, and when they last did something."""

    began_at: float
    seen_at: float

    @property
    def seconds_left(self) -> float:
        by_idleness: float = self.seen_at + settings.STAFF_IDLE_SECONDS
        by_shift: float = self.began_at + settings.SESSION_COOKIE_AGE
        return min(by_idleness, by_shift) - time.time()


class IdleDesk:
    """Middleware: whoever left their desk is signed out before anything is shown or done in their name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            sitting = sitting_of(request) or Sitting(time.time(), 0.0)
            if sitting.seen_at and sitting.seconds_left <= 0:
                logout(request)
                if request.path.startswith(STAFF_PATHS):
                    return redirect_to_login(request.get_full_path())
            elif _is_a_hand(request, sitting):
                request.session[SITTING] = Sitting(sitting.began_at, time.time())
        return self.get_response(request)


def _is_a_hand(request: HttpRequest, sitting: Sitting) -> bool:
    """Whether this request shows that somebody is there, which is not noted already."""
    if request.path.startswith(ASKED_BY_THE_PAGE):
        return False
    return request.path == SAYS_SO or sitting.seen_at + NOTED_EVERY_SECONDS < time.time()


def sitting_of(request: HttpRequest) -> Sitting | None:
    """Of whoever is signed in; None right after the password."""
    told = request.session.get(SITTING)
    return Sitting(*told) if told else None


@login_required
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is there: the middleware has noted it."""
    return HttpResponse(status=204)


@login_required
def time_left(request: HttpRequest) -> JsonResponse:
    """How long the desk stays open without a hand on it, and the words of the warning."""
    sitting = sitting_of(request)
    return JsonResponse(
        {
            "seconds": sitting.seconds_left if sitting else settings.STAFF_IDLE_SECONDS,
            "warn": settings.STAFF_IDLE_WARNING_SECONDS,
            "title": _("Are you still there?"),
            "text": _("Nobody has used this page for a while. It closes soon, and what you typed is kept."),
            "left": _("Seconds left:"),
            "stay": _("I am here"),
        }
    )
