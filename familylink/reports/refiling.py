"""DO: file anew what other rules of the engine have filed.

A key of earlier rules may not meet one of the present: an old report would silently miss a new list.
"""

import logging
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import Q

from familylink.damage import Damaged
from familylink.reports.keys import PROFILE_VERSION, stored_keys_of
from familylink.reports.models import MissingPerson
from familylink.reports.models.person import MATCHED_BY_OTHER_RULES, MAX_FAILURES
from matching import engine

log = logging.getLogger(__name__)

# Two ranges, which an index answers; "not equal" would read every row at every sweep.
EARLIER, LATER = Q(profile_version__lt=PROFILE_VERSION), Q(profile_version__gt=PROFILE_VERSION)
OUTDATED = EARLIER | LATER
_TO_BE_FILED_ANEW = ""  # earlier than any version
AT_ONCE = 500  # rows to a transaction: a family that changes one of them waits for a part of a second

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def refile_next_persons() -> int:
    """File some persons under the present rules and make their matching due; how many, 0 when none is outdated."""
    persons = take_outdated(MissingPerson.objects.prefetch_related("names"))
    # Of who was erased no name is left: there is nothing to file, and nobody to look for.
    named = [person for person in persons if person.names.all()]
    compiled = compiled_anew(named, lambda person: engine.profile(person.as_person()))
    keys = stored_keys_of([profile for _, profile in compiled])
    write_anew(compiled, keys, also=_DUE)
    damaged = {person.pk for person in named}.difference(person.pk for person, _ in compiled)
    set_aside(damaged)
    pass_over(persons)
    return len(persons)


def set_aside(persons: Collection[uuid.UUID]) -> None:
    """Of these nothing can be read: nobody may say that they were compared, and a technician sees them."""
    MissingPerson.objects.filter(pk__in=persons).update(matched_revision=None, match_failures=MAX_FAILURES)


def profile_of(row: Any) -> engine.Profile:
    """As it is stored; where that is damaged, as it is made of the names beside it, and the row will be filed anew.
    Raises KeyIsAway; Damaged and ValueError where the names are damaged too."""
    try:
        return engine.Profile.from_bytes(bytes(row.profile))
    except (Damaged, ValueError):
        log.exception("the profile of %s %s is damaged", row._meta.label_lower, row.pk)
        type(row)._default_manager.filter(pk=row.pk).update(profile_version=_TO_BE_FILED_ANEW)
        return engine.profile(row.as_person())


def take_outdated(rows: models.QuerySet[Row]) -> list[Row]:
    """Some rows that other rules have filed, locked; those that somebody else is at are left to them.

    In the order of the index: whatever was done already is not walked over again.
    """
    free = rows.select_for_update(skip_locked=True, no_key=True)
    earlier = list(free.filter(EARLIER).order_by("profile_version")[:AT_ONCE])
    return earlier or list(free.filter(LATER).order_by("-profile_version")[:AT_ONCE])


def compiled_anew(
    rows: Sequence[Row], compiled: Callable[[Row], engine.Profile]
) -> list[tuple[Row, engine.Profile]]:
    """Each row with its profile. One that cannot be read is said and left out: the others must not wait for it."""
    done = []
    for row in rows:
        try:
            done.append((row, compiled(row)))
        except (Damaged, ValueError):
            log.exception("%s %s cannot be filed anew", row._meta.label_lower, row.pk)
    return done


def write_anew(
    compiled: Sequence[tuple[models.Model, engine.Profile]], keys: Sequence[list[int]], *, also: str = ""
) -> None:
    """Write these profiles, and the keys of rows that have others than before: those are few, and most of the work.

    `also` is SQL of our own that is set beside a profile.
    """
    if not compiled:
        return
    meta = compiled[0][0]._meta
    field: Any = meta.get_field("profile")
    ids = [row.pk for row, _ in compiled]
    sealed = [field.sealed(profile.to_bytes(), row.pk) for row, profile in compiled]
    changed = [(row.pk, now) for (row, _), now in zip(compiled, keys, strict=True) if row.keys != now]  # type: ignore[attr-defined]
    texts = ["{" + ",".join(map(str, now)) + "}" for _, now in changed]
    with connection.cursor() as cursor:
        cursor.execute(_PROFILES.format(table=meta.db_table, also=also), [PROFILE_VERSION, ids, sealed])
        cursor.execute(_KEYS.format(table=meta.db_table), [[pk for pk, _ in changed], texts])


def pass_over(rows: Sequence[models.Model]) -> None:
    """What is left of these rows could not be filed anew, and is not looked at again."""
    if rows:
        left = type(rows[0])._default_manager.filter(OUTDATED, pk__in=[row.pk for row in rows])
        left.update(profile_version=PROFILE_VERSION)


# Who was never matched stays new, and what failed may not fail under these rules.
_DUE = f", match_failures = 0, matched_revision = matched_revision * {MATCHED_BY_OTHER_RULES}"
_PROFILES = """
    UPDATE {table} SET profile = new.profile, profile_version = %s{also}
    FROM unnest(%s::uuid[], %s::bytea[]) AS new (id, profile) WHERE {table}.id = new.id
"""
_KEYS = """
    UPDATE {table} SET keys = new.keys::int[]
    FROM unnest(%s::uuid[], %s::text[]) AS new (id, keys) WHERE {table}.id = new.id
"""
