"""DO: a missing person's row with its names, profile and keys: written, changed, emptied, locked."""

import uuid

from django.db import transaction

from familylink.reports import one_man
from familylink.reports.keys import describe
from familylink.reports.models import MissingPerson, PersonName, Report
from matching import engine
from matching.engine import Name, Person

NOBODY = Person((Name(full="x"),))  # what is left of somebody erased; filed under no key, it meets nobody


def lock_men(report_id: uuid.UUID) -> list[MissingPerson]:
    """Whom this report tells of: the man it names, and its own where it is linked to another. Nobody else can link it,
    take a link back or change them before this transaction ends."""
    ids: set[uuid.UUID] = set()
    men: list[MissingPerson] = []
    while ids != (now := one_man.men_of(report_id)):
        ids = now
        men = list(MissingPerson.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    return men


def write_person(facts: Person) -> MissingPerson:
    """A new one. Raises engine.NoName."""
    person, profile = MissingPerson(), engine.profile(facts)
    person.take(facts)
    describe(person, profile)
    person.save(force_insert=True)
    _write_names(person, facts.names)
    return person


@transaction.atomic
def change_person(person_id: uuid.UUID, facts: Person) -> MissingPerson:
    """New facts about a missing person: names, keys and profile follow, and matching becomes due.

    Raises engine.NoName; MissingPerson.DoesNotExist.
    """
    person = MissingPerson.objects.select_for_update().get(pk=person_id)
    profile = engine.profile(facts)
    person.take(facts)
    describe(person, profile)
    person.revision += 1
    person.match_failures = 0
    person.save()
    person.names.all().delete()
    _write_names(person, facts.names)
    return person


def take_away(person: MissingPerson, report: Report) -> None:
    """What only this report tells of him, or brought when it was linked to him; all, where nobody else tells of him.

    The caller holds his lock. Raises one_man.UNREADABLE: then nothing is taken.
    """
    if not one_man.is_anothers_too(person, report):
        _erase(person)
    elif (left := one_man.left_behind(person, report)) != person.as_person():
        change_person(person.pk, left)


def _erase(person: MissingPerson) -> None:
    """Nothing is left but the row, which no list meets any more."""
    person.names.all().delete()
    person.birth_date = person.sex = person.place = person.unit = person.rank = ""
    describe(person, engine.profile(NOBODY))
    person.keys = []  # filed under no key: the database's trigger takes the earlier ones away
    person.save(
        update_fields=["birth_date", "sex", "place", "unit", "rank", "profile", "profile_version", "keys"]
    )


def _write_names(person: MissingPerson, names: tuple[Name, ...]) -> None:
    PersonName.objects.bulk_create(
        PersonName(
            missing_person=person,
            position=position,
            kind=PersonName.Kind.OTHER if position else PersonName.Kind.MAIN,
        ).take(name)
        for position, name in enumerate(names)
    )
