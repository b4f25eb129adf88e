"""After an update that changed the engine's rules: file everything under them and compare it anew, with progress."""

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from familylink.management.pace import Pace
from matching import refiling, waves

SAY_EVERY_SECONDS, PAUSE_SECONDS = 2.0, 0.5


class Command(BaseCommand):
    help = (
        "File entries and missing persons under the present rules, and compare these persons with every list. The "
        "workers do the same by themselves: this helps them and says how far it is. Safe to kill and to run again."
    )

    def handle(self, **options: Any) -> None:
        self._until_nothing_is_left("filed", lambda: sum(refiling.outdated()), refiling.refile_next)
        self._until_nothing_is_left("compared", refiling.uncompared, waves.match_next_persons)
        self.stdout.write("Everything is filed under the present rules and compared by them.")

    def _until_nothing_is_left(
        self, what: str, left: Callable[[], int], do_some: Callable[[], object]
    ) -> None:
        """What workers do meanwhile counts too: asked is what is left, not what was done here."""
        remaining = left()
        pace = Pace(remaining)
        while remaining:
            self._work(do_some)
            before, remaining = remaining, left()
            pace.count(before - remaining)
            self.stdout.write(f"{what}: {pace.line()}")
            self.stdout.flush()

    def _work(self, do_some: Callable[[], object]) -> None:
        """For a while; where nothing is free, others are at what is left."""
        ends_at = time.monotonic() + SAY_EVERY_SECONDS
        while time.monotonic() < ends_at:
            if not do_some():
                time.sleep(PAUSE_SECONDS)
                return
