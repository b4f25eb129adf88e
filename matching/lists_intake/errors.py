"""What may be refused besides what `staging` refuses, each named for what happened."""


class AlreadyCommitted(Exception):
    """Somebody committed this list before."""


class Busy(Exception):
    """A worker is storing what it has read of this list; nothing was changed."""


class NotTrusted(Exception):
    """A list of the released must come from whom one trusts: reliability A or B."""


class NothingToCommit(Exception):
    """No row of the list could be read."""


class NotInForce(Exception):
    """Only a committed list, and only its latest version, can be withdrawn."""


class NotWaiting(Exception):
    """The list is not in a state in which this can be done to it."""
