"""Spelling: from a name as written, in any script, to the sounds it stands for.

Two forms of a word are used everywhere else. Its *readings* write the sounds in one small ASCII alphabet
(capitals are single sounds: C = ch, J = zh, T = ts, W = sh); a Latin word may have several, since German,
French and Polish clerks read the letters differently. Its *loose* forms also forget what Ukrainian, Russian
and Belarusian spell differently (e/i, o/a, endings), so that Білий, Белый and Біла meet.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from matching.engine.sounds import each_once, is_cyrillic, loosen, readings

# Every mark that is used for the apostrophe of Мар'яна, with and without reason; also quotes around a name.
APOSTROPHES = "'’ʼ`\"‘´ʹʺ″′*“”„«»ʻ＇ˈ΄"
_DROPPED = str.maketrans("", "", APOSTROPHES + "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_KEPT_MARKS = {"й", "ї", "ё", "ў"}
# Latin letters whose mark is a sound, not a stress; decomposing them would lose it.
_MARKED = str.maketrans("łđøıæœñğŭəĸѣѵ", "ldoieengvaкеи") | {
    ord(letter): sound
    for letter, sound in zip(
        "ščžşșçżßţțŝ", ("sh", "ch", "zh", "sh", "sh", "ch", "zh", "ss", "ts", "ts", "shch"), strict=True
    )
}
# A capital looks like another letter than its small form does: H is Н, but h is no н.
_CAPITALS_TO_CYRILLIC = str.maketrans("ABCEHIKMOPTXYĸ", "АВСЕНІКМОРТХУк")
_SMALL_TO_CYRILLIC = str.maketrans("aceiopxyk", "асеіорхук")
_TO_LATIN = str.maketrans("аАвВсСеЕнНіІкКмМоОрРтТхХуУёЁїЇ", "aABBcCeEHHiIkKmMoOpPtTxXyYëËïÏ")
# Small letters of capitals that were mistaken before somebody made all small (bлaдимиp is Bлaдимиp), and u as и.
_MADE_SMALL = str.maketrans("bhmtu", "внмти")
_LETTER_FOR_DIGIT = {"Cyrl": str.maketrans("01346", "оізчб"), "Latn": str.maketrans("016", "olb")}

# Letters that folding only makes small: nearly every word of a list, and thirty times cheaper so.
_PLAIN = re.compile("[А-ЯЁЄІЇҐа-яёєіїґ]+|[A-Za-z]+")


STANDS_FOR = "›"  # "Шевчука›Шевчук": a word as written, and the nominative that it is read by
CUT = "․"  # behind a word that a clerk cut short, where he wrote a full stop: Олекс.


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One word of a name: as written, folded, how it may sound (best reading first), and loosely. `source` is the text
    that makes this very token again.

    Compared by identity, since `token` hands out one object for one word: pairs of tokens are the keys of the
    caches that make comparing fast."""

    written: str
    folded: str
    readings: tuple[str, ...]
    loose: tuple[str, ...]
    is_initial: bool
    belarusian: bool = False
    source: str = ""


# Single Cyrillic letters that take more Latin ones: Yu. for Юрій, Shch. for Щ.
_LATIN_INITIALS = frozenset({"yu", "ya", "ye", "yo", "zh", "kh", "ts", "ch", "sh", "iu", "ia", "ie", "shch"})


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
    # Of Крuвенко all Cyrillic letters could be Latin too, but for one that is wrong they would not be seven.
    if len(cyrillic) < len(latin) or (
        len(cyrillic) == len(latin) and all(letter.translate(_TO_LATIN) != letter for letter in cyrillic)
    ):
        return word.translate(_TO_LATIN)
    return to_cyrillic(word).translate(_MADE_SMALL)


def to_cyrillic(word: str) -> str:
    """Latin look-alikes become the Cyrillic letters they look like."""
    return word.translate(_CAPITALS_TO_CYRILLIC).translate(_SMALL_TO_CYRILLIC)


def looks_cyrillic(word: str) -> bool:
    """All letters of this Latin word could as well be Cyrillic: "COBA" is Сова when the rest is Cyrillic."""
    return word.isascii() and all(map(is_cyrillic, to_cyrillic(word)))


@lru_cache(maxsize=1 << 17)
def token(source: str, belarusian: bool = False) -> Token | None:
    """The word's forms; None when it holds no letter. Cached: most words of a population are repeated."""
    written, folded = (source, source.lower()) if _PLAIN.fullmatch(source) else _read(source)
    if not folded:
        return None
    sounds = readings(folded, belarusian)
    if not sounds[0]:  # a soft or hard sign alone: it has no sound, and is no nothing
        sounds = (folded,)
    is_initial = len(folded) == 1 or (folded in _LATIN_INITIALS and not written.islower())
    is_initial = is_initial or source.endswith(CUT)
    return Token(written, folded, sounds, each_once(map(loosen, sounds)), is_initial, belarusian, source)


def _read(source: str) -> tuple[str, str]:
    """A word that is not all plain letters: as written, and folded."""
    written, _, nominative = source.partition(STANDS_FOR)
    return written.replace(CUT, "."), _letters(fold(one_script(nominative or written)))


def _letters(folded: str) -> str:
    """The letters alone, with digits that stand for some."""
    if folded.isalpha():
        return folded
    script = "Cyrl" if any(map(is_cyrillic, folded)) else "Latn"
    if any(map(str.isalpha, folded)):
        folded = folded.translate(_LETTER_FOR_DIGIT[script])
    return "".join(filter(str.isalpha, folded))
