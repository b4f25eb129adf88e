"""From where a member of staff acts: the same mark for the same network, which tells nobody its address.

It stands beside each view, verdict and change of an account: two verdicts from one chair can be seen, and one from a
place where nobody of ours sits; where somebody lives cannot. A keyed hash, since there are few addresses to try.
"""

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase

from familylink.sealing import blind_index

ACCOUNTS = ("/admin/auth/", "/admin/password_change/")
MARK_BYTES = 4
_PREFIX = {4: 24, 6: 48}  # bits of an address that its network has in common

_here: ContextVar[bytes | None] = ContextVar("from_where", default=None)


def mark() -> bytes | None:
    """Of whoever acts now; None for the service itself."""
    return _here.get()


def mark_of(address: str) -> bytes | None:
    """Of the network of this address; None where it is none, as behind a socket."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return None
    network = ipaddress.ip_network((known, _PREFIX[known.version]), strict=False)
    return blind_index("network-of-staff", str(network))[:MARK_BYTES]


def client_address(request: HttpRequest) -> str:
    """Whose tries are counted: behind our own proxy the address that it saw, which nobody can forge."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def in_words(mark: bytes | memoryview | None) -> str:
    """As pages show it; "" where nothing was noted."""
    return bytes(mark).hex() if mark else ""


class FromWhere:
    """Middleware: what is recorded while it answers says from where, and what changes an account says who."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _here.set(mark_of(client_address(request)) if request.user.is_authenticated else None)
        try:
            if request.method == "POST" and request.path.startswith(ACCOUNTS):
                with _told_to_the_database(request.user.pk):
                    return self.get_response(request)
            return self.get_response(request)
        finally:
            _here.reset(before)


@contextmanager
def _told_to_the_database(account_id: int | None) -> Iterator[None]:
    """For its triggers, which record a change of an account however it is made."""
    here = _here.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('familylink.by', %s, true), set_config('familylink.from_where', %s, true)",
            [str(account_id or ""), here.hex() if here else ""],
        )
        yield
