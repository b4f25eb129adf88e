"""Brute force as others do it: every name against every name, the best there is of its kind."""

from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from matching.engine import Person
from tests.benchmarks.people import latin
from tests.benchmarks.saying import Clock

_ROWS_AT_ONCE = 50  # 50 x 1,000,000 bytes of scores


class BruteForce:
    """What brute force over all of these takes, at any time: a machine that others use too is now fast and now slow."""

    def __init__(self, asked: Sequence[Person], missing: Sequence[Person]) -> None:
        self._asked, self._names = list(map(sorted_name, asked)), list(map(sorted_name, missing))

    def best(self) -> list[int]:
        """For each asked the place of the most similar."""
        return best_by_ratio(self._asked, self._names)

    def beside(self, work: Callable[[], object], *, server: int = 0) -> dict[str, float]:
        """What the work takes, and how many times faster it is than this, measured just before and after it."""
        peer_seconds, clock = self.seconds(), Clock(server)
        work()
        spent = clock.seconds()
        peer_seconds = (peer_seconds + self.seconds()) / 2
        times_faster = round(peer_seconds / spent["cpu_seconds"], 2)
        return {"times_faster": times_faster, "peer_seconds": round(peer_seconds, 3), **spent}

    def seconds(self) -> float:
        """Seconds of CPU for all of them, from a few just now."""
        few, clock = self._asked[:_ROWS_AT_ONCE], Clock()
        best_by_ratio(few, self._names)
        return clock.seconds()["cpu_seconds"] * len(self._asked) / len(few)


def sorted_name(person: Person) -> str:
    """The words of a name in Latin letters and in order: made before the clock starts."""
    (name,) = person.names
    text = name.full or f"{name.surname} {name.given} {name.patronymic}"
    return " ".join(sorted(latin(text).lower().split()))


def best_by_ratio(asked: Sequence[str], names: Sequence[str]) -> list[int]:
    """For each asked name the place of the most similar one, on one core."""
    best: list[int] = []
    for first in range(0, len(asked), _ROWS_AT_ONCE):
        part = asked[first : first + _ROWS_AT_ONCE]
        scores = process.cdist(part, names, scorer=fuzz.ratio, dtype=np.uint8, workers=1)
        best += [int(place) for place in scores.argmax(axis=1)]
    return best
