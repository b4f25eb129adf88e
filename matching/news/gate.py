"""ASK: whether news may still go to this family, asked right before it leaves (settings.MESSAGE_GATES).

Everything that two reviewers relied on is looked at again; the first thing that no longer holds keeps it back.
"""

import re
import uuid
from collections.abc import Collection, Set

from django.contrib.auth.models import User
from django.db.models import Q

from familylink.reports import vouching
from familylink.reports.models import Flag, MissingPerson, Report
from familylink.reports.proof import met_a_stranger
from familylink.reports.references import news_reference, report_of_news
from matching.changed_facts import has_weakened
from matching.models import Band, ListKind, Match, MatchRun
from matching.models.match import MatchQuerySet
from matching.news import corrections
from matching.news.basis import read_basis, who_may_decide
from matching.news.blind_spots import unseen_rows
from matching.news.grown_up import minor_doubt
from notifications import reasons
from notifications.gates import LATER, Question

_LOST_THE_RIGHT = "reviewer_lost_the_right"
_CHECKED = re.compile(r"checked-wave-([0-9]+)-report-([0-9a-f-]{36})")


def refusal(question: Question) -> str:
    """ "" when the news may go; else a short reason, and a person looks."""
    report_id = report_of_news(question.reference)
    if report_id is None:
        return "unknown_reference"
    report = Report.objects.filter(pk=report_id).first()
    if report is None or report.withdrawn_at:
        return "report_not_open"
    if news_reference(report) != question.reference:
        return "decision_no_longer_stands"
    if report.language != question.language:
        return "language_changed"
    if Flag.objects.blocking().filter(missing_person=report.missing_person_id).exists():
        return "flag_stands"
    return _contact(report, question) or _match(report.missing_person_id, question.basis)


def checked_refusal(question: Question) -> str:
    """Whether "nobody certain was found" is true: not before all that the family told is compared with every row, nor
    while a likely pair waits or somebody has still to say that earlier news was wrong; never after a confirmed one."""
    named = _CHECKED.fullmatch(question.reference)
    report = (
        Report.objects.open().select_related("missing_person").filter(pk=named[2]).first() if named else None
    )
    if named is None or report is None:
        return "report_not_open"
    if corrections.of_report(report):  # first somebody tells them that what they heard was wrong
        return f"{LATER}{reasons.CORRECTION_OPEN}"
    # What is said of him on a list of another kind is for the staff alone: not even a missing message may show it.
    matches = Match.objects.filter(
        missing_person=report.missing_person_id, entry__source_list__kind=ListKind.RELEASED
    )
    if matches.confirmed().exists():
        return "somebody_was_found"
    if not _is_compared(report.missing_person, wave_id=int(named[1])):
        return f"{LATER}not_yet_compared"
    if report.missing_person.is_too_common or unseen_rows(report.missing_person, [int(named[1])]):
        return f"{LATER}rows_unseen"
    if matches.undecided().filter(band__in=[Band.PROBABLE, Band.CERTAIN]).exists():
        return f"{LATER}a_likely_pair_waits"
    return _contact(report, question)


def _is_compared(person: MissingPerson, *, wave_id: int) -> bool:
    """All that was told of them, with every row of the lists of this wave."""
    if person.matched_at is None or MissingPerson.objects.unmatched().filter(pk=person.pk).exists():
        return False
    missed = MatchRun.objects.missed_at(person.matched_at)
    return not missed.filter(source_list__wave=wave_id, source_list__kind=ListKind.RELEASED).exists()


def _contact(report: Report, question: Question) -> str:
    """The address must be one that this family has proven to be theirs, not too long ago, and not stopped."""
    contacts = report.contacts.reachable().filter(channel=question.channel)
    theirs = [contact for contact in contacts.opened() if contact.address.lower() == question.to.lower()]
    if not theirs:
        return reasons.CONTACT_UNCONFIRMED
    if met_a_stranger(theirs[:1]):
        return reasons.STRANGER_MET
    return "" if theirs[0].is_proven_lately else reasons.PROOF_TOO_OLD


def doubt_about(person_id: uuid.UUID) -> str:
    """What a caller must have looked at before the family is told; "" where nothing is, or nobody is confirmed."""
    return doubts_about([person_id]).get(person_id, "")


def doubts_about(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The same of many at once: only those about whom there is a doubt."""
    matches = list(_standing(person_ids)) if person_ids else []
    deciding = _who_may_decide(matches)
    doubts: dict[uuid.UUID, list[str]] = {}
    for match in matches:
        doubts.setdefault(match.missing_person_id, []).append(_doubt(match, deciding))
    return {person_id: found[0] for person_id, found in doubts.items() if all(found)}


def _match(person_id: uuid.UUID, basis: str) -> str:
    """Two people's decision must stand, on the very evidence that they decided on."""
    decided = read_basis(basis)
    on = Q(pk=decided.match_id, revision=decided.revision) if decided else Q(pk=None)
    stands = _standing([person_id]).filter(on).first()
    if stands is None:
        return "decision_no_longer_stands"
    doubt = _doubt(stands, _who_may_decide([stands]))
    if doubt == _LOST_THE_RIGHT and _wait_for_somebody([stands.first_reviewer_id, stands.second_reviewer_id]):
        return f"{LATER}{doubt}"
    return doubt or minor_doubt(stands)


def _standing(person_ids: Collection[uuid.UUID]) -> MatchQuerySet:
    confirmed = Match.objects.confirmed().filter(missing_person__in=person_ids)
    released = confirmed.filter(entry__source_list__kind=ListKind.RELEASED, entry__removed_at=None)
    return released.with_lists().select_related("missing_person")


def _doubt(match: Match, deciding: Set[int | None]) -> str:
    if not {match.first_reviewer_id, match.second_reviewer_id} <= deciding:
        return _LOST_THE_RIGHT
    return "facts_changed" if has_weakened(match) else ""


def _who_may_decide(matches: Collection[Match]) -> Set[int | None]:
    """Of the reviewers of these, at this moment: whose right was taken away in between may have decided without it."""
    reviewers = {pk for match in matches for pk in (match.first_reviewer_id, match.second_reviewer_id) if pk}
    return set(who_may_decide().filter(pk__in=reviewers).values_list("pk", flat=True)) if reviewers else set()


def _wait_for_somebody(reviewers: Collection[int | None]) -> bool:
    """Who of them may not decide only waits for a second person to say whose the account is: for a new password nobody
    has to free each message by hand."""
    lost = User.objects.filter(pk__in=[pk for pk in reviewers if pk]).exclude(
        pk__in=who_may_decide().values("pk")
    )
    return lost.exists() and not lost.exclude(pk__in=vouching.waiting().values("pk")).exists()
