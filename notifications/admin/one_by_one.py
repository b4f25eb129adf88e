"""The same done to many chosen rows: what somebody else holds is passed over and named, and the others are done."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from familylink.locks import passed_over_as

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Held(Exception):
    """Somebody else has this in hand: nothing was done to it."""


def one_by_one(
    request: HttpRequest,
    chosen: Iterable[Thing],
    do: Callable[[Thing], Result],
    named: Callable[[Thing], str],
) -> list[tuple[Thing, Result]]:
    """Do this to each, in a transaction of its own; what somebody else holds is passed over, and named."""
    done, held = [], []
    for one in chosen:
        try:
            with passed_over_as(Held):
                done.append((one, do(one)))
        except Held:
            held.append(named(one))
    if held:
        say_held(request, held)
    return done


def say_held(request: HttpRequest, names: Iterable[str]) -> None:
    """Where they have pages, `names` are the ways to them."""
    said = _(
        "Nothing was done to these, since a worker or a colleague is busy with them. Please try again in a minute:"
    )
    listed = format_html_join(", ", "{}", ((name,) for name in names))
    messages.warning(request, format_html("{} {}", said, listed))
