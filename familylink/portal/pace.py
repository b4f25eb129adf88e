"""Answers about a reference take the same time whether anybody has it or not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# Sealing, writing and posting a code takes about 30 ms; this hides it with room to spare.
ANSWER_SECONDS = 0.3


@contextmanager
def even_time() -> Iterator[None]:
    """Leave no earlier than ANSWER_SECONDS after entering."""
    ends_at = time.monotonic() + ANSWER_SECONDS
    try:
        yield
    finally:
        time.sleep(max(0.0, ends_at - time.monotonic()))
