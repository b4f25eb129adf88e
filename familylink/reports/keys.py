"""DO: the keys under which a missing person is filed."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from familylink.reports.models import MissingPerson
from familylink.sealing import blocking_keys
from matching import engine

_KEYS_VERSION = "k5"  # raise when the same facts are filed under other keys
PROFILE_VERSION = f"{engine.ENGINE_VERSION}/{engine.TABLES_VERSION}/{_KEYS_VERSION}"


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
