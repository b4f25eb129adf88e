"""DO: file list entries anew when the engine's rules have changed, before the reports that look for them."""

from typing import NamedTuple

from django.db import transaction

from familylink.reports.keys import stored_keys_of
from familylink.reports.models import MissingPerson
from familylink.reports.models.person import MATCHED_BY_OTHER_RULES, MissingPersonQuerySet
from familylink.reports.refiling import (
    OUTDATED,
    compiled_anew,
    pass_over,
    profile_of,
    refile_next_persons,
    take_outdated,
    write_anew,
)
from matching.candidates import set_apart
from matching.models import ListEntry


class Outdated(NamedTuple):
    """How many rows stand as other rules have filed them."""

    entries: int
    persons: int


def outdated() -> Outdated:
    """What is to be filed anew."""
    persons, entries = MissingPerson.objects.filter(OUTDATED), ListEntry.objects.filter(OUTDATED)
    return Outdated(entries.count(), persons.count())


def uncompared() -> int:
    """How many persons are filed anew and wait to be compared with every list by the present rules."""
    return _uncompared().count()


def is_done() -> bool:
    """Everything is filed under the present rules and compared by them."""
    persons_are_present = not MissingPerson.objects.filter(OUTDATED).exists()
    return persons_are_present and entries_are_present() and not _uncompared().exists()


def _uncompared() -> MissingPersonQuerySet:
    return MissingPerson.objects.awaiting_matching().filter(matched_revision=MATCHED_BY_OTHER_RULES)


def refile_next() -> int:
    """Bring some of what other rules filed under the present ones; how many rows, 0 when there is nothing to do here.

    Entries first: a person filed anew is matched anew at once, and must meet entries under the same rules. While
    another worker is at the last of them there is nothing to do.
    """
    return _refile_next_entries() or (refile_next_persons() if entries_are_present() else 0)


def entries_are_present() -> bool:
    """Every list entry is filed under the present rules: whoever is matched now misses none, and is told so."""
    return not ListEntry.objects.filter(OUTDATED).exists()


@transaction.atomic
def _refile_next_entries() -> int:
    entries = take_outdated(ListEntry.objects.only("profile", "profile_version", "keys", "removed_at"))
    compiled = compiled_anew(entries, profile_of)
    live = [entry.removed_at is None for entry, _ in compiled]
    keys = stored_keys_of([profile for _, profile in compiled])
    write_anew(compiled, [own if stands else [] for own, stands in zip(keys, live, strict=True)])
    read = {entry.pk for entry, _ in compiled}
    for entry in entries:
        if entry.pk not in read and entry.removed_at is None:
            set_apart(entry)
    pass_over(entries)
    return len(entries)
