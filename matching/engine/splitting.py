"""From the text of a name to its words: brackets, glued and broken words, double surnames, marks beside names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from matching.engine.names import is_listed, known_given
from matching.engine.normalise import Token, looks_cyrillic, to_cyrillic, token
from matching.engine.patronymics import father_class, patronymic_sign
from matching.engine.sounds import is_belarusian

MAX_WORDS = 10  # more is no name; what follows the tenth word is not read
MAX_LETTERS = 60  # a longer word is no word
MAX_TEXT = 400

# What a whole name shows that each of its words is read by: a letter is Cyrillic; the spelling is Belarusian.
Script: TypeAlias = tuple[bool, bool]
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
# "Ткач Іван 1987 р.н.", "Ткач Іван, 36 р.": these letters are no initials
BORN = re.compile(r"\d{4}\s*(?:[рг]\.?\s*[нр]\b\.?)?|\d{1,2}\s*(?:р|г|років|роки|рік|лет|года?)\b\.?")
BETWEEN_WORDS = re.compile("[\\s.,;:/\\\\|()\\[\\]{}_+=<>!?&#@~^$%…–—\u2600-\u27bf\U0001f000-\U0001faff]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_SPACED_OUT = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")  # Ш Е В Ч Е Н К О, as headings are set
_HYPHENS = re.compile(r"[-‐‑‒−]+")
_UPPER, _LOWER = "A-ZА-ЯІЇЄҐЁЎ", "a-zа-яіїєґёў"
_GLUED = re.compile(
    f"(?<=[{_LOWER}]{{3}})(?=[{_UPPER}][{_LOWER}]{{2}})|(?<=[{_UPPER}]{{3}})(?=[{_UPPER}][{_LOWER}]{{2}})"
)
_BROKEN = "ович евич йович ьович вич ич вна івна ївна йівна овна евна ична авіч аўна ovych ovich evich yovych ivna ovna"
_MARKS = (
    "огли оглы оглу ogly oglu oghlu ogli угли углы ugli кизи кызы гизи kyzy kizi qizi кызи гызы uulu уулу улу"
)
_BESIDE_NAMES = (
    "уроджена урождена урожденная урожд уродж дівоче девичья прізвище фамилия раніше ранее до шлюбу брака nee née "
    "born dob гр грн громадянин громадянка гражданин гражданка пан пані mr mrs ms рн рр "
    "зсу нгу дпсу сбу нпу дсса вмс тро всу піб фио фіо імя имя батькові отчество "
    # What families answer who do not know a part of the name, and how they begin
    "не знаю невідомо невідоме неизвестно немає нет unknown памятаю помню мабуть здається наверное кажется "
    "мій моя моє мого мою мой моего моего шукаю розшукую ищу разыскиваю допоможіть помогите"
)
_BROKEN_SUFFIXES = frozenset(_BROKEN.split())
_MARK_BEHIND_HYPHEN = re.compile(f"(?i)(?<=..)-({'|'.join(_MARKS.split())}|oğlu|qızı)$")
_FATHER_MARKS = frozenset(_MARKS.split())
NOISE = frozenset(_BESIDE_NAMES.split())


def whole_and_halves(words: Sequence[Token]) -> tuple[Token, ...]:
    """A double or broken surname: first as one word, then its longer pieces."""
    if len(words) == 1 and (words[0].written.isalpha() or not _HYPHENS.search(words[0].written)):
        return (words[0],)
    pieces = [piece for word in words for piece in _pieces(word)]
    whole = token("".join(word.written for word in words))
    longer = [piece for piece in pieces if len(piece.folded) >= 3]
    return tuple(dict.fromkeys(([whole] if whole else []) + (longer if len(longer) > 1 else [])))


def _pieces(word: Token) -> list[Token]:
    parts = [token(part) for part in _HYPHENS.split(word.written) if part]
    return [part for part in parts if part is not None]


def unbracketed(text: str) -> tuple[str, str]:
    """The text without its brackets, and what stood in them."""
    if "(" not in text and "[" not in text and "{" not in text:
        return text, ""
    inside = " ".join(_BRACKETS.findall(text))
    return (_BRACKETS.sub(" ", text), inside) if inside else (text, "")


def script_of(text: str) -> Script:
    """Whether the text has a Cyrillic letter, and whether it has signs of Belarusian."""
    return _CYRILLIC.search(text) is not None, is_belarusian(text)


def words_of(text: str, script: Script) -> tuple[Token, ...]:
    """The words of a text that hold a letter, at most MAX_WORDS."""
    return _words_of(text[:MAX_TEXT], *script) if text else ()


@lru_cache(maxsize=1 << 16)
def _words_of(text: str, cyrillic: bool, belarusian: bool) -> tuple[Token, ...]:
    if text.count(" ") > 3:
        text = _SPACED_OUT.sub(lambda spaced: spaced[0].replace(" ", ""), text)
    parts = BETWEEN_WORDS.split(text)
    found = [word for part in parts if part for word in _words_in(part, cyrillic, belarusian)]
    return tuple(_mended(found[:MAX_WORDS]))


@lru_cache(maxsize=1 << 17)
def _words_in(part: str, cyrillic: bool, belarusian: bool) -> tuple[Token, ...]:
    """The words of a text without spaces: one, if nobody glued two. Cached, since names repeat."""
    words = (
        token(_cyrillic_if_likely(piece[:MAX_LETTERS], cyrillic), belarusian) for piece in _unglued(part)
    )
    return tuple(word for word in words if word is not None and word.folded not in NOISE)


def _unglued(part: str) -> Iterator[str]:
    """ШЕВЧЕНКООлександр, ОлександрМиколайович, Мамед-огли."""
    if marked := _MARK_BEHIND_HYPHEN.search(part):
        return iter((part[: marked.start()], marked[1]))
    # One word is quicker to see than a seam is to search for.
    if len(part) < 8 or part.istitle() or part.isupper() or part.islower():
        return iter((part,))
    return filter(None, _GLUED.split(part))


def _cyrillic_if_likely(word: str, cyrillic: bool) -> str:
    return to_cyrillic(word) if cyrillic and word.isascii() and word and looks_cyrillic(word) else word


def _mended(words: list[Token]) -> list[Token]:
    """Words broken by a space joined again: "Олек сандр", "Миколай ович", "Мар яна"."""
    if len(words) < 3 or not (_may_be_broken(words) or any(map(_lost_apostrophe, words, words[1:]))):
        return words
    for at, (left, right) in enumerate(pairwise(words)):
        if left.is_initial or right.is_initial or right.folded in _FATHER_MARKS:
            continue
        joined = token(left.written + right.written)
        if joined is not None and _belong_together(left, right, joined):
            return _mended([*words[:at], joined, *words[at + 2 :]])
    return words


def _may_be_broken(words: list[Token]) -> bool:
    """Three words in good order need no joining, and trying would cost more than all the rest."""
    return len(words) > 3 or words[-1].folded in _BROKEN_SUFFIXES or not any(map(known_given, words))


def _lost_apostrophe(left: Token, right: Token) -> bool:
    """Лук яненко, Дем?ян: small behind a letter that only an apostrophe parts from it."""
    return right.written[0] in "яюєї" and left.written[0].isupper() and left.folded[-1] in "бвдзклмнпрстф"


def _belong_together(left: Token, right: Token, joined: Token) -> bool:
    if _lost_apostrophe(left, right):
        if patronymic_sign(right) >= 2:  # Лук янович, but not Роман янович
            return not known_given(left) and father_class(joined).is_known
        return is_listed(joined) or not (known_given(left) or known_given(right))
    if right.folded in _BROKEN_SUFFIXES:  # but Волчанський Івна Вікторович: two names, of which one is spoilt
        return not right.written.istitle() or father_class(joined).is_known
    if patronymic_sign(right) >= 2:  # Пет рович
        return not known_given(left) and not father_class(right).is_known and father_class(joined).is_known
    return not is_listed(left) and is_listed(joined)


def father_marked(words: list[Token]) -> tuple[list[Token], Token | None]:
    """ "Алієв Ельдар Мамед огли": the word before the mark is the father's name."""
    if _FATHER_MARKS.isdisjoint([word.folded for word in words]):
        return words, None
    for at, word in enumerate(words):
        if word.folded in _FATHER_MARKS and at >= 1:
            rest = words[: at - 1] + words[at + 1 :]
            return (rest, words[at - 1]) if rest else (words[:at], None)
    return words, None


def split_glued(words: list[Token]) -> list[Token]:
    """КОВАЛЕНКОІВАН МИКОЛАЙОВИЧ, олександрмиколайович: a known given name at the edge of a long word."""
    if len(words) > 2 or any(known_given(word) for word in words):
        return words
    for at, word in enumerate(words):
        if len(word.folded) >= 9:
            split = _cut(word)
            # Of two words one must be a patronymic: Jekatarina beside a surname is no Jekat Arina.
            if split and (len(words) == 1 or any(patronymic_sign(one) >= 2 for one in (*split, *words))):
                return [*words[:at], *split, *words[at + 1 :]]
    return words


def unglued_initials(words: list[Token]) -> list[Token]:
    """Шевченко ОМ: two capitals beside a surname are initials, unless one of the words is a given name."""
    if len(words) != 2 or any(map(known_given, words)):
        return words
    for at, word in enumerate(words):
        if len(word.written) == 2 and word.written.isupper() and len(words[1 - at].folded) > 3:
            letters = [one for one in map(token, word.written) if one is not None]
            return [*words[:at], *letters, *words[at + 1 :]]
    return words


def _cut(word: Token) -> list[Token]:
    """Before a patronymic the longest given name (НИКОЛАЙАРТЁМОВИЧ is no Никола), before a given name any surname."""
    halves = [
        (head, tail)
        for size in range(4, len(word.folded) - 3)
        if (head := token(word.folded[:size])) is not None and (tail := token(word.folded[size:])) is not None
    ]
    with_father = (pair for pair in reversed(halves) if _are_given_and_father(*pair))
    with_both = (
        [*named, father]
        for head, father in reversed(halves)
        if patronymic_sign(father) >= 2 and father_class(father).is_known and (named := _cut(head))
    )
    with_given = (pair for pair in halves if is_listed(pair[1]))
    return list(next(with_father, None) or next(with_both, None) or next(with_given, ()))


def _are_given_and_father(head: Token, tail: Token) -> bool:
    return bool(known_given(head)) and patronymic_sign(tail) >= 2 and father_class(tail).is_known
