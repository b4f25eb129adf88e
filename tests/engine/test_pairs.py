"""The tables of cases: no change of the engine may lose one."""

from __future__ import annotations

import pytest

from matching.engine import BANDS, rank
from tests.engine.cases import BETTER, DIFFERENT, SAME
from tests.engine.people import a_profile, compared, levels, meet, points

# The pairs of the domain's own table, one surname, given name and patronymic each, no dates.
WANTED = "Шевченко Олександр Миколайович"
SAME_MAN = (
    "Шевченко Александр Николаевич",
    "Александр Николаевич Шевченко",
    "Shevchenko Oleksandr Mykolaiovych",
    "Shevchenko Aleksandr Nikolaevich",
    "Шeвчeнкo Олександр Миколайович",
)
OTHER_MEN = (
    "Шевченко Олексій Миколайович",
    "Шевченко Олександр Михайлович",
    "Шевчук Олександр Миколайович",
    "Шевченко Микола Олександрович",
)
CONTRADICTIONS = {"differs", "initial_differs", "sex_differs", "somewhat_alike", "hardly_alike"}


@pytest.mark.parametrize("same", SAME_MAN)
@pytest.mark.parametrize("other", OTHER_MEN)
def test_the_same_man_ranks_above_every_other_man(same: str, other: str) -> None:
    assert points(WANTED, same) > points(WANTED, other) + 3


def test_initials_rank_between_the_man_and_the_others() -> None:
    assert min(points(WANTED, same) for same in SAME_MAN) > points(WANTED, "Шевченко О.М.")
    assert points(WANTED, "Шевченко О.М.") > max(points(WANTED, other) for other in OTHER_MEN)


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_one_person_is_met_from_both_sides(one: str, other: str, why: str) -> None:
    assert meet(a_profile(one), a_profile(other)), why
    assert meet(a_profile(other), a_profile(one)), why


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_nothing_in_the_name_of_one_person_contradicts(one: str, other: str, why: str) -> None:
    seen = levels(one, other)
    assert not CONTRADICTIONS & {seen["surname"], seen["given"], seen["patronymic"], seen["sex"]}, why


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_one_person_is_at_least_possible(one: str, other: str, why: str) -> None:
    assert rank([compared(one, other)], searched=1_000)[0].band in BANDS, why


@pytest.mark.parametrize(("one", "other", "why"), DIFFERENT)
def test_two_people_are_never_more_than_possible(one: str, other: str, why: str) -> None:
    assert rank([compared(one, other)], searched=1)[0].band in ("", "possible"), why
    assert rank([compared(other, one)], searched=1)[0].band in ("", "possible"), why


@pytest.mark.parametrize(("wanted", "better", "worse", "why"), BETTER)
def test_the_better_candidate_has_more_points(wanted: str, better: str, worse: str, why: str) -> None:
    assert points(wanted, better) > points(wanted, worse), why


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len(SAME) + len(DIFFERENT) + len(BETTER) >= 600
    for table in (SAME, DIFFERENT, BETTER):
        told = [case[:-1] for case in table]
        assert len(told) == len(set(told))
