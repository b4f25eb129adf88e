"""What a check of a wave did not see: rows that nobody could read yet, and rows too common to be compared with all.

Each may be somebody's son: until a person has looked, nobody is told that a list was checked and he is not on it.
"""

from functools import lru_cache

from familylink.damage import opens
from familylink.reports.models import MissingPerson
from matching import engine
from matching.models import ListEntry, ListKind, RefusedRow, SourceList


def unseen_rows(person: MissingPerson, wave_id: int) -> int:
    """Of the wave's lists of the released in force, for this person."""
    return unread_rows(wave_id) + rows_left_out(person, wave_id)


def unread_rows(wave_id: int) -> int:
    """Those that wait to be put right or set aside."""
    in_force = SourceList.objects.committed().filter(wave=wave_id, kind=ListKind.RELEASED)
    return RefusedRow.objects.waiting().filter(source_list__in=in_force).count()


def rows_left_out(person: MissingPerson, wave_id: int) -> int:
    """Those that were not compared with everybody who shares a key with them, and may be this person."""
    rows = ListEntry.objects.too_common().filter(
        source_list__wave=wave_id, source_list__kind=ListKind.RELEASED
    )
    whole = [row for row in rows.to_compare() if opens(row, "profile")]
    if not whole or not opens(person, "profile"):
        return 0
    searched = engine.Profile.from_bytes(person.profile)
    return sum(_may_be(searched, engine.Profile.from_bytes(row.profile)) for row in whole)


def _may_be(searched: engine.Profile, listed: engine.Profile) -> bool:
    return engine.compare(searched, listed, _population()).points >= engine.LEAST_POINTS


@lru_cache(maxsize=1)
def _population() -> engine.Population:
    return engine.Population.from_tables()
