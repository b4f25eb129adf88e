"""Servers that died under a service that goes on: killed for memory, or by somebody's hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from familylink import embedded

LOOK_SECONDS = 2.0


@dataclass
class Watch:
    """Looks after these servers of one state folder. Only as long as somebody calls it: nothing goes on by itself."""

    state: Path
    names: Sequence[str]
    say: Callable[[str], None]
    pause_seconds: float = 30.0  # after a start that failed: a full disk is not freed at once
    _look_again_at: float = 0.0  # monotonic

    def look(self) -> None:
        """Start again whichever has died, and say so. Waits until it answers; a start that fails is tried again."""
        if not self.names or time.monotonic() < self._look_again_at:
            return
        pause = LOOK_SECONDS
        running = embedded.running(self.state)
        if died := [name for name in self.names if name not in running]:
            self.say(f"{', '.join(died)}: died, and is started again ...")
            pause = self._start(died)
        self._look_again_at = time.monotonic() + pause

    def _start(self, names: Sequence[str]) -> float:
        """How long to wait before looking again."""
        try:
            embedded.start(self.state, only=names)
        except (embedded.ServerError, OSError) as error:
            self.say(f"{error}\nTried again in {self.pause_seconds:.0f} s.")
            return self.pause_seconds
        self.say(f"{', '.join(names)}: answers again.")
        return LOOK_SECONDS
