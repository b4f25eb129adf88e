"""Who of the staff looked at whom: only ever added."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AccessRecord(models.Model):
    """One view of a person's data by one member of staff. The database refuses to change or delete it."""

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("viewer")
    )
    subject = models.CharField(_("what"), max_length=40)
    subject_id = models.UUIDField(_("id"))
    viewed_at = models.DateTimeField(_("viewed at"), db_default=Now())

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-viewed_at"]
        indexes = [models.Index(fields=["subject_id", "viewed_at"], name="views_of_a_subject")]
        triggers = [
            pgtrigger.Protect(name="access_is_only_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"
