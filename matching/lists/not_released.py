"""What a list itself says of people who were not released: in remarks (`remarks`), in titles above them, in its lines.

On any list it is worth a look. On a list of the released such a row is nobody's news until a person has cleared it up.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matching.lists.beside_name import take_rank
from matching.lists.columns import Column, first_filled
from matching.lists.looks import names_a_given, names_somebody
from matching.lists.remarks import (
    BEGIN,
    CODES,
    END,
    MOST,
    SAYS_HE_DIED,
    SAYS_HELD,
    asks_if_freed,
    in_one_script,
    is_of_the_dead,
    says,
    says_nothing,
    says_whether,
)
from matching.lists.rows import PersonRow, Problem, Refused, Remark, Rows
from matching.lists.table import Line, short

_FREED = re.compile(
    r"звільн|обмін|обмен|освобо|\b(?:по)?верну(?:вся|лися|лись|лся)|\breleased|\bfreed|\bexchanged", re.I
)
# Bodies are exchanged and come back, too.
_RELEASED = re.compile(
    r"звільн|освобо|\breleased|\bfreed|обмін\w*\s+(?:військово)?полонен|обмен\w*\s+(?:военно)?пленн", re.I
)
_OF_ONE_OR_MANY = re.compile(
    rf"{BEGIN}(?:died|смерт(?:ь|і|и|ю|ью)|морг(?:у|е|а|ом)?|морзі|k\.?i\.?a|(?:mortal|human) remains){END}",
    re.I,
)
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
    rf"{BEGIN}(?:(?:загибл|померл|полегл)(?:і|их)|вбиті|убиті|(?:погибш|умерш)(?:ие|их)|не\s*звільнені|не\s*освобожд[её]нные)"
    rf"{END}",
    re.I,
)
# A given name, too, of Crimean Tatars: not before what follows a verb.
_UMER = re.compile(r"\b(?:[Уу]мер(?=\W*(?:$|\d|[а-яіїєґё]))|УМЕР(?=\W*(?:$|\d|(?:В|ВО|ОТ|ПРИ|НА)\b)))")
_BEFORE_NAME = re.compile(r"\W*\d{1,5}\W+|\W+")  # a number, a bullet, a cross
_TITLE_OF_FREED = re.compile(
    r"(?:звільнен|обмінян|визволен|повернут)(?:і|их|о)\b|(?:освобожд[её]нн?|обменянн?)(?:[ыоиь][ехй]|[ыо])\b"
    r"|поверну(?:лися|лись)|вернулись|^\W*жив(?:і|ые)\W*$|\breleased\b|\bfreed\b|\bexchanged\b",
    re.I,
)
# Only as a whole title: most of the released were missing once, and remarks say so.
_TITLE_OF_SOUGHT = re.compile(
    r"\W*(?:(?:список|перелік)\s+(?:осіб\W+)?)?(?:зникл(?:і|их)(?:\s+безвісти)?|безвісти\s+зникл(?:і|их)"
    r"|пропавши[ех]\s+без\s+вести|без\s+вести\s+пропавши[ех]|missing(?:\s+in\s+action)?|(?:кандидат[иы]|запити?|запрос[иы]?)\s+на\s+обм[іе]н"
    r"|репатр[іи]ац[ія]я|(?:за)?лишил[ио]с[ья]|остались)\W*(?:\d+\W*(?:ос\w*|чол\w*|чел\w*)?\W*)?",
    re.I,
)
_OF_ONE_HELD = (
    r"(?:звільнен|обмінян|поверну[тв]|викреслен|вилучен|знят)(?:ий|а|ся)?\b|(?:освобожд[её]н|обменян|вычеркнут|исключ[её]н|снят)а?\b"
    r"|(?:залиш|остал)(?:ився|илася|ась|ся)|(?:приїха|приеха)(?:в|ла?)\b|(?:привез|перен[её]с)[её]н(?:ий|а)?\b"
)
_SAYS_HE_IS_HELD = re.compile(
    rf"{_OF_ONE_HELD}|(?:залишається|перебуває|утримується|остается|остаётся|находится|удерживается)\b", re.I
)
_OF_HIM_ALONE = re.compile(_OF_ONE_HELD, re.I)  # "перебуває в полоні" may be a title of those below, too
_OF_THOSE_WHO = re.compile(r"\W*(?:ті|те|всі|все|особи|лица)?\W*(?:хто|які|що|кто|которые|who)\b", re.I)
_COUNT = re.compile(
    r"(?!\W*(?:200\s*:|[«“\"]200))[^\w†]*"
    r"(?:\d+[^\w†]*(?:(?:ос[іо]б\w*|чол\w*|люд\w*|человек\w*|чел\w*|people|persons)[^\w†]*)?)?",
    re.I,
)
_DATE = re.compile(r"[^\w†]*\d{1,2}\W\d{1,2}\W\d{2,4}\W*(?:[рг]\W*)?", re.I)
_MOST_OF_A_TITLE = 3  # cells: "1 | Загиблі | 15 осіб"
# What else stands in the line of a title: its number or letter, a date, "Список". Whatever is more is a man with a
# remark ("Яр Ор | 1990 | батьки загиблі"), or headings.
_BESIDE_TITLE = re.compile(r"[\W\d]*(?:[IVXІХ]+|[^\W\d_]|список|перелік|list)?[\W\d]*(?:[рг]\W*)?", re.I)


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
            self.sheet, self.above = sheet, sheet if _is_of_others(in_one_script(sheet)) else ""

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


class Answers:
    """The columns of a sheet that say of most of its people whether they were released: of whom such a one says
    nothing, nobody has said so."""

    def __init__(
        self, columns: Iterable[Column], of_names: Sequence[Column], lines: Iterable[Line], header_line: int
    ) -> None:
        asking = list(filter(asks_if_freed, columns))
        people, told = 0, dict.fromkeys(asking, 0)
        for line in lines if asking else ():
            if line.number > header_line and first_filled(line, of_names):
                people += 1
                for column in asking:
                    told[column] += says_whether(_answer(line, column))
        self.columns = [column for column in asking if 2 * told[column] > people]

    def remarked(self, row: PersonRow, line: Line) -> PersonRow:
        """The row with a remark for each of these columns that its line leaves blank."""
        blank = [column for column in self.columns if says_nothing(_answer(line, column))]
        remarks = [Remark(row.sheet, row.number, column.title(), "", "left_blank") for column in blank]
        return row._replace(remarks=(*row.remarks, *remarks)) if remarks else row


def _answer(line: Line, column: Column) -> str:
    """What stands there, or what a merged cell above lends."""
    return line.cell(column.index) or line.lent.get(column.index, "").strip()


def _filled(line: Line) -> list[str]:
    """What a line says besides counts; a line of many cells is no title, whatever they are."""
    filled = [*dict.fromkeys(line.filled())]
    if len(filled) > _MOST_OF_A_TITLE:
        return filled
    return [in_one_script(cell[:MOST]) for cell in filled if not _COUNT.fullmatch(cell[:MOST])]


def _title_of(filled: list[str]) -> str:
    """What a line says as a title: "II." and "Загиблі" beside it are one, "Мертвих" and "Лука" a man."""
    if len(filled) <= 1:
        return "".join(filled)
    beside = [cell for cell in filled if not _NO_MANS_NAME.search(cell)]
    is_title = len(beside) < len(filled) <= _MOST_OF_A_TITLE and all(map(_BESIDE_TITLE.fullmatch, beside))
    return " ".join(filled) if is_title and not any(map(_names_anybody, filled)) else ""


def _is_of_him_alone(title: str, said: str) -> bool:
    if _OF_THOSE_WHO.match(title):
        return False
    return not is_of_the_dead(title) if said == "says_dead" else _OF_HIM_ALONE.search(title) is not None


def _of_the_man_above(filled: list[str]) -> str:
    """Of CODES the one that a line is reason for which holds nothing but a remark on one man, and maybe a date."""
    told = [cell for cell in filled if not _DATE.fullmatch(cell[:MOST])]
    if len(told) != 1 or _names_anybody(_UMER.sub("", told[0])):
        return ""
    if is_of_the_dead(told[0]) and _OF_ONE_OR_MANY.search(told[0]) is None:
        return ""
    code = says(told[0])
    is_of_one = (SAYS_HE_DIED if code == "says_dead" else _SAYS_HE_IS_HELD).search(told[0])
    return code if is_of_one else ""


def names_one_by_initials(cell: str) -> bool:
    """ "Останков П.С.", "3) солдат Мертвих В. І.": a surname that is a word of the dead, and no title."""
    _, name = take_rank(_BEFORE_NAME.sub("", cell, count=1) if _BEFORE_NAME.match(cell) else cell)
    return _WITH_INITIALS.fullmatch(name) is not None and _NO_SURNAME.search(name) is None


def _names_anybody(cell: str) -> bool:
    return names_one_by_initials(cell) or names_somebody(cell) or names_a_given(cell)


def _is_of_others(title: str) -> bool:
    """Of the dead, or of those still held or sought, and not of both these and the released."""
    rest = SAYS_HELD.sub("", title)
    if is_of_the_dead(title):
        return not _RELEASED.search(rest)
    is_of_held = rest != title and not _FREED.search(rest)
    return is_of_held or _TITLE_OF_SOUGHT.fullmatch(title[:MOST]) is not None


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
