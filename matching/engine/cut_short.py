"""Given names and patronymics that a clerk cut short: Олекс. Микол., Вас. Ів., Ал-др, Андрій Ол-ч.

Each is an initial of several letters: it fits several names, and none for certain.
"""

from __future__ import annotations

import re
from functools import lru_cache

from matching.engine.names import is_spelled, known_given, spelled_as
from matching.engine.normalise import CUT, Token, token
from matching.engine.patronymics import patronymic_sign

_MOST_LETTERS = 6  # a longer word behind which a full stop stands is whole
_OF_FATHERS = frozenset(("ч", "ич", "вич", "вна", "на", "ch", "vich", "vych", "vna"))  # Ол-ч, Влад-вич
_CUT = re.compile(
    rf"(?<![\w'’ʼ-])(?:([^\W\d_]{{2,{_MOST_LETTERS}}})\.(?![a-zа-яіїєґ])"
    rf"|([^\W\d_]{{1,{_MOST_LETTERS}}}-[^\W\d_]{{1,4}})(?![\w'’ʼ-])\.?)"
)
_GLUED_INITIAL = re.compile(r"(?<=[a-zа-яіїєґё]{3})(?=[A-ZА-ЯІЇЄҐЁ]\.)")
# "Андрій Петр.": behind a given name a whole one with a full stop is the father's
_FATHER = re.compile(r"(?<=\s)([^\W\d_]+|\S+․)(\s+)([^\W\d_]{4,6})\.(?=\s*$)")


def cuts_marked(text: str) -> str:
    """The text with CUT behind each word that was cut short, if a surname is left beside them; and with a space before
    initials that are glued to it (КоваленкоА.П.)."""
    if "." not in text and "-" not in text:
        return text
    text = _GLUED_INITIAL.sub(" ", text)
    marked = _FATHER.sub(_fathers_marked, _CUT.sub(_marked, text))
    return marked if marked != text and _has_surname(marked) else text


def _marked(found: re.Match[str]) -> str:
    word = found[1] or found[2]
    return f"{word}{CUT} " if word[0].isupper() and _is_cut(word) else found[0]


def _fathers_marked(found: re.Match[str]) -> str:
    given = token(found[1])
    is_given = given is not None and (is_cut(given) or known_given(given))
    return f"{found[1]}{found[2]}{found[3]}{CUT}" if is_given and is_spelled(found[3]) else found[0]


def _has_surname(marked: str) -> bool:
    """A whole word that is neither a given name nor a patronymic, or the only one (Роман Вас. Ів.). Лис. Іван Петрович
    has no surname but Лис."""
    words = [token(part) for part in marked.replace(".", " ").split() if not part.endswith(CUT)]
    whole = [word for word in words if word is not None and not word.is_initial]
    others = [word for word in whole if patronymic_sign(word) < 2]
    return any(not known_given(word) for word in others) or len(others) == len(whole) == 1


@lru_cache(maxsize=1 << 12)
def _is_cut(text: str) -> bool:
    """Some given name begins so (and ends so, behind a hyphen), and none is so."""
    left = _left_of(text)
    return left[0] != "" and not is_spelled(text) and any(_goes(left, name) for name in spelled_as(None))


@lru_cache(maxsize=1 << 12)
def _left_of(text: str) -> tuple[str, str]:
    """How the beginning and the end sound that are left of a name, or of the father's in a patronymic."""
    beginning, _, end = text.rstrip(".").partition("-")
    halves = (beginning, "" if end.casefold() in _OF_FATHERS else end)
    first, last = (half.readings[0] if (half := token(part)) is not None else "" for part in halves)
    return first, last


def _goes(left: tuple[str, str], reading: str) -> bool:
    first, last = left
    return reading.startswith(first) and reading.endswith(last) and len(reading) > len(first) + len(last)


def is_cut(word: Token) -> bool:
    return word.source.endswith(CUT)


@lru_cache(maxsize=1 << 15)
def cut_fits(one: Token, other: Token, classes: frozenset[str]) -> bool:
    """Whether of two words that one which was cut short may be the other: as that is written, or in another form of its
    `classes`. Of two that were cut short the shorter begins the longer."""
    if not is_cut(one):
        return cut_fits(other, one, classes)
    left = _left_of(one.written)
    if other.is_initial:
        theirs, _ = _left_of(other.written)
        return theirs.startswith(left[0]) or left[0].startswith(theirs)
    return any(_goes(left, reading) for reading in (*other.readings, *spelled_as(classes)))
