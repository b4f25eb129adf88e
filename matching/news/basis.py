"""What news rests on: a pair at the revision that two people decided on; and the wave with which it can be stopped."""

import re
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import models

from matching.models import Match
from matching.models.match import DECIDE

_BASIS = re.compile(r"([0-9a-f-]{36}):([0-9]+)")


class Basis(NamedTuple):
    match_id: str
    revision: int


def basis_of(match: Match) -> str:
    """What a message about this pair is posted with, and what its gate gets back."""
    return f"{match.pk}:{match.revision}"


def read_basis(text: str) -> Basis | None:
    """None: nothing that two people could have decided on."""
    named = _BASIS.fullmatch(text)
    return Basis(named[1], int(named[2])) if named else None


def who_may_decide() -> models.QuerySet[User]:
    """At this moment. What somebody said who may decide no more carries no news."""
    return User.objects.with_perm(DECIDE, backend="familylink.rights.RightsOfRoles").distinct()


def batch_of(match: Match) -> str:
    """What can be stopped together."""
    return f"wave-{match.entry.source_list.wave_id}"
