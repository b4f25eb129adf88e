"""Two relatives report one man, each in a spelling of his own: their reports take nothing from each other."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Person, Profile, Ranked, profile, rank_profiles
from matching.engine.duplicates import chance_of_one
from tests.engine.people import POPULATION, a_profile
from tests.engine.test_weighing import PEOPLE

MANY = 1_000_000
RARE = "Вересняк Орест Зенонович"


def said(found: str, *reports: str) -> list[float]:
    """Of each report what is said when all of them are among a million."""
    by_place = {one.index: one.probability for one in ranked(found, list(map(a_profile, reports)))}
    return [by_place[place] for place in range(len(reports))]


def ranked(found: str, reports: list[Profile]) -> list[Ranked]:
    return rank_profiles(reports, a_profile(found), POPULATION, searched=MANY, top=len(reports))


@pytest.mark.parametrize(
    ("found", "one", "other"),
    [
        (RARE, f"{RARE} | 12.03.1987", f"{RARE}"),
        (f"{RARE} | 1987", f"{RARE} | 12.03.1987", "Veresniak Orest Zenonovych | 1987"),
        (f"{RARE} | 12.03.1987", f"{RARE} | 12.03.1987", "Вересняк Орестт Зенонович | 12.03.1987"),
        (f"{RARE} | 12.03.1987", f"{RARE} | 12.03.1987", f"{RARE} | 13.03.1987"),
    ],
    ids=["one knew no date", "another alphabet", "a slip in the name", "a slip in the date"],
)
def test_both_reports_of_one_man_are_nearly_as_sure_as_one_alone(found: str, one: str, other: str) -> None:
    best = max(said(found, one) + said(found, other))
    assert all(share > 0.85 * best for share in said(found, one, other))


def test_three_relatives_of_one_man_are_no_more_rivals_than_two() -> None:
    three = said(RARE, RARE, f"{RARE} | 12.03.1987", f"{RARE} | 1987")
    assert min(three) > 0.75 * max(said(RARE, RARE))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{RARE} | 12.03.1987", f"{RARE} | 24.07.1991"),
        ("Вересняк Орест Зенонович", "Вересняк Орест Юліанович"),
        ("Вересняк Орест Зенонович", "Вересняк Олесь Зенонович"),
        (f"{RARE} | | m", f"{RARE} | | f"),
    ],
    ids=["two dates", "two fathers", "brothers", "man and woman"],
)
def test_what_contradicts_makes_them_two(one: str, other: str) -> None:
    assert chance_of_one(a_profile(one), a_profile(other), POPULATION, MANY) == 0


def test_namesakes_of_a_common_name_are_not_one_man_for_want_of_a_date() -> None:
    common = "Шевченко Олександр Миколайович"
    assert chance_of_one(a_profile(common), a_profile(common), POPULATION, MANY) < 0.02
    assert chance_of_one(a_profile(RARE), a_profile(RARE), POPULATION, MANY) > 0.8


def test_who_may_be_either_of_two_men_is_not_sure_through_both() -> None:
    """Two namesakes of two fathers, and a report that names no father: he is one of them, and nobody knows which."""
    shares = said(
        "Вересняк Орест | 12.03.1987",
        "Вересняк Орест Зенонович | 12.03.1987",
        "Вересняк Орест Юліанович | 12.03.1987",
        "Вересняк Орест | 12.03.1987",
    )
    assert all(0.4 < share < 0.6 for share in shares)


def test_the_order_in_which_they_were_reported_changes_nothing() -> None:
    reports = [RARE, f"{RARE} | 12.03.1987", f"{RARE} | 13.03.1987", "Вересняк Орест"]
    shares = [dict(zip(order, said(RARE, *order), strict=True)) for order in permutations(reports)]
    assert all(one == pytest.approx(shares[0]) for one in shares)


@given(PEOPLE, PEOPLE, st.integers(0, 10**8))
def test_the_chance_is_a_share_and_the_same_both_ways(one: Person, other: Person, searched: int) -> None:
    first, second = (profile(person) for person in (one, other))
    chance = chance_of_one(first, second, POPULATION, searched)
    assert 0 <= chance < 1
    assert chance == pytest.approx(chance_of_one(second, first, POPULATION, searched))


@given(st.lists(PEOPLE, max_size=8), PEOPLE)
def test_nothing_is_more_than_certain(people: list[Person], found: Person) -> None:
    wanted, listed = [profile(one) for one in people], profile(found)
    shown = rank_profiles(wanted, listed, POPULATION, searched=1_000, top=len(wanted))
    assert all(0 <= one.probability <= 1 for one in shown)
