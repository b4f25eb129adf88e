"""Answers about a reference take the same time whether anybody has it or not.

They leave at the next full beat: on a busy machine, where the work takes longer than one, known and unknown are still
let go at the same moments.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# Sealing, writing and posting two codes takes about 60 ms of a processor; this hides it with room to spare.
ANSWER_SECONDS = 0.5


@contextmanager
def even_time() -> Iterator[None]:
    """Leave a whole number of ANSWER_SECONDS after entering."""
    began = time.monotonic()
    try:
        yield
    finally:
        if ANSWER_SECONDS:
            time.sleep(ANSWER_SECONDS - (time.monotonic() - began) % ANSWER_SECONDS)
