"""What may be refused besides what `staging` refuses, each named for what happened."""

from collections.abc import Sequence

from matching.lists import Problem


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


class StillRefused(Exception):
    """What was typed for a row is no person either: `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class NotWaiting(Exception):
    """The list is not in a state in which this can be done to it."""
