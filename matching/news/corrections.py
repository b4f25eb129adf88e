"""ASK: a confirmation no longer holds: what is unsent stays unsent, and whoever may have heard is a person's task."""

import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from familylink.reports.models import MissingPerson, Report
from familylink.reports.news import next_round
from familylink.reports.references import news_reference, news_references
from matching.models import Correction, CorrectionReason, Heard, ListKind, Match, SourceList
from matching.news.basis import basis_of, batch_of
from matching.reopening import open_what_it_settled
from notifications import follow_ups, outbox, reasons, recipients
from notifications.outbox import Standing

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TakenBack:
    """How many families will not hear what is no longer so, and how many a person must call."""

    cancelled: int
    to_correct: int


@transaction.atomic
def take_back(
    matches: Collection[Match],
    *,
    reason: CorrectionReason,
    by: User | None,
    source_list: SourceList | None = None,
) -> TakenBack:
    """These matches were confirmed and are no longer, in the caller's transaction, which holds their locks.

    Unsent news is cancelled; a family that heard, or may have, becomes an open Correction. Where the man stands
    confirmed on another list of the released too, it is true still, and rests on that pair from now on.
    """
    for match in matches:
        open_what_it_settled(match, by)
    reports = _locked_reports({match.missing_person_id for match in matches})
    still_true = _still_confirmed(reports)
    cancelled, corrections = 0, []
    for match in matches:
        theirs = reports.get(match.missing_person_id, [])
        if match.entry.source_list.kind != ListKind.RELEASED:
            continue
        if other := still_true.get(match.missing_person_id):
            _rest_on(other, theirs)
            continue
        heard = unsay(theirs, reason)
        cancelled += not heard
        if heard:
            corrections.append(
                Correction(match=match, reason=reason, heard=heard, source_list=source_list, raised_by=by)
            )
    # One open correction of all its families.
    Correction.objects.bulk_create(corrections, ignore_conflicts=True)
    for correction in corrections:
        log.error("match %s was taken back after its family may have heard: %s", correction.match_id, reason)
    return TakenBack(cancelled, len(corrections))


def unlink(report: Report, matches: Collection[Match], *, by: User) -> None:
    """This family was counted among those of a man whose matches these are, and is not: what it may have heard of him
    is a person's task, and of nobody else's."""
    heard = unsay([report], CorrectionReason.UNLINKED)
    told = [match for match in matches if match.entry.source_list.kind == ListKind.RELEASED] if heard else []
    about = {"report": report, "reason": CorrectionReason.UNLINKED, "heard": heard, "raised_by": by}
    tasks = [Correction(match=match, **about) for match in told]
    Correction.objects.bulk_create(tasks, ignore_conflicts=True)  # one open correction per family of a match


def go_with(report: Report, *, since: datetime | None, by: User) -> None:
    """Before this report moves to another man: what its family has still to be told of this one goes with it, as a
    task of its own; not what was wrong before it came (`since`), if it was never owed news. The caller holds the
    locks of the man and of the report."""
    if report.erased_at is not None:
        return
    ours = Correction.objects.open().filter(report=None, match__missing_person=report.missing_person_id)
    if since and not any(map(follow_ups.standing, news_references(report))):
        ours = ours.filter(raised_at__gte=since)
    Correction.objects.bulk_create(
        (
            Correction(
                match_id=task.match_id,
                report=report,
                reason=task.reason,
                heard=task.heard,
                source_list_id=task.source_list_id,
                raised_by=by,
            )
            for task in ours
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def settle(correction_id: uuid.UUID, *, by: User, note: str) -> bool:
    """Somebody has spoken with the family, or knows that it never heard: nobody else calls. False: settled before.

    A task of all families of a pair settles those of one of them, which came back from another man, too.
    """
    told = _locked_reports_of(correction_id)
    match = Correction.objects.filter(pk=correction_id).values("match")
    same = Q(pk=correction_id) | Q(match__in=match, report__in=told)
    tasks = list(Correction.objects.open().filter(same).select_for_update().order_by("pk"))
    if correction_id not in [task.pk for task in tasks]:
        return False
    for task in tasks:
        task.settled_at, task.settled_by, task.note = Now(), by, note.strip()
        task.save()
    follow_ups.set_right([reference for report in told for reference in news_references(report)], by)
    if any(task.reason == CorrectionReason.ROW_CHANGED for task in tasks):
        _begin_anew(told)
    for man in {report.missing_person_id for report in told}:
        _end_the_waiting_for_it(man)
    return True


def _end_the_waiting_for_it(missing_person_id: uuid.UUID) -> None:
    """News of a man is held for as long as any family of his has still to hear that it was wrong."""
    if not is_open_for(missing_person_id):
        reports = Report.objects.filter(missing_person=missing_person_id)
        outbox.correction_closed([reference for report in reports for reference in news_references(report)])


def of_report(report: Report) -> Correction | None:
    """What somebody has still to tell this family, of news that was wrong."""
    return of_reports([report]).get(report.pk)


def of_reports(reports: Collection[Report]) -> dict[uuid.UUID, Correction]:
    """The same of many families at once, by report: of each the earliest."""
    found: dict[uuid.UUID, Correction] = {}
    if not reports:
        return found
    for task in Correction.objects.open().of_reports(reports).select_related("match"):
        for report in reports:
            is_of_all = task.report_id is None and task.match.missing_person_id == report.missing_person_id
            if is_of_all or task.report_id == report.pk:
                found.setdefault(report.pk, task)
    return found


def is_owed_to(report: Report) -> bool:
    """Whether this family knows of news that was wrong, or may, and nobody has spoken with it yet."""
    return of_report(report) is not None and bool(follow_ups.owed_references(news_references(report)))


def _locked_reports_of(correction_id: uuid.UUID) -> list[Report]:
    """Before the correction, in the house's order: whoever takes news back does the same."""
    task = Correction.objects.filter(pk=correction_id).select_related("match", "report").first()
    if task is None:
        return []
    one = {task.report.missing_person_id} if task.report else {task.match.missing_person_id}
    list(MissingPerson.objects.filter(pk__in=one).select_for_update(no_key=True).values_list("pk"))
    reports = [report for theirs in _locked_reports(one).values() for report in theirs]
    return [report for report in reports if task.report_id in (None, report.pk)]


def is_open_for(missing_person_id: uuid.UUID) -> bool:
    """Whether this man's family still has to be told that earlier news was wrong."""
    return Correction.objects.open().of_family(missing_person_id).exists()


def _locked_reports(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Report]]:
    """Their reports, also withdrawn ones; two who decide about one man come one after the other here."""
    rows = Report.objects.filter(missing_person__in=list(person_ids)).order_by("pk")
    by_person = defaultdict(list)
    for report in rows.select_for_update(no_key=True):
        by_person[report.missing_person_id].append(report)
    return by_person


def _still_confirmed(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Match]:
    """Of each person one pair that families may be told of all the same."""
    confirmed = Match.objects.confirmed().filter(
        missing_person__in=list(person_ids),
        entry__removed_at=None,
        entry__source_list__kind=ListKind.RELEASED,
    )
    return {match.missing_person_id: match for match in confirmed.with_lists().order_by("-decided_at")}


def _rest_on(match: Match, reports: Iterable[Report]) -> None:
    """Without it the gate would keep back news that two people stand behind, since they did so on another list."""
    for report in reports:
        outbox.rest_on(reference=news_reference(report), basis=basis_of(match), batch=batch_of(match))


def unsay(reports: Sequence[Report], reason: CorrectionReason) -> Heard | None:
    """Cancel what is unsent for these reports, all of one man, and say what his families may have heard already: from a
    message, from whoever called them, or on their page before any message had left. None: they have heard nothing.

    Who had its report erased can be told nothing.
    """
    reports = [report for report in reports if report.erased_at is None]
    knew = follow_ups.heard_references([news_reference(report) for report in reports])
    before = {report.pk: outbox.state_of(news_reference(report)) for report in reports}
    left = {
        report.pk: outbox.cancel(reference=news_reference(report), reason=reason.value) for report in reports
    }
    knew |= follow_ups.shown_references([news_reference(report) for report in reports])
    follow_ups.take_back(knew)
    for report in reports:
        has_heard = bool(left[report.pk]) or news_reference(report) in knew
        _begin_new_round(report, has_heard, reason)
    if any(left.values()):
        return Heard.MESSAGE
    open_reports = [report for report in reports if report.withdrawn_at is None]
    was_for_a_caller = any(_was_for_a_caller(before[report.pk]) for report in open_reports)
    return Heard.PERHAPS if knew or was_for_a_caller else None


def _begin_new_round(report: Report, has_heard: bool, reason: CorrectionReason) -> None:
    """Later news gets a reference of its own, also for whom nothing was ever posted, who was called: else we would take
    them to have heard it. Not yet where they heard of a row that was merely put right (`settle`)."""
    was_owed = follow_ups.standing(news_reference(report))
    if was_owed and not (has_heard and reason == CorrectionReason.ROW_CHANGED):
        next_round(report)


def _begin_anew(reports: Sequence[Report]) -> None:
    """They were told that a row put right was wrong, or never heard it: what is confirmed later is news to them.

    Where it is confirmed already they were told what is so, but for whom the message has not left after all.
    """
    still_true = _still_confirmed(report.missing_person_id for report in reports)
    for report in reports:
        standings = outbox.state_of(news_reference(report))
        has_not_left = standings and not any(standing.counts for standing in standings)
        if has_not_left or report.missing_person_id not in still_true:
            next_round(report)
        else:
            recipients.holds_again(news_reference(report))


def _was_for_a_caller(standings: Sequence[Standing]) -> bool:
    """Nothing was posted, or what was waited for a person: a caseworker may have telephoned already."""
    return not standings or any(
        standing.reason not in {"", reasons.SENDING_OFF} and standing.state in {"held", "review"}
        for standing in standings
    )
