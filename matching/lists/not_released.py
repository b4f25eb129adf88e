"""What a list itself says of people who were not released: beside a name, in a column of its own, in a title above.

On any list it is worth a look. On a list of the released such a row is nobody's news until a person has cleared it up.
"""

import re

from matching.lists.columns import Column
from matching.lists.looks import names_a_given, names_somebody
from matching.lists.namecell import take_rank
from matching.lists.rows import PersonRow, Problem, Refused, Remark, Rows
from matching.lists.table import Line, short

# Whole words in every case: Умеров, Останко, Загинайло, Погиба and Смертін are surnames, and "тел." is a telephone.
_LATE = r"(?:загибл|померл|[ву]бит|полегл|м[её]ртв)"
_FALLEN = r"(?:погибш|умерш|павш|загинувш|загибш|померш|скончавш)"
_OF_ONE = (
    rf"помер(?:ла)?|загину(?:в|ла)|погиб(?:ла)?|умер(?:ла)?|скончал(?:ся|ась|ася)|[ву]бит|м[её]ртв|тіл(?:о|ом)|тел(?:о|ом)"
    rf"|{_LATE}(?:ий|ый|ой|а|ая|о|ого|ому|ім|им|ым|ою|ої|ій|у|ую)"
    rf"|{_FALLEN}(?:ий|ийся|ая|аяся|его|егося|ему|им|ей|ую|ого|ому|а|и)"
)
_OF_MANY = (
    rf"помер(?:ли|ло)|загинул[ио]|погиб(?:ли|ло)|умер(?:ли|ло)|скончались|загибел\w+"
    rf"|{_LATE}(?:і|и|ы|ые|их|ых|ими|ыми|о)|{_FALLEN}(?:ие|их|ими|і)|смерт(?:ь|і|и|ю|ью|ей)"
    r"|тіл(?:а|ами|ах)?|тел(?:а|ами|ах)|останк(?:и|ів|ам|ами|ах|ов)|двохсот\w*|двухсот\w*"
    r"|рештки|труп(?:и|ы|ів|ов)|похован(?:і|их)|похоронен(?:і|их|ы|ые|ных)|ро[зс]стрілян(?:і|их)|расстрелян(?:ы|ые|ных)"
    r"|страчен(?:і|их)|казн[её]н(?:ы|ые|ных)|deceased|died|dead|deaths?|killed|bodies"
)
# What only a remark says so: in a name or a title such a word may be another.
_OF_DEATH = (
    r"смертельн\w*|смертност\w*|загиб|загинувши|загинув\(ла\)|погибнув|умертвл\w*|вбивств\w*|убийств\w*|труп\w*|похован\w*"
    r"|похорон\w*|рештк\w*|самогубств\w*|самоубийств\w*|страчен\w*|казн[её]н\w*|ро[зс]стріля\w*|расстреля\w*|груз\W*200"
    r"|bod(?:y|ies)|(?:mortal|human) remains|fatal\w*|k\.?i\.?a|perished"
)
_BODIES = r"\b(?:обмен|передач|возврат)\w*\s+тел\b|\b(?:вантаж|груз)\W{0,3}200\b|^\W*200\W*$"
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"  # "_" is no letter: believed_dead, Загиблі_травень
_DEATH = rf"{_BEGIN}(?:{_OF_ONE}|{_OF_MANY}){_END}|{_BODIES}"
# Of the living too it is said that they are repatriated; in a remark one has to ask, a title says nothing by it.
_REPATRIATED = r"|\bрепатр[іи]ац"
_HELD = (
    r"\bне\s+(?:(?:був|була|були|был|была|были|буде|будет)\s+)?(?:звільн|обмін|обмен|освобо|поверну|верну|переда)"
    r"|\b(?:залиш|остал|оста[её]т|перебуває|перебувають|находится|находятся|утримується|утримуються|удержива[ею]тся"
    r"|удерживаются)\w*\b.{0,40}\b(?:полон|плен|неволі|неволе)\w*\b(?!\W+(?:з|із|від|с|от)\b)"
    r"|викресл|вычеркн|(?:вилуч|виключ|исключ|знят|снят)\w*\s+(?:зі|із|з|из|с)\s+(?:спис|обм)"
    r"|\bвідмов\w*\s+від\s+обм|\bотказ\w*\s+от\s+обм"
    r"|\bnot (?:released|freed|exchanged)|\bstill (?:held|in captivity)|\bremains? in captivity|\bremoved from\b"
)
_FREED = re.compile(
    r"звільн|обмін|обмен|освобо|\b(?:по)?верну(?:вся|лися|лись|лся)|\breleased|\bfreed|\bexchanged", re.I
)
# Bodies are exchanged and come back, too.
_RELEASED = re.compile(
    r"звільн|освобо|\breleased|\bfreed|обмін\w*\s+(?:військово)?полонен|обмен\w*\s+(?:военно)?пленн", re.I
)
_OF_HIS_DEATH = rf"{_DEATH}|{_BEGIN}(?:{_OF_DEATH}){_END}"
_SAYS_DEAD = re.compile(_OF_HIS_DEATH + _REPATRIATED, re.I)
_SAYS_HE_DIED = re.compile(_OF_HIS_DEATH, re.I)
_DIED = re.compile(_DEATH, re.I)
_NAMES_BOTH = re.compile(r"звільн|освобо|жив|released|alive", re.I)
_OF_STATES = re.compile(r"стат|катег|стан|состоян|status|state", re.I)  # there 200 is no number of a row
# In the plural: of one man ("Помер 13.05.2025") a remark may stand in a line of its own.
_TITLE_OF_DEAD = re.compile(rf"{_BEGIN}(?:{_OF_MANY}){_END}|{_BODIES}", re.I)
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
_NUMBER = re.compile(r"\W*\d{1,5}\W+")
_TITLE_OF_FREED = re.compile(
    r"(?:звільнен|обмінян|визволен|повернут)(?:і|их|о)\b|(?:освобожд[её]нн?|обменянн?)(?:[ыоиь][ехй]|[ыо])\b"
    r"|поверну(?:лися|лись)|вернулись|^\W*жив(?:і|ые)\W*$|\breleased\b|\bfreed\b|\bexchanged\b",
    re.I,
)
_SAYS_HELD = re.compile(_HELD, re.I)
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
_COUNT = re.compile(r"\W*\d+\W*(?:ос[іо]б\w*|чол\w*|люд\w*|человек\w*|чел\w*|people|persons)?\W*", re.I)
_DATE = re.compile(r"\W*\d{1,2}\W\d{1,2}\W\d{2,4}\W*(?:[рг]\W*)?", re.I)
_MOST = 1_000
_MOST_OF_A_TITLE = 3  # cells: "1 | Загиблі | 15 осіб"
CODES = frozenset({"says_dead", "says_held", "below_title"})


def says(text: str) -> str:
    """Of these CODES the one that a remark beside a name is reason for, or ""."""
    if _SAYS_DEAD.search(text[:_MOST]):
        return "says_dead"
    return "says_held" if _SAYS_HELD.search(text[:_MOST]) else ""


def is_a_remark(text: str) -> bool:
    """Where a name should stand: "Помер 13.05.2025", of the man above."""
    return _REMARK_ALONE.fullmatch(text[:_MOST]) is not None


def is_of_the_dead(title: str) -> bool:
    """A title that speaks of many dead, or of bodies."""
    return _TITLE_OF_DEAD.search(title) is not None


def says_in_column(column: Column, cell: str) -> str:
    """As `says`; a date under "Дата смерті", or a "так" under "Загиблий", says it as well."""
    is_of_deaths = _DIED.search(column.heading) and not _NAMES_BOTH.search(column.heading)
    if is_of_deaths and not _NO.fullmatch(cell[:_MOST]):
        return "says_dead"
    may_tell = column.field == "note" or _OF_STATES.search(column.heading)
    is_count = not may_tell and not any(map(str.isalpha, cell))  # the two hundredth row
    return "" if is_count else says(cell)


class Titles:
    """Hears every line of a file in its order, and knows below which title the people stand."""

    def __init__(self) -> None:
        self.sheet = ""
        self.above = ""

    def enter(self, sheet: str) -> None:
        """A sheet's name is a title too; another list in the same sheet goes on below the title before."""
        if sheet != self.sheet:
            self.sheet, self.above = sheet, sheet if _is_of_others(sheet) else ""

    def hear(self, line: Line) -> bool:
        """Whether this line is such a title, of those who were not released or of those who were."""
        filled = _filled(line)
        if len(filled) != 1 or _names_anybody(filled[0]):
            return False
        is_title = filled[0].endswith(":")
        said = says_of_the_man_above(line)
        if not is_title and (said == "says_dead" or (said and _OF_HIM_ALONE.search(filled[0]))):
            return False
        if said or _is_of_others(filled[0]):
            self.above = short(filled[0])
        elif _TITLE_OF_FREED.search(filled[0]):
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
    filled = [cell for cell in map(str.strip, line.cells) if cell]
    if len(filled) > _MOST_OF_A_TITLE:
        return filled
    return [cell for cell in filled if not _COUNT.fullmatch(cell[:_MOST])]


def says_of_the_man_above(line: Line) -> str:
    """Of CODES the one that a line is reason for which holds nothing but a remark on one man: "помер від ран".

    "Перебуває в полоні" may be a title of those below as well: then it is both.
    """
    filled = [cell for cell in _filled(line) if not _DATE.fullmatch(cell[:_MOST])]
    if len(filled) != 1 or is_of_the_dead(filled[0]) or _names_anybody(filled[0]):
        return ""
    code = says(filled[0])
    is_of_one = (_SAYS_HE_DIED if code == "says_dead" else _SAYS_HE_IS_HELD).search(filled[0])
    return code if is_of_one else ""


def names_one_by_initials(cell: str) -> bool:
    """ "Останков П.С.", "3) солдат Мертвих В. І.": a surname that is a word of the dead, and no title."""
    _, name = take_rank(_NUMBER.sub("", cell, count=1) if _NUMBER.match(cell) else cell)
    return _WITH_INITIALS.fullmatch(name) is not None and _NO_SURNAME.search(name) is None


def _names_anybody(cell: str) -> bool:
    return names_one_by_initials(cell) or names_somebody(cell) or names_a_given(cell)


def _is_of_others(title: str) -> bool:
    """Of the dead or of those still held, and not of both these and the released."""
    rest = _SAYS_HELD.sub("", title)
    if is_of_the_dead(title):
        return not _RELEASED.search(rest)
    return rest != title and not _FREED.search(rest)


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
