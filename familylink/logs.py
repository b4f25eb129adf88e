"""Logs hold ids only: an exception's own words quote the row, the form or the address that it stumbled over, and an
address may hold whatever somebody typed."""

import logging
import traceback
from types import TracebackType


class WithoutData(logging.Formatter):
    """Says where an exception came from and of which class it is, and not what it says; of a request, its page."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and record.args:
            # Django puts the path last: "Not Found: %s", "Forbidden (%s): %s".
            found = getattr(request, "resolver_match", None)
            page = found.route if found else "no page of ours"
            record = logging.makeLogRecord({**vars(record), "args": (*record.args[:-1], page)})
        return super().format(record)

    def formatException(  # noqa: N802 -- the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        where = "".join(traceback.format_tb(trace)) if trace else ""
        return f"{where}{kind.__name__ if kind else ''} (its words are left out: they may name a person)"
