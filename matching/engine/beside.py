"""What stands beside a name in free text: мій син Андрій Коваленко, солдат, позивний Грім, дружина Оксана.

Most of these words are surnames too, so that none is taken away unless a name is left without it.
"""

from __future__ import annotations

import re

from matching.engine.arranging import is_like_surname
from matching.engine.names import known_given
from matching.engine.normalise import Token
from matching.engine.patronymics import patronymic_sign
from matching.engine.splitting import NOISE, Script, words_of

_CALLED = frozenset(("позивний", "позивного", "позывной", "псевдо", "псевдонім", "псевдоним", "кличка"))
_SON = frozenset(("син", "сын", "сина", "сына"))
# Behind a name they begin another one: that of whoever writes.
_OF_THE_FAMILY = (
    "донька дочка дочь дружина дружини жена жены мати мать мама матері матери сестра сестри сестры бабуся бабушка "
    "батько батька отець отец отца тато папа брат брата чоловік чоловіка муж мужа дядько дядя тітка тётя дід дед "
    "племінник племянник онук внук кум друг зять сват хлопець наречений жених наречена"
)
_RANKS = (
    "солдат солдата рядовий рядовой матрос матроса сержант сержанта старшина прапорщик мічман мичман лейтенант капітан "
    "капитан майор підполковник подполковник полковник єфрейтор ефрейтор старший старшого молодший младший головний "
    "главный штаб ст мол мл гол серж солд лейт кап снт прап ппк капн "
    "private soldier sergeant captain major pvt sgt cpl lt cpt"
)
_REMARKS = (
    "поранений поранена ранений раненый ранен полонений пленный військовий военный військовополонений "
    "військовослужбовець военнослужащий цивільний гражданский морпіх морпех прикордонник пограничник азовець азов "
    "доброволець контрактник мобілізований медик обмін обмен безвісти вести хворий больной тяжко важко тяжело тел "
    "запасу запаса резерву резерва стрілець стрелок водій водитель кулеметник пулеметчик пулемётчик гранатометник "
    "гранатометчик навідник наводчик снайпер механік механик розвідник разведчик сапер сапёр санітар санитар фельдшер "
    "нацгвардієць нацгвардеец поліцейський полицейский сл вп "
    "маріуполь мариуполь азовсталь"
)
_RELATIVES = frozenset(_OF_THE_FAMILY.split())
_BESIDE = _CALLED | _SON | _RELATIVES | frozenset(_RANKS.split()) | frozenset(_REMARKS.split())
_QUOTED = re.compile(r"(?<!\w)[«\"“„]\s?[^\W\d_][^«»\"“”„]{1,30}[»\"”“](?!\w)")


def is_beside(word: str) -> bool:
    """A small-letter word that stands beside names, or the "я" of whoever writes."""
    return word in _BESIDE or word in NOISE or word == "я"


def begins_another(word: str) -> bool:
    """A small-letter word behind which a relative of the man is named, or his callsign."""
    return word in _RELATIVES or word in _SON or word in _CALLED


def without_remarks(words: list[Token]) -> tuple[list[Token], Token | None]:
    """The words of the name; and the father's name, where the text tells whose son he is."""
    if _BESIDE.isdisjoint([word.folded for word in words]):
        return words, None
    his, father = _his_own(words)
    left = [word for word in his if word.folded not in _BESIDE]
    return (left, father) if _has_surname(left, words) else (words, None)


def without_callsign(text: str, script: Script) -> str:
    """Коваленко Андрій «Грім» Петрович; but «Коваленко» Андрій Петрович has its surname in quotes."""
    if _QUOTED.search(text) is None:
        return text
    left = _QUOTED.sub(" ", text)
    words = list(words_of(left, script))
    return left if _has_surname(words, words) else text


def _his_own(words: list[Token]) -> tuple[list[Token], Token | None]:
    """Коваленко Андрій позивний Грім; Андрій Коваленко син Петра; Коваленко Андрій, мати Коваленко Марія."""
    for at, word in enumerate(words):
        behind = words[at + 1 :]
        if word.folded in _CALLED:
            return [*words[:at], *behind[1:]], None
        if at < 2 or not any(map(known_given, words[:at])):
            continue
        if word.folded in _SON and len(behind) == 1 and known_given(behind[0]):
            return words[:at], behind[0]
        if word.folded in _RELATIVES:
            return words[:at], None
    return words, None


def _has_surname(left: list[Token], words: list[Token]) -> bool:
    """A surname is among what is left of the words: солдат Андрій Петрович is called Солдат."""
    whole = [word for word in left if not word.is_initial]
    if len(whole) > 2:
        return True
    others = [word for word in whole if not known_given(word) and patronymic_sign(word) < 2]
    if len(left) != 1:
        return bool(others)
    is_alone_in_capitals = words[0].written.islower() and not left[0].written.islower()
    return bool(others) and (is_alone_in_capitals or is_like_surname(left[0]))
