"""What stands beside a name in its cell is taken away from it: a rank, a callsign, and all that may follow the name."""

import re
from collections.abc import Collection

from matching.lists.looks import names_somebody

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


class BadCell(Exception):
    """A cell that cannot be used; `code` is one of row_words.PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


def take_behind(text: str) -> tuple[dict[str, str], str]:
    """What stands behind the name, by the fields of NameCell (birth date, age, unit, place, rank, remark, in any order,
    each once), and the text without it."""
    beside: dict[str, str] = {}
    while (found := _last(text, beside)) is not None:
        field, match = found
        if not is_whole(text[: match.start()]):
            break
        beside[field] = " ".join(match["value"].split())
        text = text[: match.start()]
    return beside, text


def _last(text: str, taken: Collection[str]) -> tuple[str, re.Match[str]] | None:
    """What stands at the end of the text and is none of the fields that are taken already."""
    for field, behind in _BEHIND:
        if field not in taken and (found := behind.search(text)):
            return field, found
    return None


def is_whole(part: str) -> bool:
    """Two words or more that hold a letter: a whole name, and no part of one."""
    return sum(any(letter.isalpha() for letter in word) for word in part.split()) >= 2
