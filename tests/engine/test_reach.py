"""Keys that are not asked for lose nobody: whoever is met by no other key could not be stored."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.engine import (
    LEAST_POINTS,
    BirthDate,
    Name,
    Person,
    Profile,
    asked_for,
    compare,
    filed,
    least_points,
    profile,
    rank,
    stored_keys,
    worth_asking,
)
from tests.engine.people import POPULATION, a_profile, meet

SURNAMES = [
    "Ткач",
    "Шевченко",
    "Нечуй-Левада",
    "Лаврінець",
    "Гольдштейн",
    "Уткін",
    "Білий",
    "Jung",
    "Müßler",
    "Ли",
]
GIVENS = ["Олександр", "Іван", "Сергій", "Микола", "Tamara", "Зіновій", "Сейтумер", "Веніамін"]
FATHERS = ["Миколайович", "Іванович", "Petrovych", "Сергеевич", "Василівна", "Орестович", "Кіндратович"]
BIRTHS = [
    BirthDate(),
    BirthDate(day=12, month=3),
    *map(
        BirthDate.parse,
        ["12.03.1987", "03.12.1987", "13.03.1987", "24.07.1987", "03.1987", "1987", "1985-1989"],
    ),
]
SEARCHED = [1_000, 100_000, 1_000_000, 40_000_000]
LETTERS = "абеиоунрстлкшцüß"


@st.composite
def slipped(draw: st.DrawFn, word: str) -> str:
    """The word with some letters wrong, left out or put in."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(word) - 1)) if word else 0
        kept = draw(
            st.sampled_from(
                [word[at + 1 :], word[at:], word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]]
            )
        )
        word = word[:at] + draw(st.sampled_from(["", *LETTERS])) + kept
    return word or "Хтось"


@st.composite
def people(draw: st.DrawFn) -> tuple[Profile, Profile]:
    """Two whose given and father's names are the same and whose surnames are alike or another's; any facts beside."""
    beside = ["sex", "place", "unit", "rank"]
    told = dict(zip(beside, ("m", "Полтава", "А1234", "полковник"), strict=True))
    surname, given_name, father = (draw(st.sampled_from(names)) for names in (SURNAMES, GIVENS, FATHERS))
    other = draw(st.sampled_from(SURNAMES)) if draw(st.booleans()) else draw(slipped(surname))
    sides = []
    for family in (surname, draw(st.sampled_from([other, other, ""]))):
        facts = {fact: told[fact] for fact in draw(st.sets(st.sampled_from(beside)))}
        birth = draw(st.sampled_from(BIRTHS))
        sides.append(profile(Person((Name(family, given_name, father),), birth, **facts)))
    return sides[0], sides[1]


def is_met(asker: Profile, other: Profile, least: float) -> tuple[bool, bool]:
    """Whether any key lets them meet, and whether one that is worth asking with does."""
    shared = asked_for(asker) & filed(other)
    return bool(shared), any(map(worth_asking(asker, POPULATION, least), shared))


def pair(wanted: str, found: str) -> tuple[Profile, Profile]:
    return a_profile(wanted), a_profile(found)


@settings(max_examples=400)
@given(people(), st.sampled_from(SEARCHED))
@example(pair("Лаврінець Зіновій Орестович", "Лавріньчук Зіновій Орестович | | m | Суми | А1234"), 1_000)
@example(
    pair("Уткін Сейтумер Кіндратович |  | m | Суми | А1234 | полковник", "Шмідт Сейтумер Кіндратович"),
    1_000_000,
)
@example(pair("Müßler Сергій Миколайович", "Müßleш Сергій Миколайович | | m | Суми | А1234"), 1_000_000)
def test_whom_no_key_worth_asking_with_meets_could_not_be_stored(
    two: tuple[Profile, Profile], searched: int
) -> None:
    least = least_points(searched)
    for asker, other in (two, two[::-1]):
        could_meet, does_meet = is_met(asker, other, least)
        if could_meet and not does_meet:
            assert compare(asker, other, POPULATION).points < least


@given(people(), st.sampled_from(SEARCHED))
def test_fewer_points_than_the_least_reach_no_band_even_without_rivals(
    two: tuple[Profile, Profile], searched: int
) -> None:
    comparison = compare(*two, POPULATION)
    (alone,) = rank([comparison], searched=searched)
    assert not alone.band or comparison.points >= least_points(searched) - 1e-9
    assert least_points(searched) >= LEAST_POINTS


@pytest.mark.parametrize("searched", [1_000_000, 40_000_000])
def test_a_stranger_with_two_common_names_is_not_looked_at(searched: int) -> None:
    two = pair("Ткач Іван Петрович", "Лаврінець Іван Петрович")
    assert is_met(*two, least_points(searched)) == (True, False)


def test_a_rare_given_name_with_a_rare_father_is_looked_at_whatever_the_surname() -> None:
    two = pair("Ткач Зіновій Орестович", "Лаврінець Зіновій Орестович")
    assert is_met(*two, least_points(1_000)) == (True, True)


@pytest.mark.parametrize("given", ["Юрій", "Ярослав", "Євген", "Йосип", "Yurii", "Iaroslav", "Ю."])
@pytest.mark.parametrize("initial", ["Y.", "J.", "I."])
def test_a_latin_initial_meets_every_name_it_may_stand_for(given: str, initial: str) -> None:
    searched, listed = a_profile(f"Коваленко {given} | 1990"), a_profile(f"Kovalenko {initial} | 1990")
    assert meet(searched, listed)
    assert meet(listed, searched)


def test_the_many_with_a_whole_name_are_not_filed_under_the_initials_it_may_have_in_latin() -> None:
    petro, yurii = (
        stored_keys(a_profile(f"Коваленко {name} Іванович | 12.03.1990")) for name in ("Петро", "Юрій")
    )
    assert len(yurii) == len(petro)
