"""ASK: receive a list, show what is in it, commit it, correct it, withdraw it.

Nothing is matched before a person has looked. `receive_list` keeps the file; `commit_list` writes what is new and takes
back what a corrected list no longer says; `withdraw_list` takes back all of it.
"""

from matching.lists_intake.committing import commit_list, withdraw_list
from matching.lists_intake.errors import (
    AlreadyCommitted,
    AlreadyReceived,
    NothingToCommit,
    NotInForce,
    NotReplaceable,
)
from matching.lists_intake.receiving import Preview, preview_list, receive_list

__all__ = [
    "AlreadyCommitted",
    "AlreadyReceived",
    "NotInForce",
    "NotReplaceable",
    "NothingToCommit",
    "Preview",
    "commit_list",
    "preview_list",
    "receive_list",
    "withdraw_list",
]
