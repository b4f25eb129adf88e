"""What is said is drawn to what reviewers found, and nobody leaves the queue by it."""

from __future__ import annotations

import random
from itertools import pairwise
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import AS_IT_IS, Curve, Curves, Decided, calibrated, date_stratum, fit, rank
from matching.engine.calibration import LEAST_SAID, STRATA
from matching.evaluation.measures import calibration_error
from tests.engine.people import compared

SHARES = st.floats(min_value=0.0, max_value=1.0)
DECISIONS = st.lists(
    st.builds(Decided, st.sampled_from(STRATA), st.floats(min_value=0.01, max_value=1.0), st.booleans()),
    min_size=60,
    max_size=400,
)


def odds(share: float) -> float:
    return log(share / (1 - share))


def overconfident(said: float) -> float:
    """What is right where the engine says `said`: half as far from even, and lower."""
    return 1 / (1 + exp(-(0.5 * odds(said) - 0.6)))


def decisions(count: int, seed: int, stratum: str = "full") -> list[Decided]:
    draw = random.Random(seed)
    said = [draw.uniform(0.02, 0.995) for _ in range(count)]
    return [Decided(stratum, one, draw.random() < overconfident(one)) for one in said]


def error(decided: list[Decided], curves: Curves) -> float:
    return calibration_error([(curves.at(one.stratum, one.said), one.is_right) for one in decided]) or 0.0


@pytest.mark.parametrize(("count", "least"), [(200, 0.09), (600, 0.06), (6_000, 0.03)])
def test_a_known_miscalibration_is_mended_on_decisions_that_were_not_fitted(count: int, least: float) -> None:
    curves, unseen = fit(decisions(count, seed=1)), decisions(20_000, seed=2)
    assert error(unseen, AS_IT_IS) > 0.14
    assert error(unseen, curves) < least


def test_what_is_right_already_is_hardly_moved() -> None:
    draw = random.Random(3)
    said = [draw.uniform(0.02, 0.99) for _ in range(5_000)]
    curves = fit([Decided("none", one, draw.random() < one) for one in said])
    assert max(abs(curves.at("none", one) - one) for one in said) < 0.07


def test_each_stratum_has_a_curve_of_its_own_and_one_with_few_decisions_has_none() -> None:
    curves = fit([*decisions(300, seed=4, stratum="none"), *decisions(49, seed=5, stratum="full")])
    assert set(curves.of) == {"none"}
    assert curves.at("full", 0.8) == 0.8
    assert curves.at("none", 0.8) < 0.7


def test_fifty_yeses_and_no_no_teach_nothing() -> None:
    assert fit([Decided("full", 0.5, True)] * 50) == AS_IT_IS


def test_few_decisions_move_less_than_many_that_say_the_same() -> None:
    few, many = (fit(decisions(count, seed=6)).at("full", 0.9) for count in (60, 900))
    assert overconfident(0.9) < many < few < 0.9


@given(DECISIONS, SHARES, SHARES)
def test_more_said_is_never_made_less(decided: list[Decided], one: float, other: float) -> None:
    curves = fit(decided)
    low, high = sorted((one, other))
    for stratum in STRATA:
        assert 0 <= curves.at(stratum, low) <= curves.at(stratum, high) <= 1


@given(DECISIONS, SHARES)
def test_nothing_moves_below_the_lowest_band_nor_falls_there(decided: list[Decided], said: float) -> None:
    for stratum in STRATA:
        now = fit(decided).at(stratum, said)
        assert now == said if said < LEAST_SAID else now >= LEAST_SAID


@given(DECISIONS)
def test_curves_come_back_from_what_is_stored(decided: list[Decided]) -> None:
    curves = fit(decided)
    assert Curves.from_dict(curves.as_dict()) == curves


@pytest.mark.parametrize(
    "knots", [[[0.2, 0.5], [0.6, 0.4]], [[0.6, 0.4], [0.2, 0.5]], [[0.2, 0.0]], [[0.2, 1.0]]]
)
def test_a_curve_that_falls_is_refused(knots: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="rise"):
        Curves.from_dict({"full": knots})


@pytest.mark.parametrize(
    ("wanted", "found", "stratum"),
    [
        ("Ткач Іван | 12.03.1987", "Ткач Іван | 13.03.1987", "full"),
        ("Ткач Іван | 12.03.1987", "Ткач Іван | 1961", "partial"),
        ("Ткач Іван | 12.03.1987", "Ткач Іван | 1985-1988", "partial"),
        ("Ткач Іван | 12.03.1987", "Ткач Іван", "none"),
        ("Ткач Іван", "Ткач Іван", "none"),
    ],
)
def test_the_stratum_is_what_both_dates_let_compare(wanted: str, found: str, stratum: str) -> None:
    assert date_stratum(compared(wanted, found).evidence) == stratum


def test_a_calibration_moves_probability_and_band_and_keeps_what_was_said_before() -> None:
    him = compared("Лаврінець Зіновій Орестович | 12.03.1987", "Лаврінець Зіновій Орестович | 12.03.1987")
    before = rank([him], searched=5_000)
    (after,) = calibrated(before, Curves({"full": Curve(((before[0].probability, 0.8),))}))
    assert (before[0].band, after.band) == ("certain", "probable")
    assert after.uncalibrated == before[0].probability > after.probability
    assert calibrated(before, AS_IT_IS) == before


def test_rivals_change_places_when_the_curves_of_their_strata_say_so() -> None:
    wanted = "Лаврінець Зіновій Орестович"
    dated = compared(wanted + " | 12.03.1987", wanted + " | 21.03.1987")
    undated = compared(wanted, wanted)
    ranked = rank([dated, undated], searched=1_000)
    first, second = ranked
    down = Curves({date_stratum(first.comparison.evidence): Curve(((first.probability, 0.02),))})
    assert [one.index for one in calibrated(ranked, down)] == [second.index, first.index]


def test_the_points_of_a_capped_pair_never_lift_it_over_its_cap() -> None:
    brother = compared("Ткач Іван Петрович | 12.03.1987", "Ткач Степан Петрович | 12.03.1987")
    (now,) = calibrated(
        rank([brother], searched=1_000), Curves({"full": Curve(((0.01, 0.99), (0.9, 0.999)))})
    )
    assert now.band == "possible"


def test_the_steps_of_many_decisions_rise() -> None:
    (curve,) = fit(decisions(3_000, seed=7)).of.values()
    assert len(curve.knots) > 2
    assert all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(curve.knots))


@pytest.mark.parametrize("surely", [0.9999, 1 - 1e-6, 1 - 1e-9])
def test_what_was_said_surely_and_was_wrong_as_often_as_right_is_said_less_surely(surely: float) -> None:
    draw = random.Random(8)
    said = [surely] * 50 + [0.99] * 20 + [0.95] * 14
    curves = fit([Decided("full", one, draw.random() < 0.55) for one in said])
    assert curves.at("full", 0.95) < 0.75
    assert curves.at("full", surely) < 0.95
