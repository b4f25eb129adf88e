"""What may be refused, each named for what happened."""

from matching.staging import AlreadyReceived, ComparedTooEarly, NotReplaceable


class AlreadyCommitted(Exception):
    """Somebody committed this list before."""


class Busy(Exception):
    """A worker is storing what it has read of this list; nothing was changed."""


class NothingToCommit(Exception):
    """No row of the list could be read."""


class NotInForce(Exception):
    """Only a committed list, and only its latest version, can be withdrawn."""


class NotWaiting(Exception):
    """The list is not in a state in which this can be done to it."""


__all__ = [
    "AlreadyCommitted",
    "AlreadyReceived",
    "Busy",
    "ComparedTooEarly",
    "NotInForce",
    "NotReplaceable",
    "NotWaiting",
    "NothingToCommit",
]
