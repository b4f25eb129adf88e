"""Which word of a name is the surname, which the given name, which the patronymic.

People write a name in any order and case, swap the fields of a form, glue words and break them. What can be
told is told; where both orders are possible, both are kept, and the comparison takes the better one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from matching.engine.arranging import Order, arranged, is_like_surname
from matching.engine.beside import without_callsign, without_remarks
from matching.engine.cut_short import cuts_marked
from matching.engine.declined import in_nominative
from matching.engine.keyboards import typed_in_latin
from matching.engine.names import as_given, known_given
from matching.engine.normalise import Token, token
from matching.engine.patronymics import father_class, patronymic_sign
from matching.engine.people import Name
from matching.engine.splitting import (
    BETWEEN_WORDS,
    BORN,
    MAX_TEXT,
    Script,
    father_marked,
    script_of,
    split_glued,
    unbracketed,
    unglued_initials,
    whole_and_halves,
    words_of,
)

_MAX_ORDERS = 3
_MARKED = re.compile(r"[\d()\[\]{},.]")  # years, brackets, commas and full stops tell something of their own
# Koreans called О, И, Ю: a vowel that has no full stop behind it, before a whole name
_ONE_LETTER = re.compile(r"\s*(?:[аеиіоуюяaeiouy]|y[aeou])\s+[^\W\d_]{2}", re.I)


def orders(name: Name) -> tuple[Order, ...]:
    """All likely readings of one spelling, the likeliest first; empty when it holds no letter."""
    found: list[Order] = []
    if "&" in name.full or "&" in name.surname or "&" in name.given or "&" in name.patronymic:
        name = Name(*map(unescape, (name.surname, name.given, name.patronymic, name.full)))
    if name.surname or name.given or name.patronymic:
        found += _from_parts(name)
    if name.full:
        found += _from_text(name.full)
    found = [order for order in found if any(order[:3])]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def _from_parts(name: Name) -> list[Order]:
    filled = [part for part in (name.surname, name.given, name.patronymic) if part.strip()]
    if len(filled) == 1 and len(BETWEEN_WORDS.split(filled[0].strip())) > 1:
        return _from_text(filled[0])
    whole = " ".join(filled)[:MAX_TEXT]
    if name.patronymic and (nominative := in_nominative(whole)):
        return _from_text(nominative)
    if "." in whole and (cut := cuts_marked(whole)) != whole:
        return _from_text(cut)
    plain = _as_filled_in(name, script_of(whole))
    if not _is_odd(plain):
        return [plain]
    if (exchanged := _exchanged(plain)) is not None:
        return [exchanged, plain]
    found = _from_text(_uncapitalised(filled))
    others = [order._replace(is_swapped=True) for order in found if _letters(order) != _letters(plain)]
    is_clear = bool(others) and bool(plain.surnames) and _is_no_surname(plain.surnames[0])
    return [*others, plain] if is_clear else [plain, *others]


def _as_filled_in(name: Name, script: Script) -> Order:
    """By the fields, but for a patronymic that stands in the field of the given name."""
    given, patronymic = words_of(name.given, script), words_of(name.patronymic, script)
    if patronymic and patronymic[0].is_initial:  # perhaps that of "1987 р.н."
        patronymic = words_of(BORN.sub(" ", name.patronymic), script)
    if len(given) > 1 and not patronymic and (given[1].is_initial or patronymic_sign(given[-1]) >= 2):
        given, patronymic = given[:-1], given[-1:]
    if len(given) == 1 and len(given[0].written) == 2 and not patronymic:
        given, patronymic = _initials_of(given[0])
    return Order(_surnames(name.surname, script), given[:2], patronymic[0] if patronymic else None)


def _initials_of(word: Token) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """ОМ in the field of the given name: the initials of that and of the patronymic."""
    letters = [one for one in map(token, word.written) if one is not None]
    if len(letters) < 2 or not word.written.isupper() or known_given(word):
        return (word,), ()
    return (letters[0],), (letters[1],)


def _exchanged(plain: Order) -> Order | None:
    """A patronymic in the field of the given name was exchanged with what stands in that of the patronymic (Полтавець /
    Володимирович / Твердислав), or, where that is one as well, is a surname (Честислав / Климкович / Олександрович).
    Or all three are one field too far (Андрій / Петрович / Вересняк)."""
    if not plain.surnames or len(plain.given) != 1 or plain.patronymic is None or plain.patronymic.is_initial:
        return None
    (given,) = plain.given
    if patronymic_sign(given) < 2 or known_given(given) or plain.surnames[0].is_initial:
        return None
    if patronymic_sign(plain.patronymic) < 2:
        if as_given(plain.surnames[0]) > as_given(plain.patronymic):
            return Order(whole_and_halves([plain.patronymic]), plain.surnames[:1], given, is_swapped=True)
        return Order(plain.surnames, (plain.patronymic,), given, is_swapped=True)
    return Order(whole_and_halves([given]), plain.surnames[:1], plain.patronymic, is_swapped=True)


def _uncapitalised(parts: Sequence[str]) -> str:
    """One field in capitals beside others that are not says how a list writes the field, and not that it is a surname:
    ВОЛОДИМИР / Зоммер are exchanged all the same."""
    if not all(map(str.isupper, parts)):
        parts = [part.title() if part.isupper() else part for part in parts]
    return " ".join(parts)[:MAX_TEXT]


def _letters(order: Order) -> list[str]:
    """The words of a reading, part by part, in whatever case."""
    surnames, given, patronymic, _ = order
    parts = (surnames, given, (patronymic,) if patronymic is not None else ())
    return [" ".join(word.folded for word in part) for part in parts]


def _is_no_surname(word: Token) -> bool:
    return word.is_initial or bool(known_given(word))


def _are_exchanged(surname: Token, given: Token) -> bool:
    """Рогволод in the field of the surname and Єрмоленко in that of the given name; no table knows either."""
    return is_like_surname(given) and not is_like_surname(surname)


def _is_odd(order: Order) -> bool:
    """The fields seem swapped: a given name that nobody bears beside a surname that is one, or the like."""
    given = order.given[0] if order.given and not order.given[0].is_initial else None
    if given is not None and as_given(given) < 2:
        if order.surnames and (order.surnames[0].is_initial or _are_exchanged(order.surnames[0], given)):
            return True
        if (
            order.surnames
            and as_given(order.surnames[0]) > as_given(given)
            and not is_like_surname(order.surnames[0])
        ):
            return True
        if not known_given(given) and patronymic_sign(given) >= 2:
            return True
    return (
        order.patronymic is not None
        and not order.patronymic.is_initial
        and not patronymic_sign(order.patronymic)
    )


def _surnames(text: str, script: Script) -> tuple[Token, ...]:
    outside, inside = unbracketed(text)
    return whole_and_halves(words_of(outside, script)) + words_of(inside, script)


# ------------------------------------------------------------------------------------------------ free text


def _from_text(text: str) -> list[Order]:
    text = text[:MAX_TEXT]
    if nominative := in_nominative(text):
        return _from_text(nominative)
    if not _MARKED.search(text):
        words = list(words_of(text, script_of(text)))
        plain = _in_good_order(words)
        if plain is not None:
            return [plain]
    return _from_any_text(text)


def _in_good_order(words: list[Token]) -> Order | None:
    """A given name, its patronymic behind it, and a third word on either side: what most of every list is, and
    what all the rules below would find for it, at a third of the cost."""
    if len(words) != 3 or father_marked(words)[1] is not None:
        return None
    if words[0].is_initial or words[1].is_initial or words[2].is_initial:
        return None
    at = 1 if _is_father(words[0], words[1]) else 2
    given, father, surname = words[at - 1], words[at], words[2 if at == 1 else 0]
    if at == 2 and not _is_father(given, father):
        return None
    # The same word twice, or a given name or patronymic that alone stands in capitals, needs a closer look; so does a
    # surname like a patronymic, unless the given name stands between them.
    if surname in (given, father) or given is father:
        return None
    if patronymic_sign(surname) >= 2 and (at == 1 or not father_class(father).is_known):
        return None
    if given.written.isupper() != father.written.isupper():
        return None
    return Order(whole_and_halves([surname]), (given,), father)


def _is_father(given: Token, word: Token) -> bool:
    return patronymic_sign(word) >= 2 and as_given(given) > 1


def _from_any_text(text: str) -> list[Order]:
    outside, inside = unbracketed(cuts_marked(BORN.sub(" ", text)))
    if not any(map(str.isalpha, outside)):
        outside, inside = inside, ""
    script = script_of(text)
    outside = without_callsign(outside, script)
    surname_first = ", " in outside and len(BETWEEN_WORDS.split(outside.split(",")[0].strip())) == 1
    words, father = without_remarks(list(words_of(outside, script)))
    if father is None:
        words, father = father_marked(words)
    former = words_of(inside, script)
    if not words:
        return [Order(former)] if former else []
    if text.isascii() and not any(map(known_given, words)) and (cyrillic := typed_in_latin(text)):
        return _from_any_text(cyrillic)
    words = unglued_initials(split_glued(words))
    found = _called_by_a_letter(words, outside) + arranged(words, father, surname_first)
    if not former:
        return found[:_MAX_ORDERS]
    return [order._replace(surnames=order.surnames + former) for order in found[:_MAX_ORDERS]]


def _called_by_a_letter(words: list[Token], text: str) -> list[Order]:
    """О Володимир Іванович, a Korean: the letter is all of his surname."""
    if not 2 <= len(words) <= 3 or not words[0].is_initial or not _ONE_LETTER.match(text):
        return []
    if not known_given(words[1]) or (len(words) == 3 and patronymic_sign(words[2]) < 2):
        return []
    return [Order((words[0],), (words[1],), words[2] if len(words) == 3 else None)]
