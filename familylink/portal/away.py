"""The database takes nothing: its disk is full, it is read-only, it starts anew. What was typed must not be lost."""

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from familylink.portal.pages import unbroken

# What is not a fault of ours in a query. Read-only is an "internal error", a full disk an "operational" one.
AWAY = (OperationalError, InternalError, InterfaceError)
RETRY_AFTER_S = 120


def later(response: HttpResponse) -> HttpResponse:
    """503 with the time after which to try again."""
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def not_kept() -> str:
    """Above answers that only this page has now."""
    words = _(
        "At the moment we can keep nothing, and that is our fault. Your answers stand here: please send them again in "
        "a few minutes. Or call us: %(phone)s, and somebody will write down what you tell."
    )
    return words % {"phone": unbroken(settings.SERVICE_PHONE)}


def nothing_now() -> str:
    """On a page of its own, where no answer can be shown."""
    words = _(
        "At the moment we can keep nothing. Nothing that you sent us before is lost. Please try again in a few "
        "minutes, or call us: %(phone)s. Somebody will write down what you tell."
    )
    return words % {"phone": unbroken(settings.SERVICE_PHONE)}
