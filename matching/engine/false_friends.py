"""Surnames of one loose form that are two: Козак and Косак, Ляшенко and Лященко, Доценко and Даценко, Лис and Лисий,
Демченко and Димченко, Боярчук and Барчук, Гарін and Kharin.

The loose form finds whatever one man may be written as; each of these is the surname of thousands, and whoever writes
one for the other has made a slip.
"""

from __future__ import annotations

import re

from matching.engine.normalise import Token
from matching.engine.sounds import consonants, is_cyrillic, loosen

_VOWELS = "aeiou"
# Козаков / Казаков, Зоря / Заря, Богатир / Багатир, Слов- / Слав-, Роз- / Раз- are one name in two languages.
_IN_TWO_LANGUAGES = (
    "kosak",
    "kasak",
    "sor",
    "sar",
    "bagat",
    "bogat",
    "slov",
    "slav",
    "ros",
    "ras",
    "kropiv",
    "krapiv",
)
# A Latin sound, the letters that show it surely, and the Cyrillic sound that they never stand for
_NOT_RENDERED = (("x", "kh", "g"), ("WC", "shch", "W"), ("J", "zh", "W"), ("W", "sh", "J"), ("z", "z", "s"))
# Of two Latin words: the letters of the one, and those of the other, that no clerk has for the same Cyrillic letter
_NOT_ONE_LETTER = (("x", "kh", "g"), ("J", "zh", "sh"), ("z", "z", "s"))
_GERMAN = re.compile("w|sch|tz|j")
_NOT_GERMAN = re.compile("v|kh|zh|(?<!c)sh|y[aeou]|[iy]y$")
_VOICELESS = re.compile("(?<=^be)z(?=[sptkxfTCW])|(?<=^r[ao])z(?=[sptkxfTCW])")
_H_ALONE = re.compile("(?<![kcszgt])h")  # which many write for х: Gorohov is Gorokhov
_CUT_SHORT = ("sk", "Tk")  # Петалоовскй, Яворськ: the ending is lost

_SIGNS = str.maketrans("", "", "ьъ")
_CYRILLIC_VOWELS = re.compile("[аеєиіїоуюяыэёйў]+")
_LATIN_VOWELS = re.compile("[aeiouyj]+")
_AFTER_HUSHERS = re.compile("(?<=[жчшщц])(?:я|ю)")
_HUSHED = {"я": "а", "ю": "у"}
# Vowels between consonants that are never written for each other, of whatever two languages
_APART = frozenset(
    frozenset(two)
    for ones, others in (
        (("и", "ы", "y"), ("е", "є", "э", "ё", "e")),
        (("я",), ("а", "о")),
        (("ю",), ("у",)),
        (("и", "ы", "y"), ("о", "o")),
        (("оя",), ("а", "я", "о")),
        (("ей", "эй"), ("е", "є", "э", "и", "ы", "і")),
    )
    for one in ones
    for other in others
    for two in ((one, other),)
)
# Russian clerks have both Билоус and Белоус for Білоус: roots in which Ukrainian і is Russian е
_OF_YAT = re.compile(
    "^(?:б[ие]л|б[ие]д|в[ие]р|в[ие]тр|д[ие]д|зв[ие]р|кам[ие]н|кол[ие]с|л[ие]в|л[ие]с|м[ие]д|м[ие]ст|н[ие]м|р[ие]з|"
    "р[ие]ч|с[ие]р|с[ие]ч|сн[ие]г|сп[ие]в|стр[ие]л|хл[ие]б|хм[ие]л|цв[ие]т)"
)
_GALICIAN, _RUSSIAN = re.compile("[ії]ва?$"), re.compile("(?:є|[ьй]о)ва?$")


def are_false_friends(wanted: Token, found: Token) -> bool:
    """Whether no reading of the one is another writing of the other. Both have the same loose form."""
    in_one_script = is_cyrillic(wanted.folded[0]) and is_cyrillic(found.folded[0])
    pairs = [
        (one, other) for one in wanted.readings for other in found.readings if loosen(one) == loosen(other)
    ]
    if in_one_script:
        pairs = [(one, other) for one, other in pairs if _bones(one) == _bones(other)]
    elif is_cyrillic(wanted.folded[0]):
        pairs = [(one, other) for one, other in pairs if _may_render(one, other, found.folded)]
    elif is_cyrillic(found.folded[0]):
        pairs = [(one, other) for one, other in pairs if _may_render(other, one, wanted.folded)]
    else:
        pairs = [(one, other) for one, other in pairs if _may_be_one(one, other, wanted.folded, found.folded)]
    if wanted.belarusian or found.belarusian:  # Belarusian writes а for every unstressed о
        return not pairs
    if _are_apart(wanted.folded, found.folded):
        return True
    return not any(_ends_fit(one, other) and _vowels_fit(one, other) for one, other in pairs)


def _bones(reading: str) -> str:
    """The consonants, but for those that Ukrainian and Russian write differently (Водолазький and Водолазский, Безсонов
    and Бессонов)."""
    return consonants(
        reading.replace("WCWC", "WC").replace("ts", "T").replace("zsk", "zk").replace("zs", "s")
    )


def _may_render(cyrillic: str, latin: str, written: str) -> bool:
    """Whether a clerk may have written the Cyrillic sounds with these Latin letters. Many write h for х, sh for щ and
    sch for ж; nobody kh for г (Гарін, Kharin), shch for ш, zh for ш or sh for ж (Жило, Shylo), z for с; and only
    Germans s for з (Козич, Kosych)."""
    cyrillic, latin = map(_as_heard, (cyrillic, latin))
    if cyrillic.count("z") > latin.count("z") and "s" in latin and not _may_be_german(latin, written):
        return False
    return not any(
        latin.count(sound) > cyrillic.count(sound) and letters in written and meant in cyrillic
        for sound, letters, meant in _NOT_RENDERED
    )


def _may_be_german(latin: str, written: str) -> bool:
    """Whether a German may have written this, who has s for з (Sacharow) and tsch for ч."""
    return _NOT_GERMAN.search(written) is None and ("C" not in latin or "tsch" in written)


def _may_be_one(one: str, other: str, written: str, found: str) -> bool:
    """Whether both Latin words may be one Cyrillic word: not Kharchenko and Garchenko, nor Zhylo and Shylo."""
    return _is_no_other(one, other, written, found) and _is_no_other(other, one, found, written)


def _as_heard(reading: str) -> str:
    """Без- and роз- as Russian writes them before a voiceless consonant: Безсонов, Bessonov."""
    return _VOICELESS.sub("s", reading)


def _is_no_other(one: str, other: str, written: str, found: str) -> bool:
    one, other = map(_as_heard, (one, other))
    return not any(
        one.count(sound) > other.count(sound)
        and letters in written
        and others in found
        and not (sound == "x" and _H_ALONE.search(found))
        and not (sound == "z" and _GERMAN.search(found))
        for sound, letters, others in _NOT_ONE_LETTER
    )


def _ends_fit(one: str, other: str) -> bool:
    """Біла is of the family of Білий, Соловей is Соловій, Шевчука Шевчук; but Чубай is not Чуб, nor Лисий Лис."""
    ends = [reading[len(reading.rstrip(_VOWELS)) :] for reading in (one, other)]
    if ends[0] == ends[1]:
        return True
    if any(end.endswith("ai") for end in ends):
        return False
    if all(ends) or not any(end.endswith("i") for end in ends):
        return True
    return one.endswith(_CUT_SHORT) or other.endswith(_CUT_SHORT)


def _vowels_fit(one: str, other: str) -> bool:
    """Not where a single о stands for а: it makes the name of somebody else. Whoever hears two of them wrong writes by
    ear, and at the beginning Russian has а for о (Оверченко, Аверченко)."""
    ours, theirs = _but_for_o_and_a(one), _but_for_o_and_a(other)
    if len(ours) != len(theirs) or ours.startswith(_IN_TWO_LANGUAGES):
        return True
    at = [place for place, two in enumerate(zip(ours, theirs, strict=True)) if set(two) == {"a", "o"}]
    return len(at) != 1 or at[0] == 0


def _but_for_o_and_a(reading: str) -> str:
    """The reading with everything alike that the languages write differently, save о and а."""
    loose = reading.replace("Co", "Ce").replace("Wo", "We").replace("Jo", "Je")
    return loose.replace("e", "i").replace("z", "s").replace("x", "g").replace("ts", "T").rstrip(_VOWELS)


def _are_apart(one: str, other: str) -> bool:
    """Vowels stand in one place that no language has for each other: Мельников and Мыльников, Рядченко and Радченко,
    Дейкун and Дикун; or Ковалів and Ковальов, both in Ukrainian. What a word ends in is not looked at."""
    if _are_of_two_endings(one, other) or _are_of_two_endings(other, one):
        return True
    ours, theirs = _inner_vowels(one), _inner_vowels(other)
    if len(ours) != len(theirs) or (_OF_YAT.match(one) and _OF_YAT.match(other)):
        return False
    return any(frozenset(two) in _APART for two in zip(ours, theirs, strict=True))


def _are_of_two_endings(one: str, other: str) -> bool:
    return bool(_GALICIAN.search(one) and _RUSSIAN.search(other))


def _inner_vowels(folded: str) -> list[str]:
    """The vowels between consonants, group by group, and those at the beginning."""
    if not is_cyrillic(folded[0]):
        groups = list(_LATIN_VOWELS.finditer(folded))
    else:
        plain = _AFTER_HUSHERS.sub(lambda found: _HUSHED[found[0]], folded.translate(_SIGNS))
        groups, folded = list(_CYRILLIC_VOWELS.finditer(plain)), plain
    return [group[0] for group in groups if group.end() < len(folded)]
