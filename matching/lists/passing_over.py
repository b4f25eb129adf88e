"""Which lines of a sheet are no people: blank ones, headings, totals, signatures; never a line that names one."""

import re
from collections.abc import Sequence
from itertools import islice

from matching.lists.beside_name import take_rank
from matching.lists.columns import NAME_FIELDS, Recognition, first_filled
from matching.lists.headings import words_of
from matching.lists.looks import is_somebody, names_nobody, names_somebody
from matching.lists.not_released import names_one_by_initials
from matching.lists.parts import is_same_heading
from matching.lists.remarks import is_of_the_dead
from matching.lists.table import Line

_TOTAL = re.compile(
    r"\s*(всього|усього|разом|загалом|итого|всего|total|sum)\b(?!(?-i:[\s,]+[А-ЯІЇЄҐ]\w+[\s,]+[А-ЯІЇЄҐ]))",
    re.I,
)
_PAGE_NUMBER = re.compile(r"[\s–—-]*\d{1,4}[\s–—-]*(?:/\s*\d{1,4})?")
_SIGNATURE = re.compile(
    r"\s*(?:(?:підпис|подпись|signature|сторінка|страница|page|стор\.|стр\.|склав|список склав|составил"
    r"|звірено|звірив|сверено|сверил|завірив|заверил|виконавець|исполнитель|затверджую|утверждаю|погоджено"
    r"|згідно|начальник|командир|секретар|голова комісії|председатель комиссии)\b|м\. ?п\.)",
    re.I,
)
# Initials before the surname, maybe behind a rank, and nothing else: so people sign.
_SIGNED = re.compile(r"(?:[а-яіїєґ.-]+\s+){0,2}[А-ЯІЇЄҐ]\.\s*[А-ЯІЇЄҐ]\.\s*[А-ЯІЇЄҐ][\w'’ʼ-]+")
_INITIALS = re.compile(r"[А-ЯІЇЄҐ][\w'’ʼ-]+\s+[А-ЯІЇЄҐ]\.|[А-ЯІЇЄҐ]\.\s*[А-ЯІЇЄҐ][\w'’ʼ-]+")
# Whom a part of a list is of, said above it. In the nominative plural: "Військовий" and "Больных" are surnames, too.
# Of the dead no such word is here: what stands below such a title is for a person to read.
_GROUP = re.compile(
    r"(?:звільнен|визволен|повернут|обмінян|(?:військово)?полонен|цивільн|військов|(?:важко|тяжко|легко)?поранен|хвор)і"
    r"|(?:військовослужбовц|нацгвардійц|добровольц)і|жінки|чоловіки"
    r"|(?:захисник|медик|морпіх|прикордонник|заручник|сержант|солдат|офіцер)и|захисниці"
    r"|(?:освобожд[её]нн|возвращ[её]нн|(?:военно)?пленн|военн|(?:тяжело|легко)?ранен|больн)ые|гражданские|военнослужащие"
    r"|женщины|мужчины|(?:защитник|медик|пограничник|заложник)и|(?:сержант|солдат|офицер)ы"
    r"|released|civilians|wounded|women|soldiers|officers|servicemen|prisoners",
    re.I,
)
# What may stand beside such a word, and after "список".
_BESIDE_GROUP = re.compile(
    r"(?:звільнен|визволен|повернут|обмінян|(?:військово)?полонен|цивільн|військов|поранен)их|військовослужбовців|осіб"
    r"|(?:освобожд[её]нн|возвращ[её]нн|(?:военно)?пленн|военн|ранен)ых|гражданских|военнослужащих|лиц|чол|человек"
    r"|особи|люди|людей|лица|полону|плена|з|із|с|из|та|й|і|и|of|war|military|and|the|\d{1,4}",
    re.I,
)
_LIST = re.compile(r"списо?ки?|перелік|list", re.I)
_LONGEST_TITLE = 120
_WORDS = re.compile(r"[\w'’ʼ]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_PREPOSITION = re.compile(r"(?:в|у|з|із|зі|за|на|по|до|від|під|при|с|со|из|от|под|для)\s", re.I)
_MOST_BELOW = 3  # cells filled in a line below the people


class PassingOver:
    """Judges the lines of one sheet by its recognised columns."""

    def __init__(self, recognition: Recognition) -> None:
        self.header_line = recognition.header_line
        self.header_words = [[words_of(cell) for cell in row] for row in recognition.header_rows]
        self.headings = {cell.strip() for row in recognition.header_rows for cell in row} - {""}
        self.first_header_line = recognition.header_line - len(recognition.header_rows) + 1
        self.of_names = [
            column
            for column in recognition.columns
            if column.field in NAME_FIELDS | {"patronymic", "other_names"}
        ]
        self.of_birth = [column for column in recognition.columns if column.field == "birth_date"]
        names = {column.index for column in self.of_names}
        of_people = (column for column in recognition.columns if column.field not in ("", "number"))
        self.of_facts = {column.index for column in of_people} - names
        self.has_columns = sum(bool(column.field) for column in recognition.columns) > 1

    def why(self, line: Line) -> str:
        """What the line is when it is no person, else ""."""
        if not line.cells:
            return "blank"
        if line.number <= self.header_line:
            return self._at_top(line)
        if self.is_heading(line):
            return "heading_again"
        if line.lent and self._goes_on(line):
            return "merged"
        filled = line.filled()
        if len(filled) > 2 and filled[0] == "1" and filled == [str(n) for n in range(1, len(filled) + 1)]:
            return "column_numbers"
        return "title" if self._is_title(line, filled) else self._below(line, filled)

    def _at_top(self, line: Line) -> str:
        """A heading may come late, on the second page; who stands above it is a person all the same."""
        if line.number >= self.first_header_line:
            return "heading"
        return "" if any(map(names_somebody, line.cells)) else "above_heading"

    def is_doubtful(self, line: Line, *, is_above_headings: bool = False) -> bool:
        """Below the people stand those who sign for them, and between them titles: somebody has to look."""
        if sum(map(bool, line.cells)) > _MOST_BELOW or first_filled(line, self.of_birth):
            return False
        filled = line.filled()
        if len(filled) == 1 and self._has_name(line) and _is_a_phrase(filled[0]):
            return True
        is_alone = self.has_columns and len(filled) == 1
        is_short = bool(_SIGNED.fullmatch(filled[0])) or len(filled[0].split()) == 1
        may_be_title = _may_be_title(filled[0]) or (is_above_headings and not is_somebody(filled[0]))
        is_nobody = is_alone and (is_short or may_be_title) and self._has_name(line)
        return bool(_SIGNATURE.match(filled[0])) or is_nobody

    def _has_name(self, line: Line) -> bool:
        return first_filled(line, self.of_names) is not None

    def _is_title(self, line: Line, filled: Sequence[str]) -> bool:
        """Of nothing but groups of people: "Звільнені цивільні", "Военные (35):". Alone in its line, and not where a
        rank or a remark stands: of a person whose name is missing that would be all that is told."""
        if len({*filled}) > 1 or len(filled[0]) > _LONGEST_TITLE:
            return False
        place = next(index for index, cell in enumerate(line.cells) if cell.strip())
        words = _WORDS.findall(filled[0])
        groups = [word for word in words if _GROUP.fullmatch(word) or _LIST.fullmatch(word)]
        is_whole = len(groups) + sum(bool(_BESIDE_GROUP.fullmatch(word)) for word in words) == len(words)
        return place not in self.of_facts and bool(groups) and is_whole

    def _goes_on(self, line: Line) -> bool:
        """All names of the line are merged with those above, and it tells no birth date: no further person."""
        return (
            not self._has_name(line)
            and any(column.index in line.lent for column in self.of_names)
            and not first_filled(line, self.of_birth)
        )

    def is_heading(self, line: Line) -> bool:
        """The headings of this sheet again."""
        if self.headings.isdisjoint(map(str.strip, line.cells)):
            return False
        words = [words_of(cell) if len(cell) < 120 else cell for cell in line.cells]
        return any(is_same_heading(words, header) for header in self.header_words)

    def _below(self, line: Line, filled: list[str]) -> str:
        """Totals and signatures: few cells, no date of birth, nobody's whole name, and a word that says so."""
        if len(filled) > _MOST_BELOW or first_filled(line, self.of_birth) or any(map(_names_anybody, filled)):
            return ""
        if _TOTAL.match(filled[0]):
            return "total"
        if line.page and len(filled) == 1 and _PAGE_NUMBER.fullmatch(filled[0]):
            return "signature"
        return "signature" if _SIGNATURE.match(filled[0]) else ""


def _may_be_title(cell: str) -> bool:
    if is_somebody(cell) or names_one_by_initials(cell):
        return False
    words = _WORDS.findall(cell[:_LONGEST_TITLE])
    return cell.endswith(":") or is_of_the_dead(cell) or any(map(_GROUP.fullmatch, words))


def _is_a_phrase(cell: str) -> bool:
    """Words that are not written like a name, and none a given name: "Не доїхали до кордону", "В Таганрозі". Somebody
    has to read it: nobody knows all the words by which a list may say of those below that they are not free."""
    _, name = take_rank(cell)
    second = next(islice(_LETTERS.finditer(name), 1, None), None)
    is_no_name = second is not None and (second[0].islower() or _PREPOSITION.match(name) is not None)
    return is_no_name and names_nobody(cell)


def _names_anybody(cell: str) -> bool:
    """A post and who holds it in one cell: "командир взводу Яр О. О." may stand in a list, and below it."""
    return names_somebody(cell) or bool(_SIGNATURE.match(cell) and _INITIALS.search(cell))
