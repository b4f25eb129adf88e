"""A time limit or the word to end, at one exact point of a piece of work: as a signal has it, but every time alike."""

import sys
import sysconfig
from collections.abc import Callable
from types import FrameType

from django.db import DatabaseError

from familylink.celery import STRIKES

# Struck between the taking of its lock and the `try`, logging would keep it for ever, and all later tests with it.
SPARED = sysconfig.get_path("stdlib"), "<frozen"


def struck_at(n: int, kind: type[BaseException], work: Callable[[], object]) -> str:
    """Strike after `n` calls and returns of Python functions: "seen", "hidden" behind an error of the database, or
    "over" where the work came to its end before, or swallowed it."""

    def strike() -> None:
        raise kind

    try:
        _after(n, strike, work)
    except DatabaseError:
        return "hidden"
    except STRIKES:
        return "seen"
    return "over"


def count_of(work: Callable[[], object]) -> int:
    """The calls and returns of all Python functions of this thread in a piece of work."""
    return _after(None, lambda: None, work)


def _after(n: int | None, act: Callable[[], None], work: Callable[[], object]) -> int:
    seen = 0

    def look(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal seen
        is_spared = (
            frame.f_code.co_filename.startswith(SPARED) and "site-packages" not in frame.f_code.co_filename
        )
        if is_spared or event not in ("call", "return"):
            return
        if seen == n:
            sys.setprofile(None)
            act()
        seen += 1

    try:
        sys.setprofile(look)
        work()
    finally:
        sys.setprofile(None)
    return seen
