"""What the reviewers read is posted exactly so, once: a message to each family, or a call."""

import uuid
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import models, transaction

from familylink.reports.models import Flag, FlagKind, Report
from familylink.reports.news import renew
from familylink.reports.proof import ask_for_proof
from familylink.reports.references import news_reference, news_reference_of
from matching.changed_facts import has_weakened
from matching.models import ListKind, Match, MatchState
from matching.news.basis import basis_of, batch_of
from matching.news.grown_up import minor_doubt
from matching.review.letters import NEWS, Letter, Plan, context_of, plan
from matching.review.locking import allowed, lock_match, lock_reports, still_listed
from matching.review.refusals import NothingToTell, PlanChanged, Weakened
from notifications import follow_ups, outbox, reasons


class Owed(NamedTuple):
    """How many messages are owed now, and how many families somebody must call."""

    messages: int
    calls: int


def post(match: Match, planned: Plan) -> Owed:
    """Owe what was shown, in this transaction, which holds the missing person; what stands of it.

    What somebody has taken back before is owed in a new round.
    """
    lock_reports([match.missing_person_id])
    for letter in (*planned.call, *planned.owed, *planned.shared):
        renew(letter.report)
    for letter in planned.call:
        follow_ups.owe_call(
            reference=news_reference(letter.report), language=letter.report.language, why=_why_call(planned)
        )
    messages = sum(_post(match, letter) for letter in (*planned.owed, *planned.shared))
    return Owed(messages, calls=len({letter.report.pk for letter in planned.call}))


def _post(match: Match, letter: Letter) -> bool:
    """Whether it is owed now: what stands on record only, or was taken back, is not."""
    contact, report = letter.contact, letter.report
    assert contact
    if letter.mode == reasons.PROOF_TOO_OLD:
        ask_for_proof(contact, f"news-{report.news_round}")
    message = outbox.post(
        reference=news_reference(report),
        channel=contact.channel,
        to=contact.address,
        message=NEWS,
        language=report.language,
        context=context_of(report),
        hold_reason=letter.hold_reason,
        basis=basis_of(match),
        batch=batch_of(match),
        after=letter.after,
        is_needless=letter.is_shared,
    )
    return not message.is_cancelled


def _why_call(planned: Plan) -> follow_ups.Why:
    if reasons.BIRTH_DATE_DAMAGED in planned.blocks:
        return follow_ups.Why.NO_BIRTH_DATE
    return follow_ups.Why.MINOR if planned.blocks else follow_ups.Why.NO_ADDRESS


def flag_minor(match: Match, by: User) -> None:
    """The database itself shall refuse a message about a minor, and it cannot read a sealed birth date."""
    person = match.missing_person_id
    known = Flag.objects.standing().filter(missing_person=person, kind=FlagKind.MINOR)
    doubt = minor_doubt(match)
    if doubt and not known.exists():
        note = reasons.in_words(doubt) if doubt == reasons.BIRTH_DATE_DAMAGED else ""
        Flag.objects.create(missing_person_id=person, kind=FlagKind.MINOR, note=note, raised_by=by)


@transaction.atomic
def tell(match_id: uuid.UUID, *, by: User, seen: bytes) -> Owed:
    """Post what a confirmed pair still owes: after a flag was lowered, or a family gave its first address.

    `seen` is the digest of the plan that the member of staff has read. Raises a Refused.
    """
    match, _ = lock_match(match_id)
    allowed(by)
    still_listed(match)
    planned = plan(match)
    if match.state != MatchState.CONFIRMED or not planned.is_due:
        raise NothingToTell
    if has_weakened(match):
        raise Weakened
    if planned.digest != seen:
        raise PlanChanged
    return post(match, planned)


def untold(confirmed: models.QuerySet[Match]) -> models.QuerySet[Match]:
    """Of these confirmed pairs on lists of the released, those with a family for whom no message stands posted."""
    released = confirmed.filter(entry__source_list__kind=ListKind.RELEASED, entry__removed_at=None)
    of_confirmed = Report.objects.open().filter(
        missing_person__in=released.order_by().values("missing_person")
    )
    reports = of_confirmed.order_by().values_list("missing_person", "pk", "news_round")
    references = [(person, news_reference_of(pk, news_round)) for person, pk, news_round in reports]
    told = outbox.told_references([reference for _, reference in references])
    waiting = {person for person, reference in references if reference not in told}
    return released.filter(missing_person__in=waiting)
