"""What `make faults` prints: for each fault how much was sent, lost, doubled and parked, and how long it took."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from notifications.models import Notification, State

IS_FULL = os.environ.get("FAULTS") == "full"
ROWS: list[tuple[Any, ...]] = []


def size(short: int, full: int) -> int:
    """So many in `make test`, so many in `make faults`."""
    return full if IS_FULL else short


@dataclass
class Fault:
    """One line of the table; `judge` fills it in and refuses what may never be."""

    name: str
    rounds: int = 1
    began: float = field(default_factory=time.monotonic)

    def judge(self, addresses: Iterable[str], taken: dict[str, int], *, may_double: bool = False) -> None:
        """Nobody is lost: told, or waiting for a person. Nobody is told twice."""
        wanted = list(addresses)
        waiting = {row.to for row in Notification.objects.awaiting_a_person()}
        lost = [to for to in wanted if not taken.get(to) and to not in waiting]
        doubled = [to for to, times in taken.items() if times > 1]
        parked = Notification.objects.filter(state=State.REVIEW).count()
        self.add(sum(taken.values()), len(lost), len(doubled), parked)
        assert not lost, f"{self.name}: {len(lost)} lost"
        assert may_double or not doubled, f"{self.name}: {len(doubled)} told twice"

    def add(self, sent: int, lost: int = 0, doubled: int = 0, parked: int = 0) -> None:
        seconds = round(time.monotonic() - self.began, 1)
        ROWS.append((self.name, self.rounds, sent, lost, doubled, parked, seconds))


def lines() -> list[str]:
    """The table as text."""
    heading = ("fault", "rounds", "sent", "lost", "doubled", "parked", "seconds")
    return ["{:<52}{:>8}{:>8}{:>6}{:>9}{:>8}{:>9}".format(*row) for row in (heading, *ROWS)]
