"""Answers about a reference take the same time whether anybody has it or not.

They leave at the next full beat, and what is done for a known one alone is done aside: on the night of an exchange a
machine may be so busy that a code takes longer than any beat.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

from django.db import connection

P = ParamSpec("P")
# Looking the number up takes a few milliseconds; this hides whatever differs, with room to spare.
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


def aside(work: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Do it while the answer leaves, which never waits for it. A process that ends finishes it first."""
    if ANSWER_SECONDS:
        threading.Thread(target=_finish, args=(work, *args), kwargs=kwargs, name=aside.__name__).start()
    else:
        work(*args, **kwargs)


def _finish(work: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        work(*args, **kwargs)
    finally:
        connection.close()  # this thread's own
