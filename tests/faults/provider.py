"""A provider with a durable log of its own: what families received, whatever the workers believe.

The fate of the n-th try for a recipient is drawn from the seed alone: refused, taken and the reply lost, or the
process killed before or right after taking it.
"""

import dataclasses
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from notifications.transports.base import (
    Accepted,
    CannotTell,
    LookUp,
    NotThere,
    Options,
    OutcomeUnknown,
    Outgoing,
    TransportError,
)


@dataclasses.dataclass(frozen=True)
class Line:
    """A try that reached the provider, or one that it took. `at` counts seconds of this machine's uptime."""

    event: str
    to: str
    reference: str
    at: float


class Log:
    """Lines in a file, appended whole: a killed writer leaves all of a line or nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, event: str, outgoing: Outgoing) -> None:
        line = Line(event, outgoing.to, str(outgoing.reference), time.monotonic())
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(dataclasses.asdict(line)).encode() + b"\n")

    def lines(self, event: str) -> Iterator[Line]:
        text = self.path.read_text() if self.path.exists() else ""
        found = (Line(**json.loads(line)) for line in text.splitlines())
        return (line for line in found if line.event == event)

    def taken(self) -> Counter[str]:
        """How many messages each recipient got."""
        return Counter(line.to for line in self.lines("taken"))


class LoggedProvider:
    """Options: log (path), seconds (a call takes), looks_up, seed, and the shares refused, dies, lost, dies_after."""

    name = "logged"

    def __init__(self, channel: str, options: Options) -> None:
        self.options = options
        self.log = Log(Path(options["log"]))

    def send(self, outgoing: Outgoing) -> Accepted:
        fate = self._fate(outgoing)
        self.log.add("tried", outgoing)
        time.sleep(self.options["seconds"])
        if fate == "refused":
            raise TransportError("busy")
        if fate == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        self.log.add("taken", outgoing)
        if fate == "dies_after":
            os.kill(os.getpid(), signal.SIGKILL)
        if fate == "lost":
            raise OutcomeUnknown("reply_lost")
        return Accepted(str(outgoing.reference), is_delivered=True)

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        if not self.options["looks_up"]:
            return CannotTell()
        known = {line.reference for line in self.log.lines("taken")}
        is_known = str(outgoing.reference) in known
        return Accepted(str(outgoing.reference), is_delivered=True) if is_known else NotThere()

    def _fate(self, outgoing: Outgoing) -> str:
        tries = sum(line.to == outgoing.to for line in self.log.lines("tried"))
        drawn = random.Random(f"{self.options['seed']} {outgoing.to} {tries}").random()
        for fate in ("refused", "dies", "lost", "dies_after"):
            drawn -= self.options.get(fate, 0.0)
            if drawn < 0:
                return fate
        return "taken"
