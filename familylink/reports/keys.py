"""DO: the keys under which a missing person is filed, and filing anew when the engine's rules have changed.

A key of earlier rules may not meet one of the present: an old report would silently miss a new list.
"""

from django.db import transaction
from django.db.models import Q

from familylink.reports.models import MissingPerson, MissingPersonKey
from familylink.sealing import blocking_key
from matching import engine

PROFILE_VERSION = f"{engine.ENGINE_VERSION}/{engine.TABLES_VERSION}"
# Two ranges, which an index answers; "not equal" would read every row at every sweep.
OUTDATED = Q(profile_version__lt=PROFILE_VERSION) | Q(profile_version__gt=PROFILE_VERSION)
AT_ONCE = 100


def stored_keys(profile: engine.Profile) -> list[int]:
    """The keyed hashes under which this profile is filed, in the index's order."""
    return sorted({blocking_key(key) for key in engine.stored_keys(profile)})


def describe(person: MissingPerson, profile: engine.Profile) -> None:
    """Set what the engine compiled; the caller saves."""
    person.profile = profile.to_bytes()
    person.profile_version = PROFILE_VERSION


def file_under_keys(person: MissingPerson, profile: engine.Profile) -> None:
    """Exactly the keys of this profile, whatever was filed before."""
    MissingPersonKey.objects.filter(missing_person=person).delete()
    MissingPersonKey.objects.bulk_create(
        MissingPersonKey(key=key, missing_person=person) for key in stored_keys(profile)
    )


@transaction.atomic
def refile_next_persons() -> bool:
    """File some persons under the present rules and make their matching due; False when none is outdated."""
    outdated = MissingPerson.objects.filter(OUTDATED).select_for_update(skip_locked=True, no_key=True)
    persons = list(outdated.order_by("pk")[:AT_ONCE])
    for person in persons:
        profile = engine.profile(person.as_person())
        describe(person, profile)
        person.matched_revision = None
        person.save(update_fields=["profile", "profile_version", "matched_revision"])
        file_under_keys(person, profile)
    return bool(persons)
