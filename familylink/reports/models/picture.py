"""Photographs that a family gave: re-encoded, without what a camera writes into them, and sealed."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from familylink.reports import likeness
from familylink.reports.models.draft import Draft
from familylink.reports.models.report import Report
from familylink.sealing import SealedBytesField


class PictureQuerySet(models.QuerySet["Picture"]):
    def unmarked(self) -> "PictureQuerySet":
        """Photos from before there were marks: no other report's photo is known to be the same."""
        return self.filter(kind=Picture.Kind.PHOTO, marks=None)


class Picture(models.Model):
    """A JPEG of the missing person, or of a document that proves kinship; of a draft, later of its report."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo of the person")
        KINSHIP = "kinship", _("proof of kinship")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("what it shows"), max_length=10, choices=Kind)
    content = SealedBytesField(editable=False)
    # Of a photo (`likeness`); null: given before there were marks, and not looked at since.
    marks = ArrayField(models.IntegerField(), default=list, null=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="pictures")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="pictures")
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["photo", "kinship"]), name="picture_kind_is_known"),
            models.UniqueConstraint(fields=["draft", "kind"], name="a_draft_has_one_picture_of_a_kind"),
            models.UniqueConstraint(fields=["report", "kind"], name="a_report_has_one_picture_of_a_kind"),
        ]
        indexes = [
            GinIndex(fields=["marks"], name="pictures_by_their_marks"),
            models.Index(fields=["id"], name="photos_to_be_marked", condition=Q(kind="photo", marks=None)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A document is no photo: many families may have the same form."""
        if self._state.adding and self.kind == self.Kind.PHOTO:
            self.marks = likeness.marks(bytes(self.content))
        super().save(*args, **kwargs)
