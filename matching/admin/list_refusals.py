"""What may come of a button of the lists desk instead of what it asked for, in words."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import lists_intake
from matching.news.corrections import TakenBack

# How loud the words are, and the words.
REFUSALS: dict[type[Exception], tuple[int, Any]] = {
    lists_intake.AlreadyCommitted: (
        messages.INFO,
        gettext_lazy("This list had already been committed. Nothing was added."),
    ),
    lists_intake.NothingToCommit: (
        messages.ERROR,
        gettext_lazy("No row of this list could be read, so there is nothing to commit."),
    ),
    lists_intake.NotReplaceable: (
        messages.ERROR,
        gettext_lazy("The list that this one replaces was itself replaced meanwhile. Nothing was committed."),
    ),
    lists_intake.NotTrusted: (
        messages.ERROR,
        gettext_lazy(
            "Only a source of reliability A or B may say who was released. Nothing was committed: please drop this "
            "list and receive it again as what it is."
        ),
    ),
    lists_intake.CannotBeOpened: (
        messages.ERROR,
        gettext_lazy(
            "What somebody typed for a row is damaged and cannot be read any more. Nothing was committed: please type "
            "that row anew, or set it aside."
        ),
    ),
    lists_intake.NotWaiting: (
        messages.INFO,
        gettext_lazy("Somebody else was first: this list is in another state now."),
    ),
    lists_intake.NotInForce: (
        messages.INFO,
        gettext_lazy("Somebody else was first: this list is in another state now."),
    ),
    lists_intake.Busy: (
        messages.ERROR,
        gettext_lazy("A worker is busy with this list. Nothing was changed: please try again in a minute."),
    ),
}
REFUSED = tuple(REFUSALS)


def taken_back_in_words(taken_back: TakenBack) -> str:
    """What became of news about people who stand on the list no longer."""
    return _("News not yet sent to %(cancelled)d families was cancelled; %(called)d must be called.") % {
        "cancelled": taken_back.cancelled,
        "called": taken_back.to_correct,
    }


def say_why(request: HttpRequest, refused: Exception) -> None:
    """One of REFUSED, on the page that is shown next."""
    messages.add_message(request, *REFUSALS[type(refused)])
