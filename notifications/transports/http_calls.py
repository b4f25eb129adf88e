"""What every provider over HTTP shares: one call without retries, and which of its ends is a certain no."""

from collections.abc import Collection, Mapping
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from notifications.transports.base import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    OutcomeUnknown,
    TransportError,
)

# Credentials, balance, account: every message meets it, so none is given up for it.
OUR_FAULT = (401, 402, 403)
TRY_LATER = (429, 503)  # "not taken", unless a provider means something else by them
NO_PROOF = (408,)


def call(method: str, url: str, *, name: str, **how: Any) -> requests.Response:
    """One request, no redirects. Raises TransportError if no connection was made, OutcomeUnknown for all else."""
    how.setdefault("timeout", (CONNECT_TIMEOUT_S, READ_TIMEOUT_S))
    try:
        # No session: a kept connection that the server has just closed would look like a lost reply.
        return requests.request(method, url, allow_redirects=False, **how)  # noqa: S113  set above
    except requests.RequestException as error:
        raise read_failure(name, error) from None


def raise_for_status(
    response: requests.Response, word: str, *, try_later: Collection[int] = TRY_LATER
) -> None:
    """The certain noes among the statuses; nothing for a 2xx. Raises TransportError, OutcomeUnknown."""
    status = response.status_code
    if status in (200, 201, 202):
        return
    if status in try_later:
        wait_s = _seconds(response.headers.get("Retry-After", ""))
        raise TransportError(word, is_busy=True, retry_after_s=wait_s)
    if status in OUR_FAULT:
        raise TransportError(word)
    if 400 <= status < 500 and status not in (*NO_PROOF, *TRY_LATER):
        raise TransportError(word, permanent=True)
    raise OutcomeUnknown(word)


def object_of(response: requests.Response) -> Mapping[str, Any]:
    """The JSON object of an answer; empty where it is anything else."""
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def read_failure(name: str, error: requests.RequestException) -> TransportError | OutcomeUnknown:
    """Only a connection that was never made is a certain no."""
    reason = error.args[0].reason if error.args and isinstance(error.args[0], MaxRetryError) else None
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return TransportError("no_connection")
    return OutcomeUnknown(f"{name}_{type(error).__name__}")


def _seconds(header: str) -> float:
    """Retry-After as seconds; its other form, a date, is left to our own back-off."""
    return float(header) if header.isdigit() else 0.0
