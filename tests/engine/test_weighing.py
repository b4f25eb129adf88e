"""What is weighed fast and what is explained are one judgement."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import BirthDate, Name, Person, compare, profile, rank, rank_profiles
from matching.engine.duplicates import chance_of_one
from matching.engine.weighing import weigh
from tests.engine.cases import DIFFERENT, SAME
from tests.engine.people import POPULATION, a_profile

SURNAMES = [
    "Ткачук",
    "Ткаченко",
    "Tkatschuk",
    "Коваль (Шевчук)",
    "Нечуй-Левицький",
    "Зорін",
    "Зенін",
    "Ли",
    "",
]
GIVENS = ["Остап", "Остапп", "О.", "Олена", "Леся", "Ostap", ""]
PATRONYMICS = ["Орестович", "Орестівна", "О.", "Львович", "Orestovych", ""]
DATES = ["", "1987", "03.1987", "12.03.1987", "03.12.1987", "13.03.1987", "24.07.1991", "1985-1988"]

PEOPLE = st.builds(
    lambda surname, given, patronymic, birth, sex, place, unit, rank: Person(
        (Name(surname=surname or "Гай", given=given, patronymic=patronymic),),
        BirthDate.parse(birth),
        sex,
        place,
        unit,
        rank,
    ),
    st.sampled_from(SURNAMES),
    st.sampled_from(GIVENS),
    st.sampled_from(PATRONYMICS),
    st.sampled_from(DATES),
    st.sampled_from(["m", "f", ""]),
    st.sampled_from(["Харків", "Харьков", "Суми", ""]),
    st.sampled_from(["А1234", "А 1234", "57 бригада", ""]),
    st.sampled_from(["солдат", "ст. сержант", "Major", "стрілець", ""]),
)


@settings(max_examples=400, deadline=None)
@given(PEOPLE, PEOPLE)
def test_the_fast_points_are_the_explained_points(one: Person, other: Person) -> None:
    wanted, found = profile(one), profile(other)
    assert weigh(wanted, found, POPULATION) == compare(wanted, found, POPULATION).points


@settings(max_examples=60, deadline=None)
@given(st.lists(PEOPLE, max_size=12), PEOPLE, st.integers(0, 12))
def test_only_what_nobody_would_look_at_is_left_unexplained(
    people: list[Person], listed: Person, top: int
) -> None:
    wanted, found = [profile(person) for person in people], profile(listed)
    everything = rank(
        [compare(one, found, POPULATION) for one in wanted],
        searched=5000,
        one_man=lambda place, other: chance_of_one(wanted[place], wanted[other], POPULATION, 5000),
    )
    shown = rank_profiles(wanted, found, POPULATION, searched=5000, top=top)
    assert shown[:top] == everything[:top]
    assert [one for one in shown if one.band] == [one for one in everything if one.band]


def test_every_case_and_its_neighbour_weigh_what_is_explained() -> None:
    profiles = [a_profile(line) for one, other, _ in (*SAME, *DIFFERENT) for line in (one, other)]
    for wanted, found in (*pairwise(profiles), *pairwise(reversed(profiles))):
        assert weigh(wanted, found, POPULATION) == compare(wanted, found, POPULATION).points
