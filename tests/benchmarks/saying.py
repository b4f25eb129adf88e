"""What a benchmark says, and the clock it says it by."""

import json
import time


class Clock:
    """Seconds of the clock and of this process's CPU since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def seconds(self) -> dict[str, float]:
        return {
            "seconds": round(time.perf_counter() - self._wall, 3),
            "cpu_seconds": round(time.process_time() - self._cpu, 3),
        }


def say(what: str, **facts: object) -> None:
    print(json.dumps({"what": what, **facts}, ensure_ascii=False), flush=True)
