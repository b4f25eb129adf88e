"""What a check of a wave did not see: rows that nobody could read yet, and rows too common to be compared with all.

Each may be somebody's son: until a person has looked, nobody is told that a list was checked and he is not on it.
"""

from collections import Counter
from collections.abc import Collection
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Q

from familylink.damage import opens
from familylink.reports.models import MissingPerson
from matching import engine
from matching.models import ListEntry, ListKind, Match, MatchState, RefusedRow, SourceList


def unseen_rows(person: MissingPerson, waves: Collection[int]) -> Counter[int]:
    """Of each wave's lists of the released in force, for this person: by the wave's number."""
    return unread_rows(waves) + rows_left_out(person, waves)


def unread_rows(waves: Collection[int]) -> Counter[int]:
    """Those that wait to be put right or set aside."""
    in_force = SourceList.objects.committed().filter(wave__in=waves, kind=ListKind.RELEASED)
    waiting = RefusedRow.objects.waiting().filter(source_list__in=in_force).order_by()
    return Counter(waiting.values_list("source_list__wave", flat=True))


def rows_left_out(person: MissingPerson, waves: Collection[int]) -> Counter[int]:
    """Those that were not compared with everybody who shares a key with them, and may be this person."""
    rows = ListEntry.objects.too_common().filter(
        source_list__wave__in=waves, source_list__kind=ListKind.RELEASED
    )
    # People have looked: it is somebody else, or it is not this person.
    is_not_he = Q(state=MatchState.CONFIRMED) | Q(state=MatchState.REJECTED, missing_person=person)
    rows = rows.exclude(Exists(Match.objects.filter(is_not_he, entry=OuterRef("pk"))))
    rows = rows.to_compare().annotate(wave=F("source_list__wave"))
    whole = [row for row in rows if opens(row, "profile")]
    if not whole or not opens(person, "profile"):
        return Counter()
    searched = engine.Profile.from_bytes(person.profile)
    return Counter(
        row.wave  # type: ignore[attr-defined]
        for row in whole
        if _may_be(searched, engine.Profile.from_bytes(row.profile))
    )


def _may_be(searched: engine.Profile, listed: engine.Profile) -> bool:
    return engine.compare(searched, listed, _population()).points >= engine.LEAST_POINTS


@lru_cache(maxsize=1)
def _population() -> engine.Population:
    return engine.Population.from_tables()
