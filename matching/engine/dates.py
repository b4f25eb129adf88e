"""Birth dates as people write them, with any part unknown."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2100
_NO_YEAR = "????"
# Two-digit years are read as 19xx from here on: nobody born in 2031 is a prisoner yet, a man of 1931 may be.
_CENTURY_TURN = 30
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# Stems of the months in Ukrainian, Russian, Belarusian and English: long enough that "Сергій" is no August.
_MONTH_STEMS: tuple[tuple[str, ...], ...] = (
    ("січ", "январ", "студз", "jan"),
    ("лют", "феврал", "feb"),
    ("берез", "март", "сакав", "mar"),
    ("квіт", "апрел", "красав", "apr"),
    ("трав", "май", "мая", "may"),
    ("черв", "июн", "чэрв", "jun"),
    ("лип", "июл", "ліп", "jul"),
    ("серп", "август", "жнів", "aug"),
    ("верес", "сентяб", "верас", "sep"),
    ("жовт", "октяб", "кастр", "oct"),
    ("листоп", "нояб", "лістап", "nov"),
    ("груд", "декаб", "снеж", "dec"),
)
_SHORT = 3  # "бер.", "дек", "oct": the usual abbreviation of any of them
_TIME = re.compile(r"[T\s]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
# "1987 р.н.", "1987 року народження", "1987 г.р.", "born 1987"
_AROUND = re.compile(r"(?<=\d)\s*(року|р\.?|года|г\.?)?\s*(народження|рождения|нар\.?|н\.?|р\.?)?\s*$")
_BEFORE = re.compile(
    r"^(born|b\.|dob|date of birth|дата(\s+(народження|рождения))?|народ\w+|родил\w+|нар\.?|род\.?|[рдг]\.?\s?[нр]\.?)"
    r"(?=[\s:\d])\s*:?\s*"
)
_PART = r"(\d{1,2}|\?{1,2}|[xх]{2}|_{1,2}|-{2})"
_SEP = r"\s*[./\-,\s]\s*"


class NotADate(ValueError):
    """The text is no birth date that a person can have."""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date with unknown parts as None; `year_to` closes a range that begins at `year`.

    >>> BirthDate.parse("12.03.1987")
    BirthDate(year=1987, month=3, day=12, year_to=None)
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    year_to: int | None = None

    @classmethod
    def parse(cls, text: str) -> BirthDate:
        """What people write for a birth date; raises NotADate for anything else. "" is an unknown date."""
        plain = _plain(text)
        if not plain:
            return cls()
        for pattern, reader in _READERS:
            found = pattern.fullmatch(plain)
            if found is not None:
                return _checked(reader(found), text)
        raise NotADate(text)

    def __str__(self) -> str:
        return _written(self.year, self.month, self.day, self.year_to)

    @property
    def in_figures(self) -> str:
        """As people here write it, and `parse` reads it: 12.03.1987, 03.1987, 1987, 1985-1987, 12.03.????."""
        if self.year_to is not None:
            return f"{self.year}-{self.year_to}"
        parts = [_figures(self.day, 2), _figures(self.month, 2), _figures(self.year, 4)]
        while parts and parts[0].startswith("?"):
            del parts[0]
        return ".".join(parts)

    def __bool__(self) -> bool:
        return self.year is not None or self.month is not None or self.day is not None

    @property
    def is_full(self) -> bool:
        """Day, month and year are all known."""
        return None not in (self.year, self.month, self.day) and self.year_to is None

    def as_tuple(self) -> tuple[int, int, int] | None:
        """Year, month and day; None unless all of them are known."""
        if self.year is None or self.month is None or self.day is None or self.year_to is not None:
            return None
        return (self.year, self.month, self.day)


UNKNOWN_DATE = BirthDate()


@lru_cache(maxsize=1 << 15)  # a population has fifteen thousand birthdays, and each is written several times
def _written(year: int | None, month: int | None, day: int | None, year_to: int | None) -> str:
    if year is month is day is None:
        return ""
    if year_to is not None:
        return f"{year}/{year_to}"
    text = _NO_YEAR if year is None else f"{year:04d}"
    if day is not None:
        return f"{text}-{month or 0:02d}-{day:02d}"
    return text if month is None else f"{text}-{month:02d}"


def _figures(number: int | None, length: int) -> str:
    return "?" * length if number is None else f"{number:0{length}d}"


def _plain(text: str) -> str:
    plain = " ".join(text.replace("\x00", " ").split()).casefold()
    plain = _TIME.sub("", plain.upper()).casefold().strip(" .,;\"'«»()")
    plain = _BEFORE.sub("", plain)
    return _AROUND.sub("", plain).strip(" .,;")


def _number(text: str) -> int | None:
    """`00`, `??`, `__` and `xx` are how forms say "unknown"."""
    return int(text) or None if text.isdecimal() else None


def _year(text: str) -> int | None:
    if not text.isdecimal() or int(text) == 0:
        return None
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < _CENTURY_TURN else 1900)


def _month_named(word: str) -> int:
    for number, stems in enumerate(_MONTH_STEMS, 1):
        if any(word.startswith(stem) or word == stem[:_SHORT] for stem in stems):
            return number
    raise NotADate(word)


def _day_first(found: re.Match[str]) -> BirthDate:
    day, month, year = found.groups()
    return BirthDate(_year(year), _number(month), _number(day))


def _year_first(found: re.Match[str]) -> BirthDate:
    year, month, day = found.groups()
    return BirthDate(_year(year), _number(month), _number(day))


def _range(found: re.Match[str]) -> BirthDate:
    first, last = int(found[1]), int(found[2])
    if last < first:
        raise NotADate(found[0])
    return BirthDate(first, year_to=last) if first < last else BirthDate(first)


def _in_words(found: re.Match[str]) -> BirthDate:
    day, month, year = found.groups()
    if not (day or year):
        raise NotADate(month)
    return BirthDate(_year(year or ""), _month_named(month), _number(day or "?"))


def _month_before_day(found: re.Match[str]) -> BirthDate:
    month, day, year = found.groups()
    return BirthDate(_year(year), _month_named(month), _number(day))


_Y4 = r"(\d{4}|\?{4}|_{4}|[xх]{4})"
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], BirthDate]], ...] = (
    (re.compile(r"(\d{4})"), lambda found: BirthDate(_year(found[1]))),
    (re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4})"), _range),
    (re.compile(rf"{_Y4}[.\-/]{_PART}[.\-/]{_PART}"), _year_first),
    (re.compile(rf"{_Y4}[.\-/](\d{{1,2}})"), lambda found: BirthDate(_year(found[1]), _number(found[2]))),
    (re.compile(rf"{_PART}{_SEP}{_PART}{_SEP}(\d{{4}}|\d{{2}}|\?{{2,4}}|_{{4}})"), _day_first),
    (re.compile(r"(\d{1,2})[./\-](\d{4})"), lambda found: BirthDate(_year(found[2]), _number(found[1]))),
    (re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)"), _year_first),
    (
        re.compile(r"(?:(\d{1,2}|\?{1,2})(?:-?(?:го|е|й|ого)\s)?[-.\s]*)?([^\W\d_]{3,})[-.,\s]*(\d{4})?"),
        _in_words,
    ),
    (re.compile(r"([^\W\d_]{3,})\s+(\d{1,2}),?\s+(\d{4})"), _month_before_day),
)


def _checked(date: BirthDate, text: str) -> BirthDate:
    for year in (date.year, date.year_to):
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise NotADate(text)
    if date.month is not None and date.month > 12:
        raise NotADate(text)
    if date.day is not None and date.day > _days_in(date.year, date.month):
        raise NotADate(text)
    return date


def _days_in(year: int | None, month: int | None) -> int:
    if month is None:
        return 31
    if month == 2 and year is not None:
        return 29 if isleap(year) else 28
    return _LONGEST_MONTH[month - 1]
