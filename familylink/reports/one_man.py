"""What is known of one man whom several reports name: who tells what, and what stays when one of them leaves.

A report that was linked has a man of its own beside the joint one (`ReportLink.from_person`): what it tells anew is
written to both, so that he misses nothing when it goes back to him.
"""

import dataclasses
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from familylink.damage import Damaged
from familylink.reports.answers import person_of
from familylink.reports.models import MissingPerson, Report, ReportLink
from matching.engine import BirthDate, Name, Person

log = logging.getLogger(__name__)

NOTHING = Person(())
_FACTS = [field.name for field in dataclasses.fields(Person) if field.name != "names"]
# A text that does not open, and an answer that is no date: what such a report tells is not known.
UNREADABLE = (Damaged, ValueError)


def men_of(report_id: uuid.UUID) -> set[uuid.UUID]:
    """The ids of the man whom this report names, and of its own where it is linked to another."""
    own = ReportLink.objects.in_force().filter(report=report_id).values_list("from_person", flat=True)
    return {Report.objects.values_list("missing_person", flat=True).get(pk=report_id), *own}


def told_by_others(person: MissingPerson, report: Report) -> list[Person]:
    """What every other report about this man tells, also one that is linked to another man meanwhile; and the men with
    whom reports were linked to him, since the staff may have corrected them.

    Raises UNREADABLE.
    """
    return [
        *(person_of(other.answers or {}) for other in _others(person, report)),
        *(link.from_person.as_person() for link in _linked_here(person, report)),
    ]


def of_staff(person: MissingPerson, report: Report) -> Person:
    """What stands here of this man although no report but `report` tells it: the staff corrected it. All that is known
    where a report cannot be read."""
    known = person.known().facts
    try:
        earlier = [own_of(link) for link in _linked_here(person, report)]
        return without(known, told_by_others(person, report), staying=earlier)
    except UNREADABLE:
        log.exception("what is told of missing person %s cannot be read", person.pk)
        return known


def retold(person: MissingPerson, known: Person, report: Report, before: Person, after: Person) -> Person:
    """The man, of whom so much is known, once this relative has changed what it tells of him; every spelling stays
    while another report cannot be read."""
    try:
        others = told_by_others(person, report)
    except UNREADABLE:
        log.exception("what is told of missing person %s cannot be read", person.pk)
        others = [Person(known.names)]
    return changed(known, before, after, others)


def united(known: Person, other: Person) -> Person:
    """One man of two: every spelling of both, and what only the other knows, so that no list is missed."""
    facts = {fact: getattr(known, fact) or getattr(other, fact) for fact in _FACTS}
    return Person(_each_once([*known.names, *other.names]), **facts)


def changed(current: Person, before: Person, after: Person, others: Sequence[Person]) -> Person:
    """The man as known now, with what one relative has changed from `before` to `after`, and nothing of it that
    another still tells."""
    names = current.names
    if after.names != before.names:
        kept = [name for name in names if name not in before.names or _is_told(name, others)]
        names = _each_once([*after.names, *kept])
    facts = {}
    for fact in _FACTS:
        now, new = getattr(current, fact), getattr(after, fact)
        if new != getattr(before, fact) and not (now and now in _values(fact, others)):
            facts[fact] = new or next(_values(fact, others), new)
    return dataclasses.replace(current, names=names, **facts)


def without(current: Person, leaving: Sequence[Person], *, staying: Sequence[Person]) -> Person:
    """The man without what only those tell who leave; a fact that is gone falls back to the first who tells it and
    stays."""
    names = [n for n in current.names if not _is_told(n, leaving) or _is_told(n, staying)]
    facts = {}
    for fact in _FACTS:
        now, kept = getattr(current, fact), list(_values(fact, staying))
        if now in _values(fact, leaving) and now not in kept:
            facts[fact] = next(iter(kept), getattr(NOTHING, fact))
    return dataclasses.replace(current, names=tuple(names), **facts)


def is_anothers_too(person: MissingPerson, report: Report) -> bool:
    """Whether another report tells of him, that of a family which has not had all of it erased."""
    return _others(person, report).filter(erased_at=None).exists()


def left_behind(person: MissingPerson, report: Report) -> Person:
    """The man once this report leaves him: without what only it tells, or brought when it was linked to him. One name
    at least stays. Raises UNREADABLE."""
    known = person.as_person()
    leaving, staying = [person_of(report.answers or {})], told_by_others(person, report)
    link = report.links.filter(to_person=person, confirmed_at__isnull=False).order_by("confirmed_at").last()
    if link:
        leaving += [brought_by(link), link.from_person.as_person()]
        staying = [own_of(link), *staying]
    left = without(known, leaving, staying=staying)
    return left if left.names else dataclasses.replace(left, names=known.names)


# ------------------------------------------------------------------------------------- what a link remembers


def remembered(came: Person, own: Person) -> dict[str, Any]:
    """For `ReportLink.added_names`: what came with the report, and what the staff had told of the joint man before."""
    return {"came": _plain(came), "own": _plain(own)}


def brought_by(link: ReportLink) -> Person:
    """What came with this report when it was linked."""
    known = link.added_names or []
    if isinstance(known, list):  # of a link from before facts were remembered too
        return Person(tuple(Name(*parts) for parts in known))
    return _person(known["came"])


def own_of(link: ReportLink) -> Person:
    """What the staff alone had told of the joint man when this report came."""
    known = link.added_names
    return _person(known["own"]) if isinstance(known, dict) else NOTHING


def _plain(person: Person) -> dict[str, Any]:
    return {**dataclasses.asdict(person), "birth": str(person.birth)}


def _person(plain: Mapping[str, Any]) -> Person:
    names = tuple(Name(**name) for name in plain["names"])
    return Person(**{**plain, "names": names, "birth": BirthDate.parse(plain["birth"])})


# ---------------------------------------------------------------------------------------------- who tells it


def _others(person: MissingPerson, report: Report) -> QuerySet[Report]:
    elsewhere = ReportLink.objects.in_force().filter(from_person=person).values("report")
    theirs = Report.objects.filter(Q(missing_person=person) | Q(pk__in=elsewhere))
    return theirs.exclude(pk=report.pk).order_by("filed_at", "pk")


def _linked_here(person: MissingPerson, report: Report) -> QuerySet[ReportLink]:
    links = ReportLink.objects.in_force().filter(to_person=person).exclude(report=report)
    return links.select_related("from_person").prefetch_related("from_person__names").order_by("confirmed_at")


def _is_told(name: Name, persons: Iterable[Person]) -> bool:
    return any(name in person.names for person in persons)


def _values(fact: str, persons: Iterable[Person]) -> Iterator[Any]:
    """Each that somebody tells."""
    return (value for person in persons if (value := getattr(person, fact)))


def _each_once(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(names))
