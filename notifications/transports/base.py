"""The contract between delivery and a provider: docs/adding-a-transport.md says how to write one.

A call has three ends, never two: taken (a return), certainly not taken (TransportError), and nobody knows
(OutcomeUnknown). What is not certainly "not taken" is unknown: trying again could tell a family twice.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Options = Mapping[str, Any]

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
TOTAL_TIMEOUT_S = 15.0


@dataclass(frozen=True)
class Outgoing:
    """One message to one recipient. `reference` is this attempt's own: the idempotency key."""

    reference: uuid.UUID
    to: str
    subject: str
    body: str
    language: str
    unsubscribe_url: str = ""  # e-mail: one POST there stops messages (RFC 8058)

    def __repr__(self) -> str:
        return f"Outgoing({self.reference})"  # may end up in a log: no address, no text


@dataclass(frozen=True)
class Accepted:
    """The provider took it. `is_delivered` where taking is receiving, as in the sink."""

    provider_id: str
    is_delivered: bool = False


@dataclass(frozen=True)
class NotThere:
    """The provider is certain that it never took it: only a promise in its documentation allows this."""


@dataclass(frozen=True)
class CannotTell:
    """The provider cannot say, or could not be asked."""


@dataclass(frozen=True)
class Sent:
    """One line of a provider's own list. `reference` None: its list names only its own numbers, or it is not ours."""

    reference: uuid.UUID | None
    provider_id: str


LookUp = Accepted | NotThere | CannotTell


class TransportError(Exception):
    """The provider certainly did not take the message; `permanent` says that asking again cannot help.

    `is_busy`: it said "later". Whoever stands before a provider may say so of a message that has gone through: where
    it can be asked for this one, it is, before the next try. `code` is a short word for the staff, never an address
    or a text.
    """

    def __init__(
        self, code: str, *, permanent: bool = False, is_busy: bool = False, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.is_busy = is_busy
        self.retry_after_s = retry_after_s


class OutcomeUnknown(Exception):
    """The provider may or may not have taken the message. It is never sent again without proof."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Transport(Protocol):
    """The code for one provider. Made anew for each call: it need not be thread-safe nor keep connections."""

    name: str

    def __init__(self, channel: str, options: Options) -> None: ...

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand over once, without retries, in at most TOTAL_TIMEOUT_S.

        Raises TransportError where it certainly was not taken, OutcomeUnknown where nobody knows.
        """
        ...

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        """Whether an earlier `send` of this reference, begun at `since`, arrived. Never sends."""
        ...
