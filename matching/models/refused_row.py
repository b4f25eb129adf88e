"""A row that could not be read, and what a caseworker made of it: one person, several, or nobody."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from familylink.sealing import SealedJSONField, SealedTextField
from matching.models.source_list import SourceList


class Aside(models.TextChoices):
    """Why a refused row is nobody's. No reason here fits a man who is only hard to read."""

    NO_PERSON = "no_person", _("it is no person: a title, a remark, an advertisement")
    NOT_FREED = "not_freed", _("this person was not released: the office says so")
    LISTED = "listed", _("this person stands on the list in another row already")


class RefusedRowQuerySet(models.QuerySet["RefusedRow"]):
    def waiting(self) -> "RefusedRowQuerySet":
        return self.filter(corrected_at=None, aside_at=None)

    def typed_at(self, moment: datetime | None) -> "RefusedRowQuerySet":
        """Put right at this moment; None: still waiting. Whoever types it anew has seen what was typed then."""
        return self.filter(aside_at=None, corrected_at=moment)

    def put_right(self) -> "RefusedRowQuerySet":
        return self.exclude(corrected_at=None)

    def set_aside(self) -> "RefusedRowQuerySet":
        return self.exclude(aside_at=None)

    def touched(self) -> "RefusedRowQuerySet":
        """Somebody did something with it: put it right, set it aside, or brought it back."""
        return self.exclude(corrected_at=None, aside_at=None, back_at=None)


class RefusedRow(models.Model):
    """Kept whole with its reason, so that nothing is silently lost."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_list = models.ForeignKey(SourceList, on_delete=models.CASCADE, related_name="refused_rows")
    sheet = SealedTextField(_("sheet"), blank=True, null=True, db_column="sheet_name")  # as of an entry
    sheet_index = models.BinaryField(max_length=32, default=bytes, db_default=b"", editable=False)
    row = models.PositiveIntegerField(_("row"))
    code = models.CharField(max_length=40)
    # The cells as they stand in the file, and every reason (matching.staging.rows).
    problem = SealedJSONField()
    # As a caseworker put it right; then it is a row like the others. Of further people in it: "more", a list of such.
    correction = SealedJSONField(null=True)
    corrected_at = models.DateTimeField(_("corrected at"), null=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    aside = models.CharField(
        _("why set aside"), max_length=10, choices=Aside.choices, blank=True, db_default=""
    )
    aside_at = models.DateTimeField(_("set aside at"), null=True)
    aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    # Waits again although the version before has it put right or set aside: nothing is carried over a second time.
    back_at = models.DateTimeField(_("brought back at"), null=True)

    objects = RefusedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["sheet_index", "row"]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrected_at=None, correction__isnull=True)
                | Q(corrected_at__isnull=False, correction__isnull=False),
                name="a_corrected_row_says_how",
            ),
            models.CheckConstraint(
                condition=Q(aside_at=None, aside="") | Q(aside_at__isnull=False) & ~Q(aside=""),
                name="a_row_set_aside_says_why",
            ),
            models.CheckConstraint(
                condition=Q(aside_at=None) | Q(corrected_at=None), name="nobody_is_set_aside_and_listed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.code}"

    @property
    def people(self) -> list[dict[str, Any]]:
        """Everybody whom a caseworker read out of this row, each with the cells and the row made of them."""
        told = self.correction
        return [told, *told.get("more", ())] if told else []
