"""The simulated provider as a process of its own: what families received, whatever the workers believe."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from familylink.embedded.life import signal_at_parents_death
from notifications.sms_simulator.log import TRIED, Line, read, received
from tests.faults.processes import TOP, Processes
from tests.notifications.simulated import options

TOKEN = "token"


class Phones:
    """Listens until `end`. Its log is read straight from the file."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "notifications.sms_simulator",
                "--port",
                "0",
                "--log",
                str(log),
                "--token",
                TOKEN,
            ],
            cwd=TOP,
            stdout=subprocess.PIPE,
            preexec_fn=signal_at_parents_death(signal.SIGTERM),
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().decode().strip()

    def weather(self, **wanted: Any) -> None:
        """From now on it behaves like this."""
        request = urllib.request.Request(f"{self.url}/weather", json.dumps(wanted).encode(), method="PUT")
        request.add_header("Authorization", f"Bearer {TOKEN}")
        urllib.request.urlopen(request, timeout=30).close()

    def serve(self, processes: Processes, *, second: Phones | None = None, **changes: Any) -> None:
        """Workers started from now on speak to this one; to `second` only after a certain no of the first."""
        both = {"first": options(self.url, **changes)}
        if second:
            both["second"] = options(second.url, **changes)
        processes.environment["FAULT_GATEWAYS"] = json.dumps(both)

    def taken(self) -> Counter[str]:
        """How many messages each phone got."""
        return received(self.log)

    def tried(self) -> list[Line]:
        return list(read(self.log, TRIED))

    def end(self) -> None:
        assert self._process.stdout
        self._process.terminate()
        self._process.wait(timeout=60)
        self._process.stdout.close()
