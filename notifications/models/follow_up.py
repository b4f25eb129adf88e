"""Behind every message of news stands a person: a family has heard when it, or whoever called it, says so."""

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import Notification, State


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> Self:
        """Nobody knows yet whether this family has heard."""
        return self.filter(closed_at=None)

    def unspoken(self) -> Self:
        """Nobody has spoken to them, and they have not said that nobody need: a reply is no such word."""
        return self.filter(Q(closed_at=None) | Q(outcome=FollowUp.Outcome.REPLY))

    def not_heard(self) -> Self:
        """Also of those that were called off: somebody may have been on the telephone with them."""
        return self.exclude(outcome__in=[FollowUp.Outcome.PORTAL, FollowUp.Outcome.CALL])

    def awaiting_a_call(self) -> Self:
        """Somebody of the staff must call, the longest wait first."""
        return self.unspoken().exclude(call_reason="").order_by("call_since")

    def void(self) -> Self:
        """News was owed and nothing of it stands: nobody has heard, nobody is to call, no message counts.

        All was taken back at once, or only when the provider said that it has not got it. Once they were called off,
        a message that was not needed counts no more, since another report's that it leaned on may be gone as well.
        """
        theirs = Notification.objects.filter(reference=OuterRef("reference"))
        called_off = Q(~Exists(theirs.exclude(state=State.CANCELLED)), outcome=FollowUp.Outcome.CANCELLED)
        stopped_late = Q(~Exists(theirs.counting()), closed_at=None, call_reason="")
        return self.filter(called_off | stopped_late)


class FollowUp(models.Model):
    """One family that is owed news, until it is known to have heard. `reference` is that of its messages."""

    class Why(models.TextChoices):
        NOT_DELIVERED = "not_delivered", _("the message does not arrive")
        MAY_BE_LOST = "may_be_lost", _("nobody knows whether the message arrived")
        UNPROVEN = "unproven", _("no address of theirs is confirmed")
        PROOF_TOO_OLD = "proof_too_old", _("they confirmed their address long ago: is it still theirs?")
        NO_ADDRESS = "no_address", _("they left no address")
        STOPPED = "stopped", _("they asked for no more messages")
        WRONG_ADDRESS = "wrong_address", _("a stranger has this number or mailbox")
        WROTE_BACK = "wrote_back", _("they wrote to us")
        NO_ANSWER = "no_answer", _("delivered, but no sign that they have read it")
        CALLED = "called", _("we have called and not spoken yet")
        MINOR = "minor", _("a minor: only a person may tell them")
        NO_BIRTH_DATE = "no_birth_date", _("the birth date cannot be read: only a person may tell them")
        TAKEN_BACK = "taken_back", _("the news was taken back after they may have heard it")

    class Outcome(models.TextChoices):
        PORTAL = "portal", _("confirmed on our page")
        REPLY = "reply", _("answered the message")
        CALL = "call", _("we have spoken")
        CANCELLED = "cancelled", _("taken back before anything was sent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=100, unique=True)
    language = models.CharField(_("language"), max_length=5)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    # The first time that their page showed them the news: they may have read it, also if no message ever leaves.
    shown_at = models.DateTimeField(_("shown on their page"), null=True, blank=True)
    call_reason = models.CharField(_("call because"), max_length=14, choices=Why, blank=True)
    call_since = models.DateTimeField(_("to call since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("heard at"), null=True, blank=True)
    outcome = models.CharField(_("how we know"), max_length=10, choices=Outcome, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("spoken to by"),
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("family to call")
        verbose_name_plural = _("families to call")
        permissions = [("record_call", "May see whom to call and record calls")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) ^ ~Q(outcome=""), name="a_closed_follow_up_says_how"
            ),
            models.CheckConstraint(
                condition=Q(call_since__isnull=True) ^ ~Q(call_reason=""), name="a_call_has_its_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="call") | Q(closed_by__isnull=False), name="a_call_was_made_by_somebody"
            ),
        ]
        indexes = [
            models.Index(
                fields=["call_since"],
                condition=Q(closed_at=None) & ~Q(call_reason=""),
                name="follow_up_awaiting_call",
            ),
            models.Index(fields=["opened_at"], condition=Q(closed_at=None), name="follow_up_open"),
        ]

    def __str__(self) -> str:
        return self.reference


class Call(models.Model):
    """One call of the staff to a family, and how it ended. Only ever added."""

    class Outcome(models.TextChoices):
        SPOKE = "spoke", _("we have spoken: the family has heard")
        NO_ANSWER = "no_answer", _("no answer")
        LATER = "later", _("asked us to call later")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        REFUSED = "refused", _("does not wish to talk")

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="calls")
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("caller")
    )
    called_at = models.DateTimeField(_("called at"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        triggers = [
            pgtrigger.Protect(name="calls_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.outcome}"
