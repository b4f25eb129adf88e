"""Many rows in one statement are the rows that the models themselves would write."""

import pytest
from django.db import IntegrityError, transaction

from familylink.inserting import in_batches, insert_all
from familylink.reports.models import MissingPerson, PersonName

pytestmark = pytest.mark.django_db


def names(person: MissingPerson, *surnames: str) -> list[PersonName]:
    return [
        PersonName(missing_person=person, position=place, surname=surname, given_name="Любослав")
        for place, surname in enumerate(surnames)
    ]


def test_rows_are_written_as_the_models_would_and_sealed():
    person = MissingPerson.objects.create(profile=b"of nobody", profile_version="0")
    new = names(person, "Вересняк", "Вересняченко")
    insert_all(new)
    stored = list(PersonName.objects.order_by("position"))
    assert [(one.pk, one.surname, one.given_name, one.kind) for one in stored] == [
        (one.pk, one.surname, "Любослав", "main") for one in new
    ]


def test_what_the_database_refuses_is_refused_for_all():
    person = MissingPerson.objects.create(profile=b"of nobody", profile_version="0")
    first, second = names(person, "Вересняк", "Вересняченко")
    second.position = first.position
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all([first, second])
    assert not PersonName.objects.exists()


def test_nothing_is_written_of_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_all([])


def test_a_walk_in_batches_meets_every_row_once_though_it_changes_them(django_assert_num_queries):
    waiting = {MissingPerson.objects.create(profile=b"of nobody", profile_version="0").pk for _ in range(7)}
    met = []
    with django_assert_num_queries(5 + 4):  # the fifth finds that nothing is behind
        for batch in in_batches(MissingPerson.objects.filter(profile_version="0"), 2):
            met += [one.pk for one in batch]
            MissingPerson.objects.filter(pk=batch[0].pk).update(profile_version="1")
    assert met == sorted(waiting)
