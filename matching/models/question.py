"""What the staff asked a family because of a pair, in words that do not tell that there is one."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.kept import only_added
from familylink.reports.models import Report
from matching.models.match import Match


class Question(models.Model):
    """One question to one reporter. It is answered when the missing person's facts have changed since."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="questions")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="questions")
    feature = models.CharField(_("what was asked"), max_length=20)
    person_revision = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["asked_at"]
        indexes = [models.Index(fields=["report", "-asked_at"], name="questions_of_a_report")]
        triggers = only_added("questions")

    def __str__(self) -> str:
        return f"{self.feature} {self.report_id}"

    @property
    def is_answered(self) -> bool:
        """Whether what we know of the man has changed since; the matching has seen it or will."""
        return self.report.missing_person.revision > self.person_revision
