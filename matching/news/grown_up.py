"""ASK: who may not be grown up on the day of the exchange: of him a person tells the family, and never a message."""

from typing import Any

from familylink.damage import opens
from familylink.reports.models import MissingPerson
from matching.engine import BirthDate
from matching.models import ListEntry, Match
from notifications.reasons import BIRTH_DATE_DAMAGED, MAY_BE_A_MINOR

GROWN_UP_YEARS = 18


def minor_doubt(match: Match) -> str:
    """Why no message may tell of him, as a reason of notifications.reasons; "" where both sides let him be grown up."""
    day = match.entry.source_list.wave.occurred_on
    sides: list[MissingPerson | ListEntry] = [match.missing_person, match.entry]
    readable = [one for one in sides if opens(one, "birth_date")]
    if any(_may_be_minor(one, day) for one in readable):
        return MAY_BE_A_MINOR
    return BIRTH_DATE_DAMAGED if len(readable) < len(sides) else ""


def _may_be_minor(one: MissingPerson | ListEntry, day: Any) -> bool:
    birth = BirthDate.parse(one.birth_date)
    latest = birth.year_to or birth.year
    if latest is None:
        return False
    # What is not known of the date counts as the end of the year: a doubt makes a person call.
    turns = (latest + GROWN_UP_YEARS, birth.month or 12, birth.day or 31)
    return bool(turns > (day.year, day.month, day.day))
