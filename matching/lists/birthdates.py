"""A cell under "date of birth" becomes a BirthDate that knows no more than the cell says."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from matching.engine import BirthDate, NotADate

_FIRST_SERIAL, _LAST_SERIAL = 20_000, 55_000  # 1954 to 2050: years as numbers lie far below
_DAYS_TO_1904 = 1_462
_EPOCH = date(1899, 12, 30)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
# Dots are written day first wherever lists come from; slashes and dashes are not.
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d\d)\b")
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d\d")
_PLACEHOLDER = re.compile(
    r"[\s.?*/–—-]*|(?:00|dd)?[./]?(?:00|mm)?[./]?(?:0000|yyyy)|н[./\\]?\s?[двм]\.?|n/?[da]|unknown|none|невідом\w*"
    r"|неизвестн\w*|не\s?вказано|не указан[ао]?|немає|нет|відсутн\w*|отсутств\w*",
    re.I,
)
_AGE = re.compile(
    r"(\d{1,3})(?:\s*[-–—]\s*(\d{1,3}))?\s*(?:р\.?|рок\w*|рік|лет|год\w*|г\.?|years?(?: old)?|y\.?o\.?)?\s*",
    re.I,
)
_OR = re.compile(r"\s+(?:or|або|или)\s+|\s*;\s*", re.I)
_ABOUT_WORDS = r"(?:around|about|circa|ca\.?|c\.|близько|бл\.|приблизно|орієнтовно|около|ок\.|примерно|~)\s*"
_ABOUT = re.compile(rf"{_ABOUT_WORDS}((?:19|20)\d\d)\b.*", re.I)
_ABOUT_AGE = re.compile(_ABOUT_WORDS, re.I)
_ABOUT_YEARS = 2
# "народився 12.03.1987", "1987 рік"
_BORN = re.compile(r"^\s*(?:народив\w+|народжен\w+|родил\w+)\s+|(?<=\d{4})\s*(?:рік|год)\s*$", re.I)


class DateOrder(Enum):
    """How 03/04/1987 is meant in one file; unproven ones are read as day first, and marked."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    UNPROVEN = "unproven"


def date_order(cells: Iterable[str]) -> DateOrder:
    """What the file proves: a first number over 12 is a day, a second one too. Both or none prove nothing."""
    day_first = month_first = False
    for cell in cells:
        if found := _SLASHED.match(cell):
            day_first = day_first or int(found[1]) > 12
            month_first = month_first or int(found[2]) > 12
    if day_first == month_first:
        return DateOrder.UNPROVEN
    return DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST


def doubts(cell: str, order: DateOrder) -> tuple[str, ...]:
    """Codes of row_words.REMARKS: what in a readable date could have been meant otherwise."""
    text = cell.strip()[:200]
    found = []
    slashed = _SLASHED.match(text)
    if (
        order is DateOrder.UNPROVEN
        and slashed
        and slashed[1] != slashed[2]
        and int(slashed[2]) <= 12 >= int(slashed[1])
    ):
        found.append("day_or_month")
    if _SHORT_YEAR.fullmatch(text):
        found.append("two_digit_year")
    return tuple(found)


@lru_cache(maxsize=65_536)
def birth_date(cell: str, order: DateOrder = DateOrder.DAY_FIRST, date1904: bool = False) -> BirthDate:
    """Read a cell. Raises NotADate; placeholders ("-", "н/д", "00.00.0000") give an unknown date.

    `date1904`: a bare number counts days from 1904, as spreadsheets of old Macs do.
    """
    text = cell.strip()[:200]
    if _PLACEHOLDER.fullmatch(text):
        return BirthDate()
    if found := _SERIAL.fullmatch(text):
        return _from_serial(int(found[1]) + (_DAYS_TO_1904 if date1904 else 0))
    if found := _ABOUT.fullmatch(text):
        year = int(found[1])
        return BirthDate(year=year - _ABOUT_YEARS, year_to=year + _ABOUT_YEARS)
    alternatives = [part for part in _OR.split(text) if part]
    if len(alternatives) > 1:
        return _any_of([birth_date(part, order, date1904) for part in alternatives])
    return BirthDate.parse(_in_day_order(text, order))


def _from_serial(days: int) -> BirthDate:
    if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
        raise NotADate(str(days))
    day = _EPOCH + timedelta(days=days)
    return BirthDate(day.year, day.month, day.day)


def _in_day_order(text: str, order: DateOrder) -> str:
    text = _BORN.sub("", re.sub(r"^dd/mm/", "00/00/", text, flags=re.I))
    found = _SLASHED.match(text)
    if order is DateOrder.MONTH_FIRST and found:
        return f"{found[2]}.{found[1]}.{found[3]}{text[found.end() :]}"
    return text


def _any_of(dates: list[BirthDate]) -> BirthDate:
    """What all alternatives agree on: the date, else the years between them."""
    first = dates[0]
    if all(each == first for each in dates):
        return first
    years = [year for each in dates for year in (each.year, each.year_to or each.year) if year]
    if len(years) < 2 * len(dates):
        return BirthDate()
    low, high = min(years), max(years)
    return BirthDate(year=low) if low == high else BirthDate(year=low, year_to=high)


def is_unknown(cell: str) -> bool:
    """Empty, or one of the signs by which offices say that they do not know."""
    return bool(_PLACEHOLDER.fullmatch(cell.strip()[:200]))


def born_at_age(cell: str, as_of: date) -> BirthDate:
    """The years in which somebody of that age on that day was born; unknown for what is no age."""
    text = cell.strip()[:40]
    about = _ABOUT_AGE.match(text)
    found = _AGE.fullmatch(text[about.end() :] if about else text)
    youngest, oldest = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if about:
        youngest, oldest = youngest - _ABOUT_YEARS, oldest + _ABOUT_YEARS
    if not 0 < youngest <= oldest <= 120:
        return BirthDate()
    return BirthDate(as_of.year - oldest - 1, year_to=as_of.year - youngest)
