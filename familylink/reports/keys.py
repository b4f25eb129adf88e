"""DO: the keys under which a missing person is filed, and filing anew when the engine's rules have changed.

A key of earlier rules may not meet one of the present: an old report would silently miss a new list.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from familylink.reports.models import MissingPerson, PersonName
from familylink.sealing import blocking_keys
from matching import engine

_KEYS_VERSION = "k4"  # raise when the same facts are filed under other keys
PROFILE_VERSION = f"{engine.ENGINE_VERSION}/{engine.TABLES_VERSION}/{_KEYS_VERSION}"
# Two ranges, which an index answers; "not equal" would read every row at every sweep.
OUTDATED = Q(profile_version__lt=PROFILE_VERSION) | Q(profile_version__gt=PROFILE_VERSION)
AT_ONCE = 100


def stored_keys(profile: engine.Profile) -> list[int]:
    """The keyed hashes under which this profile is filed, in the index's order."""
    (keys,) = stored_keys_of([profile])
    return keys


def stored_keys_of(profiles: Sequence[engine.Profile]) -> list[list[int]]:
    """As `stored_keys` of many, at a fraction of the cost."""
    filed = engine.stored_numbers(profiles)
    hashed = blocking_keys(filed.words, filed.rests).tolist()
    bounds = np.searchsorted(filed.owners, np.arange(len(profiles) + 1)).tolist()
    return [sorted(set(hashed[first:end])) for first, end in pairwise(bounds)]


def describe(person: MissingPerson, profile: engine.Profile) -> None:
    """Set what the engine compiled and the keys it is filed under; the caller saves."""
    person.profile = profile.to_bytes()
    person.keys = stored_keys(profile)
    person.profile_version = PROFILE_VERSION


@transaction.atomic
def refile_next_persons() -> bool:
    """File some persons under the present rules and make their matching due; False when none is outdated."""
    # Of who was erased no name is left, and there is nothing to file.
    named = Exists(PersonName.objects.filter(missing_person=OuterRef("pk")))
    outdated = MissingPerson.objects.filter(OUTDATED).filter(named)
    outdated = outdated.select_for_update(skip_locked=True, no_key=True)
    persons = list(outdated.order_by("pk")[:AT_ONCE])
    for person in persons:
        describe(person, engine.profile(person.as_person()))
        person.matched_revision = None
        person.save(update_fields=["profile", "profile_version", "keys", "matched_revision"])
    return bool(persons)
