"""Whether a provider works, as far as our last calls to it tell."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Circuit(models.Model):
    """One provider: how many calls in a row brought no message to it, and until when it is left alone."""

    transport = models.CharField(_("transport"), max_length=40, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    open_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now())

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.transport
