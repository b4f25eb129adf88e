"""How fast a long command gets on, said about once a second."""

import time


class Pace:
    """Counts rows, and says so about once a second."""

    def __init__(self, total: int) -> None:
        self.done, self._total = 0, total
        self._began_at = self._said_at = time.monotonic()

    def after(self, rows: int) -> str:
        """Count these rows; a line when it is time for one, else ""."""
        self.count(rows)
        if time.monotonic() - self._said_at < 1:
            return ""
        self._said_at = time.monotonic()
        return self.line()

    def count(self, rows: int) -> None:
        """So many more are done."""
        self.done += rows

    def line(self) -> str:
        rate = self.done / max(time.monotonic() - self._began_at, 1e-3)
        left = f"{max(self._total - self.done, 0) / rate:.0f} s left" if rate else "waiting"
        return f"{self.done} of {self._total} rows, {rate:.0f} a second, {left}"
