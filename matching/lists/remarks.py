"""What one text of a list says of somebody who was not released: that he died, or is still held."""

import re
from functools import lru_cache

from matching.engine.normalise import one_script
from matching.lists.columns import Column

# Whole words in every case: Умеров, Останко, Загинайло, Погиба and Смертін are surnames, and "тел." is a telephone.
_LATE = r"(?:загибл|померл|[ву]бит|полегл|м[её]ртв)"
_FALLEN = r"(?:погибш|умерш|павш|загинувш|загибш|померш|скончавш)"
_OF_ONE = (
    rf"помер(?:ла)?|заг[иіы]ну(?:в|ла)|погиб(?:ла)?|умер(?:ла)?|скончал(?:ся|ась|ася)|[ву]бит|м[её]ртв|тіл(?:о|ом)|тел(?:о|ом)"
    rf"|{_LATE}(?:ий|ый|ой|а|ая|о|ого|ому|ім|им|ым|ою|ої|ій|у|ую)"
    rf"|{_FALLEN}(?:ий|ийся|ая|аяся|его|егося|ему|им|ей|ую|ого|ому|а|и)"
)
_OF_MANY = (
    rf"помер(?:ли|ло)|загинул[ио]|погиб(?:ли|ло)|умер(?:ли|ло)|скончались|загибел\w+"
    rf"|{_LATE}(?:і|и|ы|ые|их|ых|ими|ыми|о)|{_FALLEN}(?:ие|их|ими|і)|смерт(?:ь|і|и|ю|ью|ей)"
    r"|тіл(?:а|ами|ах)?|тел(?:а|ами|ах)|останк(?:и|ів|ам|ами|ах|ов)|двохсот\w*|двухсот\w*"
    r"|рештки|морг(?:у|е|а|ом)?|морзі|труп(?:и|ы|ів|ов)|похован(?:і|их)|похоронен(?:і|их|ы|ые|ных)|ро[зс]стрілян(?:і|их)|расстрелян(?:ы|ые|ных)"
    r"|страчен(?:і|их)|казн[её]нн?(?:ы|ые|ых)|(?:закатован|замучен)(?:і|их|ы|ые|ных)|200-?(?:ті|ых|х|е)"
    r"|(?:вічна|світла)\s+пам['’ʼ]?ять|(?:вечная|светлая)\s+память|на\s+щит[іе]|deceased|died|dead|deaths?|killed|fallen(?!\s+ill)|bodies|k\.?i\.?a"
    r"|(?:mortal|human) remains"
)
# What only a remark says so: in a name or a title such a word may be another.
_OF_DEATH = (
    r"смертельн\w*|смертност\w*|загиб|загинувши|загинув\(ла\)|погибнув|умертвл\w*|вбивств\w*|убийств\w*|труп\w*|похован\w*"
    r"|похорон\w*|рештк\w*|самогубств\w*|самоубийств\w*|страчен\w*|казн[её]н\w*|ро[зс]стріля\w*|расстреля\w*|груз\W*200|200-?й(?=\W*$)"
    r"|посмертно|закатован\w*|замучен\w*|летальн\w*|загин\.|не\s+(?:вижив|дожив|выжил|дожил)"
    r"|(?:збіг|співпад|совпад)\w*\W+(?:(?:за|по|з|с)\W+)?днк|днк\W+(?:збіг|(?:співпа|совпа)[лд])\w*(?!\W+(?:не|нем|нет)\w*)"
    r"|body|remains (?:returned|found|handed)|fatal\w*|executed|perished"
)
_BODIES = r"\b(?:обмен|передач|возврат)\w*\s+тел\b|\b(?:вантаж|груз)\W{0,3}200\b|^\W*200\W*$"
BEGIN, END = r"(?<![^\W_])", r"(?![^\W_])"  # "_" is no letter: believed_dead, Загиблі_травень
_DEATH = rf"{BEGIN}(?:{_OF_ONE}|{_OF_MANY}){END}|{_BODIES}"
# Of the living too it is said that they are repatriated; in a remark one has to ask, a title says nothing by it.
_REPATRIATED = r"|\bрепатр[іи]ац"
_NOT_FREED = (
    r"\bне\s*(?:(?:був|була|були|был|была|были|буде|будет)\s+)?"
    r"(?:звільн|обмін|обмен|освобо|поверну|верну|переда|приїх|приех|привез)"
)
# Of a unit a man may be dropped, and released all the same.
_ROLL_OF_A_UNIT = r"(?!(?!.*обм[іе]н)\w*\W+(?:[^\W\d_]+\W+)?част(?:ини|ин|и|ей)\b)"
_HELD = (
    rf"{_NOT_FREED}"
    rf"|\bне\s+(?:увійш|ввійш|вош|попа|потрапи|включ)\w+\s+(?:до|в|у|на)\s+(?:обмін|обмен|спис{_ROLL_OF_A_UNIT})"
    r"|\b(?:поверну|возвра[тщ])\w*\s+(?:назад|(?:до|в|у)\s+(?:сізо|сизо|колон|тюр|вязн))"
    r"|\b(?:перен[её]с|відклад|отлож)\w*\s+(?:на|до)\s+(?:[^\W\d_]+\s+)?(?:обмін|обмен|етап|этап)"
    r"|\b(?:утримується|утримуються|удерживается|удерживаются)\b(?!.*\b(?:з|із|від|с|от)\s+\d)"
    r"|^\W*(?:(?:ще|досі|й|і|и|поки|все|ещё|еще|до\s+сих\s+пор)\s+)*[ву]\s+(?:рос\w+\s+)?(?:полоні|плену)"
    r"(?:\s+(?:в\s+|у\s+)?(?:рф|росі\w+|росси\w+))?\W*(?:\d{1,3}\W*(?:ос\w*|чол\w*|чел\w*)?\W*)?$"
    r"|\b(?:залиш|остал|оста[её]т|остаются|перебуває|перебувають|находится|находятся)\w*\b.{0,40}\b(?:полон|плен|неволі|неволе)\w*\b(?!\W+(?:з|із|від|с|от)\b)"
    r"|викресл|вычеркн|(?:вилуч|виключ|исключ|знят|снят)\w*\s+(?:зі|із|з|из|с)\s+(?:спис|обм)"
    r"|\bвідмов\w*\s+(?:від\s+обм|поверта)|\bотказ\w*\s+от\s+обм"
    r"|\bnot (?:been )?(?:released|freed|exchanged|return)|\bstill (?:held|a? ?pow|in (?:russian )?captivity)"
    r"|\b(?:remains?|remaining|held) in (?:captivity|russia)|^\W*in (?:russian )?captivity\W*$"
    r"|\bremaining (?:pow|prisoner)|\bremoved from\b"
)
_SIGNS_OF_DEATH = "†✝✞☠🕯⚰🪦"
_CROSSES = "❌✗✘"  # before a name, or for a "no"
_OF_HIS_DEATH = rf"{_DEATH}|{BEGIN}(?:{_OF_DEATH}){END}|[{_SIGNS_OF_DEATH}]"
_SAYS_DEAD = re.compile(_OF_HIS_DEATH + _REPATRIATED, re.I)
SAYS_HE_DIED = re.compile(_OF_HIS_DEATH, re.I)
_IS_NO_NAME = re.compile(
    rf"{_OF_HIS_DEATH}|{BEGIN}(?i:загину(?:в|ла|ли)|загибл(?:ий|а|ого|і)|померл(?:ий|а)|погибший|погибла|посмертно){END}"
)
# Of others: a street, or a unit ("вул. полеглих героїв", "рота евакуації тіл").
_OF_THOSE = re.compile(rf"{BEGIN}(?:загиблих|полеглих|померлих|погибших|павших|тіл|тел|поховань){END}")
# Where he is, or was, a column for places says of everybody.
_NOT_FREED_IN_SMALL = re.compile(rf"{_NOT_FREED}|[{_CROSSES}]")
# What most names are not.
_IN_SMALL = re.compile(rf"(?<![^\W_])[a-zа-яіїєґё]|[{_SIGNS_OF_DEATH}{_CROSSES}]|(?:ЗАГ|Заг|ПО|По)[^ ]")
_OF_DEATHS = re.compile(rf"{_DEATH}|{BEGIN}похован\w*", re.I)  # in a heading
_NAMES_BOTH = re.compile(r"звільн|освобо|жив|released|alive", re.I)
_OF_STATES = re.compile(r"стат|катег|стан|состоян|status|state", re.I)  # there 200 is no number of a row
# In the plural: of one man ("Помер 13.05.2025") a remark may stand in a line of its own.
_TITLE_OF_DEAD = re.compile(rf"{BEGIN}(?:{_OF_MANY}){END}|{_BODIES}", re.I)
_OF_HIS_DEATH_ALONE = re.compile(
    r"\W*(?:дата|причин[аи]|обставини|обстоятельства|місце|место|date|cause|place)\W+(?:of\W+)?(?:смерт|загибел|гибел|death)",
    re.I,
)
_REMARK_ALONE = re.compile(rf"\W*(?:{_OF_ONE})(?:\s+[ув]\s+\w+)?[\W\d]*(?:р\W*)?", re.I)
SAYS_HELD = re.compile(_HELD, re.I)
_NO = re.compile(
    r"\W*(?:(?:ні|нет|не|no|n|false|н/?д|немає|нема|відсутн\w*|жив(?:ий|а|і|ой|ы|ые)?|alive|0)(?:\W+|$))*",
    re.I,
)
# Headings that ask, and nothing else: from his service or of his dues a man is "звільнений" as well.
_YES_OR_NO = r"\W*(?:(?:так|да|yes)\W+(?:ні|нет|no)\W*)?"
_ASKS_IF_FREED = re.compile(
    r"\W*(?:(?:чи|статус|факт|відмітка\s+про|отметка\s+об?)\s+)?(?:(?:звільнен|визволен|обмінян|повернен|повернут)(?:ий|а|о|і|ня)?|обміну?|повернувся|повернення"
    r"|звільнили|обміняли|освободили|обменяли"
    r"|(?:освобожд[её]н|обменян|возвращ[её]н)(?:а|о|ы|ие|ный)?|обмена?|вернулся|released|freed|exchanged?|returned)"
    rf"(?:\s+(?:з|із|из)\s+(?:полону|плена))?{_YES_OR_NO}",
    re.I,
)
_ASKS_IF_ALIVE = re.compile(rf"\W*(?:чи\s+)?(?:жив(?:ий|а|і|ой|ая|ые)?|alive){_YES_OR_NO}", re.I)
_ASKS_IF_HELD = re.compile(
    r"\bне\s*(?:звільн|обмін|обмен|освобо|поверну|верну)|\bnot (?:released|freed|exchanged)", re.I
)
_PLAIN_NO = re.compile(rf"\W*(?:ні|нет|не|no|n|false|0)\W*|[-–—]+|\W*[{_CROSSES}]\W*", re.I)
_TICK = re.compile(r"[+✓✔☑√✅]")
_YES = re.compile(
    r"\W*(?:так|да|yes|y|true|1|v|(?:звільн|визвол|обмін|поверну|освобо|обмен|верну)\w*|released|freed|exchanged|returned)\b.*",
    re.I,
)
_NOTHING = re.compile(
    r"[\s.…?]*(?:(?:н/?д|не\s?відомо|не\s?известно|уточню[єю]ться|уточняется|unknown)[\s.…?]*)?", re.I
)
_PARTED = re.compile(r"(?<=[a-zа-яіїєґё])[-‐]\s+(?=[a-zа-яіїєґё])")  # "заги- нув", where a line has ended
_LATIN, _WORD = re.compile("[A-Za-z]"), re.compile(r"\w+")
MOST = 1_000
CODES = frozenset({"says_dead", "says_held", "below_title", "left_blank"})


def says(text: str) -> str:
    """Of these CODES the one that a remark beside a name is reason for, or ""; words parted by a line are read, too."""
    told = text[:MOST]
    whole = _PARTED.sub("", told)
    return _says(told) or (_says(whole) if whole != told else "")


def _says(text: str) -> str:
    read = in_one_script(text)
    if _SAYS_DEAD.search(read):
        return "says_dead"
    return "says_held" if SAYS_HELD.search(read) else ""


def says_among_names(text: str) -> str:
    """As `says`, of a cell for names, a rank, a place: Мертвий with a capital is a surname, and "загинув" is none."""
    return _says_among_names(text[:MOST]) if _IN_SMALL.search(text[:MOST]) else ""


def says_in_place(text: str) -> str:
    """As `says_among_names`, of a place or a unit, which may be named for others."""
    return says_among_names(_OF_THOSE.sub("", text[:MOST]))


@lru_cache(maxsize=4096)
def _says_among_names(text: str) -> str:
    read = in_one_script(text)
    if _IS_NO_NAME.search(read):
        return "says_dead"
    return "says_held" if _NOT_FREED_IN_SMALL.search(read) else ""


def is_a_remark(text: str) -> bool:
    """Where a name should stand: "Помер 13.05.2025", of the man above."""
    return _REMARK_ALONE.fullmatch(in_one_script(text[:MOST])) is not None


def is_of_the_dead(title: str) -> bool:
    """A title that speaks of many dead, or of bodies."""
    read = in_one_script(title[:MOST])
    return _TITLE_OF_DEAD.search(read) is not None and _OF_HIS_DEATH_ALONE.match(read) is None


def says_in_column(column: Column, cell: str) -> str:
    """As `says`; so do a date under "Дата смерті", a "так" under "Загиблий" and a "ні" under "Звільнений"."""
    if code := _answers(in_one_script(column.heading), cell[:MOST]):
        return code
    may_tell = column.field == "note" or _OF_STATES.search(column.heading)
    is_count = not may_tell and not any(map(str.isalpha, cell))  # the two hundredth row
    return "" if is_count else says(cell)


def asks_if_freed(column: Column) -> bool:
    """Its heading asks, and nothing else, whether somebody was released."""
    return _ASKS_IF_FREED.fullmatch(in_one_script(column.heading)) is not None


def says_whether(cell: str) -> bool:
    """A tick, a yes or a no, or the word itself, below a heading that asks."""
    told = cell[:MOST]
    return _TICK.search(told) is not None or any(answer.fullmatch(told) for answer in (_YES, _PLAIN_NO))


def says_nothing(cell: str) -> bool:
    """Blank, a question mark, "not known"."""
    return _NOTHING.fullmatch(cell) is not None


def _answers(heading: str, cell: str) -> str:
    """What a yes or a no says below a heading that asks; nothing below one that leaves a choice."""
    is_yes = not _NO.fullmatch(cell) or _TICK.search(cell) is not None
    if _ASKS_IF_HELD.search(heading):
        return "says_held" if is_yes else ""
    if _OF_DEATHS.search(heading) and not _NAMES_BOTH.search(heading):
        return "says_dead" if is_yes else ""
    if _PLAIN_NO.fullmatch(cell) is None:
        return ""
    if _ASKS_IF_ALIVE.fullmatch(heading):
        return "says_dead"
    return "says_held" if _ASKS_IF_FREED.fullmatch(heading) else ""


def in_one_script(text: str) -> str:
    """Загиблi with a Latin i: as in names, such a letter is put right."""
    is_mixed = not text.isascii() and _LATIN.search(text)
    return _WORD.sub(lambda word: one_script(word[0]), text) if is_mixed else text
