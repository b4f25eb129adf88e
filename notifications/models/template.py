"""The wording of messages: each version kept for good, in force when two people have approved it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import Channel

_APPROVED = Q(approved_at__isnull=False)
_BY_TWO = Q(first_approver__isnull=False, second_approver__isnull=False) & ~Q(
    first_approver=F("second_approver")
)


class TemplateQuerySet(models.QuerySet["Template"]):
    def in_force(self) -> "TemplateQuerySet":
        """Approved and not retired."""
        return self.filter(_APPROVED, retired_at=None)


class Template(models.Model):
    """One version of one message in one language over one channel. Its words never change; a new one is a new row."""

    message = models.CharField(_("message"), max_length=40)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    # The first 12 hex digits of its hash: every notification keeps that of the version it was made from.
    digest = models.CharField(_("digest"), max_length=12)
    # Came with the release, and was approved with it; a version of one's own goes before it.
    is_shipped = models.BooleanField(_("came with the program"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("written by"),
    )
    first_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("first approval"),
    )
    second_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("second approval"),
    )
    written_at = models.DateTimeField(_("written at"), db_default=Now())
    approved_at = models.DateTimeField(_("in force since"), null=True)
    retired_at = models.DateTimeField(_("retired at"), null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        permissions = [("approve_template", "May approve and retire wordings")]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "language", "channel", "version"], name="versions_of_a_wording_are_counted"
            ),
            models.CheckConstraint(
                condition=~_APPROVED | Q(is_shipped=True) | _BY_TWO, name="two_people_approve_a_wording"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_wording_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "message", "language", "channel", "version", "subject", "text", "digest", "is_shipped"
                ),
            ),
            pgtrigger.Protect(name="a_wording_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.message}.{self.language}.{self.channel} {self.version}"
