"""The fake of the tests: collects what was sent, and fails on request."""

from collections import deque
from datetime import datetime

from notifications.transports.base import Accepted, CannotTell, LookUp, Options, Outgoing

sent: list[Outgoing] = []
failures: deque[Exception] = deque()
answers: deque[LookUp] = deque()


def reset() -> None:
    """Forget everything: each test begins with this."""
    sent.clear()
    failures.clear()
    answers.clear()


class MemoryTransport:
    """Each send takes the next of `failures`, if any; each look-up the next of `answers`."""

    name = "memory"

    def __init__(self, channel: str, options: Options) -> None:
        self.channel = channel

    def send(self, outgoing: Outgoing) -> Accepted:
        if failures:
            raise failures.popleft()
        sent.append(outgoing)
        return Accepted(f"memory-{outgoing.reference}")

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        return answers.popleft() if answers else CannotTell()
