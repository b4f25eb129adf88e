"""What may be concluded: kin, namesakes, caps, bands and probabilities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import BANDS, Comparison, Ranked, rank, share_between_entries
from matching.engine.scoring import CAPS
from tests.engine.people import a_profile, compared

RARE = "Лаврінець Зіновій Орестович"
BORN = " | 12.03.1987"


def alone(wanted: str, found: str, searched: int = 1_000) -> Ranked:
    return rank([compared(wanted, found)], searched=searched)[0]


@pytest.mark.parametrize(
    ("wanted", "found", "reason"),
    [
        ("Ткач Іван Петрович", "Ткач Степан Петрович", "brother_suspect"),
        ("Ткач Іван Петрович", "Ткач Степан Петрович | 12.03.1987", "brother_suspect"),
        ("Білий Іван Петрович", "Біла Марія Петрівна", "sister_suspect"),
        ("Ткач Іван Петрович", "Ткач Петро Іванович", "father_or_son_suspect"),
        ("Ткач Іван Петрович", "Ткач Петро", "father_or_son_suspect"),
        ("Ткач Іван Петрович", "Ткач Николай Иванович", "father_or_son_suspect"),
        (RARE + BORN, "Гнатишин Зіновій Орестович" + BORN, "another_surname"),
        (RARE + BORN, RARE + " | 24.07.1961", "birth_date_conflict"),
        (RARE + BORN, RARE + " | 24.07.1987", "birth_date_conflict"),
        ("Шевченко Олександр", "Шевченко Олександр", "common_name_only"),
        ("Шевченко Олександр Миколайович", "Шевченко Олександр Миколайович", "common_name_only"),
        ("Шевченко Олексанр Миколайович", "Шевченко Олександр Миколайович", "common_name_only"),
        ("Шевченко Олександр Миколайович", "Шевченко Олексанр Миколайович", "common_name_only"),
        ("Шевченко О.М.", "Шевченко Олександр Миколайович", "initials_only"),
        (RARE, "Лаврінець Зіновій Павлович", "name_conflict"),
        ("Ткач Валя |  | m", "Ткач Валя |  | f", "sex_conflict"),
        ("Лаврінець", "Лаврінець Зіновій", "surname_missing"),
        ("Іваненко Тарас", "Іванченко Тарас", "too_little_agrees"),
    ],
)
def test_the_reason_is_named_and_caps_at_possible(wanted: str, found: str, reason: str) -> None:
    assert reason in compared(wanted, found).caps
    assert CAPS[reason] == "possible"
    assert alone(wanted, found, searched=1).band in ("", "possible")


@pytest.mark.parametrize("born", ["", BORN])
def test_a_brother_never_ranks_above_the_man_himself(born: str) -> None:
    wanted = "Шевченко Олександр Миколайович" + born
    ranked = rank(
        [
            compared(wanted, "Шевченко Олексій Миколайович"),
            compared(wanted, "Шевченко Александр Николаевич" + born),
        ],
        searched=5_000,
    )
    assert [one.index for one in ranked] == [1, 0]


def test_a_twin_is_possible_and_no_more_even_with_the_same_date() -> None:
    twin = alone("Ткач Іван Петрович" + BORN, "Ткач Степан Петрович" + BORN, searched=1)
    assert twin.band == "possible"
    assert "brother_suspect" in twin.comparison.caps


def test_a_full_name_with_a_full_date_is_certain() -> None:
    assert (
        alone("Шевченко Олександр Миколайович" + BORN, "Шевченко Александр Николаевич" + BORN).band
        == "certain"
    )
    assert alone("Шевченко Олександр" + BORN, "Shevchenko Oleksandr" + BORN).band == "certain"


@pytest.mark.parametrize("found", [RARE, "Лавринец Зиновий Орестович", RARE + " | 1987"])
def test_a_name_without_a_full_date_is_never_certain(found: str) -> None:
    assert alone(RARE + BORN, found, searched=1).band == "probable"


@pytest.mark.parametrize(
    "found",
    [
        "Шевченко Олександр Михайлович | 12.03.1987",
        "Шевчук Олександр Миколайович | 12.03.1987",
        "Шевченко Олександр Миколайович | 13.03.1987",
        "Шевченко О.М. | 12.03.1987",
        "Шевченко Олександр Миколайович | 12.03.1987 | f",
    ],
)
def test_any_contradiction_forbids_certainty(found: str) -> None:
    assert alone("Шевченко Олександр Миколайович | 12.03.1987 | m", found, searched=1).band != "certain"


@pytest.mark.parametrize(
    "found", ["Шевченко", "Шевченко О.", "Шевчук Саша", "Олександр Миколайович", "Ткач Іван"]
)
def test_a_lone_weak_candidate_is_never_probable(found: str) -> None:
    assert alone("Шевченко Олександр Миколайович" + BORN, found, searched=1).band in ("", "possible")


def test_strangers_are_not_to_be_stored() -> None:
    assert alone("Шевченко Олександр", "Мельник Тарас").band == ""


def test_the_evidence_says_how_many_bearers_to_expect() -> None:
    common = compared("Шевченко Олександр", "Шевченко Олександр").evidence
    rare = compared(RARE, RARE).evidence
    expected = [
        int(one.params["bearers"].replace(" ", ""))
        for evidence in (common, rare)
        for one in evidence
        if one.feature == "full_name"
    ]
    assert expected[0] > 1_000
    assert expected[1] < 40


def test_duplicate_reports_of_one_person_share_the_probability() -> None:
    wanted = "Ткач Іван Петрович" + BORN
    one = compared(wanted, wanted)
    again = compared("Ткач Иван Петрович" + BORN, wanted)
    assert one.cluster == again.cluster != ""
    lone = rank([one], searched=10_000)[0].probability
    assert all(each.probability == pytest.approx(lone) for each in rank([one, again], searched=10_000))


def test_a_duplicate_without_patronymic_still_belongs_to_the_person() -> None:
    found = "Ткач Іван" + BORN
    full, short = compared("Ткач Іван Петрович" + BORN, found), compared("Ткач Іван" + BORN, found)
    assert rank([full, short], searched=10_000)[1].probability == rank([full], searched=10_000)[0].probability


def test_two_people_of_one_name_and_date_with_two_fathers_are_not_certain() -> None:
    found = "Ткач Іван" + BORN
    rivals = [compared(f"Ткач Іван {father}" + BORN, found) for father in ("Петрович", "Степанович")]
    assert [one.band for one in rank(rivals, searched=10_000)] == ["possible", "possible"]


def test_namesakes_without_dates_divide_the_probability() -> None:
    one = compared(RARE, RARE)
    assert one.cluster == ""
    assert rank([one, one], searched=1_000)[0].probability < 0.5 < rank([one], searched=1_000)[0].probability


def test_the_more_were_searched_the_less_probable_is_a_chance_likeness() -> None:
    name = "Кравченко Іван Ілліч"
    shares = [alone(name, name, searched).probability for searched in (1_000, 100_000, 10_000_000)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.9 > 0.5 > shares[2]


@pytest.mark.parametrize("searched", [1_000, 100_000, 10_000_000])
def test_a_name_alone_is_never_sure_however_rare(searched: int) -> None:
    assert 0.9 < alone(RARE, RARE, searched).probability < 0.95


def test_one_man_cannot_be_two_of_one_list() -> None:
    assert share_between_entries([0.97], ["a|b|1987-03-12|c"]) == [0.97]
    assert share_between_entries([0.9, 0.9], ["", ""]) == pytest.approx([9 / 19, 9 / 19])
    sure, chance = share_between_entries([0.999, 0.2], ["", ""])
    assert sure > 0.99 > 0.01 > chance


def test_a_man_listed_twice_does_not_rival_himself() -> None:
    once, again = "tkaC|Іван|1987-03-12|Петро", "tkaC|Іван|1987-03-12|"
    assert share_between_entries([0.99, 0.98], [once, again]) == [0.99, 0.98]
    both = share_between_entries([0.99, 0.98, 0.5], [once, again, ""])
    assert both[0] == pytest.approx(99 / 101)
    assert both[2] == pytest.approx(1 / 101)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["", "a|b|1987|c", "a|b|1987|", "x|y|1990|z"]))))
def test_what_is_shared_is_never_more_than_was_said(claims: list[tuple[float, str]]) -> None:
    said, clusters = [one for one, _ in claims], [cluster for _, cluster in claims]
    shared = share_between_entries(said, clusters)
    assert all(0 <= now <= before + 1e-9 for now, before in zip(shared, said, strict=True))


@pytest.mark.parametrize("searched", [1, 1_000, 100_000])
@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("Лаврінець Степан Орестович", "a brother, no date"),
        ("Лаврінець Степан Орестович | 24.07.1991", "a brother with his own date"),
        ("Лаврінець Орест Зіновійович", "the father, or the son"),
        (RARE + " | 24.07.1961", "a namesake with his own date"),
        ("Лаврінець Зіновій Павлович", "a namesake with another father"),
    ],
)
def test_a_relative_or_a_namesake_explains_a_contradiction_better(
    other: str, why: str, searched: int
) -> None:
    assert alone(RARE + BORN, other, searched).probability < 0.3, why


@pytest.mark.parametrize("twin", ["Лаврінець Степан Орестович", "Лаврінець Степан"])
def test_a_twin_of_another_name_is_never_told_to_be_sure(twin: str) -> None:
    assert 0.2 < alone(RARE + BORN, twin + BORN).probability < 0.9


def test_a_reported_brother_takes_nothing_from_the_man_himself() -> None:
    himself, brother = compared(RARE, RARE), compared("Лаврінець Степан Орестович", RARE)
    with_brother = rank([brother, himself], searched=1_000)[0]
    assert with_brother.index == 1
    assert with_brother.probability > rank([himself], searched=1_000)[0].probability - 0.02


def test_a_reported_twin_with_a_rare_surname_leaves_the_man_himself_certain() -> None:
    himself, twin = (
        compared(RARE + BORN, RARE + BORN),
        compared("Лаврінець Степан Орестович" + BORN, RARE + BORN),
    )
    assert [one.band for one in rank([twin, himself], searched=1_000)] == ["certain", ""]


def test_a_date_that_agrees_outweighs_the_brother_he_may_have() -> None:
    slip = alone("Лаврінець Зіновій Орестович" + BORN, "Лаврінець Знвй Орестович" + BORN)
    assert slip.band == "possible"
    assert slip.probability > 0.9


def test_a_small_store_is_not_believed_to_be_the_whole_country() -> None:
    assert alone(RARE, RARE, searched=1).probability == alone(RARE, RARE, searched=1_000).probability


def test_ties_keep_their_order() -> None:
    one = compared(RARE, RARE)
    assert [each.index for each in rank([one, one, one], searched=1_000)] == [0, 1, 2]


def test_nobody_to_rank_is_an_empty_list() -> None:
    assert rank([], searched=1_000) == []


def test_enormous_points_stay_a_probability() -> None:
    huge = Comparison(10_000.0, (), (), "")
    assert rank([huge], searched=1)[0].probability == pytest.approx(1.0)
    assert rank([huge], searched=1)[0].band == BANDS[-1]


def test_a_profile_does_not_show_the_name() -> None:
    assert "Ткач" not in repr(a_profile("Ткач Іван"))
