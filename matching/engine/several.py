"""Two people in the box of one: "Іван та Петро", "Коваль Іван, Коваль Петро".

Whoever compares such a text takes one of the two and never finds the other; so it is asked for again.
"""

import re
from collections.abc import Iterable
from itertools import combinations

from matching.engine.beside import begins_another
from matching.engine.declined import given_in_nominative
from matching.engine.names import as_given, known_given, related_to
from matching.engine.normalise import Token
from matching.engine.splitting import MAX_TEXT, script_of, words_of

# In small letters: a capital "І" may be an initial.
_AND = re.compile(r"\s(?:та|[ійиi]|and)\s|[+&]")
_NEXT = re.compile(r"[,;/\n\r]")
_KNOWN = 2  # as_given: a full name of the tables or a short one
_SHORTEST = 3  # "та" is short for Таїсія


def names_several(text: str) -> bool:
    """Two different given names are joined by "and", or stand in two whole names. Two spellings of one name are
    one person, and so is who has two names: "Саша, Олександр", "Іван-Павло", "Юрій (Георгій)"."""
    text = text[:MAX_TEXT]
    joined = map(_given_or_declined, _AND.split(text))
    return _differ(joined) or _differ(map(_given, filter(_is_whole, _NEXT.split(text))))


def _is_whole(part: str) -> bool:
    """A name of two words; behind a relative's word stands who writes or waits: "Коваль Іван, дружина Оксана"."""
    words = part.split()
    return len(words) > 1 and not begins_another(words[0].casefold())


def _differ(parts: Iterable[frozenset[str]]) -> bool:
    """Each of two has a given name that the other has not. A surname may be one too: "Роман Іван та Роман Петро"."""
    return any(
        one - other - related_to(other) and other - one - related_to(one)
        for one, other in combinations(filter(None, parts), 2)
    )


def _given(part: str) -> frozenset[str]:
    return frozenset().union(*(known_given(word) for word in _words(part) if as_given(word) >= _KNOWN))


def _given_or_declined(part: str) -> frozenset[str]:
    """ "Шукаю Івана та Петра"; where nothing joins two, "син Андрія" is no second man."""
    nominative = " ".join(given_in_nominative(word.written, "m") for word in _words(part))
    return _given(part) | _given(nominative)


def _words(part: str) -> list[Token]:
    return [word for word in words_of(part, script_of(part)) if len(word.folded) >= _SHORTEST]
