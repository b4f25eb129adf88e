"""Spelling: from a name as written, in any script, to the sounds it stands for.

Two forms of a word are used everywhere else. Its *readings* write the sounds in one small ASCII alphabet
(capitals are single sounds: C = ch, J = zh, T = ts, W = sh); a Latin word may have several, since German,
French and Polish clerks read the letters differently. Its *loose* forms also forget what Ukrainian, Russian
and Belarusian spell differently (e/i, o/a, endings), so that Білий, Белый and Біла meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# Every mark that is used for the apostrophe of Мар'яна, with and without reason; also quotes around a name.
APOSTROPHES = "'’ʼ`\"‘´ʹʺ″′*“”„«»ʻ＇ˈ΄"
_DROPPED = str.maketrans("", "", APOSTROPHES + "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_KEPT_MARKS = {"й", "ї", "ё", "ў"}
# Latin letters whose mark is a sound, not a stress; decomposing them would lose it.
_MARKED = str.maketrans("łđøıæœñğĸѣѵ", "ldoieengкеи") | {
    ord(letter): sound
    for letter, sound in zip(
        "ščžşșçżßţț", ("sh", "ch", "zh", "sh", "sh", "ch", "zh", "ss", "ts", "ts"), strict=True
    )
}
# A capital looks like another letter than its small form does: H is Н, but h is no н.
_CAPITALS_TO_CYRILLIC = str.maketrans("ABCEHIKMOPTXYĸ", "АВСЕНІКМОРТХУк")
_SMALL_TO_CYRILLIC = str.maketrans("aceiopxyk", "асеіорхук")
_TO_LATIN = str.maketrans("аАвВсСеЕнНіІкКмМоОрРтТхХуУ", "aABBcCeEHHiIkKmMoOpPtTxXyY")
_ZERO_AND_ONE = {"Cyrl": str.maketrans("013", "оіз"), "Latn": str.maketrans("01", "ol")}

_CYRILLIC_SOUNDS = str.maketrans(
    "абвгґдеєёэжзиіїйыклмнопрстуўфхцчшюяәөүұқғңһјљњџђћ",
    "abvggdeeeeJziiiiiklmnoprstuvfxTCWuaaouukgngilnJdC",
    "ьъ",
) | {ord("щ"): "WC"}

_GRAPHS = {
    "shch": "WC", "schtsch": "WC", "stsch": "WC", "szcz": "WC", "chtch": "WC", "chtsh": "WC", "tsch": "C",
    "tch": "C", "cz": "C", "dzh": "dJ", "dsch": "dJ", "dj": "dJ", "sch": "W", "sh": "W", "sz": "W",
    "zgh": "zg", "zh": "J", "kh": "x", "ch": "C", "tz": "T", "ts": "T", "ck": "k", "ph": "f", "th": "t",
    "ou": "u", "oo": "u", "ee": "i", "x": "ks", "w": "v", "q": "k", "h": "g", "j": "i", "y": "i", "c": "T",
}  # fmt: skip
_OTHER_READERS: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = (
    # German: Schewtschenko, Kowaltschuk, Michail, Zymbal, Scharko, Weis
    (
        re.compile("sch|w|tz|ch|z|j|ei|eu"),
        {"ch": "x", "sch": "W", "z": "T", "ei": "ai", "eu": "oi", "ie": "i"},
    ),
    # Polish: Szewczenko, Michaił, Cymbal, Rzepecki
    (re.compile("cz|sz|ch|c|rz|w"), {"ch": "x", "rz": "J"}),
    # French: Chevtchenko, Joukov, Poutine, Guennadi, Jdanov
    (re.compile("ou|tch|j|ch|gu|ine$|off$|eff$"), {"ch": "W", "j": "J", "gu": "g"}),
    # GOST 7.79: Mixail, Shhukin, Xmel`niczkij
    (re.compile("x|shh|cz(?=[eijy])"), {"x": "x", "shh": "WC", "cz": "T"}),
    # Older English and Swedish: t + sh in Batshev, Kravtshenko; c read as k
    (re.compile("tsh|c(?![hzk])"), {"tsh": "C", "c": "k"}),
    (re.compile("tsh"), {"tsh": "tW"}),
    # Turkish: c is dzh
    (re.compile("c(?![hzk])"), {"c": "dJ"}),
)
_MAX_READINGS = 5
_FRENCH_END = re.compile(r"(?<=[oi])ff$|(?<=e)ff$")

_I_BEFORE_VOWEL = re.compile("i+(?=[aeou])")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = "aeiou"
_NO_VOWELS = str.maketrans("", "", _VOWELS)

# Belarusian writes as it speaks: Дзмітрый, Цімафей, Сяргей, -аў; one more reading undoes it.
_BELARUSIAN_CYRILLIC = (
    (re.compile("дз(?=[еёіюямв])"), "д"), (re.compile("ц(?=[еёіюяв])"), "т"), (re.compile("ця"), "те"),
    (re.compile("я"), "е"), (re.compile("у$"), "в"),
)  # fmt: skip
_BELARUSIAN_LATIN = (
    (re.compile("dz(?=[eimvyj])"), "d"), (re.compile("(ts|c)(?=[eivyj])"), "t"), (re.compile("[aoe]u$"), "ov"),
    (re.compile("(?<=[aoe])u(?![oe])"), "v"), (re.compile("[iyj]a(?=.)"), "e"), (re.compile("^ya"), "e"),
)  # fmt: skip
# Substrings, not a pattern: this is asked of every name, and so many branches cost twenty times more.
_BELARUSIAN_SIGNS = (
    "ў", "авіч ", "евіч ", "дзм", "уладз", "сяргей", "аляксандр", "міхаіл", "мікал",
)  # fmt: skip
_BELARUSIAN_LATIN_SIGNS = (
    "avich ", "auna ", "euna ", "ouna ", "aliaks", "siarh", "uladz", "mikalai", "dzm", "yauhen", "iauhen",
    "viachas", "viktar", "volha", "aleh ", "ihar ", "henadz", "dzievich", "ouski", "ouska",
    "sou ", "kau ", "rau ", "lau ", "nau ", "tau ", "dau ", "mau ", "sau ",
    "shou ", "chou ", "kou ", "lou ", "nou ", "rou ", "tou ", "eu ",
)  # fmt: skip


# Letters that folding only makes small: nearly every word of a list, and thirty times cheaper so.
_PLAIN = re.compile("[А-ЯЁЄІЇҐа-яёєіїґ]+|[A-Za-z]+")


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One word of a name: as written, folded, how it may sound (best reading first), and loosely.

    Compared by identity, since `token` hands out one object for one word: pairs of tokens are the keys of the
    caches that make comparing fast."""

    written: str
    folded: str
    readings: tuple[str, ...]
    loose: tuple[str, ...]
    is_initial: bool
    belarusian: bool = False


# Single Cyrillic letters that take two Latin ones: Yu. for Юрій.
_LATIN_INITIALS = frozenset({"yu", "ya", "ye", "yo", "zh", "kh", "ts", "ch", "sh", "iu", "ia", "ie"})


def fold(text: str) -> str:
    """Case, width, stress marks, apostrophes and invisible characters gone; letters of all scripts kept."""
    text = unicodedata.normalize("NFKC", text).translate(_DROPPED).casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).translate(_MARKED)
    return "".join(map(_bare, text)) if any(map(_has_mark, text)) else text


@lru_cache(maxsize=4096)
def _has_mark(letter: str) -> bool:
    if letter in _KEPT_MARKS:
        return False
    return unicodedata.normalize("NFD", letter) != letter or unicodedata.combining(letter) > 0


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    if letter in _KEPT_MARKS:
        return letter
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def is_latin(letter: str) -> bool:
    return letter < "\u0250" and letter.isalpha()


def one_script(word: str) -> str:
    """A word of mixed Cyrillic and Latin letters, with the minority's look-alikes put right (Шeвчeнкo)."""
    if word.isascii():
        return word
    latin = [letter for letter in word if is_latin(letter)]
    cyrillic = [letter for letter in word if is_cyrillic(letter)]
    if not latin or not cyrillic:
        return word
    # Oлeнa has more Latin than Cyrillic letters, but only the Latin ones can be mistaken for the other script.
    if all(map(is_cyrillic, map(to_cyrillic, latin))):
        return to_cyrillic(word)
    if all(letter.translate(_TO_LATIN) != letter for letter in cyrillic):
        return word.translate(_TO_LATIN)
    return to_cyrillic(word) if len(cyrillic) >= len(latin) else word.translate(_TO_LATIN)


def to_cyrillic(word: str) -> str:
    """Latin look-alikes become the Cyrillic letters they look like."""
    return word.translate(_CAPITALS_TO_CYRILLIC).translate(_SMALL_TO_CYRILLIC)


def looks_cyrillic(word: str) -> bool:
    """All letters of this Latin word could as well be Cyrillic: "COBA" is Сова when the rest is Cyrillic."""
    return word.isascii() and all(map(is_cyrillic, to_cyrillic(word)))


def is_belarusian(text: str) -> bool:
    """The spelling has signs that only Belarusian, or a Latin rendering of it, shows."""
    text = text.casefold() + " "
    if not text.isascii() and any(map(text.__contains__, _BELARUSIAN_SIGNS)):
        return True
    # Each of the Latin signs has one of these: most names are Cyrillic and need not be asked all of them.
    if "u" not in text and "a" not in text and "dz" not in text:
        return False
    return any(map(text.__contains__, _BELARUSIAN_LATIN_SIGNS))


@lru_cache(maxsize=1 << 17)
def token(written: str, belarusian: bool = False) -> Token | None:
    """The word's forms; None when it holds no letter. Cached: most words of a population are repeated."""
    folded = written.lower() if _PLAIN.fullmatch(written) else _letters(fold(one_script(written)))
    if not folded:
        return None
    readings = _readings(folded, belarusian)
    is_initial = len(folded) == 1 or (folded in _LATIN_INITIALS and written.istitle())
    return Token(written, folded, readings, _each_once(map(loosen, readings)), is_initial, belarusian)


def _letters(folded: str) -> str:
    """The letters alone, with digits that stand for some."""
    if folded.isalpha():
        return folded
    script = "Cyrl" if any(map(is_cyrillic, folded)) else "Latn"
    if any(map(str.isalpha, folded)):
        folded = folded.translate(_ZERO_AND_ONE[script])
    return "".join(filter(str.isalpha, folded))


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _readings(folded: str, belarusian: bool) -> tuple[str, ...]:
    if is_cyrillic(folded[0]):
        found = [_cyrillic(folded)]
        if belarusian:
            found.append(_cyrillic(_rewritten(folded, _BELARUSIAN_CYRILLIC)))
    elif folded.isascii():
        found = [_latin(folded, _GRAPH, _GRAPHS)]
        found += [_latin(folded, graph, graphs) for sign, graph, graphs in _OTHERS if sign.search(folded)]
        if belarusian:
            found.append(_latin(_rewritten(folded, _BELARUSIAN_LATIN), _GRAPH, _GRAPHS))
            found[1:] = found[-1:] + found[1:-1]
    else:
        found = [_single(folded)]
    return _each_once(found)[:_MAX_READINGS]


def _rewritten(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word)
    return word


def _cyrillic(word: str) -> str:
    return _settle(word.replace("ьо", "ё").replace("йо", "ё").translate(_CYRILLIC_SOUNDS))


def _latin(word: str, graph: re.Pattern[str], graphs: dict[str, str]) -> str:
    word = _FRENCH_END.sub("v", word)
    if graphs.get("ch") == "W" and word.endswith("ine"):
        word = word[:-1]
    return _settle(graph.sub(lambda found: graphs[found[0]], word))


def _settle(sounds: str) -> str:
    """The rules that both scripts share: yo is e, i before a vowel is soft, doubled letters are one."""
    if "i" in sounds:
        sounds = _I_BEFORE_VOWEL.sub("", sounds.replace("io", "e"))
    return _single(sounds)


def _single(sounds: str) -> str:
    """Doubled letters as one. Asked first, since putting them right costs much more than seeing none."""
    return _DOUBLED.sub(r"\1", sounds) if _DOUBLED.search(sounds) else sounds


def loosen(reading: str) -> str:
    """The reading without what the three languages spell differently, and without its ending vowels."""
    # One letter for one letter by `replace`: four times as fast as a table for such short words.
    loose = reading.replace("e", "i").replace("o", "a").replace("z", "s").replace("J", "W").replace("x", "g")
    loose = loose.replace("WC", "W").replace("ts", "T")
    loose = _single(loose)
    short = loose.rstrip(_VOWELS)
    return short if len(short) >= 2 else loose


@lru_cache(maxsize=1 << 16)
def consonants(loose: str) -> str:
    """What is left when every vowel may be wrong; the word itself when nothing would be."""
    return _single(loose.translate(_NO_VOWELS)) or loose


def _graph_pattern(graphs: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(graphs, key=len, reverse=True)))


_GRAPH = _graph_pattern(_GRAPHS)
_OTHERS = tuple(
    (sign, _graph_pattern(_GRAPHS | changed), _GRAPHS | changed) for sign, changed in _OTHER_READERS
)
