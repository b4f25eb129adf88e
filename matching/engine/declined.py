"""Names as orders and letters decline them: звільнено Шевчука Олександра Миколайовича, ищу Петрову Анну Ивановну.

Only a patronymic shows it for sure: in the nominative none ends so.
"""

import re

from matching.engine.beside import is_beside
from matching.engine.names import as_given, given_class
from matching.engine.normalise import STANDS_FOR, token

_MOST_WORDS = 4
_SON = re.compile(r"(?i)\b(\S*[вьлмткс][иі]ч)(?:а|у|ем|ом|еві|ові|і)\b")
_DAUGHTER = re.compile(r"(?i)\b(\S*(?:[оеєії]вн|[иі]чн))(?:у|и|ы|і|е|ой|ою)\b")
_OF_A_MAN = re.compile("(?i)(?:[оеє][мю]|[оеє]ві|[ауяюиіїі])$")
_OF_A_WOMAN = re.compile("(?i)(?:[оеє]ю|[оеє]й|[уюиіїяые])$")
_ADJECTIVE_OF_A_MAN = re.compile("(?i)(?:ого|его|ому|ему|им|ым)$")
_ADJECTIVE_OF_A_WOMAN = re.compile("(?i)(?:ої|ій|ую|ою|ой|у)$")
_VOWEL = re.compile("(?i)[аеєиіїоуюяыэё]$")
_OF_LEO = {"льв": "Лев"}  # the one given name that loses a vowel in the middle
_CUT_BEFORE = re.compile("(?i)([^аеєиіїоуюяь])ц$")  # Кравц(я): Кравець


def in_nominative(text: str) -> str:
    """The text with its words in the nominative, each behind what was written; "" where no patronymic shows that they
    are declined."""
    if son := _SON.search(text):
        return _mended(text, son, "m")
    if daughter := _DAUGHTER.search(text):
        return _mended(text, daughter, "f")
    return ""


def _mended(text: str, father: re.Match[str], sex: str) -> str:
    if STANDS_FOR in text:
        return ""
    words = [word for word in text.split() if not is_beside(word.casefold())]
    at = words.index(father[0]) if father[0] in words else len(words)
    if not 2 <= len(words) <= _MOST_WORDS or at == len(words):
        return ""
    # The given name stands before the patronymic, or anywhere.
    places = [place for place in (at - 1, *range(len(words))) if place >= 0 and place != at]
    given = {place: given_in_nominative(words[place], sex) for place in places}
    named = next((place for place in places if given[place]), None)
    if named is None:
        return ""
    mended = [_surname(word, sex) for word in words]
    mended[at], mended[named] = father[1] + ("а" if sex == "f" else ""), given[named]
    return " ".join(map(_beside_written, words, mended))


def _beside_written(word: str, nominative: str) -> str:
    is_one_word = word != nominative and word.isalpha()
    return f"{word}{STANDS_FOR}{nominative}" if is_one_word else nominative


def given_in_nominative(word: str, sex: str) -> str:
    """The given name of this sex whose case the word is, as tables spell it; "" where it is none."""
    stem = (_OF_A_MAN if sex == "m" else _OF_A_WOMAN).sub("", word)
    if stem == word:
        return ""
    names = [
        _OF_LEO.get(stem.lower(), stem + end) for end in _ends(stem, sex, is_soft=word[-1].lower() in "яюіїє")
    ]
    degrees = [_degree(name, sex) for name in names]
    return names[degrees.index(max(degrees))] if any(degrees) else ""


def _ends(stem: str, sex: str, *, is_soft: bool) -> tuple[str, ...]:
    """Андрі(я), Ігор(я), Ілл(ю); Дмитр(а), Микол(у); Юлі(ю), Любов(і), Олен(у)."""
    if sex == "f":
        return ("я", "", "а") if is_soft else ("а", "я")
    if _VOWEL.search(stem):
        return ("й",)
    return ("", "ь", "я", "а") if is_soft else ("", "о", "а", "ь")


def _degree(name: str, sex: str) -> int:
    word = token(name)
    return as_given(word) if word is not None and given_class(word).sex in (sex, "") else 0


def _surname(word: str, sex: str) -> str:
    """Its nominative up to the vowels at its end, which no key and no comparison goes by."""
    adjective, ending = (_ADJECTIVE_OF_A_MAN, "ий") if sex == "m" else (_ADJECTIVE_OF_A_WOMAN, "а")
    if adjective.search(word):
        return adjective.sub(ending, word)
    stem = _OF_A_MAN.sub("", word) if sex == "m" and len(word) > 4 else word
    if stem != word and stem.endswith("енк"):
        return f"{stem}о"
    return _CUT_BEFORE.sub(r"\1ець", stem) if stem != word else word
