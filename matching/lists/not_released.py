"""What a list itself says of people who were not released: beside a name, in a column of its own, in a title above.

On any list it is worth a look. On a list of the released such a row is nobody's news until a person has cleared it up.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from matching.engine.normalise import one_script
from matching.lists.beside_name import take_rank
from matching.lists.columns import Column
from matching.lists.looks import names_a_given, names_somebody
from matching.lists.rows import PersonRow, Problem, Refused, Remark, Rows
from matching.lists.table import Line, short

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
    r"|рештки|труп(?:и|ы|ів|ов)|похован(?:і|их)|похоронен(?:і|их|ы|ые|ных)|ро[зс]стрілян(?:і|их)|расстрелян(?:ы|ые|ных)"
    r"|страчен(?:і|их)|казн[её]нн?(?:ы|ые|ых)|(?:закатован|замучен)(?:і|их|ы|ые|ных)|200-?(?:ті|ых|х|е)"
    r"|(?:вічна|світла)\s+пам['’ʼ]?ять|(?:вечная|светлая)\s+память|на\s+щит[іе]|deceased|died|dead|deaths?|killed|fallen|bodies|k\.?i\.?a"
    r"|(?:mortal|human) remains"
)
# What only a remark says so: in a name or a title such a word may be another.
_OF_DEATH = (
    r"смертельн\w*|смертност\w*|загиб|загинувши|загинув\(ла\)|погибнув|умертвл\w*|вбивств\w*|убийств\w*|труп\w*|похован\w*"
    r"|похорон\w*|рештк\w*|самогубств\w*|самоубийств\w*|страчен\w*|казн[её]н\w*|ро[зс]стріля\w*|расстреля\w*|груз\W*200|200-?й"
    r"|посмертно|закатован\w*|замучен\w*|летальн\w*|загин\.|не\s+(?:вижив|дожив|выжил|дожил)"
    r"|body|remains (?:returned|found|handed)|fatal\w*|executed|perished"
)
_BODIES = r"\b(?:обмен|передач|возврат)\w*\s+тел\b|\b(?:вантаж|груз)\W{0,3}200\b|^\W*200\W*$"
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"  # "_" is no letter: believed_dead, Загиблі_травень
_DEATH = rf"{_BEGIN}(?:{_OF_ONE}|{_OF_MANY}){_END}|{_BODIES}"
# Of the living too it is said that they are repatriated; in a remark one has to ask, a title says nothing by it.
_REPATRIATED = r"|\bрепатр[іи]ац"
_NOT_FREED = (
    r"\bне\s*(?:(?:був|була|були|был|была|были|буде|будет)\s+)?"
    r"(?:звільн|обмін|обмен|освобо|поверну|верну|переда)"
)
_HELD = (
    rf"{_NOT_FREED}"
    r"|\bне\s+(?:увійш|ввійш|вош|попа|потрапи|включ)\w+\s+(?:до|в|у|на)\s+(?:обмін|обмен|спис)"
    r"|\b(?:утримується|утримуються|удерживается|удерживаются)\b(?!.*\b(?:з|із|від|с|от)\s+\d)"
    r"|^\W*(?:(?:ще|досі|й|і|и|поки|все|ещё|еще|до\s+сих\s+пор)\s+)*[ву]\s+(?:рос\w+\s+)?(?:полоні|плену)"
    r"(?:\s+(?:в\s+|у\s+)?(?:рф|росі\w+|росси\w+))?\W*(?:\d+\W*(?:ос\w*|чол\w*|чел\w*)?\W*)?$"
    r"|\b(?:залиш|остал|оста[её]т|остаются|перебуває|перебувають|находится|находятся)\w*\b.{0,40}\b(?:полон|плен|неволі|неволе)\w*\b(?!\W+(?:з|із|від|с|от)\b)"
    r"|викресл|вычеркн|(?:вилуч|виключ|исключ|знят|снят)\w*\s+(?:зі|із|з|из|с)\s+(?:спис|обм)"
    r"|\bвідмов\w*\s+(?:від\s+обм|поверта)|\bотказ\w*\s+от\s+обм"
    r"|\bnot (?:been )?(?:released|freed|exchanged|return)|\bstill (?:held|a? ?pow|in (?:russian )?captivity)"
    r"|\b(?:remains?|remaining|held) in (?:captivity|russia)|^\W*in (?:russian )?captivity\W*$"
    r"|\bremaining (?:pow|prisoner)|\bremoved from\b"
)
_FREED = re.compile(
    r"звільн|обмін|обмен|освобо|\b(?:по)?верну(?:вся|лися|лись|лся)|\breleased|\bfreed|\bexchanged", re.I
)
# Bodies are exchanged and come back, too.
_RELEASED = re.compile(
    r"звільн|освобо|\breleased|\bfreed|обмін\w*\s+(?:військово)?полонен|обмен\w*\s+(?:военно)?пленн", re.I
)
_OF_HIS_DEATH = rf"{_DEATH}|{_BEGIN}(?:{_OF_DEATH}){_END}|[†✝✞☠]"
_SAYS_DEAD = re.compile(_OF_HIS_DEATH + _REPATRIATED, re.I)
_SAYS_HE_DIED = re.compile(_OF_HIS_DEATH, re.I)
_IS_NO_NAME = re.compile(
    rf"{_OF_HIS_DEATH}|{_BEGIN}(?i:загину(?:в|ла|ли)|загибл(?:ий|а|ого|і)|померл(?:ий|а)|погибший|погибла|посмертно){_END}"
)
_NOT_FREED_IN_SMALL = re.compile(_NOT_FREED)  # where he is, or was, a column for places says of everybody
_IN_SMALL = re.compile(r"(?<![^\W_])[a-zа-яіїєґё]|[†✝✞☠]|(?:ЗАГ|Заг|ПО|По)[^ ]")  # what most names are not
_OF_DEATHS = re.compile(rf"{_DEATH}|{_BEGIN}похован\w*", re.I)  # in a heading
_NAMES_BOTH = re.compile(r"звільн|освобо|жив|released|alive", re.I)
_OF_STATES = re.compile(r"стат|катег|стан|состоян|status|state", re.I)  # there 200 is no number of a row
# In the plural: of one man ("Помер 13.05.2025") a remark may stand in a line of its own.
_TITLE_OF_DEAD = re.compile(rf"{_BEGIN}(?:{_OF_MANY}){_END}|{_BODIES}", re.I)
_OF_HIS_DEATH_ALONE = re.compile(
    r"\W*(?:дата|причин[аи]|обставини|обстоятельства|місце|место|date|cause|place)\W+(?:of\W+)?(?:смерт|загибел|гибел|death)",
    re.I,
)
_OF_ONE_OR_MANY = re.compile(
    rf"{_BEGIN}(?:died|смерт(?:ь|і|и|ю|ью)|k\.?i\.?a|(?:mortal|human) remains){_END}", re.I
)
_REMARK_ALONE = re.compile(rf"\W*(?:{_OF_ONE})(?:\s+[ув]\s+\w+)?[\W\d]*(?:р\W*)?", re.I)
# The whole cell, but for a number before it and what follows: in "Загиблі у 2024 р." a letter with a full stop is no
# initial, nor in "ЗАГИБЛІ М. КИЇВ".
_CAPITAL = "[А-ЯІЇЄҐЁA-Z]"
_WITH_INITIALS = re.compile(
    rf"(?:[^\W\d_][\w'’ʼ-]+\s+{_CAPITAL}\.\s*(?:{_CAPITAL}\.?)?"
    rf"|{_CAPITAL}\.\s*(?:{_CAPITAL}\.\s*)?[^\W\d_][\w'’ʼ-]+)\s*(?:[\d,;(].*)?"
)
# "Б. Загиблі (12)" is a title with its letter: nobody is called so.
_NO_SURNAME = re.compile(
    r"(?:загибл|померл|полегл|[ву]бит|м[её]ртв)і\b|(?:погибш|умерш|павш|м[её]ртв|убит|полегш|загинувш)(?:ие|ые|і)\b|убиты\b"
    r"|\b(?:загинули|померли|погибли|умерли|dead|deceased|killed)\b",
    re.I,
)
_NO_MANS_NAME = re.compile(
    rf"{_BEGIN}(?:(?:загибл|померл|полегл)(?:і|их)|вбиті|убиті|(?:погибш|умерш)(?:ие|их)|не\s*звільнені|не\s*освобожд[её]нные)"
    rf"{_END}",
    re.I,
)
# A given name, too, of Crimean Tatars: not before what follows a verb.
_UMER = re.compile(r"\b(?:[Уу]мер(?=\W*(?:$|\d|[а-яіїєґё]))|УМЕР(?=\W*(?:$|\d|(?:В|ВО|ОТ|ПРИ|НА)\b)))")
_NUMBER = re.compile(r"\W*\d{1,5}\W+")
_TITLE_OF_FREED = re.compile(
    r"(?:звільнен|обмінян|визволен|повернут)(?:і|их|о)\b|(?:освобожд[её]нн?|обменянн?)(?:[ыоиь][ехй]|[ыо])\b"
    r"|поверну(?:лися|лись)|вернулись|^\W*жив(?:і|ые)\W*$|\breleased\b|\bfreed\b|\bexchanged\b",
    re.I,
)
_SAYS_HELD = re.compile(_HELD, re.I)
# Only as a whole title: most of the released were missing once, and remarks say so.
_TITLE_OF_SOUGHT = re.compile(
    r"\W*(?:(?:список|перелік)\s+(?:осіб\W+)?)?(?:зникл(?:і|их)(?:\s+безвісти)?|безвісти\s+зникл(?:і|их)"
    r"|пропавши[ех]\s+без\s+вести|без\s+вести\s+пропавши[ех]|missing(?:\s+in\s+action)?|кандидат[иы]\s+на\s+обм[іе]н"
    r"|репатр[іи]ац[ія]я|(?:за)?лишил[ио]с[ья]|остались)\W*(?:\d+\W*(?:ос\w*|чол\w*|чел\w*)?\W*)?",
    re.I,
)
_OF_ONE_HELD = (
    r"(?:звільнен|обмінян|поверну[тв]|викреслен|вилучен|знят)(?:ий|а|ся)?\b|(?:освобожд[её]н|обменян|вычеркнут|исключ[её]н|снят)а?\b"
    r"|(?:залиш|остал)(?:ився|илася|ась|ся)"
)
_SAYS_HE_IS_HELD = re.compile(
    rf"{_OF_ONE_HELD}|(?:залишається|перебуває|утримується|остается|остаётся|находится|удерживается)\b", re.I
)
_OF_HIM_ALONE = re.compile(_OF_ONE_HELD, re.I)  # "перебуває в полоні" may be a title of those below, too
_NO = re.compile(
    r"\W*(?:(?:ні|нет|не|no|n|false|н/?д|немає|нема|відсутн\w*|жив(?:ий|а|і|ой|ы|ые)?|alive|0)(?:\W+|$))*",
    re.I,
)
# Headings that ask, and nothing else: from his service or of his dues a man is "звільнений" as well.
_YES_OR_NO = r"\W*(?:(?:так|да|yes)\W+(?:ні|нет|no)\W*)?"
_ASKS_IF_FREED = re.compile(
    r"\W*(?:(?:чи|статус|факт)\s+)?(?:(?:звільнен|обмінян|повернен|повернут)(?:ий|а|о|і|ня)?|обміну?|повернувся|повернення"
    r"|(?:освобожд[её]н|обменян|возвращ[её]н)(?:а|о|ы|ие|ный)?|обмена?|вернулся|released|freed|exchanged?|returned)"
    rf"(?:\s+(?:з|із|из)\s+(?:полону|плена))?{_YES_OR_NO}",
    re.I,
)
_ASKS_IF_ALIVE = re.compile(rf"\W*(?:чи\s+)?(?:жив(?:ий|а|і|ой|ая|ые)?|alive){_YES_OR_NO}", re.I)
_ASKS_IF_HELD = re.compile(
    r"\bне\s*(?:звільн|обмін|обмен|освобо|поверну|верну)|\bnot (?:released|freed|exchanged)", re.I
)
_PLAIN_NO = re.compile(r"\W*(?:ні|нет|не|no|n|false|0)\W*|[-–—]+", re.I)
_TICK = re.compile(r"[+✓✔☑√✅]")
_COUNT = re.compile(
    r"(?!\W*(?:200\s*:|[«“\"]200))[^\w†]*"
    r"(?:\d+[^\w†]*(?:(?:ос[іо]б\w*|чол\w*|люд\w*|человек\w*|чел\w*|people|persons)[^\w†]*)?)?",
    re.I,
)
_DATE = re.compile(r"[^\w†]*\d{1,2}\W\d{1,2}\W\d{2,4}\W*(?:[рг]\W*)?", re.I)
_LATIN, _WORD = re.compile("[A-Za-z]"), re.compile(r"\w+")
_MOST = 1_000
_MOST_OF_A_TITLE = 3  # cells: "1 | Загиблі | 15 осіб"
CODES = frozenset({"says_dead", "says_held", "below_title"})


def says(text: str) -> str:
    """Of these CODES the one that a remark beside a name is reason for, or ""."""
    read = _in_one_script(text[:_MOST])
    if _SAYS_DEAD.search(read):
        return "says_dead"
    return "says_held" if _SAYS_HELD.search(read) else ""


def says_among_names(text: str) -> str:
    """As `says`, of a cell for names, a rank, a place: Мертвий with a capital is a surname, and "загинув" is none."""
    return _says_among_names(text[:_MOST]) if _IN_SMALL.search(text[:_MOST]) else ""


@lru_cache(maxsize=4096)
def _says_among_names(text: str) -> str:
    read = _in_one_script(text)
    if _IS_NO_NAME.search(read):
        return "says_dead"
    return "says_held" if _NOT_FREED_IN_SMALL.search(read) else ""


def is_a_remark(text: str) -> bool:
    """Where a name should stand: "Помер 13.05.2025", of the man above."""
    return _REMARK_ALONE.fullmatch(_in_one_script(text[:_MOST])) is not None


def is_of_the_dead(title: str) -> bool:
    """A title that speaks of many dead, or of bodies."""
    read = _in_one_script(title[:_MOST])
    return _TITLE_OF_DEAD.search(read) is not None and _OF_HIS_DEATH_ALONE.match(read) is None


def says_in_column(column: Column, cell: str) -> str:
    """As `says`; so do a date under "Дата смерті", a "так" under "Загиблий" and a "ні" under "Звільнений"."""
    if code := _answers(_in_one_script(column.heading), cell[:_MOST]):
        return code
    may_tell = column.field == "note" or _OF_STATES.search(column.heading)
    is_count = not may_tell and not any(map(str.isalpha, cell))  # the two hundredth row
    return "" if is_count else says(cell)


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


def _in_one_script(text: str) -> str:
    """Загиблi with a Latin i: as in names, such a letter is put right."""
    is_mixed = not text.isascii() and _LATIN.search(text)
    return _WORD.sub(lambda word: one_script(word[0]), text) if is_mixed else text


class Heard(NamedTuple):
    """What one line says besides naming somebody: whether it is a title of those below, of who was not released or of
    who was; and of CODES the one that it is reason for as a remark on the man above ("помер від ран"), or ""."""

    is_title: bool
    of_the_man_above: str


class Titles:
    """Hears every line of a file in its order, and knows below which title the people stand."""

    def __init__(self) -> None:
        self.sheet = ""
        self.above = ""

    def enter(self, sheet: str) -> None:
        """A sheet's name is a title too; another list in the same sheet goes on below the title before."""
        if sheet != self.sheet:
            self.sheet, self.above = sheet, sheet if _is_of_others(_in_one_script(sheet)) else ""

    def hear(self, line: Line) -> Heard:
        """What the line says. "Перебуває в полоні", or "Смерть", may be both: a title of those below, and a remark."""
        filled = _filled(line)
        said = _of_the_man_above(filled)
        return Heard(self._is_title(filled, said), said)

    def _is_title(self, filled: list[str], said: str) -> bool:
        title = _title_of(filled)
        if not title or _names_anybody(title):
            return False
        if said and not title.endswith(":") and _is_of_him_alone(title, said):
            return False
        if said or _is_of_others(title):
            self.above = short(title)
        elif _TITLE_OF_FREED.search(title):
            self.above = ""
        else:
            return False
        return True

    def remarked(self, row: PersonRow, column: Column) -> PersonRow:
        """The row with a remark where it stands below a title of those who were not released."""
        if not self.above:
            return row
        value = next(iter(row.raw[column.index : column.index + 1]), "")
        where = (row.sheet, row.number, column.title(), short(value.strip()))
        return row._replace(remarks=(*row.remarks, Remark(*where, "below_title", {"title": self.above})))


def _filled(line: Line) -> list[str]:
    """What a line says besides counts; a line of many cells is no title, whatever they are."""
    filled = [*dict.fromkeys(line.filled())]
    if len(filled) > _MOST_OF_A_TITLE:
        return filled
    return [_in_one_script(cell[:_MOST]) for cell in filled if not _COUNT.fullmatch(cell[:_MOST])]


def _title_of(filled: list[str]) -> str:
    """What a line says as a title: "II." and "Загиблі" beside it are one, "Мертвих" and "Лука" a man."""
    if len(filled) <= 1:
        return "".join(filled)
    is_title = len(filled) <= _MOST_OF_A_TITLE and not any(map(_names_anybody, filled))
    return " ".join(filled) if is_title and _NO_MANS_NAME.search(" ".join(filled)) else ""


def _is_of_him_alone(title: str, said: str) -> bool:
    return not is_of_the_dead(title) if said == "says_dead" else _OF_HIM_ALONE.search(title) is not None


def _of_the_man_above(filled: list[str]) -> str:
    """Of CODES the one that a line is reason for which holds nothing but a remark on one man, and maybe a date."""
    told = [cell for cell in filled if not _DATE.fullmatch(cell[:_MOST])]
    if len(told) != 1 or _names_anybody(_UMER.sub("", told[0])):
        return ""
    if is_of_the_dead(told[0]) and _OF_ONE_OR_MANY.search(told[0]) is None:
        return ""
    code = says(told[0])
    is_of_one = (_SAYS_HE_DIED if code == "says_dead" else _SAYS_HE_IS_HELD).search(told[0])
    return code if is_of_one else ""


def names_one_by_initials(cell: str) -> bool:
    """ "Останков П.С.", "3) солдат Мертвих В. І.": a surname that is a word of the dead, and no title."""
    _, name = take_rank(_NUMBER.sub("", cell, count=1) if _NUMBER.match(cell) else cell)
    return _WITH_INITIALS.fullmatch(name) is not None and _NO_SURNAME.search(name) is None


def _names_anybody(cell: str) -> bool:
    return names_one_by_initials(cell) or names_somebody(cell) or names_a_given(cell)


def _is_of_others(title: str) -> bool:
    """Of the dead, or of those still held or sought, and not of both these and the released."""
    rest = _SAYS_HELD.sub("", title)
    if is_of_the_dead(title):
        return not _RELEASED.search(rest)
    is_of_held = rest != title and not _FREED.search(rest)
    return is_of_held or _TITLE_OF_SOUGHT.fullmatch(title[:_MOST]) is not None


def held_back(rows: Rows) -> Rows:
    """Of a list of the released: who was not released, by the list's own words, is refused until somebody has asked."""
    people = list(map(refused_if_not_released, rows.people))
    return Rows(
        tuple(row for row in people if isinstance(row, PersonRow)),
        (*rows.refused, *(row for row in people if isinstance(row, Refused))),
        rows.skipped,
    )


def refused_if_not_released(row: PersonRow) -> PersonRow | Refused:
    """The row, or the reason for asking first."""
    problems = tuple(
        Problem(told.sheet, told.row, told.column, told.value, told.code, told.params)
        for told in row.remarks
        if told.code in CODES
    )
    return Refused(row.sheet, row.number, row.raw, problems, row.page) if problems else row
