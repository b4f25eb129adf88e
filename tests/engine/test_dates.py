"""Birth dates as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import BirthDate, NotADate

WRITTEN = {
    "12.03.1987": "1987-03-12",
    "1.2.87": "1987-02-01",
    "5.6.05": "2005-06-05",
    "12/03/1987": "1987-03-12",
    "12-03-1987": "1987-03-12",
    "12 03 1987": "1987-03-12",
    "1987-03-12": "1987-03-12",
    "1987-03-12T00:00:00": "1987-03-12",
    "1987-03-12 00:00:00": "1987-03-12",
    "19870312": "1987-03-12",
    "1987-03": "1987-03",
    "03.1987": "1987-03",
    "1987": "1987",
    "1985-1987": "1985/1987",
    "1985–1987": "1985/1987",
    "12 березня 1987": "1987-03-12",
    "12 березня 1987 року": "1987-03-12",
    "12 марта 1987 г.": "1987-03-12",
    "12 сакавіка 1987": "1987-03-12",
    "12 March 1987": "1987-03-12",
    "March 12, 1987": "1987-03-12",
    "12 лип. 1987": "1987-07-12",
    "лютий 1987": "1987-02",
    "?? .03.1987": "1987-03",
    "12.03.????": "????-03-12",
    "00/00/1967": "1967",
    "1967-00-00": "1967",
    "1987 р.н.": "1987",
    "1987 г.р.": "1987",
    "1987 року народження": "1987",
    "12.03.1987р.": "1987-03-12",
    "29.02.1988": "1988-02-29",
    "12-Mar-1987": "1987-03-12",
    "12-го марта 1987 г.": "1987-03-12",
    "народився 12 березня 1987 року": "1987-03-12",
    "дата народження: 12.03.1987": "1987-03-12",
    "д.н. 12.03.1987": "1987-03-12",
    "DOB 12.03.1987": "1987-03-12",
    "(12.03.1987)": "1987-03-12",
    '"12.03.1987"': "1987-03-12",
    " 12.03.1987 ": "1987-03-12",
    "00.00.0000": "",
    "": "",
    "   ": "",
}
NO_DATES = ["30.02.1987", "29.02.1987", "31.04.1987", "32.01.1987", "12.13.1987", "сорок", "Сергій 1987", "1850",
            "2150", "1987-1985", "12.03", "лютий", "1.1.1", "невідомо 5",
            "дата", "народився", "(12.03"]  # fmt: skip

years = st.integers(1900, 2100)
dates = st.one_of(
    st.just(BirthDate()),
    st.builds(BirthDate, years),
    st.builds(BirthDate, years, st.integers(1, 12)),
    st.builds(BirthDate, st.one_of(st.none(), years), st.integers(1, 12), st.integers(1, 28)),
    st.tuples(years, st.integers(1, 30)).map(
        lambda span: BirthDate(min(span[0], 2070), year_to=min(span[0], 2070) + span[1])
    ),
)


@pytest.mark.parametrize(("written", "meant"), WRITTEN.items())
def test_a_written_date_is_understood(written: str, meant: str) -> None:
    assert str(BirthDate.parse(written)) == meant


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(NotADate):
        BirthDate.parse(written)


@given(dates)
def test_a_date_is_read_back_as_it_was_written(date: BirthDate) -> None:
    assert BirthDate.parse(str(date)) == date


@given(st.text(max_size=600))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        date = BirthDate.parse(text)
    except NotADate:
        return
    assert BirthDate.parse(str(date)) == date


def test_an_unknown_date_is_false_and_a_known_part_is_true() -> None:
    assert not BirthDate()
    assert BirthDate(1987)
    assert BirthDate(day=12, month=3)
    assert not BirthDate(1987, 3).is_full
    assert BirthDate(1987, 3, 12).is_full


@pytest.mark.parametrize(
    ("kept", "figures"),
    [
        ("1987-03-12", "12.03.1987"),
        ("1987-03", "03.1987"),
        ("1987", "1987"),
        ("1985/1987", "1985-1987"),
        ("", ""),
    ],
)
def test_a_date_is_written_in_figures_as_people_here_write_it(kept: str, figures: str) -> None:
    assert BirthDate.parse(kept).in_figures == figures


@pytest.mark.parametrize(
    "written", ["12.03.1987", "03.1987", "1987", "1985-1987", "12.??.1987", "12.03.????"]
)
def test_what_is_written_in_figures_reads_as_the_same_date(written: str) -> None:
    assert BirthDate.parse(BirthDate.parse(written).in_figures) == BirthDate.parse(written)
