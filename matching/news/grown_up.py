"""ASK: who may not be grown up on the day of the exchange: of him a person tells the family, and never a message."""

from typing import Any

from familylink.damage import opens
from familylink.reports.models import MissingPerson
from matching.engine import BirthDate
from matching.models import ListEntry, Match

GROWN_UP_YEARS = 18


def is_minor(match: Match) -> bool:
    """Whether either side's birth date lets the person be under eighteen on the day of the exchange."""
    day = match.entry.source_list.wave.occurred_on
    return any(_may_be_minor(one, day) for one in (match.missing_person, match.entry))


def _may_be_minor(one: MissingPerson | ListEntry, day: Any) -> bool:
    if not opens(one, "birth_date"):  # a doubt, too
        return True
    birth = BirthDate.parse(one.birth_date)
    latest = birth.year_to or birth.year
    if latest is None:
        return False
    # What is not known of the date counts as the end of the year: a doubt makes a person call.
    turns = (latest + GROWN_UP_YEARS, birth.month or 12, birth.day or 31)
    return bool(turns > (day.year, day.month, day.day))
