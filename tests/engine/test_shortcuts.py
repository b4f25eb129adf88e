"""Shortcuts for what most names look like come to what all the rules come to."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.order import _from_any_text, _from_text

_WRITTEN = (
    "Ткачук Іваненко Роман Романович Іван Ivan Іванович Петрович Левченко Ли Мамед огли Мар'яна Орестівна "
    "Tkachuk Petrovych Саша Кузьмич О. М Нечуй-Левицький Іваненкороман Олек сандр ович Ілліч"
)
WORDS = st.sampled_from(_WRITTEN.split())
CASES = st.sampled_from([str, str.upper, str.lower])
TEXTS = st.lists(st.builds(lambda word, case: case(word), WORDS, CASES), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_a_name_in_good_order_is_read_as_by_all_the_rules(text: str) -> None:
    assert _from_text(text) == _from_any_text(text)
