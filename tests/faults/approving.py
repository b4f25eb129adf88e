"""A web process whose connection keeps breaking: lines "match reviewer revision" on stdin, tried until answered.

As a member of staff would: the page says that something went wrong, and they click again.
"""

import sys
import uuid

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import DatabaseError, InterfaceError, connection  # noqa: E402

from matching import review  # noqa: E402
from matching.models import Verdict  # noqa: E402


def click(match: str, reviewer: str, revision: str) -> str:
    """The answer of one click: the verdict is recorded, was recorded before, or nobody knows."""
    try:
        by = User.objects.get(pk=reviewer)
        review.decide(uuid.UUID(match), reviewer=by, verdict=Verdict.SAME, revision=int(revision))
    except review.Refused:
        return "known"
    except (DatabaseError, InterfaceError):
        connection.close()
        return "broken"
    return "recorded"


def main() -> None:
    for line in sys.stdin:
        while (answer := click(*line.split())) == "broken":
            pass
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
