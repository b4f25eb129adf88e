"""What may be refused, each named for what happened."""

from matching.models import SourceList


class AlreadyReceived(Exception):
    """These very bytes, or the same rows in another order or encoding, came in before, as `known`."""

    def __init__(self, known: SourceList) -> None:
        super().__init__(str(known.pk))
        self.known = known


class AlreadyCommitted(Exception):
    """Somebody committed this list before."""


class NothingToCommit(Exception):
    """No row of the list could be read."""


class NotReplaceable(Exception):
    """What this list says it replaces is of another wave or kind, or was replaced by another meanwhile."""


class NotInForce(Exception):
    """Only a committed list, and only its latest version, can be withdrawn."""
