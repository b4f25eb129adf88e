"""What a relative told us, by the name of the question, and the person on paper that the answers make.

Answers stay as they were typed: one text for each question, "" where nobody knows.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from matching.engine import BirthDate, Name, Person

Answers = Mapping[str, str]

NAME_PARTS = ("surname", "given_name", "patronymic")
# Each holds a whole name in another spelling; the last one, one on each line.
SPELLINGS = ("russian_name", "passport_name", "other_spellings")


def person_of(answers: Answers) -> Person:
    """The facts that are compared. Raises ValueError for a date or an age that is no number."""
    return Person(
        names=names_of(answers),
        birth=birth_of(answers),
        sex=answers.get("sex", ""),
        place=answers.get("place", ""),
        unit=answers.get("unit", ""),
        rank=answers.get("rank", ""),
    )


def names_of(answers: Answers) -> tuple[Name, ...]:
    """Every spelling told, each once, the main name first."""
    return tuple(dict.fromkeys(_names(answers)))


def birth_of(answers: Answers) -> BirthDate:
    """The date in its parts; without a year, the years that fit the age on the day it was told."""
    day, month = (_number(answers.get(part, "")) for part in ("birth_day", "birth_month"))
    if years := years_of(answers.get("birth_year", "")):
        return BirthDate(years[0], year_to=years[1]) if years[1:] else BirthDate(years[0], month, day)
    youngest, oldest = (_number(answers.get(end, "")) for end in ("age_from", "age_to"))
    ages = [age for age in (youngest, oldest) if age is not None]
    if not ages:
        return BirthDate(None, month, day)
    told_on = dt.date.fromisoformat(answers["age_on"])
    return BirthDate(told_on.year - max(ages) - 1, year_to=told_on.year - min(ages))


def years_of(text: str) -> tuple[int, ...]:
    """ "1987" or "1985-1987" as numbers, the earlier first; () for nothing. Raises ValueError."""
    return tuple(sorted(int(year) for year in re.split(r"\s*[-–—/]\s*", text.strip()) if year))


def answers_of(person: Person) -> dict[str, str]:
    """The same person as answers: for reports that came from elsewhere, so that their family can mend them."""
    main, *others = person.names or (Name(),)
    whole = [main.full] if main.full and not (main.surname or main.given or main.patronymic) else []
    others_told = [name.full or _whole(name) for name in others]
    birth = person.birth
    years = [str(year) for year in (birth.year, birth.year_to) if year]
    told = {
        "surname": main.surname,
        "given_name": main.given,
        "patronymic": main.patronymic,
        "other_spellings": "\n".join([*whole, *others_told]),
        "birth_day": str(birth.day or ""),
        "birth_month": str(birth.month or ""),
        "birth_year": "-".join(years),
        "sex": person.sex,
        "place": person.place,
        "unit": person.unit,
        "rank": person.rank,
    }
    return {name: text for name, text in told.items() if text}


def with_letters(text: str) -> str:
    """Families write "-" or "?" where they know nothing: that is no name."""
    text = " ".join(text.split())
    return text if any(letter.isalpha() for letter in text) else ""


def _names(answers: Answers) -> Iterator[Name]:
    surname, given, patronymic = (with_letters(answers.get(part, "")) for part in NAME_PARTS)
    if surname or given or patronymic:
        yield Name(surname, given, patronymic)
    if earlier := with_letters(answers.get("earlier_surname", "")):
        yield Name(earlier, given, patronymic)
    for spelling in SPELLINGS:
        lines = (with_letters(line) for line in answers.get(spelling, "").splitlines())
        yield from (Name(full=line) for line in lines if line)


def _whole(name: Name) -> str:
    return " ".join(part for part in (name.surname, name.given, name.patronymic) if part)


def _number(text: str) -> int | None:
    return int(text) if text.strip() else None
