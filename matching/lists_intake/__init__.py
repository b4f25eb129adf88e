"""ASK: receive a list, show what is in it, put right how it is read, commit it, correct it, withdraw it.

Nothing is matched before a person has looked. `receive_list` keeps the file; `commit_list` writes what is new and takes
back what a corrected list no longer says; `withdraw_list` takes back all of it.
"""

from matching.lists_intake.as_received import cells_as_received, line_above
from matching.lists_intake.committing import commit_list, withdraw_list
from matching.lists_intake.errors import (
    AlreadyCommitted,
    Busy,
    NothingToCommit,
    NotInForce,
    NotTrusted,
    NotWaiting,
    StillRefused,
)
from matching.lists_intake.receiving import drop_list, read_anew, receive_list
from matching.lists_intake.refused_rows import (
    beside_below_title,
    bring_row_back,
    cells_of,
    columns_for,
    correct_row,
    is_held_back,
    problems_of,
    reasons_of,
    set_row_aside,
    sheet_of_refused,
)
from matching.lists_intake.stopping import resume, stop, try_again
from matching.staging import AlreadyReceived, CannotBeOpened, ComparedTooEarly, NotReplaceable

__all__ = [
    "AlreadyCommitted",
    "AlreadyReceived",
    "Busy",
    "CannotBeOpened",
    "ComparedTooEarly",
    "NotInForce",
    "NotReplaceable",
    "NotTrusted",
    "NotWaiting",
    "NothingToCommit",
    "StillRefused",
    "beside_below_title",
    "bring_row_back",
    "cells_as_received",
    "cells_of",
    "columns_for",
    "commit_list",
    "correct_row",
    "drop_list",
    "is_held_back",
    "line_above",
    "problems_of",
    "read_anew",
    "reasons_of",
    "receive_list",
    "resume",
    "set_row_aside",
    "sheet_of_refused",
    "stop",
    "try_again",
    "withdraw_list",
]
