"""What stands in a cell beside the name: a number, a rank, a birth date, a unit, a place, a second spelling."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.engine import names_several
from matching.lists.looks import PATRONYMIC, names_somebody

MAX_NAME = 300
MAX_ALIASES = 5_000  # sanctions lists give some people forty
# Bullets, emoji, "12)", "№ 7", a digit on a keycap: all that a message puts before a name.
_LEAD = re.compile(
    r"(?:[^\w(\"«„“'’ʼ]|_|\d\ufe0f?\u20e3)*"
    r"(?:\d{1,6}\s*[.)\]]\s*(?=\D)|(?:(?<=№)|(?<=№\s))\d{1,4}\s+(?=[^\W\d_]))?(?:[^\w(\"«„“'’ʼ]|_)*"
)
_DATE = (
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\s+[^\W\d_]{3,9}\s+(?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?"
)
_BORN = (
    r"(?i:(?:дата\s+)?(?:нар(?:\.|од\w+)?|рожд\w*|род\.?|born|д\.?\s?[нр]\.?)\s*:?\s*)?"
    rf"(?P<value>{_DATE})"
    r"\s*(?i:р\.?\s*н\.?|г\.?\s*р\.?|[рг]\.|(?:року|года)(?:\s+(?:народження|рождения))?|рік|год)?"
)
_AGE = r"(?P<value>\d{1,2})\s*(?i:років|роки|рік|лет|года|год|years(?:\s+old)?|y\.?o\.?)"
_UNIT = (
    r"(?P<value>(?i:в\s?/\s?ч|вч|військова\s+частина|войсковая\s+часть|unit)\s*№?\s*[^\W\d_]?\s?-?\d{3,5}"
    r"|[АAТTВB]-?\d{4}"
    r"|\d{1,3}(?:-?[а-яі]{1,2})?\s+(?:[^\W\d_]+\s+){0,3}?"
    r"(?:(?i:бригад\w*|батальй?он\w*|полк\w*|рота|роти|роты|загін|загон\w*|отряд\w*|корпус\w*)|[А-ЯІЇЄ]{0,3}[Бб]р\w{0,3}"
    r"|[А-ЯІЇЄ]{2,6})(?:\s+(?:ТрО|НГУ|ТРО))?)"
)
_PLACE = (
    r"(?P<value>(?:м\.|місто|с\.|село|смт\.?|пгт\.?|г\.|город)\s*[А-ЯІЇЄҐЁ][\w'’ʼ-]+"
    r"|[А-ЯІЇЄҐЁ][\w'’ʼ-]+(?:ськ|цьк|ск|цк)(?:а|ая|ої|ой)\s+обл(?:\.|аст\w+)?)"
)
_FORMER = re.compile(
    r"\(\s*(?:дів\w*|дев\w*|урожд\w*|в\s+девичестве|n[ée]e|maiden|до\s+шлюбу|до\s+брака|колишн\w+|бывш\w+)\.?"
    r"\s*(?:прізвище|фамилия|name)?\s*:?\s*",
    re.I,
)
_RANK_WORDS = (
    "солдат|рядовий|рядовой|єфрейтор|ефрейтор|матрос|сержант|старшина|прапорщик|мічман|мичман|лейтенант|капітан|капитан|майор|підполковник"
    "|подполковник|полковник|генерал-майор|private|sergeant|lieutenant|captain|major|colonel"
)
_RANK = re.compile(
    rf"(?:(?:гв\.|гвардії|гвардии|ст\.|мол\.|мл\.|гол\.|гл\.|старший|молодший|младший|головний|главный|штаб-"
    rf"|майстер-|senior|junior)\s*)*"
    rf"(?:{_RANK_WORDS}|солд\.|ряд\.|серж\.|с-т|с-нт|лейт\.|л-т|кап\.|кап-н|к-н|м-р|п/п-к|п-к|ппк|прап\.)(?=[\s,.])"
    rf"(?:\s+[1-3]-?(?:го)?\s+рангу?а?|\s+(?:медичної|медицинской)\s+служб[иы]|\s+(?:юстиції|юстиции)"
    rf"|\s+(?:запасу|запаса|резерву|резерва))?[\s,.]*",
    re.I,
)
_RANK_BEHIND = rf"(?P<value>(?i:(?:[\w-]+\.?\s+){{0,2}}(?:{_RANK_WORDS})))"
# «Сокіл», (позивний "Сокіл"), позивний Сокіл; a quote inside a word is an apostrophe: Дем"янчук.
_CALLSIGN = re.compile(
    r"\s*\(?\s*(?:(?:(?i:позивн\w+|позывн\w+|поз\.|псевдо|call ?sign)\s*[:–—-]?\s*)?(?<!\w)[«\"“„]"
    r"(?P<quoted>[^«»\"“”„]{2,40})[»\"“”](?!\w)"
    r"|(?i:позивн\w+|позывн\w+|псевдо|call ?sign)\s*[:–—-]?\s*(?P<told>[^\W\d_][\w'’ʼ-]+))\s*\)?"
)
_NOTE = r"(?P<value>[а-яіїєґё][^,;()\d]{2,60})"
_SPACED = r"(?:[\s,;(–—|]|\s-\s)+"
_COMMA = r"\s*[,;(–—]\s*"
# Each takes one thing from the end of the cell, and NameCell has a field of its name.
_BEHIND = tuple(
    (field, re.compile(rf"{before}{pattern}\s*\)?\s*[.,;]*\s*$"))
    for field, before, pattern in (
        ("born", _SPACED, _BORN),
        ("age", _SPACED, _AGE),
        ("unit", _SPACED, _UNIT),
        ("place", _SPACED, _PLACE),
        ("rank", _COMMA, _RANK_BEHIND),
        ("note", _COMMA, _NOTE),
    )
)
_BETWEEN = re.compile(r"\s*(?:[\n\r;]|\s/\s|\s(?:або|или|or)\s)\s*")
_BRACKET = re.compile(r"\(([^()]+)\)\s*$")
# UTF-8 read as windows-1251: every letter became "Р" or "С" and another sign.
_MOJIBAKE = re.compile(
    r"(?:[РС][\u0080-\u00bf\u0401-\u040f\u0450-\u045f\u0490\u0491\u2010-\u203a\u20ac\u2116\u2122]){3,}"
)
_NOBODY = frozenset(
    (
        *("невідомо", "невідомий", "невідома", "неизвестно", "неизвестный", "неизвестная", "unknown"),
        *("нд", "na", "nn", "nd", "немає", "нет", "none"),
    )
)


_LONGEST_NOBODY = max(map(len, _NOBODY)) + 4
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
# Digits that a scan made of letters, as the engine reads them: Г0рчев, П1скарев, 6ОЙКО, Дмитрович with a 4 at its end.
# Behind a word any other is a footnote, and before a capital and small letters it is the number of the row.
_MISREAD = re.compile(
    r"(?![01346][A-ZА-ЯІЇЄҐЁ][a-zа-яіїєґё])[01346]?(?:[^\W\d_]+[01346])*[^\W\d_]+(?:0|(?<=[иіiyИІIY])4)?"
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")
# Most cells are a name and nothing else; a comma, bracket, digit or line end asks for a closer look.
_PLAIN = re.compile(r"[^\W\d_]+(?:[ .'’ʼ`-]{1,2}[^\W\d_]+)*\.?")
_CAPITAL = r"[^\W\d_a-zа-яіїєґё][^\W\d_]*(?:['’ʼ`\"-][^\W\d_]+)*"
_NAME = re.compile(
    rf"{_CAPITAL}(?:,?\s+|\.\s*)\(?{_CAPITAL}\)?(?:[\s.]+\(?[^\W\d_]+(?:['’ʼ`\"-][^\W\d_]+)*\)?){{0,3}}\.?"
)
# "Яр Ор і Яр Ада", "Яр Ор + дружина", "Яр Ор, він же Тин Ор": what goes on is about somebody or something else.
_SAYS_MORE = re.compile(
    r"\s(?:або|или|or|(?-i:[ійиi])|та|and|з дружиною|с женой|він же|вона же|он же|она же|aka|alias"
    r"|позивний|позывной)\s|[+&]",
    re.I,
)
# "ПІБ: Яр Ор" is a name with its label; any other label is of something else.
_LABEL = re.compile(
    r"\s*(?:п\.?і\.?б|ф\.?[иі]\.?о|прізвище[^:]{0,40}|фамилия[^:]{0,40}|ім['’ʼ]я|имя|name)\.?\s*:\s*", re.I
)


class BadCell(Exception):
    """A cell that cannot be used; `code` is one of words.PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class NameCell:
    """A name cell taken apart: spellings of one person's name, and what stood beside them, as written."""

    spellings: tuple[str, ...]
    rank: str = ""
    born: str = ""
    age: str = ""
    unit: str = ""
    place: str = ""
    note: str = ""
    callsign: str = ""


def is_nobody(text: str) -> bool:
    """True when no person is named: no letter at all, or a word for "unknown"."""
    if text.isalpha():
        return text.casefold() in _NOBODY
    if len(text) > _LONGEST_NOBODY and _LETTER.search(text):
        return False
    letters = "".join(_LETTER.findall(text))
    return not letters or letters.casefold() in _NOBODY


def is_word_alone(text: str) -> bool:
    """One sound word of letters: nothing stands beside it, and `take_part_apart` gives it back if not too long."""
    return text.isalpha() and not _MOJIBAKE.search(text)


def refuse_spoilt(text: str, limit: int = MAX_NAME) -> None:
    """Raise BadCell for a name that nobody could read: too long, garbled."""
    if len(text) > limit:
        raise BadCell("name_too_long")
    if "\ufffd" in text or "??" in text or _MOJIBAKE.search(text):
        raise BadCell("garbled")


def take_apart(cell: str) -> NameCell:
    """Split a full-name cell. Raises BadCell where it could mean more than one person."""
    refuse_spoilt(cell)
    if _PLAIN.fullmatch(cell) and not _SAYS_MORE.search(cell):
        rank, text = take_rank(cell)
        _refuse_two_patronymics(text)
        return NameCell((text,), rank)
    text = cell[found.end() :] if (found := _LEAD.match(cell)) else cell
    callsign, text = take_callsign(text)
    beside, text = _beside(_FORMER.sub("(", _LABEL.sub("", text.strip(), count=1)))
    rank, text = take_rank(text)
    if rank:
        beside.setdefault("rank", rank)
    if callsign:
        beside["callsign"] = callsign
    spellings = _spellings(text)
    _refuse_what_is_no_name(text, beside)
    return NameCell(spellings, **beside)


@lru_cache(maxsize=1 << 14)  # given names and patronymics are always the same few thousand
def take_part_apart(cell: str, may_have_rank: bool) -> NameCell:
    """Take apart the cell of a surname, a given name or a patronymic. Raises BadCell."""
    refuse_spoilt(cell)
    _refuse_digits(cell)
    if names_several(cell):
        raise BadCell("several_people")
    callsign, text = take_callsign(cell)
    rank, text = take_rank(text, 1) if may_have_rank and text[0].islower() else ("", text)
    return NameCell((text,), rank, callsign=callsign)


def _refuse_what_is_no_name(text: str, beside: dict[str, str]) -> None:
    _refuse_digits(text)
    if ":" in text:
        raise BadCell("not_a_name")
    if names_somebody(beside.get("note", "")):
        raise BadCell("several_people")
    _refuse_two_patronymics(text)


def _refuse_digits(text: str) -> None:
    if _DIGIT.search(text) and not all(
        map(_is_misread_word, filter(_DIGIT.search, _BETWEEN_WORDS.split(text)))
    ):
        raise BadCell("digits_in_name")


def is_misread(text: str) -> bool:
    """A word of it has a digit where a letter was scanned."""
    return any(map(_is_misread_word, filter(_DIGIT.search, _BETWEEN_WORDS.split(text))))


def _is_misread_word(word: str) -> bool:
    """Most of the word is letters, and the digits stand where letters do."""
    return len(word) > 3 * len(_DIGIT.findall(word)) and _MISREAD.fullmatch(word) is not None


def _refuse_two_patronymics(text: str) -> None:
    """Two men side by side; of one name a surname may look like a patronymic."""
    words = text.split()
    if len(words) > 4 and sum(bool(PATRONYMIC.fullmatch(word.strip("(),.;"))) for word in words) > 1:
        raise BadCell("several_people")


def _beside(text: str) -> tuple[dict[str, str], str]:
    """Birth date, age, unit, place and remark, in any order behind the name; each once."""
    beside: dict[str, str] = {}
    while found := next(
        ((field, it) for field, behind in _BEHIND if field not in beside and (it := behind.search(text))),
        None,
    ):
        field, match = found
        if not _is_whole(text[: match.start()]):
            break
        beside[field] = " ".join(match["value"].split())
        text = text[: match.start()]
    return beside, text


def looks_like_name(text: str) -> bool:
    """Two to five words of letters, the first two with capitals: in a message anything may stand."""
    return bool(_NAME.fullmatch(text))


def take_rank(text: str, least: int = 2) -> tuple[str, str]:
    """("сержант", rest). "Майор" and "Матрос" are surnames too: of `least` words and more the rest must be."""
    found = _RANK.match(text)
    if not found:
        return "", text
    rest = text[found.end() :]
    if len(rest.split()) >= least + (not found[0].islower()):
        return found[0].strip(" ,"), rest
    return "", text


def take_callsign(text: str) -> tuple[str, str]:
    """("Сокіл", rest). What stands in quotes behind a word like "бригада" is no callsign, nor is a whole name.

    Raises BadCell where the quotes hold somebody else.
    """
    found = _CALLSIGN.search(text)
    if not found:
        return "", text
    before, after = text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,")
    callsign = " ".join((found["quoted"] or found["told"]).split())
    if not (before or after) or (found["quoted"] and before.rpartition(" ")[2][:1].islower()):
        return "", text
    if names_somebody(callsign):
        raise BadCell("several_people")
    return callsign, f"{text[: found.start()]} {text[found.end() :]}".strip()


def _spellings(text: str) -> tuple[str, ...]:
    parts = [part.strip(" ,") for part in _BETWEEN.split(text.strip()) if part.strip(" ,")]
    if len(parts) == 1 and (bracket := _BRACKET.search(parts[0])) and _is_whole(bracket[1]):
        parts = [parts[0][: bracket.start()].strip(), bracket[1].strip()]
    if len(parts) > 1 and all(map(_is_whole, parts)):
        return _in_different_scripts(parts)
    if _holds_two_people(text) or _SAYS_MORE.search(text):
        raise BadCell("several_people")
    return (" ".join(text.split()),)


def _is_whole(part: str) -> bool:
    return sum(any(letter.isalpha() for letter in word) for word in part.split()) >= 2


def _in_different_scripts(parts: list[str]) -> tuple[str, ...]:
    """One man in Latin and in Cyrillic is one man; two names in one script may be two men."""
    if len({_is_latin(part) for part in parts}) < len(parts):
        raise BadCell("several_people")
    return tuple(" ".join(part.split()) for part in parts)


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < "\u0250" for letter in letters) * 2 > len(letters)


def _holds_two_people(text: str) -> bool:
    parts = text.split(",")
    return len(parts) > 1 and sum(map(_is_whole, parts)) > 1
