"""What came of comparing a provider's own list with ours."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Reconciliation(models.Model):
    """One comparison. Neither number may be anything but 0: each is an incident."""

    transport = models.CharField(_("transport"), max_length=40)
    compared_at = models.DateTimeField(_("compared at"), db_default=Now())
    theirs = models.PositiveIntegerField(_("on the provider's list"))
    foreign = models.PositiveIntegerField(_("on it, and not ours"))
    missing = models.PositiveIntegerField(_("ours, and not on it"))

    class Meta:
        verbose_name = _("comparison with a provider")
        verbose_name_plural = _("comparisons with providers")
        indexes = [models.Index(fields=["-compared_at"], name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.transport} {self.pk}"
