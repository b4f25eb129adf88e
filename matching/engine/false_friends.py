"""Surnames of one loose form that are two: Козак and Косак, Ляшенко and Лященко, Доценко and Даценко, Лис and Лисий,
Гарін and Kharin.

The loose form finds whatever one man may be written as; each of these is the surname of thousands, and whoever writes
one for the other has made a slip.
"""

from matching.engine.normalise import Token
from matching.engine.sounds import consonants, is_cyrillic

_VOWELS = "aeiou"
# Козаков / Казаков, Зоря / Заря, Богатир / Багатир, Слов- / Слав- are one name in two languages.
_IN_TWO_LANGUAGES = ("kosak", "kasak", "sor", "sar", "bagat", "bogat", "slov", "slav")
# A Latin sound, the letters that show it surely, and the Cyrillic sound that they never stand for
_NOT_RENDERED = (("x", "kh", "g"), ("WC", "shch", "W"), ("J", "zh", "W"), ("W", "sh", "J"))
_CUT_SHORT = ("sk", "Tk")  # Петалоовскй, Яворськ: the ending is lost


def are_false_friends(wanted: Token, found: Token) -> bool:
    """Whether no reading of the one is another writing of the other. Both have the same loose form."""
    in_one_script = is_cyrillic(wanted.folded[0]) and is_cyrillic(found.folded[0])
    pairs = [(one, other) for one in wanted.readings for other in found.readings]
    if in_one_script:
        pairs = [(one, other) for one, other in pairs if _bones(one) == _bones(other)]
    elif is_cyrillic(wanted.folded[0]):
        pairs = [(one, other) for one, other in pairs if _may_render(one, other, found.folded)]
    elif is_cyrillic(found.folded[0]):
        pairs = [(one, other) for one, other in pairs if _may_render(other, one, wanted.folded)]
    if wanted.belarusian or found.belarusian:  # Belarusian writes а for every unstressed о
        return not pairs
    return not any(_ends_fit(one, other) and _vowels_fit(one, other) for one, other in pairs)


def _bones(reading: str) -> str:
    """The consonants, but for those that Ukrainian and Russian write differently (Водолазький, Водолазский)."""
    return consonants(reading.replace("WCWC", "WC").replace("ts", "T").replace("zsk", "zk"))


def _may_render(cyrillic: str, latin: str, written: str) -> bool:
    """Whether a clerk may have written the Cyrillic sounds with these Latin letters. Many write h for х, sh for щ and
    sch for ж; nobody kh for г (Гарін, Kharin), shch for ш, zh for ш or sh for ж (Жило, Shylo)."""
    return not any(
        latin.count(sound) > cyrillic.count(sound) and letters in written and meant in cyrillic
        for sound, letters, meant in _NOT_RENDERED
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
