"""DO: what no provider has need not leave any more, or leaves in other words; what one may have is not tried again."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef

from notifications import messages
from notifications.models import Attempt, FollowUp, Notification, NotificationQuerySet, State
from notifications.reasons import CANNOT_BE_WRITTEN


@transaction.atomic
def call_back(reference: str, reason: str) -> None:
    """Cancel all under this reference that certainly has not left; the rest keeps the reason, for its next step."""
    rows = Notification.objects.filter(reference=reference)
    _certainly_unsent(rows).move(State.CANCELLED, reason=reason)
    rows.exclude(state=State.CANCELLED).update(cancel_reason=reason)


@transaction.atomic
def write_anew(reference: str, *, language: str, context: Mapping[str, str]) -> None:
    """All under this reference that certainly has not left says this from now on, in the wording in force.

    What cannot be written so waits for a person: in its old words it leaves no more. Who calls speaks that
    language, too.
    """
    for row in _certainly_unsent(Notification.objects.filter(reference=reference)):
        try:
            text = messages.render(
                message=row.message, language=language, channel=row.channel, context=context
            )
        except messages.RefusedMessage:
            Notification.objects.filter(pk=row.pk).move(State.REVIEW, reason=CANNOT_BE_WRITTEN)
            continue
        row.language, row.template_version = language, text.version
        row.subject, row.body = text.subject, text.body
        row.body_digest = messages.digest(text.subject, text.body)
        row.save(update_fields=["language", "subject", "body", "body_digest", "template_version"])
    FollowUp.objects.filter(reference=reference).exclude(language=language).update(language=language)


def _certainly_unsent(rows: NotificationQuerySet) -> NotificationQuerySet:
    """Those of these that no provider can have, all of them locked: no attempt begins while we are at it."""
    list(rows.order_by("pk").select_for_update().values_list("pk"))
    attempts = Attempt.objects.filter(notification=OuterRef("pk"))
    sent = attempts.filter(outcome=Attempt.Outcome.ACCEPTED)
    waiting = rows.filter(state__in=[State.HELD, State.QUEUED, State.CLAIMED])
    in_review = rows.filter(~Exists(sent), state=State.REVIEW)
    return (waiting | in_review).filter(~Exists(attempts.unproven()))
