"""A notification is one message owed to one person over one channel; its row is the queue.

Every state changes by `NotificationQuerySet.move`: one conditional UPDATE along an arrow of MAY_MOVE. The
same table is a trigger in the database, so no other code can walk back from "accepted" either.
"""

import uuid
from datetime import timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.sealing import SealedTextField
from notifications.reasons import HAS_HEARD, SENDING_OFF, TOLD_WITH_ANOTHER

NO_RECEIPT_AFTER = timedelta(hours=72)


class DbClock(Func):
    """The database's clock at this very moment, where Now() is when the statement began."""

    function = "CLOCK_TIMESTAMP"
    output_field = models.DateTimeField()


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")


class State(models.TextChoices):
    HELD = "held", _("held")
    QUEUED = "queued", _("waiting to be sent")
    CLAIMED = "claimed", _("being sent")
    ACCEPTED = "accepted", _("taken by the provider")
    DELIVERED = "delivered", _("delivered")
    UNDELIVERED = "undelivered", _("not delivered")
    UNKNOWN = "unknown", _("may or may not have been sent")
    REVIEW = "review", _("waits for a person")
    CANCELLED = "cancelled", _("cancelled")


# From each state, where it may go. "held", "queued" and "review" may turn into a sent state because proof of
# sending can come late: then nothing may go out again. For the same reason "cancelled" may wait for a person.
MAY_MOVE: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.QUEUED, State.REVIEW, State.CANCELLED, State.ACCEPTED, State.DELIVERED}),
    State.QUEUED: frozenset(
        {State.CLAIMED, State.HELD, State.REVIEW, State.CANCELLED, State.ACCEPTED, State.DELIVERED}
    ),
    State.CLAIMED: frozenset(set(State) - {State.CLAIMED}),
    State.UNKNOWN: frozenset(
        {State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.QUEUED, State.REVIEW, State.CANCELLED}
    ),
    State.REVIEW: frozenset(
        {State.QUEUED, State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.CANCELLED}
    ),
    State.ACCEPTED: frozenset({State.DELIVERED, State.UNDELIVERED}),
    State.UNDELIVERED: frozenset({State.DELIVERED, State.QUEUED, State.CANCELLED}),
    State.DELIVERED: frozenset(),
    State.CANCELLED: frozenset({State.REVIEW}),
}
# Why a message that nobody took back need not leave: they have said that they know, or read it in another one.
NEEDLESS = (HAS_HEARD, TOLD_WITH_ANOTHER)
SETTLED = frozenset({State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.CANCELLED})


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self) -> Self:
        """Queued, its time has come, and its time has not passed."""
        not_lapsed = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
        return self.filter(not_lapsed, state=State.QUEUED, due_at__lte=Now(), cancel_reason="")

    def lapsed(self) -> Self:
        """Owed until a time that has passed, and not begun: nobody may receive it any more."""
        return self.filter(state__in=[State.HELD, State.QUEUED], expires_at__lte=Now())

    def stale(self) -> Self:
        """Claimed by a worker whose lease has run out: it died or hangs."""
        return self.filter(state=State.CLAIMED, lease_until__lte=Now())

    def in_doubt(self) -> Self:
        """May or may not have gone out, and the time to ask the provider has come."""
        return self.filter(state=State.UNKNOWN, due_at__lte=Now())

    def awaiting_a_person(self) -> Self:
        """Nothing more happens by itself: a caseworker must look or call."""
        kept_back = Q(state=State.HELD) & ~Q(state_reason=SENDING_OFF)
        silent = Q(
            channel=Channel.SMS, state=State.ACCEPTED, settled_at__lte=Now() - models.Value(NO_RECEIPT_AFTER)
        )
        return self.filter(Q(state__in=[State.REVIEW, State.UNDELIVERED]) | kept_back | silent)

    def counting(self) -> Self:
        """Owed, left, or not needed since they know already; not what was taken back."""
        return self.exclude(~Q(state_reason__in=NEEDLESS), state=State.CANCELLED)

    def to_be_purged(self) -> Self:
        """Ended so long ago that nobody needs the text, or of a family that wants to be forgotten."""
        ended = self.filter(purged_at=None, state__in=[State.ACCEPTED, State.DELIVERED, State.CANCELLED])
        kept = models.Value(timedelta(days=settings.KEEP_TEXT_DAYS))
        return ended.filter(Q(is_forgotten=True) | Q(settled_at__lte=Now() - kept))

    def without_text(self) -> Self:
        """Rows for lists and logs: address and text stay sealed in the database."""
        return self.defer("to", "body")

    def move(self, to: State, *, reason: str | F = "", **changes: Any) -> int:
        """Move those that may go there; the number moved. 0 tells the caller that it lost the race."""
        sources = [state for state, targets in MAY_MOVE.items() if to in targets]
        if to != State.CLAIMED:
            changes["lease_until"] = None
        changes["settled_at"] = Now() if to in SETTLED else None
        return self.filter(state__in=sources).update(state=to, state_reason=reason, **changes)

    def requeue(self, *, reason: str, after: timedelta = timedelta(0)) -> int:
        """Back into the queue, since nothing was sent; cancelled if somebody has asked for that meanwhile."""
        moved = self.exclude(cancel_reason="").move(State.CANCELLED, reason=F("cancel_reason"))
        waiting = self.filter(cancel_reason="")
        return moved + waiting.move(State.QUEUED, reason=reason, due_at=Now() + models.Value(after))


class Notification(models.Model):
    """One message owed to one person over one channel, its text frozen when it was posted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=100)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    message = models.CharField(_("message"), max_length=40)
    language = models.CharField(_("language"), max_length=5)
    # Address and text are gone once they are of no more use (`to_be_purged`); the row and its outcome stay.
    to = SealedTextField(verbose_name=_("to"), null=True)
    to_index = models.BinaryField(max_length=32, editable=False)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    body = SealedTextField(verbose_name=_("text"), null=True)
    # Keyed: the text around a six-digit code is known, so a bare hash of it would give the code away.
    body_digest = models.BinaryField(max_length=32, editable=False)
    template_version = models.CharField(_("template version"), max_length=16)
    # What the owner based this message on; its gate gets it back right before the call.
    basis = models.CharField(_("basis"), max_length=100, blank=True, editable=False)
    # What can be stopped together: a wave.
    batch = models.CharField(_("wave"), max_length=60, blank=True, editable=False)
    priority = models.PositiveSmallIntegerField(_("priority"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    state_reason = models.CharField(_("reason"), max_length=80, blank=True)
    # Asked for while a call was under way: it takes effect the moment the message would be queued again.
    cancel_reason = models.CharField(_("asked to cancel because"), max_length=80, blank=True)
    due_at = models.DateTimeField(_("due at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    attempt_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    fence = models.PositiveIntegerField(_("fence"), default=0)
    posted_at = models.DateTimeField(_("posted at"), db_default=Now())
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    # The family has had its report erased: the text goes as soon as the message has ended.
    is_forgotten = models.BooleanField(_("is to be forgotten"), default=False, editable=False)
    purged_at = models.DateTimeField(_("text deleted at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [
            ("view_text", "May read the text of messages"),
            ("settle_notification", "May release held messages and settle those that wait for a person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "message", "channel", "to_index"], name="owed_once_per_channel"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="notification_state_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="channel_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.CLAIMED) ^ Q(lease_until__isnull=True),
                name="exactly_the_claimed_have_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True, to__isnull=False, body__isnull=False)
                | Q(purged_at__isnull=False, to__isnull=True, body__isnull=True, subject=""),
                name="the_text_is_there_until_it_is_purged",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at"], condition=Q(state=State.QUEUED), name="notification_due"
            ),
            models.Index(fields=["lease_until"], condition=Q(state=State.CLAIMED), name="notification_stale"),
            models.Index(fields=["due_at"], condition=Q(state=State.UNKNOWN), name="notification_in_doubt"),
            models.Index(fields=["state", "-posted_at"], name="notification_by_state"),
            models.Index(fields=["to_index", "posted_at"], name="notification_by_recipient"),
            models.Index(
                fields=["settled_at"], condition=Q(purged_at__isnull=True), name="notification_with_text"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="states_only_move_along_arrows",
                field="state",
                transitions=[(str(a), str(b)) for a in MAY_MOVE for b in sorted(MAY_MOVE[a])],
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.channel}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> Self:
        """Committed before the call, and nobody has come back from it yet."""
        return self.filter(outcome="")

    def unproven(self) -> Self:
        """Nobody knows (yet) whether the provider took it."""
        return self.filter(outcome__in=["", Attempt.Outcome.UNKNOWN])

    def went_out(self) -> Self:
        """The provider took it, or nobody has said that it did not."""
        turned_down = [Attempt.Outcome.REFUSED, Attempt.Outcome.BUSY, Attempt.Outcome.ABORTED]
        return self.exclude(outcome__in=turned_down)


class Attempt(models.Model):
    """One try to hand a notification to a provider: opened before the call, closed once after it."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("taken by the provider")
        REFUSED = "refused", _("not taken")
        BUSY = "busy", _("not taken for now")
        ABORTED = "aborted", _("given up before the call")
        UNKNOWN = "unknown", _("nobody knows")

    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="attempts")
    n = models.PositiveSmallIntegerField(_("number"))
    fence = models.PositiveIntegerField(_("fence"))
    transport = models.CharField(_("transport"), max_length=40)
    # Goes to the provider: idempotency key where it has one, Message-ID, part of the call-back's address.
    reference = models.UUIDField(_("provider reference"), unique=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField(_("started at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    provider_id = models.CharField(_("provider's number"), max_length=120, blank=True)
    detail = models.CharField(_("detail"), max_length=80, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [models.Index(fields=["started_at"], name="attempt_newest")]
        constraints = [
            models.UniqueConstraint(fields=["notification", "n"], name="attempts_are_counted"),
            models.UniqueConstraint(
                fields=["notification"], condition=Q(outcome=""), name="one_open_attempt_per_notification"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") ^ Q(finished_at__isnull=False),
                name="a_finished_attempt_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.n}"


class Receipt(models.Model):
    """What a provider later said of an attempt. Kept as it came; an unknown reference makes it an orphan."""

    class Status(models.TextChoices):
        SENT = "sent", _("on its way")
        DELIVERED = "delivered", _("delivered")
        UNDELIVERED = "undelivered", _("not delivered")

    transport = models.CharField(_("transport"), max_length=40)
    event_id = models.CharField(_("event"), max_length=120)
    attempt_reference = models.UUIDField(_("provider reference"), db_index=True)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    detail = models.CharField(_("detail"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    is_orphan = models.BooleanField(_("is of an unknown attempt"), default=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(fields=["transport", "event_id"], name="one_receipt_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_reference} {self.status}"
