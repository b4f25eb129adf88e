"""Every sentence exists in all three languages, and says what was seen."""

from __future__ import annotations

import json
import re

import pytest

from matching.engine import Evidence, cap_sentence
from matching.engine.evidence import NOT_GIVEN
from matching.engine.saying import LANGUAGES, say
from matching.engine.scoring import CAPS, POINTS
from matching.engine.words import CAPS as CAP_WORDS
from matching.engine.words import EVIDENCE
from tests.engine.cases import BETTER, DIFFERENT, SAME
from tests.engine.people import compared


@pytest.mark.parametrize("table", [EVIDENCE, CAP_WORDS])
def test_every_code_has_all_three_languages_with_the_same_parameters(
    table: dict[str, dict[str, str]],
) -> None:
    for code, sentences in table.items():
        assert set(sentences) == set(LANGUAGES), code
        assert len({frozenset(re.findall(r"{\w+}", text)) for text in sentences.values()}) == 1, code
        assert len(set(sentences.values())) == len(LANGUAGES), code


def test_every_cap_has_its_sentence_and_every_sentence_its_cap() -> None:
    assert set(CAPS) == set(CAP_WORDS)
    assert cap_sentence("brother_suspect", "uk").startswith("Можливо, брат")


def test_every_weight_has_its_sentence() -> None:
    same_words = dict.fromkeys(("surname.alike_short", "surname.alike_unasked"), "surname.alike")
    codes = {f"{feature}.{level}" for feature, levels in POINTS.items() for level in levels}
    assert {same_words.get(code, code) for code in codes} <= set(EVIDENCE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_evidence_of_all_cases_can_be_read_aloud(language: str) -> None:
    pairs = [case[:2] for case in (*SAME, *DIFFERENT)] + [case[:2] for case in BETTER]
    for wanted, found in pairs:
        for evidence in compared(wanted, found).evidence:
            sentence = evidence.sentence(language)
            assert sentence
            assert "{" not in sentence


def test_a_caseworker_reads_that_two_patronymics_are_of_one_father() -> None:
    seen = {one.feature: one for one in compared("Ткач Іван Николаевич", "Ткач Іван Миколайович").evidence}
    assert seen["patronymic"].sentence("en") == "Николаевич = Миколайович: the same father's name"
    assert seen["patronymic"].sentence("uk") == "Николаевич = Миколайович: те саме ім’я батька"


@pytest.mark.parametrize(
    ("wanted", "found", "sentence"),
    [
        (
            "Ткач Іван Ілліч",
            "Ткача Івана Ілліча",
            "Іван = Івана: те саме ім’я",
        ),
        ("Ткач Василь", "Ткач Вас.", "Василь і Вас.: скорочення підходить до імені"),
        ("Ткач Іван", "Ткач Вас.", "Іван і Вас.: скорочення не підходить до імені"),
        ("Ткач Іван", "Ткач Ян", "Іван ~ Ян: два імені, які часом записують одне замість одного"),
    ],
)
def test_a_caseworker_reads_the_given_names_as_they_were_written(
    wanted: str, found: str, sentence: str
) -> None:
    [given] = [one for one in compared(wanted, found).evidence if one.feature == "given"]
    assert given.sentence("uk") == sentence


@pytest.mark.parametrize(
    ("wanted", "found", "sentence"),
    [
        ("Ткач Іван |  | m", "Ткач Іван |  | m", "the same sex"),
        ("Ткач Іван |  | m", "Ткач Іван", "the same sex, going by the names; it is not told on both sides"),
        (
            "Ткач Іван |  | m",
            "Ткач Ганна",
            "a man and a woman, going by the names; the sex is not told on both sides",
        ),
        ("Ткач Валя |  | m", "Ткач Валя", "not given; this says nothing"),
    ],
)
def test_a_sex_that_nobody_told_is_said_to_be_inferred(wanted: str, found: str, sentence: str) -> None:
    [sex] = [one for one in compared(wanted, found).evidence if one.feature == "sex"]
    assert sex.sentence("en") == sentence


def test_a_surname_says_how_common_it_is() -> None:
    surname = compared("Шевченко Іван", "Шевченко Іван").evidence[0]
    assert (
        surname.sentence("en")
        == "Шевченко = Шевченко: the same surname, borne by about 1 in 350 in the register tables"
    )


def test_a_surname_that_stands_in_no_table_is_not_said_to_stand_there() -> None:
    surname = compared("Ыжвдл Іван", "Ыжвдл Іван").evidence[0]
    said = surname.sentence("en")
    assert "no register table lists it, so it is taken for a rare one" in said
    assert "borne by" not in said


def test_an_unknown_language_gets_english_and_an_unknown_code_is_an_error() -> None:
    assert say(CAP_WORDS, "sex_conflict", "xx") == CAP_WORDS["sex_conflict"]["en"]
    with pytest.raises(KeyError):
        say(CAP_WORDS, "no such code", "uk")


def test_names_with_braces_cannot_ask_for_other_parameters() -> None:
    assert say({"x": {"en": "{a} {b}"}}, "x", "en", a="{b}", b="secret") == "(b) secret"


def test_evidence_survives_json() -> None:
    for evidence in compared("Шевченко Іван | 1987", "Шевченко І. | 12.03.1987").evidence:
        assert Evidence.from_dict(json.loads(json.dumps(evidence.as_dict()))) == evidence


def test_a_silent_feature_says_so() -> None:
    seen = {one.feature: one for one in compared("Ткач Іван", "Ткач Іван").evidence}
    assert seen["birth_date"].level == NOT_GIVEN
    assert seen["birth_date"].sentence("en") == "not given; this says nothing"
