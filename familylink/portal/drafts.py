"""The unsent report of this browser: a signed cookie with its id, the answers sealed on the server for a day."""

import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from familylink.damage import opens
from familylink.reports.models import Draft, Picture
from familylink.reports.models.draft import KEPT_FOR

COOKIE = "draft"
ENTER = "reports.enter_report"


def current(request: HttpRequest) -> Draft | None:
    """What this browser began less than a day ago. A draft of staff is open to nobody else, a damaged one to nobody."""
    draft = _own(request)
    return draft if draft is not None and opens(draft, "answers") else None


def keep(request: HttpRequest, typed: dict[str, str]) -> Draft:
    """Add what was just typed, right or wrong, to the draft of this browser, a new one if there is none.

    Raises PermissionDenied when a member of staff who began it is no longer signed in, or it is damaged: what they
    type next must not become the beginning of a report of nobody's.
    """
    draft = current(request)
    if draft is None and (begun := _found(request)) is not None and begun.entered_by_id:
        raise PermissionDenied
    draft = draft or Draft()
    draft.keep(typed)
    return draft


def keep_picture(draft: Draft, kind: Picture.Kind, jpeg: bytes) -> None:
    """The picture of this kind, instead of an earlier one that was not sent yet."""
    with transaction.atomic():
        Picture.objects.filter(draft=draft, kind=kind).delete()
        Picture.objects.create(draft=draft, kind=kind, content=jpeg)


def drop_picture(draft: Draft, kind: Picture.Kind) -> None:
    """They do not want to give it after all."""
    draft.pictures.filter(kind=kind).delete()


def remember(response: HttpResponse, draft: Draft) -> HttpResponse:
    """Let the browser find its draft again for a day, also when it was closed meanwhile."""
    response.set_signed_cookie(
        COOKIE,
        str(draft.pk),
        salt=COOKIE,
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Delete what was not sent, and the way to it."""
    if draft := _own(request):
        discard(draft)
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _own(request: HttpRequest) -> Draft | None:
    draft = _found(request)
    if draft and draft.entered_by_id and not _is_theirs(request.user, draft):
        return None
    return draft


def _found(request: HttpRequest) -> Draft | None:
    pk = request.get_signed_cookie(COOKIE, default=None, salt=COOKIE, max_age=KEPT_FOR)
    return Draft.objects.kept().filter(pk=uuid.UUID(pk)).first() if pk else None


def _is_theirs(user: AbstractBaseUser | AnonymousUser, draft: Draft) -> bool:
    return draft.entered_by_id == user.pk and isinstance(user, User) and user.has_perm(ENTER)


@transaction.atomic
def discard(draft: Draft) -> None:
    """The draft and its pictures; those that a report has taken over stay with it."""
    draft.pictures.filter(report=None).delete()
    draft.delete()
