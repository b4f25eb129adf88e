"""One sealed value that does not open holds up nobody else: it is said in the log by its table, column and row.

A key that is away (`KeyIsAway`) is no damage: with it everything opens, and until then nothing may pass for done.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

DESK = ("/admin/", "/staff/")
_is_said_in_place: ContextVar[bool] = ContextVar("damage is said in its place", default=False)


class CannotOpen(Exception):
    """A sealed value does not open."""


class KeyIsAway(CannotOpen):
    """Sealed under a key that is not here now; with the key it opens."""


class Damaged(CannotOpen):
    """Sealed for another row, or not as it was written: no key opens it."""


def opens(row: models.Model, *names: str) -> bool:
    """Whether these sealed values of the row open; one that does not is said in the log. Raises KeyIsAway."""
    for name in names:
        field: Any = row._meta.get_field(name)
        try:
            field.value_from_object(row)
        except Damaged as error:
            _say(row, name, error)
            return False
    return True


def in_words(row: models.Model) -> str:
    """What stands on a page in the place of such a value."""
    return _("cannot be opened: it is damaged (%(id)s)") % {"id": row.pk}


def in_its_place(row: models.Model, name: str, error: CannotOpen) -> str:
    """The words, where a page of the desk is only read; anywhere else they could be sent or kept: raises the error."""
    if not isinstance(error, Damaged) or not _is_said_in_place.get():
        raise error
    _say(row, name, error)
    return in_words(row)


@contextmanager
def said_in_its_place(is_said: bool) -> Iterator[None]:
    """Whether reading a damaged text within gives the words for it, or raises."""
    before = _is_said_in_place.set(is_said)
    try:
        yield
    finally:
        _is_said_in_place.reset(before)


class DamageOnTheDesk:
    """Middleware: a list of the desk opens although one text in it does not. Whatever changes something is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with said_in_its_place(request.method == "GET" and request.path.startswith(DESK)):
            return self.get_response(request)


def _say(row: models.Model, name: str, error: CannotOpen) -> None:
    log.error("%s.%s of %s: %s", row._meta.label_lower, name, row.pk, error)
