"""Cyrillic typed while the keyboard was set to Latin letters: Rjdfktyrj Fylhsq is Коваленко Андрій."""

from __future__ import annotations

from matching.engine.names import as_given
from matching.engine.normalise import Token, token
from matching.engine.patronymics import father_class, patronymic_sign

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_UPPER_KEYS = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_LAYOUTS = tuple(
    str.maketrans(_KEYS + _UPPER_KEYS, letters + letters.upper())
    for letters in ("йцукенгшщзхїфівапролджєячсмитьбю'", "йцукенгшщзхъфывапролджэячсмитьбюё")
)


def typed_in_latin(text: str) -> str:
    """What the same keys write in Cyrillic, if that holds a given name or patronymic; "" otherwise. To be asked of a
    text in which nothing is one as it stands."""
    likeliest = max((text.translate(layout) for layout in _LAYOUTS), key=_names_in)
    return likeliest if _names_in(likeliest) else ""


def _names_in(text: str) -> int:
    words = (token(part) for part in text.split())
    return sum(word is not None and _is_name(word) for word in words)


def _is_name(word: Token) -> bool:
    return as_given(word) == 3 or (patronymic_sign(word) >= 2 and father_class(word).is_known)
