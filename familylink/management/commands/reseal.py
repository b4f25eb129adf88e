"""Rotate the sealing key: bring every sealed value under the first key of FAMILYLINK_KEYS."""

import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from familylink import resealing
from familylink.management.pace import Pace
from familylink.sealing import current_keyring

# Rows that somebody held, or that an old process wrote meanwhile, are looked at again; not for ever.
PASSES = 15
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Seal every value anew under the first key of FAMILYLINK_KEYS. Safe to stop and to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=_count, default=500, help="rows to a transaction (default 500)")

    def handle(self, *, batch: int, **options: Any) -> None:
        for _ in range(PASSES):
            tables = {t: rows for t in resealing.sealed_tables() if (rows := resealing.waiting_rows(t))}
            if not tables:
                break
            done, unopened = self._pass(tables, batch)
            if unopened and not done:
                break
            if not done:
                time.sleep(PAUSE_SECONDS)
        self._conclude(resealing.values_by_key())

    def _pass(self, waiting: dict[resealing.SealedTable, int], batch: int) -> tuple[int, int]:
        """Every table once; how many rows are done, and how many values did not open."""
        progress, unopened = Pace(sum(waiting.values())), 0
        for table in waiting:
            for done in resealing.reseal(table, batch=batch):
                unopened += done.unopened
                if line := progress.after(done.resealed):
                    self.stdout.write(f"{table.label}: {line}")
                    self.stdout.flush()
        self.stdout.write(progress.line())
        return progress.done, unopened

    def _conclude(self, counts: Counter[str]) -> None:
        current = current_keyring().current
        for key_id, values in sorted(counts.items()):
            self.stdout.write(f"{values} values under {key_id!r}{' (present key)' * (key_id == current)}")
        left = counts.total() - counts[current]
        if left:
            raise CommandError(
                f"{left} values are not under {current!r}: keep the other keys, and run this again."
            )
        self.stdout.write(f"Nothing is left under another key than {current!r}.")


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise ValueError(text)
    return int(text)
