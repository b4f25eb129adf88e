"""Names are counted over sealed reports: each person once, whole or not at all, and never in clear."""

import threading

import pgtrigger
import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models.functions import Now

from familylink.reports import intake
from familylink.reports.models import MissingPerson, MissingPersonKey
from matching import engine, name_counts, review, tasks, waves, yardstick
from matching.models import CountedPerson, ListEntry, Match, NameCount, NameSnapshot
from tests.factories import a_committed_list, a_match, a_person, a_report, a_reviewer, match_all

pytestmark = pytest.mark.django_db
COMMON = {"surname": "Вересняк", "patronymic": "Кіндратович", "birth": ""}
GIVEN = ("Остап", "Устим", "Тарас", "Назар", "Лука", "Марко", "Роман", "Степан")


def count_all(at_once=3):
    while name_counts.count_next(at_once=at_once, least_persons=1):
        pass


def namesakes(count):
    return [a_report(**{**COMMON, "given": given}) for given in GIVEN[:count]]


def bearers(surname="Вересняк"):
    """How many are found under the surname, as the matching finds them; one alone is not told from none."""
    forms = engine.forms_to_count(engine.profile(a_person(surname, "Іван"))).surnames
    population = yardstick.in_force().population
    share, rate = (p.surname(forms[0]) for p in (population, engine.Population.from_tables()))
    total = name_counts.latest().surname_total
    return round(share * (total + 50_000) - rate * 50_000) + 1


def counts():
    return sorted(NameCount.objects.values_list("form", "bearers"))


def test_a_surname_is_as_common_as_it_was_counted():
    namesakes(5)
    a_report(surname="Інакший")
    count_all()
    assert bearers() == 5
    assert bearers("Інакший") == 1


def test_five_relatives_of_one_man_count_for_one():
    for number in range(5):
        a_report(phone=f"+38099000001{number}")
    for number in range(2):
        a_report(phone=f"+38099000002{number}", birth="")
    a_report(given="Устим")
    count_all()
    assert name_counts.latest().surname_total == 3
    assert bearers() == 3


def test_who_is_withdrawn_is_in_the_next_count_no_more():
    first, *_ = namesakes(4)
    intake.withdraw(first)
    count_all()
    assert (name_counts.latest().person_count, bearers()) == (3, 3)


def test_slices_of_any_size_come_to_the_same():
    namesakes(7)
    count_all(at_once=2)
    small = counts()
    NameSnapshot.objects.all().delete()
    count_all(at_once=1_000)
    assert counts() == small != []


def test_a_count_that_is_not_whole_is_not_used():
    namesakes(5)
    assert name_counts.count_next(at_once=2, least_persons=1)
    assert name_counts.latest() is None
    assert yardstick.in_force().population is engine.Population.from_tables()


def test_few_reports_are_not_counted():
    namesakes(3)
    tasks.count_names()
    assert not NameSnapshot.objects.exists()


def test_names_are_counted_again_when_the_store_has_grown_and_not_before():
    namesakes(4)
    count_all()
    first = name_counts.latest()
    count_all()
    assert name_counts.latest() == first
    a_report(surname="Інакший")
    a_report(surname="Інакший", given="Устим")
    count_all()
    assert name_counts.latest() != first
    assert bearers("Інакший") == 2


def test_a_count_by_other_rules_is_not_used_and_makes_a_new_one_due():
    namesakes(4)
    count_all()
    with pgtrigger.ignore("matching.NameSnapshot:published_counts_stay"):
        NameSnapshot.objects.update(forms_version="earlier")
    assert name_counts.latest() is None
    count_all()
    assert bearers() == 4


def test_a_published_count_stays_as_it_is():
    namesakes(2)
    count_all()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        NameSnapshot.objects.update(surname_total=1)


def test_what_is_counted_cannot_be_told_from_a_report():
    namesakes(4)
    count_all()
    forms = set(NameCount.objects.values_list("form", flat=True))
    assert forms
    assert forms.isdisjoint(MissingPersonKey.objects.values_list("key", flat=True))
    assert not CountedPerson.objects.exists()
    assert not NameCount.objects.filter(bearers=1).exists()


def test_matching_again_gives_the_same_until_the_names_are_counted_anew():
    a_match()
    before = list(Match.objects.values())
    waves.match_entries(list(ListEntry.objects.all()))
    assert list(Match.objects.values()) == before
    namesakes(6)
    count_all()
    waves.match_entries(list(ListEntry.objects.all()))
    now = Match.objects.get(pk=before[0]["id"])
    assert now.points < before[0]["points"]
    assert now.name_snapshot == name_counts.latest()


def test_both_directions_give_the_same_number():
    namesakes(6)
    count_all()
    forward = a_match()
    a_committed_list("Вересняк Александр Николаевич;12.03.1987", "")
    match_all()
    waves.match_entries([forward.entry])
    assert len(set(Match.objects.filter(missing_person=forward.missing_person).values_list("points"))) == 1


def test_a_new_count_of_names_alone_voids_no_verdict_and_flags_no_decision():
    judged = a_match()
    review.decide(judged.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    namesakes(6)
    count_all()
    waves.match_entries([judged.entry])
    judged.refresh_from_db()
    assert (judged.state, judged.revision, judged.name_snapshot) == ("awaiting_second", 1, None)
    review.decide(judged.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    waves.match_entries([judged.entry])
    judged.refresh_from_db()
    assert (judged.state, judged.new_evidence_at) == ("confirmed", None)


def test_other_facts_still_void_a_verdict():
    judged = a_match()
    review.decide(judged.pk, reviewer=a_reviewer(), verdict="same", revision=1)
    intake.change_person(
        judged.missing_person_id, a_person("Вересняк", "Олександр", "Миколайович", "1987-03-13")
    )
    match_all()
    judged.refresh_from_db()
    assert (judged.state, judged.revision) == ("open", 2)


def test_matching_goes_before_counting():
    namesakes(2)
    run = a_committed_list()
    MissingPerson.objects.update(matched_revision=1)
    tasks.count_names()
    assert not NameSnapshot.objects.exists()
    assert run.finished_at is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_nobody_twice():
    namesakes(8)
    failures = []

    def work():
        try:
            for _ in range(20):
                name_counts.count_next(at_once=1, least_persons=1)
        except OperationalError as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    count_all(at_once=1)
    assert failures == []
    assert (name_counts.latest().person_count, bearers()) == (8, 8)
    assert NameSnapshot.objects.filter(published_at__lte=Now()).count() == 1
