"""A corrected list beside the one it replaces: what stays, what is new, what is taken back."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from familylink.damage import opens
from matching import engine, proposals, rivalry, yardstick
from matching.models import CorrectionReason, ListEntry, Match, MatchState, SourceList
from matching.models.match import UNDECIDED
from matching.news import corrections
from matching.news.corrections import TakenBack
from matching.staging.content import content_index_of

Id = TypeVar("Id", int, uuid.UUID)

_MOST_SHARING = 30  # a key that more rows share says too little about which row became which
_OTHER_MAN = frozenset(
    {
        "sister_suspect",
        "brother_suspect",
        "father_or_son_suspect",
        "birth_date_conflict",
        "sex_conflict",
        "name_conflict",
    }
)


@dataclass(frozen=True)
class Difference:
    """A list beside the version before it. Rows by their place in the list, entries by their id."""

    unchanged: int
    added: tuple[int, ...]
    changed: Mapping[int, uuid.UUID] = field(default_factory=dict)
    removed: tuple[uuid.UUID, ...] = ()
    typed: tuple[uuid.UUID, ...] = ()  # of rows that a caseworker typed already, and that stand as they are

    @property
    def new(self) -> list[int]:
        """Rows that need an entry of their own, in the order of the list."""
        return sorted([*self.added, *self.changed])

    def numbers(self) -> dict[str, int]:
        """For the timeline and the page."""
        return {
            "unchanged": self.unchanged + len(self.typed),
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
        }


def standing_entries(source_list: SourceList) -> QuerySet[ListEntry]:
    """The entries that the versions of this list so far have left standing."""
    return ListEntry.objects.live().filter(source_list__series=source_list.series)


def difference(
    contents: Sequence[bytes],
    profiles: Sequence[engine.Profile],
    before: SourceList | None,
    typed: Iterable[bytes] = (),
) -> Difference:
    """What a commit would change. A row is the same when it says the same, wherever it stands in the file; it is
    changed when exactly one row that went is about the same man. What is not sure is removed and added.
    `typed` are the contents of rows that caseworkers typed for refused ones: no longer to be looked for."""
    if before is None:
        return Difference(0, tuple(range(len(contents))))
    standing = entries_by_content(before)
    new: list[int] = []
    for place, content in enumerate(contents):
        same = standing.get(content)
        if same:
            same.pop()
        else:
            new.append(place)
    still_typed = tuple(standing[content].pop() for content in typed if standing.get(content))
    gone = {entry_id for ids in standing.values() for entry_id in ids}
    changed = _changed(gone, {place: profiles[place] for place in new})
    return Difference(
        unchanged=len(contents) - len(new),
        added=tuple(place for place in new if place not in changed),
        changed=changed,
        removed=tuple(sorted(gone - set(changed.values()))),
        typed=still_typed,
    )


def entries_by_content(before: SourceList) -> dict[bytes, list[uuid.UUID]]:
    """Its standing entries by what they say; two equal rows are two."""
    standing: dict[bytes, list[uuid.UUID]] = defaultdict(list)
    entries = standing_entries(before).order_by("-position")
    for content, entry_id in entries.values_list("content_index", "pk").iterator():
        if content is not None:
            standing[bytes(content)].append(entry_id)
    for entry in entries.filter(content_index=None):
        standing[content_index_of(entry)].append(entry.pk)
    return standing


def _changed(gone: Iterable[uuid.UUID], new: Mapping[int, engine.Profile]) -> dict[int, uuid.UUID]:
    entries = ListEntry.objects.filter(pk__in=gone).only("profile")
    # A damaged one is not sure either: it is removed, and the new version comes in all the same.
    whole = (entry for entry in entries if opens(entry, "profile"))
    before = {entry.pk: engine.Profile.from_bytes(entry.profile) for entry in whole}
    return same_men(new, before)


def same_men(
    new: Mapping[int, engine.Profile], gone: Mapping[uuid.UUID, engine.Profile]
) -> dict[int, uuid.UUID]:
    """Which new row is about which man that went: only where each has exactly one like it."""
    alike = [
        (place, entry_id)
        for place, entry_id in _sharing_a_key(new, gone)
        if _is_one_man(new[place], gone[entry_id])
    ]
    of_row = Counter(place for place, _ in alike)
    of_entry = Counter(entry_id for _, entry_id in alike)
    return {place: entry for place, entry in alike if of_row[place] == of_entry[entry] == 1}


def _sharing_a_key(
    new: Mapping[int, engine.Profile], gone: Mapping[uuid.UUID, engine.Profile]
) -> set[tuple[int, uuid.UUID]]:
    places, entries = _filed(new), _filed(gone)
    return {
        (place, entry_id)
        for key in places.keys() & entries.keys()
        if len(places[key]) * len(entries[key]) <= _MOST_SHARING
        for place in places[key]
        for entry_id in entries[key]
    }


def _filed(profiles: Mapping[Id, engine.Profile]) -> dict[str, list[Id]]:
    filed: dict[str, list[Id]] = defaultdict(list)
    for one, profile in profiles.items():
        for key in engine.stored_keys(profile):
            filed[key].append(one)
    return filed


def _is_one_man(one: engine.Profile, other: engine.Profile) -> bool:
    compared = engine.compare(one, other, engine.Population.from_tables())
    return compared.points >= engine.LEAST_POINTS and _OTHER_MAN.isdisjoint(compared.caps)


def copies_instead(entry_ids: Iterable[uuid.UUID], before: SourceList) -> dict[uuid.UUID, uuid.UUID]:
    """For entries that shall go and are confirmed, each another that says the same, stays and is confirmed for nobody.

    Which of several equal rows went nobody can say; so what two people decided stays. All are locked until the end of
    the caller's transaction, which has not locked rows of this list before."""
    rivalry.hold_lists([before.series])
    going = set(entry_ids)
    contents = ListEntry.objects.filter(pk__in=going).values("content_index")
    equal = standing_entries(before).filter(content_index__in=contents).order_by("pk")
    locked = equal.select_for_update(of=("self",), no_key=True).values_list("pk", "content_index")
    rows = [(pk, bytes(content)) for pk, content in locked if content is not None]
    confirmed = set(
        Match.objects.confirmed().filter(entry__in=[pk for pk, _ in rows]).values_list("entry", flat=True)
    )
    staying: dict[bytes, list[uuid.UUID]] = defaultdict(list)
    for pk, content in rows:
        if pk not in going and pk not in confirmed:
            staying[content].append(pk)
    return {
        pk: staying[content].pop()
        for pk, content in rows
        if pk in going and pk in confirmed and staying[content]
    }


def take_back_entries(
    entry_ids: Iterable[uuid.UUID], *, removed_in: SourceList, reason: CorrectionReason, by: User | None
) -> TakenBack:
    """These rows stand no longer, in the caller's transaction: nobody can decide on them, nobody is told of them.

    Entries are locked before matches, as everywhere: a verdict that comes first is undone here, one that comes
    later finds the row gone. The other rows of the list that may be the same people follow.
    """
    rivalry.hold_lists([removed_in.series])
    rows = ListEntry.objects.filter(pk__in=list(entry_ids), removed_at=None).order_by("pk")
    ids = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    ListEntry.objects.filter(pk__in=ids).update(removed_at=Now(), removed_in=removed_in, keys=[])
    persons = {person_id for person_id, _ in rivalry.locked_beside((), ids, [removed_in.series])}
    taken_back = corrections.take_back(_end_matches(ids), reason=reason, by=by, source_list=removed_in)
    proposals.divide_anew(persons, removed_in.series, yardstick.in_force())
    return taken_back


def _end_matches(entry_ids: Sequence[uuid.UUID]) -> list[Match]:
    """Close all that is open about these entries; the matches that had been confirmed."""
    matches = Match.objects.filter(entry__in=entry_ids)
    ending = matches.filter(state__in=[*UNDECIDED, MatchState.CONFIRMED]).order_by("pk")
    list(ending.select_for_update(of=("self",)).values_list("pk"))
    confirmed = list(matches.confirmed().with_lists().order_by("pk"))
    matches.undecided().update(
        state=MatchState.LAPSED, first_reviewer=None, first_verdict="", revision=F("revision") + 1
    )
    matches.confirmed().update(state=MatchState.RETRACTED)
    return confirmed
