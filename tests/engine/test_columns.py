"""Thousands at once must come to exactly what one pair alone comes to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import (
    BirthDate,
    Columns,
    Name,
    NoName,
    Pairs,
    Person,
    Profile,
    compare,
    numbers_of,
    profile,
    query_keys,
    query_numbers,
    stored_keys,
    stored_numbers,
    weigh_pairs,
)
from matching.engine.keys import asked_for, filed, text_of
from matching.engine.slips import one_slip_around
from matching.engine.weighing import weights
from tests.benchmarks import people
from tests.engine.people import POPULATION
from tests.engine.test_properties import any_text, invented

SPELLED = [
    ("Нечуй-Левицький", "Остап", "Орестович"),
    ("Левицкий", "Остап", ""),
    ("Shevtchenko", "Oleksandr", "M."),
    ("Коваль (Шевчук)", "Ганна", "Іванівна"),
    ("Мамедов", "Эльчин", "Рафик оглы"),
    ("金", "영", ""),
    ("Константинопольсько-Переяславський", "Іван", "Іванович"),
    ("Лю", "О.", ""),
]


def everyone() -> list[Profile]:
    """Reports and listed people of a generated wave, and names that break every habit."""
    missing = list(people.reports(60, 7))
    listed = [person for person, _ in people.listed(missing, 60, 8)]
    births = ["", "1987", "12.03.1987", "03.12.1987", "03.1987", "1985-1989"]
    odd = [
        Person(
            (Name(*name), Name(full=" ".join(name))), BirthDate.parse(birth), "", "Суми", "А1234", "солдат"
        )
        for name in SPELLED
        for birth in births
    ]
    return [profile(person) for person in [*missing, *listed, *odd]]


def all_pairs(wanted: int, found: int) -> Pairs:
    return Pairs(np.tile(np.arange(wanted), found), np.repeat(np.arange(found), wanted))


def weighed_at_once(wanted: list[Profile], found: list[Profile]) -> list[tuple[float, float]]:
    columns = Columns.of_bytes([one.to_bytes() for one in wanted]), Columns.of(found)
    points, others = weigh_pairs(*columns, all_pairs(len(wanted), len(found)), POPULATION)
    return list(zip(points.tolist(), others.tolist(), strict=True))


def test_at_once_they_weigh_what_each_pair_weighs_alone() -> None:
    known = everyone()
    together = weighed_at_once(known, known)
    alone = [weights(one, other, POPULATION) for other in known for one in known]
    assert np.abs(np.array(together) - np.array(alone)).max() < 1e-9


@settings(max_examples=60)
@given(st.lists(invented, min_size=1, max_size=6), st.lists(invented, min_size=1, max_size=6))
def test_the_points_at_once_are_those_of_the_evidence(wanted: list[Person], found: list[Person]) -> None:
    ours, theirs = [profile(one) for one in wanted], [profile(one) for one in found]
    alone = [compare(one, other, POPULATION).points for other in theirs for one in ours]
    assert [points for points, _ in weighed_at_once(ours, theirs)] == pytest.approx(alone, abs=1e-9)


@settings(max_examples=60)
@given(st.lists(any_text, min_size=2, max_size=5))
def test_whatever_is_written_weighs_the_same_at_once(texts: list[str]) -> None:
    known = []
    for text in texts:
        try:
            known.append(profile(Person((Name(full=text),))))
        except NoName:
            continue
    alone = [weights(one, other, POPULATION)[0] for other in known for one in known]
    assert [points for points, _ in weighed_at_once(known, known)] == pytest.approx(alone, abs=1e-9)


def test_profiles_of_earlier_rules_stand_in_columns_as_compiled_anew() -> None:
    known = everyone()[:20]
    older = [one.to_bytes()[:1] + b"\0\0\0\0" + one.to_bytes()[5:] for one in known]
    assert (Columns.of_bytes(older).heads == Columns.of(known).heads).all()


def test_numbers_stand_for_the_same_keys() -> None:
    known = everyone()
    asking, filing = query_numbers(known), stored_numbers(known)
    for place, one in enumerate(known):
        assert {text_of(key) for key in asked_for(one)} == query_keys(one)
        assert {text_of(key) for key in filed(one)} == stored_keys(one)
        for numbers, keys in ((asking, asked_for(one)), (filing, filed(one))):
            mine = numbers.owners == place
            found = set(zip(numbers.words[mine].tolist(), numbers.rests[mine].tolist(), strict=True))
            assert found == set(zip(*numbers_of(keys), strict=True))


@given(st.text(alphabet="abvgdiklmnprstufTCW", min_size=1, max_size=17))
def test_every_word_one_slip_away_is_asked_for_by_its_number(word: str) -> None:
    from matching.engine.keynumbers import all_near, word_number

    numbers, firsts = all_near([word, word])
    expected = {word_number(near) for near in one_slip_around(word)}
    assert set(numbers[: firsts[1]].tolist()) == expected
    assert set(numbers[firsts[1] :].tolist()) == expected
