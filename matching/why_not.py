"""ASK, read only: why a report and a list entry are a match, or are none, as things stand this minute.

The pair is compared and ranked among the entry's rivals as the matching would do it, also when no key lets
the two meet. Nothing is stored, and nobody is told.
"""

import enum
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from familylink.reports.models import MissingPerson, Report
from familylink.reports.references import canonical_reference
from matching import candidates, engine, rivalry, yardstick
from matching.models import ListEntry, Match, SourceList
from matching.models.list_entry import sheet_index
from matching.models.match import GONE
from matching.yardstick import Yardstick

log = logging.getLogger(__name__)

# What the keys of these kinds are made of, one line of the page each; a key itself is as telling as the name in it.
# Where several kinds say the same, which of them a person is filed under depends on how much of the date is known.
KEY_KINDS = {
    ("sg",): _("surname with given name"),
    ("sf",): _("surname with the father's name"),
    ("siy", "siyp"): _(
        "surname with year of birth and the first letter of the given name, "
        "where one of the two has no full date of birth"
    ),
    ("cg",): _("consonants of the surname with given name"),
    ("gf", "gfo", "gfp"): _(
        "given name with the father's name and the first letter of the surname, "
        "where one of the two has no year of birth"
    ),
    ("gfy", "gfyp"): _(
        "given name with the father's name, the year of birth and the first letter of the surname"
    ),
    ("o",): _("surname, where the report has no given name"),
    ("si", "so"): _(
        "surname with the first letter of the given name, where one of the two has no more of it"
    ),
    ("dg",): _("full date of birth with given name"),
    ("ds",): _("full date of birth with the first letter of the surname"),
}


class NotFound(Exception):
    """What was asked about is not there; `words` say it to the asker."""

    words: Any = _("Not found.")


class NoSuchReport(NotFound):
    words = _("There is no report with this reference number.")


class NoSuchEntry(NotFound):
    words = _("This list has no entry in this row. Rows are counted as in the file, the heading included.")


class SeveralSheets(NotFound):
    words = _("Several sheets of this list have such a row: please name the sheet.")


class SeveralPeople(NotFound):
    words = _("This row names several people: please say which of them, 1 for the first.")


class Answer(enum.Enum):
    """The first thing that stands between the two, in words for the staff."""

    PROPOSED = _("This pair is a match already; the evidence below is as of this minute.")
    WITHDRAWN = _("Nobody looks for this person any more: the report is withdrawn.")
    NOT_IN_FORCE = _("This list is not in force, so nobody is compared with it.")
    TOO_COMMON = _(
        "What these two share is shared by too many people to compare them all. "
        "A birth date or a fuller name on either side would let them meet."
    )
    NEVER_MET = _("The two are never compared: no key is the same on both sides.")
    TOO_WEAK = _("The two were compared, and the evidence is too weak to propose them.")
    DUE = _(
        "Compared this minute they would be proposed: the matching has not yet come to one of them, "
        "or was done with earlier facts."
    )


@dataclass(frozen=True)
class KeyKind:
    """What keys are made of, and on which side there is one; `is_compared` when both sides use the same kind of it,
    `is_shared` when some key is equal, `is_too_common` when each that is equal is shared by too many."""

    kinds: tuple[str, ...]
    words: Any
    person_has: bool
    entry_has: bool
    is_compared: bool
    is_shared: bool
    is_too_common: bool


@dataclass(frozen=True)
class Explained:
    """A pair compared: `probability` (0-1) and `band` ("": none) are those among the entry's present rivals,
    `place` the rank among them (1 is best) of `rivals` compared in all."""

    report: Report
    person: MissingPerson
    entry: ListEntry
    comparison: engine.Comparison
    probability: float
    band: str
    place: int
    rivals: int
    has_met: bool
    kinds: tuple[KeyKind, ...]
    match: Match | None
    answer: Answer
    measured_by: Yardstick


def find_report(reference: str) -> Report:
    """The report with this reference number, however it is typed. Raises NoSuchReport."""
    reports = Report.objects.select_related("missing_person")
    report = reports.filter(reference=canonical_reference(reference)).first()
    if report is None:
        raise NoSuchReport
    return report


def find_entry(source_list: SourceList, row: int, sheet: str = "", part: int | None = None) -> ListEntry:
    """The entry in this row of the list, of the sheet and of the person if they are named.

    Raises NoSuchEntry, SeveralSheets, SeveralPeople.
    """
    entries = ListEntry.objects.filter(source_list=source_list, row=row).order_by("part")
    if sheet:
        entries = entries.filter(sheet_index=sheet_index(source_list.pk, sheet))
    found = [entry for entry in entries if part in (None, entry.part)]
    if not found:
        raise NoSuchEntry
    if len({bytes(entry.sheet_index) for entry in found}) > 1:
        raise SeveralSheets
    if len(found) > 1:
        raise SeveralPeople
    return found[0]


def explain(report: Report, entry: ListEntry) -> Explained:
    """Compare these two, and say what stands between them."""
    log.info("report %s compared with entry %s", report.pk, entry.pk)
    person = report.missing_person
    wanted, found = (engine.Profile.from_bytes(bytes(one.profile)) for one in (person, entry))
    met = candidates.persons_for([found]).numbers.tolist()
    measured_by = yardstick.in_force()
    ranked = _ranked(person, wanted, found, met, measured_by)
    place, mine = next((place, one) for place, one in enumerate(ranked, start=1) if one.index == 0)
    mine = _beside_others_of_the_list(
        person, entry, mine, engine.crowding(ranked, measured_by.curves), measured_by
    )
    kinds = _kinds(engine.filed(wanted), engine.asked_for(found))
    match = Match.objects.filter(missing_person=person, entry=entry).first()
    has_met = person.number in met
    return Explained(
        report=report,
        person=person,
        entry=entry,
        comparison=mine.comparison,
        probability=mine.probability,
        band=mine.band,
        place=place,
        rivals=len(ranked),
        has_met=has_met,
        kinds=kinds,
        match=match,
        answer=_answer(person, entry, match) or _answer_of_keys(kinds, has_met=has_met, band=mine.band),
        measured_by=measured_by,
    )


def _ranked(
    person: MissingPerson,
    wanted: engine.Profile,
    found: engine.Profile,
    met: Iterable[int],
    measured_by: Yardstick,
) -> list[engine.Ranked]:
    """This person (index 0) and all others who meet the entry, ranked as the matching ranks them."""
    sought = MissingPerson.objects.sought()
    others = sought.filter(number__in=met).exclude(pk=person.pk).order_by("pk").only("profile")
    profiles = [wanted, *(engine.Profile.from_bytes(bytes(other.profile)) for other in others)]
    searched = Report.objects.open().count()
    return engine.rank_profiles(profiles, found, measured_by.population, searched=searched, top=len(profiles))


def _beside_others_of_the_list(
    person: MissingPerson, entry: ListEntry, mine: engine.Ranked, crowding: float, measured_by: Yardstick
) -> engine.Ranked:
    """Divided, as the matching does, with the other entries of the list that may be this person, and made true."""
    series = entry.source_list.series
    proposal = rivalry.Proposal(person.pk, entry.pk, person.revision, mine, crowding, series)
    others = rivalry.stored_of([person.pk], [series])
    others.pop(proposal.pair, None)
    return rivalry.divide([proposal], others, (), measured_by.curves)[proposal.pair].ranked


def _kinds(filed: set[engine.Key], asked: set[engine.Key]) -> tuple[KeyKind, ...]:
    """The matching asks with the entry's keys among those that persons are filed under."""
    shared = filed & asked
    person_has, entry_has = _kinds_of(filed), _kinds_of(asked)
    is_shared, lets_meet = _kinds_of(shared), _kinds_of(shared - candidates.too_common_among(shared))
    return tuple(
        KeyKind(
            kinds,
            words,
            person_has=bool(person_has & {*kinds}),
            entry_has=bool(entry_has & {*kinds}),
            is_compared=bool(person_has & entry_has & {*kinds}),
            is_shared=bool(is_shared & {*kinds}),
            is_too_common=bool(is_shared & {*kinds}) and not lets_meet & {*kinds},
        )
        for kinds, words in KEY_KINDS.items()
        if (person_has | entry_has) & {*kinds}
    )


def _kinds_of(keys: Iterable[engine.Key]) -> set[str]:
    return set(map(engine.kind_of, keys))


def _answer(person: MissingPerson, entry: ListEntry, match: Match | None) -> Answer | None:
    """What decides before any key or evidence is looked at."""
    if match is not None and match.state not in GONE:
        return Answer.PROPOSED
    if not MissingPerson.objects.sought().filter(pk=person.pk).exists():
        return Answer.WITHDRAWN
    return None if entry.is_live else Answer.NOT_IN_FORCE


def _answer_of_keys(kinds: Iterable[KeyKind], *, has_met: bool, band: str) -> Answer:
    if not has_met:
        return Answer.TOO_COMMON if any(kind.is_too_common for kind in kinds) else Answer.NEVER_MET
    return Answer.DUE if band else Answer.TOO_WEAK
