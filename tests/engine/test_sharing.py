"""Rivals on both sides: a report is one man of a list, an entry is one man who is missed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import (
    AS_IT_IS,
    Comparison,
    Curve,
    Curves,
    Evidence,
    Ranked,
    Stake,
    calibrated,
    crowding,
    divided,
)

LEAST = 0.01
CLUSTERS = ["", "a|b|1987|c", "a|b|1987|", "x|y|1990|z"]
RAISED = Curves({"none": Curve(((0.02, 0.3), (0.5, 0.9))), "full": Curve(((0.5, 0.7),))})
curves = st.sampled_from([AS_IT_IS, RAISED])


def said(probability: float, *, date: str = "", cluster: str = "") -> Ranked:
    level = "same" if date else "not_given"
    evidence = Evidence("birth_date", level, 9.2 if date else 0.0, date, date, level)
    return Ranked(0, probability, "possible", Comparison(20.0, (evidence,), (), cluster))


ranked = st.builds(said, st.floats(LEAST, 1), date=st.sampled_from(["", "1987-03-12"]))
stakes = st.lists(
    st.builds(Stake, ranked, st.sampled_from(CLUSTERS), st.floats(1, 3)), min_size=1, max_size=6
)


@given(stakes, curves)
def test_what_is_said_of_different_men_of_a_list_is_never_more_than_one_in_sum(
    theirs: list[Stake], by: Curves
) -> None:
    each = [stake._replace(cluster="") for stake in theirs]
    floors = sum(one.probability == LEAST for one in divided(each, by)) * LEAST
    assert sum(one.probability for one in divided(each, by)) <= 1 + floors + 1e-9


@given(stakes, curves, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    theirs: list[Stake], by: Curves, chance: random.Random
) -> None:
    order = list(range(len(theirs)))
    chance.shuffle(order)
    assert divided([theirs[place] for place in order], by) == [divided(theirs, by)[place] for place in order]


@given(stakes, curves)
def test_no_rival_takes_a_pair_out_of_the_queue(theirs: list[Stake], by: Curves) -> None:
    assert all(one.band and LEAST <= one.probability <= 1 for one in divided(theirs, by))


@given(stakes, curves, st.floats(0, 1))
def test_more_for_a_pair_is_never_less_for_it(theirs: list[Stake], by: Curves, more: float) -> None:
    before, first = divided(theirs, by)[0], theirs[0]
    raised = first.ranked.probability + more * (1 - first.ranked.probability)
    now = divided([first._replace(ranked=first.ranked._replace(probability=raised)), *theirs[1:]], by)[0]
    assert now.probability >= before.probability - 1e-9


def test_what_was_said_before_the_rivals_and_before_the_curves_is_kept() -> None:
    one, _ = divided([Stake(said(0.9)), Stake(said(0.9))], RAISED)
    assert one.alone == 0.9
    assert one.uncalibrated == pytest.approx(9 / 19)
    assert one.probability == pytest.approx(0.5), "both would be .9"


def test_without_rivals_and_curves_nothing_changes() -> None:
    assert [one.probability for one in divided([Stake(said(0.123456789012))])] == [0.123456789012]


@given(st.lists(ranked, min_size=1, max_size=6))
def test_curves_make_no_more_of_the_rivals_for_one_man_in_sum_than_was_said_of_them(
    theirs: list[Ranked],
) -> None:
    floors = sum(one.probability == LEAST for one in calibrated(theirs, RAISED)) * LEAST
    before = max(1, sum(one.probability for one in theirs))
    assert sum(one.probability for one in calibrated(theirs, RAISED)) <= before + floors + 1e-9


def test_two_reports_of_one_man_do_not_crowd_each_other() -> None:
    twice = [said(0.5, cluster="a|b|1987-03-12|c"), said(0.5, cluster="a|b|1987-03-12|")]
    assert crowding(twice, RAISED) == 1
    assert crowding([said(0.5), said(0.5)], RAISED) == pytest.approx(1.8)
    assert crowding([said(0.5), said(0.5)], AS_IT_IS) == 1


def test_two_reports_that_may_be_of_one_man_are_not_pressed_below_what_was_said_of_them() -> None:
    perhaps_one_man = [said(0.9), said(0.9)]
    assert [one.probability > 0.85 for one in calibrated(perhaps_one_man, RAISED)] == [True, True]
