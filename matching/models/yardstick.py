"""What pairs are measured by besides the engine: names counted among our reports, and calibrations.

Both are versions that a match keeps. Neither changes once it is in force: a new one takes its place.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

SWITCH = "matching.switch_calibration"


class NameSnapshotQuerySet(models.QuerySet["NameSnapshot"]):
    def published(self) -> "NameSnapshotQuerySet":
        """Those that may be used, the latest first."""
        return self.filter(published_at__isnull=False).order_by("-pk")


class NameSnapshot(models.Model):
    """How common names were among those sought, on one day. Counted in slices, published when whole.

    `last_person` is how far the counting is; the totals are people with such a part of the name, each once,
    however many reported them.
    """

    forms_version = models.CharField(max_length=80)  # of the rules by which names become normal forms
    started_at = models.DateTimeField(db_default=Now())
    last_person = models.UUIDField(null=True)
    person_count = models.PositiveIntegerField(default=0)
    surname_total = models.PositiveIntegerField(default=0)
    given_total = models.PositiveIntegerField(default=0)
    father_total = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)

    objects = NameSnapshotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["forms_version"],
                condition=Q(published_at=None),
                name="one_count_of_names_at_a_time",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_counts_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class NameCount(models.Model):
    """How many bear one form; the form is a keyed hash of a purpose of its own, equal to no blocking key."""

    pk = models.CompositePrimaryKey("snapshot_id", "form")
    snapshot = models.ForeignKey(
        NameSnapshot, on_delete=models.CASCADE, related_name="counts", db_index=False
    )
    form = models.BigIntegerField()
    bearers = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.form}"


class CountedPerson(models.Model):
    """Whom the counting under way has met: keyed hashes, told from no report, and gone when it is published."""

    pk = models.CompositePrimaryKey("snapshot_id", "person")
    snapshot = models.ForeignKey(NameSnapshot, on_delete=models.CASCADE, related_name="met", db_index=False)
    person = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.person}"


class Calibration(models.Model):
    """Curves fitted to the reviewers' decisions: a version, in force only while the newest approved switch says so.

    `measured` is what it was stored on: the reliability before and after, and what would have moved.
    """

    engine_version = models.CharField(_("engine"), max_length=40)
    tables_version = models.CharField(_("tables"), max_length=40)
    confirmed_count = models.PositiveIntegerField(_("confirmed pairs"))
    rejected_count = models.PositiveIntegerField(_("rejected pairs"))
    curves = models.JSONField()
    measured = models.JSONField()
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        ordering = ["-pk"]
        permissions = [("switch_calibration", "Can switch a calibration on and off, with a second person")]
        triggers = [
            pgtrigger.Protect(
                name="calibrations_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class CalibrationSwitch(models.Model):
    """One person asks for a calibration (none: back to what the engine says), another approves. The newest
    approved one is in force."""

    calibration = models.ForeignKey(Calibration, on_delete=models.PROTECT, null=True, related_name="switches")
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("asked_by"))),
                name="another_person_approves_a_calibration",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="switches_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="approved_switches_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
