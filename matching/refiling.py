"""DO: file list entries anew when the engine's rules have changed, before the reports that look for them."""

from django.db import transaction

from familylink.reports.keys import AT_ONCE, OUTDATED, PROFILE_VERSION, refile_next_persons, stored_keys
from matching import engine
from matching.models import ListEntry


def refile_next() -> bool:
    """Bring some of what earlier rules filed under the present ones; False when nothing is outdated.

    Entries first: a person filed anew is matched anew at once, and must meet entries under the same rules.
    """
    return _refile_next_entries() or refile_next_persons()


@transaction.atomic
def _refile_next_entries() -> bool:
    outdated = ListEntry.objects.filter(OUTDATED).select_for_update(skip_locked=True, no_key=True)
    entries = list(outdated.order_by("pk")[:AT_ONCE])
    for entry in entries:
        profile = engine.Profile.from_bytes(entry.profile)
        entry.profile = profile.to_bytes()
        entry.profile_version = PROFILE_VERSION
        entry.keys = stored_keys(profile) if entry.removed_at is None else []
        entry.save(update_fields=["profile", "profile_version", "keys"])
    return bool(entries)
