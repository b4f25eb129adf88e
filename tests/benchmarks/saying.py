"""What a benchmark says, and the clock it says it by."""

import json
import resource
import time
from pathlib import Path


class Clock:
    """Seconds of the clock and of CPU since it was made: of this process, of a server that works for it alone, and
    of `children` that have ended since.

    On a machine that others use too, only the CPU's seconds can be compared with one another."""

    def __init__(self, server: int = 0, *, children: bool = False) -> None:
        self._server, self._children = server, children
        self._wall, self._cpu = time.perf_counter(), self._spent()

    def seconds(self) -> dict[str, float]:
        return {
            "seconds": round(time.perf_counter() - self._wall, 5),
            "cpu_seconds": round(self._spent() - self._cpu, 5),
        }

    def _spent(self) -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = ended.ru_utime + ended.ru_stime if self._children else 0.0
        return time.process_time() + children + (cpu_of(self._server) if self._server else 0.0)


def cpu_of(process: int) -> float:
    """Seconds of CPU that another process has had, by its scheduler's own nanoseconds; 0 for one on another machine."""
    schedule = Path(f"/proc/{process}/schedstat")
    return int(schedule.read_text().split()[0]) / 1e9 if schedule.exists() else 0.0


def say(what: str, **facts: object) -> None:
    print(json.dumps({"what": what, **facts}, ensure_ascii=False), flush=True)
