"""How a family is reached: addresses are sealed, and proven by a code before anything is told there."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familylink.damage import opens
from familylink.reports.models.report import Report
from familylink.sealing import SealedTextField, blind_index

MAX_TRIES = 5
ASK_BEFORE = dt.timedelta(days=14)


def proof_lasts() -> dt.timedelta:
    """Telephone numbers are given to others: after this time nothing is told there until it is proven again."""
    return dt.timedelta(days=settings.PROVEN_FOR_DAYS)


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")


def address_index(channel: str, address: str) -> bytes:
    """The keyed hash by which an exact address is found."""
    return blind_index(f"contact:{channel}", address)


class ContactQuerySet(models.QuerySet["Contact"]):
    def reachable(self) -> "ContactQuerySet":
        """Proven by a code, and not stopped by the family."""
        return self.filter(confirmed_at__isnull=False, stopped_at=None)

    def proven_lately(self) -> "ContactQuerySet":
        """Reachable, and proven so recently that the number has hardly passed to somebody else meanwhile."""
        return self.reachable().filter(confirmed_at__gt=Now() - Value(proof_lasts()))

    def opened(self) -> "list[Contact]":
        """Those whose address opens: one that is damaged keeps no other address, and no other family, waiting."""
        return [contact for contact in self if opens(contact, "address")]

    def to_be_proven_again(self) -> "ContactQuerySet":
        """Of open reports, where the proof ends soon or has ended, and nobody has asked for another one."""
        ends_soon = Now() - Value(proof_lasts() - ASK_BEFORE)
        asked_of = Q(report__withdrawn_at=None, report__ending="", asked_at=None)
        return self.reachable().filter(asked_of, confirmed_at__lte=ends_soon)


class Contact(models.Model):
    """One address of one report. Nothing about a match goes to an address nobody has confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    address = SealedTextField(_("address"))
    address_index = models.BinaryField(max_length=32, editable=False)
    # The newest proof: every right code renews it.
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    asked_at = models.DateTimeField(_("asked to confirm it again at"), null=True, editable=False)
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
        indexes = [
            models.Index(fields=["address_index"], name="contact_by_address"),
            models.Index(
                fields=["confirmed_at"],
                condition=Q(asked_at=None, stopped_at=None, confirmed_at__isnull=False),
                name="contact_to_be_proven_again",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_proven_lately(self) -> bool:
        # By this machine's own clock: minutes are nothing to half a year, and a query each would be to a list of them.
        return self.confirmed_at is not None and self.confirmed_at > timezone.now() - proof_lasts()


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
