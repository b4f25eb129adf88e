"""What a family has typed and not sent yet: kept a day, so that a lost line costs no answer."""

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familylink import clock
from familylink.sealing import SealedJSONField

KEPT_FOR = dt.timedelta(hours=24)


def _in_a_day() -> dt.datetime:
    return clock.now() + KEPT_FOR


class DraftQuerySet(models.QuerySet["Draft"]):
    def kept(self) -> Self:
        """Not over yet; what is over nobody reads, and the next sweep deletes it."""
        return self.filter(expires_at__gt=Now())

    def over(self) -> Self:
        """A day has passed since the last answer."""
        return self.filter(expires_at__lte=Now())


class Draft(models.Model):
    """The answers of one unsent report, as typed. Its id becomes the report's `source_reference`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answers = SealedJSONField(editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=_in_a_day, editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["expires_at"], name="draft_by_end")]

    def __str__(self) -> str:
        return str(self.pk)

    def keep(self, answers: dict[str, str]) -> None:
        """Add these answers, and keep all of them for another day."""
        self.answers = {**(self.answers or {}), **answers}
        if self._state.adding:
            self.began_at = clock.now()
        self.expires_at = _in_a_day()
        self.save()
