"""How often one address and one network may ask. Filing stays open when counting fails; codes are closed then.

The numbers are large because mobile networks put hundreds of families behind one address, most of all on the night of
an exchange. What protects a single family is narrower and elsewhere: ten codes a day to an address, five tries a code.
"""

import datetime as dt
import functools
import ipaddress
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from familylink.portal.pages import render_page
from familylink.reports import tallies

P = ParamSpec("P")
WINDOW = dt.timedelta(hours=1)
FILING, CODES, TRIES = "filing", "codes", "tries"
OPEN_WHEN_BROKEN = {FILING}
PREFIXES = {4: (32, 24), 6: (64, 48)}

logger = logging.getLogger(__name__)


def limited(
    what: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """For views whose POST counts as `what`. Whether a person or a reference is known plays no part in it."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def counted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST" and not allows(what, request):
                return _too_many(request)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def allows(what: str, request: HttpRequest) -> bool:
    """Whether the address and its network stay within their limits, this time counted."""
    most = settings.LIMITS[what]
    try:
        counts = [tallies.count(what, place, within=WINDOW) for place in _places(request)]
    except DatabaseError as error:
        logger.error("counting %s failed: %s", what, type(error).__name__)
        if what not in OPEN_WHEN_BROKEN:
            raise  # nobody is let in uncounted, and nobody is told that they asked too often
        return True
    return all(count <= limit for count, limit in zip(counts, most, strict=False))


def _places(request: HttpRequest) -> list[str]:
    """The address and its network; nothing where a socket or a proxy shows none, since all would share it."""
    try:
        address = ipaddress.ip_address(_address(request))
    except ValueError:
        return []
    prefixes = PREFIXES[address.version]
    return [str(ipaddress.ip_network((address, prefix), strict=False)) for prefix in prefixes]


def _address(request: HttpRequest) -> str:
    """What our own proxy wrote last; what a client wrote before it counts for nothing."""
    if settings.IS_BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _too_many(request: HttpRequest) -> HttpResponse:
    words = _(
        "A great many requests are coming from your connection right now. Please wait an hour, or call us: your "
        "answers and your report are kept."
    )
    context = {"heading": _("Please wait a little"), "words": words}
    response = render_page(request, "error.html", context, path=reverse("portal:start"), status=429)
    response["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
