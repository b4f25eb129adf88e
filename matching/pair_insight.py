"""ASK: what would decide a pair, and what is new in it since somebody last decided. Nothing is written."""

import dataclasses
from typing import Any, NamedTuple

from django.db.models import Q

from familylink.damage import opens
from matching import engine
from matching.changed_facts import Change, changes, compared_now, evidence_of
from matching.models import Band, ListKind, Match, MatchState
from matching.models.match import UNDECIDED

MOST_TELLING = 3
LEAST_GAIN = 0.5
_PARTS = ("surname", "given", "patronymic")
_FACTS = ("birth_date", "sex", "place", "unit", "rank", "profile")


class Missing(NamedTuple):
    """Something that a side does not tell, and how many points it would bring if both told the same."""

    feature: str
    report_lacks: bool
    gain: float


def named_elsewhere(match: Match) -> list[Match]:
    """His other pairs on lists of the released that stand or are likely: a look first, then "he is not free"."""
    likely = Q(band__in=[Band.CERTAIN, Band.PROBABLE], state__in=UNDECIDED)
    others = Match.objects.filter(
        likely | Q(state=MatchState.CONFIRMED), missing_person=match.missing_person_id
    )
    released = others.filter(entry__removed_at=None, entry__source_list__kind=ListKind.RELEASED)
    return list(released.exclude(pk=match.pk).with_lists())


def changes_since_decision(match: Match) -> list[Change]:
    """New in a decided pair since it was decided, or in an open one since somebody last judged earlier evidence.

    Whoever asked the family was unsure, and is answered by what is new since.
    """
    if match.new_evidence_at:
        return changes(evidence_of(match.evidence), compared_now(match).evidence) if _opens(match) else []
    earlier = match.decisions.filter(match_revision__lt=match.revision, evidence__isnull=False)
    last = earlier.order_by("-decided_at").first()
    return changes(evidence_of(last.evidence), evidence_of(match.evidence)) if last else []


def what_would_decide(match: Match) -> list[Missing]:
    """The most telling things that a side does not say, best first: what to ask the family for, or the source."""
    if not _opens(match):
        return []
    person, entry = match.missing_person.as_person(), match.entry.as_person()
    if not person.names:
        return []  # erased, as the family wished: nothing is left to compare, and nobody to ask
    before = _compare(person, entry)
    found = (_missing(line, person, entry, before.points) for line in before.evidence)
    telling = sorted((one for one in found if one and one.gain > LEAST_GAIN), key=lambda one: -one.gain)
    return telling[:MOST_TELLING]


def _opens(match: Match) -> bool:
    """Whether all that is compared can be read: of a damaged pair the page shows what is left, and guesses nothing."""
    person, entry = match.missing_person, match.entry
    names = all(
        opens(name, "surname", "given_name", "patronymic", "full_name") for name in person.names.all()
    )
    return names and opens(person, *_FACTS) and opens(entry, "name_text", *_FACTS)


def _missing(
    line: engine.Evidence, person: engine.Person, entry: engine.Person, before: float
) -> Missing | None:
    """What the pair would gain if the side that is silent, or vague, said what the other one says."""
    if line.feature == "birth_date":
        return _missing_date(person, entry, before)
    if line.level not in ("not_given", "initial") or not (line.wanted or line.found):
        return None
    report_lacks = len(line.wanted) < len(line.found)
    if report_lacks:
        after = _compare(_told_too(person, line.feature, line.found), entry)
    else:
        after = _compare(person, _told_too(entry, line.feature, line.wanted))
    return Missing(line.feature, report_lacks, after.points - before)


def _missing_date(person: engine.Person, entry: engine.Person, before: float) -> Missing | None:
    if person.birth.is_full and entry.birth.is_full:
        return None
    known = person.birth if person.birth.is_full else entry.birth
    if not known.is_full:
        known = engine.BirthDate(1990, 6, 15)  # neither tells it: any day shows what a date is worth
    both = [dataclasses.replace(side, birth=known) for side in (person, entry)]
    return Missing("birth_date", not person.birth.is_full, _compare(*both).points - before)


def _told_too(one: engine.Person, feature: str, text: str) -> engine.Person:
    main = one.names[0]
    if feature not in _PARTS:
        told: dict[str, Any] = {feature: text}
        return dataclasses.replace(one, **told)
    more = {"full": f"{main.full} {text}"} if main.full else {feature: text}
    return dataclasses.replace(one, names=(dataclasses.replace(main, **more), *one.names[1:]))


def _compare(person: engine.Person, entry: engine.Person) -> engine.Comparison:
    return engine.compare(engine.profile(person), engine.profile(entry), engine.Population.from_tables())
