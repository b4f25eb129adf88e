"""DO: what no provider has need not leave any more, and what one may have is not tried again."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from notifications.models import Attempt, Notification, State


@transaction.atomic
def call_back(reference: str, reason: str) -> None:
    """Cancel all under this reference that certainly has not left; the rest keeps the reason, for its next step."""
    rows = Notification.objects.filter(reference=reference)
    list(rows.order_by("pk").select_for_update().values_list("pk"))  # an attempt cannot open while we look
    attempts = Attempt.objects.filter(notification=OuterRef("pk"))
    sure = rows.filter(~Exists(attempts.unproven()))
    sure.filter(state__in=[State.HELD, State.QUEUED, State.CLAIMED]).move(State.CANCELLED, reason=reason)
    sent = attempts.filter(outcome=Attempt.Outcome.ACCEPTED)
    sure.filter(~Exists(sent), state=State.REVIEW).move(State.CANCELLED, reason=reason)
    rows.exclude(state=State.CANCELLED).update(cancel_reason=reason)
