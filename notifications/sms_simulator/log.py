"""What the simulator's phones received, in a file that outlives a kill: lines appended whole, read back at a start."""

import dataclasses
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TRIED, TAKEN = "tried", "taken"


@dataclasses.dataclass(frozen=True)
class Line:
    """A try that reached the provider, or a message that it took. `at`: seconds of the Unix clock."""

    event: str
    id: str
    reference: str
    to: str
    text: str
    at: float = dataclasses.field(default_factory=time.time)


class Log:
    """Safe in many threads of one process; other processes only read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._lines = list(read(path))
        self._tries = Counter(line.to for line in self._lines if line.event == TRIED)

    def add(self, line: Line) -> int:
        """Append it; the number of tries for its recipient up to now."""
        with self._lock:
            with self.path.open("ab", buffering=0) as file:
                file.write(json.dumps(dataclasses.asdict(line), ensure_ascii=False).encode() + b"\n")
            self._lines.append(line)
            self._tries[line.to] += line.event == TRIED
            return self._tries[line.to]

    def taken(self) -> list[Line]:
        """All messages taken, oldest first."""
        with self._lock:
            return [line for line in self._lines if line.event == TAKEN]


def read(path: Path, event: str = "") -> Iterator[Line]:
    """The lines of a log, of one event if named; a line that is just being written is left out."""
    text = path.read_text() if path.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    lines = (Line(**json.loads(line)) for line in whole.splitlines())
    return (line for line in lines if not event or line.event == event)


def received(path: Path) -> Counter[str]:
    """How many messages each phone got."""
    return Counter(line.to for line in read(path, TAKEN))
