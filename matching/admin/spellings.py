"""Two spellings side by side: which letters differ, marked inside the words, and how each is read in Latin."""

import re
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matching.engine.tables import given_names

# As passports write them, to read aloud and not to match: KMU-55 of the Ukrainian government, ICAO's for Russian.
_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ'ʼ’"
_UKRAINIAN = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia io y e _ _ _ _"
_RUSSIAN = "a b v g g d e e zh z i i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia e y e ie _ _ _"
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_RUSSIAN_ONLY = re.compile(r"[ыэъё]|\bи|(?:евич|[ое]вна|[сц]кий|[сц]кая|ей)\b")
_UKRAINIAN_ONLY = re.compile(r"[ґєії]|[сц]ьк(?:ий|а)\b|йович\b|ївна\b")


class InLatin(NamedTuple):
    """How a name is read, and by the rules of which language: "uk" or "ru"."""

    text: str
    language: str


def in_latin(text: str) -> InLatin:
    """The words in Latin letters by the rules of the language that they are written in; "" where they are Latin."""
    language = language_of(text)
    words = " ".join(_word(word, language) for word in text.split())
    return InLatin("" if words.casefold() == " ".join(text.split()).casefold() else words, language)


def language_of(name: str) -> str:
    """By letters that only one of the two has, else by given names and endings; Ukrainian where all is silent."""
    lower = name.lower()
    if _UKRAINIAN_ONLY.search(lower):
        return "uk"
    if _RUSSIAN_ONLY.search(lower):
        return "ru"
    return "ru" if _russian_given_names() & set(lower.split()) else "uk"


@cache
def _russian_given_names() -> frozenset[str]:
    """The first other spelling of each name in the table, where no Ukrainian writes himself so."""
    ukrainian = {name.name.lower() for name in given_names()}
    return frozenset(name.same[1].lower() for name in given_names() if len(name.same) > 1) - ukrainian


def _word(word: str, language: str) -> str:
    sounds = _sounds(language)
    lower = word.lower().replace("зг", "зgh") if language == "uk" else word.lower()
    first = (_FIRST if language == "uk" else sounds).get(lower[:1], sounds.get(lower[:1], lower[:1]))
    rest = "".join(sounds.get(letter, letter) for letter in lower[1:])
    plain = (first + rest).replace("_", "")
    return plain.capitalize() if word[:1].isupper() else plain


@cache
def _sounds(language: str) -> dict[str, str]:
    written = _UKRAINIAN if language == "uk" else _RUSSIAN
    return dict(zip(_CYRILLIC, written.split(), strict=True))


def marked(wanted: str, found: str) -> tuple[SafeString, SafeString]:
    """Both, with what the other has not wrapped in <mark>; nothing is marked where one is silent or all differs."""
    if not wanted or not found:
        return format_html("{}", wanted), format_html("{}", found)
    matcher = SequenceMatcher(None, wanted.casefold(), found.casefold(), autojunk=False)
    if len(wanted.casefold()) != len(wanted) or len(found.casefold()) != len(found):
        return format_html("{}", wanted), format_html("{}", found)
    ours, theirs = [], []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        ours.append((wanted[start:end], kind != "equal"))
        theirs.append((found[other_start:other_end], kind != "equal"))
    return _html(ours), _html(theirs)


def _html(parts: list[tuple[str, bool]]) -> SafeString:
    marks = (format_html("<mark>{}</mark>" if is_marked else "{}", part) for part, is_marked in parts if part)
    return format_html_join("", "{}", ((mark,) for mark in marks))
