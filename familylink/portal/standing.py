"""What a family may read about their own report. A match that two have not confirmed leaves no trace here."""

import dataclasses
import datetime as dt
import enum

from django.utils import formats

from familylink.portal.addresses import masked
from familylink.reports.models import Contact, Report
from matching import family_view
from matching.engine import BirthDate
from matching.family_view import CheckedWave

UNKNOWN_PART = "—"


class Stage(enum.StrEnum):
    """Where a report stands, in the only words there are for it."""

    WITHDRAWN = "withdrawn"
    NEWS = "news"
    UNPROVEN = "unproven"
    SEARCHING = "searching"


@dataclasses.dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact as its owner knows it again, and whether it was proven."""

    address: str
    is_proven: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """All that the status page says. `released_on` is the wave's day, only with NEWS."""

    stage: Stage
    reference: str
    names: list[str]
    birth_date: str
    contacts: list[ShownContact]
    waves: list[CheckedWave]
    released_on: dt.date | None


def standing_of(report: Report) -> Standing:
    """How the report stands now."""
    person = report.missing_person
    match = family_view.confirmed_on(person)
    contacts = list(report.contacts.filter(stopped_at=None).order_by("created_at"))
    return Standing(
        stage=_stage(report, contacts, has_news=match is not None),
        reference=report.reference,
        names=[name.text for name in person.names.order_by("position")],
        birth_date=birth_words(BirthDate.parse(person.birth_date)),
        contacts=[ShownContact(masked(c.address), c.confirmed_at is not None) for c in contacts],
        waves=family_view.checked_waves(person),
        released_on=match.entry.source_list.wave.occurred_on if match else None,
    )


def birth_words(birth: BirthDate) -> str:
    """The date as it is written in the reader's language: unknown parts as a dash, an unknown date as ""."""
    if birth.year and birth.month and birth.day:
        return str(formats.date_format(dt.date(birth.year, birth.month, birth.day), "j E Y"))
    if birth.year_to or not (birth.month or birth.day):
        return "–".join(str(year) for year in (birth.year, birth.year_to) if year)
    parts = [birth.day and f"{birth.day:02d}", birth.month and f"{birth.month:02d}", birth.year]
    return ".".join(str(part or UNKNOWN_PART) for part in parts)


def _stage(report: Report, contacts: list[Contact], *, has_news: bool) -> Stage:
    if report.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if not any(contact.confirmed_at for contact in contacts):
        return Stage.UNPROVEN
    return Stage.NEWS if has_news else Stage.SEARCHING
