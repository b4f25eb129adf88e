"""Everything the readers say can be said in three languages."""

import string

import pytest

from matching.lists import column_words, file_words, row_words

LANGUAGES = {"uk", "en", "ru"}
ALL = [
    (code, sentences)
    for module in (file_words, column_words, row_words)
    for name, table in vars(module).items()
    if name.isupper()
    for code, sentences in table.items()
]


@pytest.mark.parametrize(("code", "sentences"), ALL, ids=[code for code, _ in ALL])
def test_each_sentence_is_written_in_three_languages_with_the_same_facts(
    code: str, sentences: dict[str, str]
) -> None:
    facts = [
        sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)
        for sentence in sentences.values()
    ]

    assert set(sentences) == LANGUAGES
    assert all(sentence.strip() for sentence in sentences.values())
    assert facts[0] == facts[1] == facts[2]


@pytest.mark.parametrize(("code", "sentences"), ALL, ids=[code for code, _ in ALL])
def test_no_ukrainian_letter_stands_in_russian_and_no_russian_one_in_ukrainian(
    code: str, sentences: dict[str, str]
) -> None:
    assert not set("іїєґІЇЄҐ") & set(sentences["ru"])
    assert not set("ыэъёЫЭЪЁ") & set(sentences["uk"])
