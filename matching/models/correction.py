"""A family was told, or may have been, what no longer holds: somebody must tell them, by voice."""

import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.kept import only_added
from familylink.reports.models import Report
from familylink.sealing import SealedTextField
from matching.models.match import Match
from matching.models.source_list import SourceList

SETTLE = "matching.settle_correction"  # what a member of staff must be allowed


class CorrectionReason(models.TextChoices):
    ROW_REMOVED = "row_removed", _("the corrected list no longer has this row")
    ROW_CHANGED = "row_changed", _("the corrected list says something else in this row")
    LIST_WITHDRAWN = "list_withdrawn", _("the whole list was withdrawn")
    UNDONE = "undone", _("the decision was taken back")
    UNLINKED = "unlinked", _("the reports are not about one man")


class Heard(models.TextChoices):
    MESSAGE = "message", _("a message left, or may have left")
    PERHAPS = "perhaps", _("no message left; they may have heard from a caller or on our page")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> "CorrectionQuerySet":
        return self.filter(settled_at=None)

    def of_rows_put_right(self) -> "CorrectionQuerySet":
        """Open; the row stands in the corrected list, only otherwise: its family waits for two people to say so."""
        return self.open().filter(reason=CorrectionReason.ROW_CHANGED)

    def of_family(self, missing_person_id: uuid.UUID) -> "CorrectionQuerySet":
        """What was wrong for those who look for this man, also where the news was of another."""
        whole = Q(report=None, match__missing_person=missing_person_id)
        return self.filter(whole | Q(report__missing_person=missing_person_id))

    def of_reports(self, reports: Collection[Report]) -> "CorrectionQuerySet":
        """What was wrong for some of these families; not of another family of the same man alone."""
        whole = Q(report=None, match__missing_person__in={report.missing_person_id for report in reports})
        return self.filter(whole | Q(report__in=[report.pk for report in reports]))


class Correction(models.Model):
    """News of one confirmed match that no longer holds for whoever may have heard it. Ids only, until it is settled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="corrections")
    reason = models.CharField(_("reason"), max_length=16, choices=CorrectionReason.choices)
    heard = models.CharField(_("what they heard"), max_length=8, choices=Heard.choices)
    # The one family that it is about, where the others of this pair were told what is true; else all of them.
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("report")
    )
    source_list = models.ForeignKey(
        SourceList, on_delete=models.PROTECT, null=True, related_name="corrections", verbose_name=_("list")
    )
    raised_at = models.DateTimeField(_("raised at"), db_default=Now())
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("raised by"),
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    note = SealedTextField(_("note"), blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["raised_at"]
        permissions = [("settle_correction", "Can settle that a family was told of a correction")]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "report"],
                condition=Q(settled_at=None),
                nulls_distinct=False,
                name="one_open_correction_per_family_of_a_match",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="a_settled_correction_says_by_whom",
            ),
        ]
        triggers = only_added(
            "corrections",
            sealed=("note",),
            closing=("settled_by_id", "settled_at", "note"),
            until="settled_at",
        )

    def __str__(self) -> str:
        return str(self.pk)[:8]
