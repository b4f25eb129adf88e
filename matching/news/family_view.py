"""What a family may know of the matching: which waves they were checked against, and news only when two agreed."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Max

from familylink.reports.models import Flag, MissingPerson, Report
from familylink.reports.references import news_reference
from matching.models import (
    Correction,
    CorrectionReason,
    ListEntry,
    ListKind,
    Match,
    MatchRun,
    SourceList,
    Wave,
)
from matching.news import gate
from matching.news.blind_spots import unseen_rows
from matching.news.grown_up import minor_doubt
from notifications import outbox


class CheckedWave(NamedTuple):
    """One wave that a missing person was compared with: the people on its lists, and when that was done.

    `of_day` tells waves of one day apart (the second of three: 2, 3): nothing else that a family may read does. Of
    `unseen` rows people have to look first.
    """

    wave: Wave
    people: int
    checked_at: dt.datetime
    of_day: tuple[int, int] = (1, 1)
    unseen: int = 0


def checked_waves(person: MissingPerson) -> list[CheckedWave]:
    """Waves whose lists of the released this person has been compared with, newest first.

    A person filed before a list was committed is covered by that list's run; one filed after, by the
    matching of the person. So a finished run and a person matched at least once are a completed check, but of whom
    nothing can be read, or what changed cannot be compared, or who was matched while a row of the list waited.
    """
    if person.matched_at is None or person.matched_revision is None:
        return []
    if MissingPerson.objects.stuck().filter(pk=person.pk).exists():
        return []
    finished = (
        SourceList.objects.committed()
        .filter(kind=ListKind.RELEASED, runs__finished_at__isnull=False)
        .exclude(series__in=MatchRun.objects.missed_at(person.matched_at).values("source_list__series"))
        .annotate(finished_at=Max("runs__finished_at"))
        .select_related("wave__exchange")
        .order_by("-wave__occurred_on", "-wave__stage", "-wave_id")
    )
    checked = [
        _checked(wave, list(lists), person.matched_at)
        for wave, lists in itertools.groupby(finished, key=lambda source_list: source_list.wave)
    ]
    unseen = unseen_rows(person, [each.wave.pk for each in checked])
    checked = [each._replace(unseen=unseen[each.wave.pk]) for each in checked]
    by_day = itertools.groupby(checked, key=lambda each: each.wave.occurred_on)
    return [each for _, of_day in by_day for each in _counted(list(of_day))]


def _counted(of_day: list[CheckedWave]) -> Iterator[CheckedWave]:
    for place, each in enumerate(of_day):
        yield each._replace(of_day=(len(of_day) - place, len(of_day)))


def _checked(wave: Wave, lists: list[SourceList], matched_at: dt.datetime) -> CheckedWave:
    finished: list[dt.datetime] = [source_list.finished_at for source_list in lists]  # type: ignore[attr-defined]
    return CheckedWave(wave, _people(lists), max(*finished, matched_at))


def _people(lists: list[SourceList]) -> int:
    """One man on two lists of a wave is one man: the page must not name more people than came home."""
    if len(lists) == 1:
        return lists[0].entry_count
    return ListEntry.objects.live().filter(source_list__series__in=[each.series for each in lists]).men()


def news_for(report: Report) -> Match | None:
    """What this family may read of a confirmed match: nothing that no message may tell it now, unless it was told
    before."""
    match = confirmed_on(report.missing_person)
    if match is None or not _is_kept_back(match):
        return match
    return match if outbox.may_have_been_read(news_reference(report)) else None


def is_compared_again(report: Report) -> bool:
    """Whether all that this family heard and is no longer so was put right in a corrected list, and two people have
    still to say whether it is about the man for whom they search now. Once they have said no, only a voice does."""
    tasks = Correction.objects.open().of_reports([report]).select_related("match__entry")
    return all(
        task.reason == CorrectionReason.ROW_CHANGED and _is_open_again(task.match, report) for task in tasks
    )


def _is_open_again(told: Match, report: Report) -> bool:
    row = told.entry.in_force
    if row is None:
        return False
    anew = Match.objects.undecided().filter(missing_person=report.missing_person_id, entry=row)
    return anew.exists() or MatchRun.objects.unfinished().filter(source_list=row.source_list_id).exists()


def _is_kept_back(match: Match) -> bool:
    is_flagged = Flag.objects.blocking().filter(missing_person=match.missing_person_id).exists()
    return is_flagged or bool(minor_doubt(match) or gate.doubt_about(match.missing_person_id))


def confirmed_on(person: MissingPerson) -> Match | None:
    """The match with a list of the released that two reviewers confirmed, if there is one."""
    confirmed = Match.objects.confirmed().filter(
        missing_person=person, entry__source_list__kind=ListKind.RELEASED
    )
    return confirmed.with_lists().order_by("decided_at").first()
