"""What must hold for any two people, however they are written."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.engine import (
    BirthDate,
    Comparison,
    Name,
    NoName,
    Person,
    Profile,
    compare,
    profile,
    query_keys,
    rank,
    stored_keys,
)
from tests.engine.people import POPULATION, meet

SURNAMES = [
    "Шевченко",
    "Мельник",
    "Кравчук",
    "Лаврінець",
    "Білий",
    "Вишневська",
    "Нечуй-Левада",
    "Kovalenko",
    "Жук",
]
GIVENS = [
    "Олександр",
    "Николай",
    "Саша",
    "Ганна",
    "Ivan",
    "Сергій",
    "Тарас",
    "Слава",
    "О.",
    "Олексанр",
    "Сейтумер",
]
FATHERS = ["", "Миколайович", "Николаевич", "Іванівна", "Ілліч", "М.", "Mykolaiovych", "Яковлевна"]
BIRTHS = ["", "1987", "12.03.1987", "03.12.1987", "13.03.1987", "03.1987", "1985-1989", "24.07.1961"]

VARIANTS = {
    "Шевченко": "Shevchenko",
    "Білий": "Белый",
    "Кравчук": "Кравчуг",
    "Лаврінець": "Лавринец",
    "Жук": "Joukov",
}
GIVEN_VARIANTS = {
    "Олександр": "Александр",
    "Микола": "Коля",
    "Сергій": "Siarhei",
    "Ілля": "Ілля́к",
    "Тарас": "Taras",
}

invented = st.builds(
    lambda surname, given_name, father, birth, sex, place, unit, rank: Person(
        (Name(surname, given_name, father),), BirthDate.parse(birth), sex, place, unit, rank
    ),
    st.sampled_from(SURNAMES),
    st.sampled_from(GIVENS),
    st.sampled_from(FATHERS),
    st.sampled_from(BIRTHS),
    st.sampled_from(["", "m", "f"]),
    st.sampled_from(["", "Полтава", "м. Суми"]),
    st.sampled_from(["", "А1234", "36 обрмп"]),
    st.sampled_from(["", "солдат", "ст. сержант", "стрілець"]),
)
any_text = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.sampled_from("абвіїєґ'’ АБВabcіi\u0301\u0306\x00-.,()1٣אبე😀ß"), max_size=60),
)


def both(one: Person, other: Person) -> Comparison:
    return compare(profile(one), profile(other), POPULATION)


@given(invented, invented)
def test_comparing_is_symmetric(one: Person, other: Person) -> None:
    here, there = both(one, other), both(other, one)
    assert here.points == pytest.approx(there.points)
    assert here.caps == there.caps


@pytest.mark.parametrize(
    ("one", "other"), [("Жорович", "Жрович"), ("Yurіyoviç", "Yuіyoviç"), ("Xijenovyč", "ijenovyč")]
)
def test_a_spoilt_patronymic_of_no_known_father_weighs_the_same_from_both_sides(one: str, other: str) -> None:
    ours, theirs = (Person((Name("Ткач", "Єлисей", father),)) for father in (one, other))
    assert both(ours, theirs).points == both(theirs, ours).points


@pytest.mark.parametrize(
    ("one", "other"), [("Иваныч", "Янович"), ("Иваныч", "Ионович"), ("Арсенович", "Арсеньевич")]
)
def test_fathers_with_related_names_are_related_from_both_sides(one: str, other: str) -> None:
    ours, theirs = (Person((Name("Ткач", "Єлисей", father),)) for father in (one, other))
    here, there = both(ours, theirs), both(theirs, ours)
    assert here.points == there.points
    assert {each.level for each in here.evidence if each.feature == "patronymic"} == {"related"}


@given(invented, invented)
def test_points_are_the_sum_of_the_evidence(one: Person, other: Person) -> None:
    result = both(one, other)
    assert result.points == pytest.approx(sum(evidence.points for evidence in result.evidence))


@given(invented, invented)
def test_meeting_is_possible_from_both_sides_or_from_none(one: Person, other: Person) -> None:
    a, b = profile(one), profile(other)
    assert meet(a, b) == meet(b, a)


@given(invented)
def test_everybody_meets_himself(person: Person) -> None:
    assert meet(profile(person), profile(person))


@given(invented, st.sampled_from(sorted(VARIANTS)), st.sampled_from(sorted(GIVEN_VARIANTS)))
def test_a_variant_never_beats_the_exact_name(person: Person, surname: str, given_name: str) -> None:
    father = person.names[0].patronymic
    exact = Person((Name(surname, given_name, father),), person.birth)
    other_surname = Person((Name(VARIANTS[surname], given_name, father),), person.birth)
    other_given = Person((Name(surname, GIVEN_VARIANTS[given_name], father),), person.birth)
    own = both(exact, exact).points
    assert own > both(exact, other_surname).points
    assert own > both(exact, other_given).points


@given(invented, st.sampled_from([birth for birth in BIRTHS if birth]))
def test_an_equal_date_on_both_sides_never_lowers_the_points(person: Person, birth: str) -> None:
    dated = replace(person, birth=BirthDate.parse(birth))
    undated = replace(person, birth=BirthDate())
    assert both(dated, dated).points >= both(undated, undated).points


@given(invented, st.sampled_from([father for father in FATHERS if father]))
def test_an_equal_patronymic_on_both_sides_never_lowers_the_points(person: Person, father: str) -> None:
    name = person.names[0]
    without = Person((Name(name.surname, name.given),), person.birth)
    fuller = Person((Name(name.surname, name.given, father),), person.birth)
    assert both(fuller, fuller).points >= both(without, without).points


@given(invented, invented)
def test_a_silent_feature_has_no_points(one: Person, other: Person) -> None:
    for evidence in both(one, other).evidence:
        assert evidence.level != "not_given" or evidence.points == 0.0


@given(st.lists(st.tuples(invented, invented), max_size=6), st.integers(0, 10**7), st.floats(0.01, 0.99))
def test_probabilities_are_shares_and_sink_down_the_ranks(
    pairs: list[tuple[Person, Person]], searched: int, prior: float
) -> None:
    ranked = rank([both(*pair) for pair in pairs], searched=searched, prior=prior)
    shares = [one.probability for one in ranked]
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert shares == sorted(shares, reverse=True)
    assert sorted(one.index for one in ranked) == list(range(len(pairs)))


@given(invented)
def test_a_profile_is_read_back_as_it_was_written(person: Person) -> None:
    first = profile(person)
    again = Profile.from_bytes(first.to_bytes())
    assert again == first
    assert stored_keys(again) == stored_keys(first)
    assert query_keys(again) == query_keys(first)
    assert (again.sex, again.place, again.unit, again.rank, again.cluster) == (
        first.sex,
        first.place,
        first.unit,
        first.rank,
        first.cluster,
    )
    assert compare(again, profile(person), POPULATION) == both(person, person)


@given(any_text, any_text, any_text, any_text)
@example("", "", "", "")
@example("\x00", "", "", "")
@example("", "", "", "Іванович")
@example("", "", "", "О. М.")
@example("", "", "", "ш" * 500)
@example("", "", "", "نور 😀 שלום")
@example("", "", "", "ий и\u0306 \u0301")
@example("'", "-", "(", ")")
@example("", "", "", "(Шевчук)")
@example("", "", "", "огли")
@example("ß", "ŉ", "İ", "ǰ")
@example("ъъ", "ь", "ЬЬ", "ь ъ")
@example("Ковал\ud800ь", "Іван", "", "")  # half of a surrogate pair, which is no text
def test_any_text_is_a_name_or_refused(surname: str, given_name: str, father: str, full: str) -> None:
    person = Person((Name(surname, given_name, father, full),))
    try:
        compiled = profile(person)
    except NoName:
        return
    again = Profile.from_bytes(compiled.to_bytes())
    assert again == compiled
    assert stored_keys(again) == stored_keys(compiled)
    # initials, or a given name alone, are nobody: such a person may be kept, but finds no one
    assert meet(compiled, compiled) or not any(spelling.surnames for spelling in compiled.spellings)
    result = compare(compiled, compiled, POPULATION)
    assert result.points > 0
    assert "differs" not in {evidence.level for evidence in result.evidence}


@pytest.mark.parametrize("nothing", ["", " ", "12345", "-", "'’ʼ", "😀", "\x00", "()", "١٢", "\u0301"])
def test_a_name_without_a_letter_is_refused(nothing: str) -> None:
    with pytest.raises(NoName):
        profile(Person((Name(full=nothing), Name(surname=nothing))))


@pytest.mark.parametrize("letters", ["Ж", "נ", "Ω", "王", "გ", "ў", "ь", "ъ", "'ь", "Ы", "i", "ع"])
def test_a_letter_of_any_alphabet_never_becomes_nothing(letters: str) -> None:
    assert profile(Person((Name(surname=letters),))).spellings


# Words and no name of anybody: each may be kept, and none may be taken for another.
NOBODY = [
    "Іванович",
    "Ивановна",
    "О.",
    "О. М.",
    "О.М.",
    "Ш",
    "Z",
    "ш" * 500,
    "نور",
    "שלום",
    "王",
    "Ткач",
    "Іван",
    "1 а 2",
]


@pytest.mark.parametrize("one", NOBODY)
def test_who_is_hardly_named_is_never_more_than_possible(one: str) -> None:
    for other in NOBODY:
        pair = both(Person((Name(full=one),)), Person((Name(full=other),)))
        assert rank([pair], searched=1)[0].band in ("", "possible"), other


@pytest.mark.parametrize("one", ["Іванович", "О.", "О. М.", "Іван", "😀 Іванович 12"])
def test_who_has_no_surname_meets_nobody_over_that_alone(one: str) -> None:
    nameless = profile(Person((Name(full=one),)))
    assert not meet(nameless, nameless) or nameless.spellings[0].surnames


@given(invented, st.sampled_from(["NFC", "NFD", "NFKD"]))
def test_composed_and_taken_apart_letters_are_one_name(person: Person, form: str) -> None:
    (name,) = person.names
    parts = (normalize(form, part) for part in (name.surname, name.given, name.patronymic))
    again = profile(replace(person, names=(Name(*parts),)))
    assert stored_keys(again) == stored_keys(profile(person))
    assert query_keys(again) == query_keys(profile(person))
    assert compare(again, profile(person), POPULATION).caps == both(person, person).caps


@given(any_text)
def test_a_rank_a_place_or_a_unit_of_any_text_is_an_answer(text: str) -> None:
    person = Person((Name("Ткач", "Іван"),), sex=text[:1], place=text, unit=text, rank=text)
    assert both(person, person).points > 0
