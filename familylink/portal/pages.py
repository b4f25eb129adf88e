"""What every page of the families has: its language, the switch to the others, the telephone to call."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils.translation import get_language, get_language_bidi

NO_BREAK_SPACE = "\u00a0"


class LanguageLink(NamedTuple):
    """A language by its own name, and this page in it."""

    code: str
    name: str
    url: str
    is_current: bool


def dialled(number: str) -> str:
    """As a telephone dials it."""
    return "".join(each for each in number if each.isdigit() or each == "+")


def unbroken(number: str) -> str:
    """A number broken over two lines is copied wrongly."""
    return number.replace(" ", NO_BREAK_SPACE)


def language_links(path: str) -> list[LanguageLink]:
    """The same page in each language."""
    current = get_language()
    return [
        LanguageLink(code, name, translate_url(path, code), code == current)
        for code, name in settings.LANGUAGES
    ]


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    path: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page in the visitor's language. `path` is where the language switch leads, else this page."""
    values = {
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": language_links(path or request.path),
        "service_name": settings.SERVICE_NAME,
        "service_phone": unbroken(settings.SERVICE_PHONE),
        "service_dialled": dialled(settings.SERVICE_PHONE),
        "backup_days": settings.KEEP_BACKUPS_DAYS,
        **(context or {}),
    }
    return HttpResponse(render_to_string(f"portal/{template}", values, request), status=status)
