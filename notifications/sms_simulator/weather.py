"""How the simulator behaves. A message's fate is drawn from the seed, the number and the count of tries alone."""

import dataclasses
import random
from typing import Any

FATES = ("refused", "dropped", "lost", "declined", "contradicted")


@dataclasses.dataclass(frozen=True)
class Weather:
    """Shares are of all tries, 0-1. A calm provider answers at once and reports nothing."""

    seed: int = 0
    seconds: float = 0.0  # a call takes, before anything is decided
    # One of these for a try, or it is taken and answered.
    refused: float = 0.0  # 503: certainly not taken
    dropped: float = 0.0  # the connection is cut before the message is taken
    lost: float = 0.0  # taken, and the connection cut instead of an answer
    declined: float = 0.0  # 200 with an error in its body: no such number
    contradicted: float = 0.0  # taken, and 503 all the same
    # What is reported back of each message taken.
    receipt_after: float | None = None  # seconds until "delivered"; None: never
    undelivered: float = 0.0  # "undelivered" instead
    repeats: int = 1  # every report so many times
    shuffled: bool = False  # "delivered" before "sent"
    forged: float = 0.0  # besides, a report in our name that somebody else has signed
    # What it can be asked.
    looks_up: bool = True  # 404 for a reference that it has taken, if not

    def fate(self, to: str, nth_try: int) -> str:
        """What becomes of this try: one of FATES or "taken"."""
        drawn = self._draw(to, nth_try, "fate")
        for fate in FATES:
            drawn -= getattr(self, fate)
            if drawn < 0:
                return fate
        return "taken"

    def reports(self, to: str) -> list[str]:
        """The statuses told of a message that was taken, in the order of their telling."""
        if self.receipt_after is None:
            return []
        last = "undelivered" if self._draw(to, 0, "report") < self.undelivered else "delivered"
        told = [status for status in ("sent", last) for _ in range(self.repeats)]
        if self.shuffled:
            random.Random(f"{self.seed} {to}").shuffle(told)  # noqa: S311
        return told

    def is_forged(self, to: str) -> bool:
        """Whether somebody else reports on it as well."""
        return self._draw(to, 0, "forged") < self.forged

    def _draw(self, to: str, nth_try: int, what: str) -> float:
        return random.Random(f"{self.seed} {to} {nth_try} {what}").random()  # noqa: S311


def read_weather(wanted: dict[str, Any]) -> Weather:
    """Raises ValueError, TypeError for what is no weather."""
    weather = Weather(**wanted)
    shares = [getattr(weather, name) for name in (*FATES, "undelivered", "forged")]
    if not all(0 <= share <= 1 for share in shares) or weather.repeats < 1:
        raise ValueError("shares are between 0 and 1")
    return weather
