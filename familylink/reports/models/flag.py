"""What everybody must know who opens a missing person: to hold, in conflict, a minor, vulnerable."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.kept import only_added
from familylink.reports.models.person import MissingPerson
from familylink.sealing import SealedTextField


class FlagKind(models.TextChoices):
    HOLD = "hold", _("hold: nobody is told for now")
    CONFLICT = "conflict", _("relatives in conflict: nobody is told until it is settled")
    MINOR = "minor", _("a minor: told by a person, never by a message")
    VULNERABLE = "vulnerable", _("a vulnerable family: be gentle, and call them among the first")


BLOCKING = (FlagKind.HOLD, FlagKind.CONFLICT, FlagKind.MINOR)


class FlagQuerySet(models.QuerySet["Flag"]):
    def standing(self) -> "FlagQuerySet":
        """Raised and not lowered."""
        return self.filter(lowered_at=None)

    def holding(self) -> "FlagQuerySet":
        """As long as one stands, nobody is told, not even by a person."""
        return self.standing().filter(kind__in=[FlagKind.HOLD, FlagKind.CONFLICT])

    def blocking(self) -> "FlagQuerySet":
        """As long as one stands, no message about a match leaves."""
        return self.standing().filter(kind__in=BLOCKING)


class Flag(models.Model):
    """Raised by one member of staff with a reason, lowered by one with a reason; both stay on record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    missing_person = models.ForeignKey(
        MissingPerson, on_delete=models.PROTECT, related_name="flags", verbose_name=_("missing person")
    )
    kind = models.CharField(_("flag"), max_length=10, choices=FlagKind.choices)
    note = SealedTextField(_("reason"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("raised at"), db_default=Now())
    lowered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lowered_at = models.DateTimeField(_("lowered at"), null=True)
    lowered_note = SealedTextField(_("why it was lowered"), null=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["missing_person", "kind"],
                condition=Q(lowered_at=None),
                name="one_standing_flag_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(lowered_at=None) ^ Q(lowered_by__isnull=False), name="a_lowered_flag_says_by_whom"
            ),
        ]
        triggers = only_added(
            "flags",
            sealed=("note", "lowered_note"),
            closing=("lowered_by_id", "lowered_at", "lowered_note"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.missing_person_id}"
