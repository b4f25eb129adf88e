"""How a family is reached: addresses are sealed, and proven by a code before anything is told there."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.reports.models.report import Report
from familylink.sealing import SealedTextField

MAX_TRIES = 5


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")


class ContactQuerySet(models.QuerySet["Contact"]):
    def reachable(self) -> "ContactQuerySet":
        """Proven by a code, and not stopped by the family."""
        return self.filter(confirmed_at__isnull=False, stopped_at=None)


class Contact(models.Model):
    """One address of one report. Nothing about a match goes to an address nobody has confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    address = SealedTextField(_("address"))
    address_index = models.BinaryField(max_length=32, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "channel", "address_index"], name="an_address_once_per_report"
            )
        ]
        indexes = [models.Index(fields=["address_index"], name="contact_by_address")]

    def __str__(self) -> str:
        return str(self.pk)


class ContactCodeQuerySet(models.QuerySet["ContactCode"]):
    def usable(self) -> "ContactCodeQuerySet":
        """Not used, not expired by the database's clock, tries left."""
        return self.filter(used_at=None, expires_at__gt=Now(), tries__lt=MAX_TRIES)


class ContactCode(models.Model):
    """A one-time code sent to a contact: six digits, ten minutes, five tries; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ContactCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact code")
        verbose_name_plural = _("contact codes")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=MAX_TRIES), name="a_code_has_five_tries")
        ]
        indexes = [models.Index(fields=["contact", "created_at"], name="code_latest_of_contact")]

    def __str__(self) -> str:
        return str(self.pk)
