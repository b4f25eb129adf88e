"""DO, reads: what is told of a missing person may change after a pair was compared; whether it still speaks for it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from familylink.damage import Damaged, opens
from matching import engine
from matching.models import Match


class Change(NamedTuple):
    """One kind of evidence as it was and as it is; None where it was not there."""

    feature: str
    before: engine.Evidence | None
    now: engine.Evidence | None

    @property
    def speaks_less(self) -> bool:
        """For the pair, than it did before."""
        return _points(self.now) < _points(self.before)


def is_compared(match: Match) -> bool:
    """Whether the stored evidence is of what is told of the missing person now, whoever keeps them locked."""
    person = match.missing_person
    return person.revision in (match.person_revision, person.matched_revision)


def has_weakened(match: Match) -> bool:
    """Whether what was told since then speaks less for the pair in anything; what cannot be read is a doubt, too.

    It waits for no worker: a family whose matching fails again and again is not kept from its news by that.
    """
    if match.missing_person.revision == match.person_revision:
        return False
    try:
        now = compared_now(match)
    except (Damaged, ValueError):
        return True
    if not opens(match, "evidence"):
        return True
    is_capped_anew = set(now.caps) - set(match.evidence["caps"])
    changed = changes(evidence_of(match.evidence), now.evidence)
    return bool(is_capped_anew) or any(change.speaks_less for change in changed)


def compared_now(match: Match) -> engine.Comparison:
    """The pair as the engine sees it today, whatever is stored with it."""
    wanted = engine.Profile.from_bytes(bytes(match.missing_person.profile))
    found = engine.Profile.from_bytes(bytes(match.entry.profile))
    return engine.compare(wanted, found, engine.Population.from_tables())


def evidence_of(stored: Mapping[str, Any]) -> list[engine.Evidence]:
    """The evidence that a match or a decision keeps."""
    return [engine.Evidence.from_dict(line) for line in stored["evidence"]]


def changes(before: Iterable[engine.Evidence], now: Iterable[engine.Evidence]) -> list[Change]:
    """What differs in level or in what was told; not the last digit of a weight."""
    earlier = {line.feature: line for line in before}
    later = {line.feature: line for line in now}
    return [
        Change(feature, earlier.get(feature), later.get(feature))
        for feature in {**earlier, **later}
        if _told(earlier.get(feature)) != _told(later.get(feature))
    ]


def _points(line: engine.Evidence | None) -> float:
    return line.points if line else 0.0


def _told(line: engine.Evidence | None) -> tuple[str, str, str] | None:
    return (line.level, line.wanted, line.found) if line else None
