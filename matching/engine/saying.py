"""Sentences by their code in Ukrainian, English and Russian: how a table of them looks, and how one is said."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("uk", "en", "ru")
Sentences = Mapping[str, Mapping[str, str]]  # code -> language -> sentence


def say(table: Sentences, code: str, language: str, **params: str) -> str:
    """The sentence for `code` with its parameters filled in. Unknown languages get English; an unknown code
    is a KeyError, since silence before a decision would be worse. Parameters are never read as a format."""
    sentences = table[code]
    sentence = sentences.get(language, sentences["en"])
    for name, value in params.items():
        sentence = sentence.replace("{" + name + "}", value.replace("{", "(").replace("}", ")"))
    return sentence
