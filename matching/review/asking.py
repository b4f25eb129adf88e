"""Ask the family what is missing, so that the question tells nobody that there is a match.

They get the words that every family with a gap in its report gets, as often as any other. What they add comes
in by their own page and makes the man due for matching: an open pair follows, a decided one is flagged.
"""

import uuid
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now

from familylink.damage import opens
from familylink.reports.models import Contact, Report
from matching.models import Match, Question, Reason, Verdict
from matching.review.deciding import decide
from matching.review.locking import allowed, lock_match
from matching.review.refusals import AlreadyAsked, CannotBeAsked, NobodyToAsk
from notifications import messages, outbox

ASKABLE = ("birth_date", "patronymic", "given", "surname", "place", "unit", "rank")
MESSAGE = "please_complete"
NOT_AGAIN_WITHIN = timedelta(days=7)


@transaction.atomic
def ask_family(match_id: uuid.UUID, *, by: User, feature: str, note: str, revision: int) -> list[Question]:
    """Ask each reporter that can be reached; for this reviewer the pair counts as unsure until the answer.

    Raises NobodyToAsk, CannotBeAsked without a wording, AlreadyAsked within a week, and what `decide` refuses.
    """
    allowed(by)
    match, _ = lock_match(match_id)
    reports = [report for report in _reports(match) if _reachable(report)]
    if not reports or MESSAGE not in messages.KINDS:
        raise NobodyToAsk
    wordings = messages.wordings(MESSAGE)
    reports = [report for report in reports if _ways(report) & set(wordings)]
    if not reports:
        raise CannotBeAsked
    recent = Question.objects.filter(report__in=reports, asked_at__gt=Now() - Value(NOT_AGAIN_WITHIN))
    if recent.exists():
        raise AlreadyAsked
    decide(
        match_id,
        reviewer=by,
        verdict=Verdict.UNSURE,
        reason=Reason.INSUFFICIENT,
        note=note.strip() or feature,
        revision=revision,
    )
    return [_ask(match, report, by, feature) for report in reports]


def _ask(match: Match, report: Report, by: User, feature: str) -> Question:
    question = Question.objects.create(
        match=match,
        report=report,
        feature=feature,
        person_revision=report.missing_person.revision,
        asked_by=by,
    )
    for contact in _reachable(report):
        outbox.post(
            reference=f"question-{question.pk}",
            channel=contact.channel,
            to=contact.address,
            message=MESSAGE,
            language=report.language,
            context={"reference": report.reference, "code_word": report.code_word},
        )
    return question


def _reports(match: Match) -> list[Report]:
    reports = Report.objects.open().filter(missing_person=match.missing_person_id)
    return list(reports.select_related("missing_person").order_by("filed_at", "pk"))


def _ways(report: Report) -> set[tuple[str, str]]:
    """By language and channel."""
    return {(report.language, contact.channel) for contact in _reachable(report)}


def _reachable(report: Report) -> list[Contact]:
    """Nowhere, while its code word is damaged: no question leaves without it."""
    if not opens(report, "code_word"):
        return []
    return Contact.objects.proven_lately().filter(report=report).opened()
