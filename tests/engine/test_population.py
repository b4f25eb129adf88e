"""How common a name is: what the tables know, drawn to what a store counted of its own people."""

from __future__ import annotations

import pytest

from matching.engine import Count, Population, compare, forms_to_count
from matching.engine.population import TABLES_WEIGH
from tests.engine.people import POPULATION, a_profile

NOBODY = Count()


def counted(people: int, **surnames: int) -> Population:
    return Population.smoothed(surnames=Count(people, surnames), givens=NOBODY, fathers=NOBODY)


def loose(surname: str) -> str:
    (form,) = forms_to_count(a_profile(f"{surname} Іван Петрович")).surnames
    return form


def test_a_store_that_counted_nobody_says_what_the_tables_say() -> None:
    form = loose("Шевченко")
    assert counted(0).surname(form) == POPULATION.surname(form)


def test_a_surname_common_among_our_reports_weighs_less_than_the_tables_say() -> None:
    form = loose("Вересняк")
    ours = counted(200_000, **{form: 400})
    assert POPULATION.surname(form) < ours.surname(form) < 400 / 200_000


def test_the_man_himself_does_not_make_his_name_common() -> None:
    form = loose("Вересняк")
    assert counted(1_000, **{form: 1}).surname(form) == counted(1_000).surname(form)
    assert counted(1_000).surname(form) <= POPULATION.surname(form)


def test_a_young_store_hardly_moves_what_the_tables_say() -> None:
    form = loose("Шевченко")
    assert counted(500, **{form: 3}).surname(form) == pytest.approx(POPULATION.surname(form), rel=0.02)


def test_a_large_store_speaks_for_itself() -> None:
    form = loose("Шевченко")
    assert counted(5_000_000, **{form: 50_001}).surname(form) == pytest.approx(0.01, rel=0.02)


def test_a_slip_says_the_more_the_fewer_are_called_either_way() -> None:
    wanted, found = a_profile("Вересняк Іван Петрович"), a_profile("Вересмяк Іван Петрович")

    def slip(population: Population) -> float:
        surname = next(one for one in compare(wanted, found, population).evidence if one.feature == "surname")
        assert surname.level == "alike"
        return surname.points

    right, wrong = loose("Вересняк"), loose("Вересмяк")
    by_tables, nobody_else = slip(POPULATION), slip(counted(1_000_000, **{right: 1}))
    both_are_names = slip(counted(1_000_000, **{right: 401, wrong: 300}))
    assert both_are_names < by_tables + 0.5 < by_tables + 2 < nobody_else


def test_given_names_and_fathers_names_are_counted_apart_from_surnames() -> None:
    forms = forms_to_count(a_profile("Іваненко Остап Орестович"))
    givens, fathers = Count(100_000, {forms.givens[0]: 30_001}), Count(100_000, {forms.fathers[0]: 20_001})
    ours = Population.smoothed(surnames=NOBODY, givens=givens, fathers=fathers)
    assert ours.given(forms.givens[0]) == pytest.approx(0.2, rel=0.05)
    assert ours.father(forms.fathers[0]) == pytest.approx(0.4 / 3, rel=0.05)
    assert ours.surname(forms.surnames[0]) == POPULATION.surname(forms.surnames[0])


@pytest.mark.parametrize(
    ("people", "source"), [(TABLES_WEIGH - 1, "the register tables"), (TABLES_WEIGH, "our reports")]
)
def test_the_sentence_names_the_source_that_weighs_more(people: int, source: str) -> None:
    wanted, found = a_profile("Шевченко Іван"), a_profile("Шевченко Іван")
    surname = compare(wanted, found, counted(people)).evidence[0]
    assert surname.sentence("en").endswith(f" in {source}")


def test_a_surname_written_in_another_language_names_the_source_too() -> None:
    surname = compare(a_profile("Білий Іван"), a_profile("Белый Иван"), counted(TABLES_WEIGH)).evidence[0]
    assert surname.level == "same_in_other_language"
    for language, words in (
        ("uk", "у наших зверненнях"),
        ("en", "in our reports"),
        ("ru", "в наших обращениях"),
    ):
        assert words in surname.sentence(language)


def test_a_double_surname_counts_as_a_whole_and_for_each_half_and_a_name_that_may_be_several_for_none() -> (
    None
):
    forms = forms_to_count(a_profile("Нечуй-Левицький Саша"))
    assert set(forms.surnames) >= {loose("Нечуй"), loose("Левицький")}
    assert forms.givens == forms.fathers == ()
