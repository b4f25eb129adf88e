"""Logs hold ids only: an exception's own words quote the row, the form or the address that it stumbled over."""

import logging
import traceback
from types import TracebackType


class WithoutData(logging.Formatter):
    """Says where an exception came from and of which class it is, and not what it says."""

    def formatException(  # noqa: N802 -- the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        where = "".join(traceback.format_tb(trace)) if trace else ""
        return f"{where}{kind.__name__ if kind else ''} (its words are left out: they may name a person)"
