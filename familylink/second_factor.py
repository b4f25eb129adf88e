"""The staff's second factor: a code of an authenticator app, a passkey, or a recovery code, before any page opens.

The password is asked by the admin's own page; what follows is django-allauth's. A session that has only the password
sees nothing: every page of the desk sends it to the second step, or to set one up.
"""

import base64
import os
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from familylink.sealing import derived_key

DESK = ("/admin/", "/staff-api/")
ENROLMENT = "/staff/second-factor/"
OPEN = (
    *("/admin/login/", "/admin/logout/", "/admin/jsi18n/"),
    *(f"{ENROLMENT}reauthenticate/", f"{ENROLMENT}webauthn/reauthenticate/"),
)
PURPOSE = "staff-second-factor"


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # no types
    """Accounts are made by an administrator, and nothing is written to the staff by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The first factor is set up right after the password; whatever changes one asks for it again."""
        return bool(is_mfa_enabled(self.request.user))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Without the password, which the admin asks for: offered here it would lead back to the same page."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"]


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # no types
    """A stolen database gives nobody a second factor. The key stays when sealing keys rotate."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(12)
        sealed = AESGCM(derived_key(PURPOSE)).encrypt(nonce, text.encode(), PURPOSE.encode())
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        plain = AESGCM(derived_key(PURPOSE)).decrypt(sealed[:12], sealed[12:], PURPOSE.encode())
        return plain.decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": super().get_public_key_credential_rp_entity()["id"], "name": settings.SERVICE_NAME}


class SecondFactor:
    """Middleware: no page of the desk for a session that has shown no second factor, nor the page to change it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_guarded(request) and not has_shown_it(request):
            if is_mfa_enabled(request.user):
                return _to_show_it(request)
            if settings.STAFF_NEED_SECOND_FACTOR and request.path.startswith(DESK):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


def has_shown_it(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor."""
    return _shown_at(request) is not None


def asked_again(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where to show it once more, before what may tell a family: whoever took over an open desk holds no telephone.

    None where it was shown lately, and for whom has none (which only the demo allows).
    """
    shown_at = _shown_at(request)
    is_fresh = shown_at is not None and shown_at + settings.STAFF_SECOND_FACTOR_SECONDS > time.time()
    if is_fresh or not is_mfa_enabled(request.user):
        return None
    messages.info(request, _("Once more, please: after this a family may be told. Your choice is kept."))
    return _to_show_it(request)


def _shown_at(request: HttpRequest) -> float | None:
    """When this session last showed one, in seconds of the clock."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record["method"] == "mfa"), default=None)


def _to_show_it(request: HttpRequest) -> HttpResponseRedirect:
    following = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{following}")


def _is_guarded(request: HttpRequest) -> bool:
    is_of_staff = request.path.startswith((*DESK, ENROLMENT)) and not request.path.startswith(OPEN)
    return is_of_staff and request.user.is_authenticated
