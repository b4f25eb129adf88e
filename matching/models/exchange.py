"""An agreed exchange, and its waves: 390 people on Friday, 307 on Saturday, 303 on Sunday."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Exchange(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    agreed_number = models.PositiveIntegerField(_("people agreed"), null=True, blank=True)

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        ordering = ["-agreed_on", "name"]

    def __str__(self) -> str:
        return self.name


class Wave(models.Model):
    """One stage of an exchange: one release of people on one day."""

    exchange = models.ForeignKey(
        Exchange, on_delete=models.PROTECT, related_name="waves", verbose_name=_("exchange")
    )
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    occurred_on = models.DateField(_("day"))
    announced_count = models.PositiveIntegerField(_("people announced"), null=True, blank=True)

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-occurred_on", "-stage"]
        constraints = [models.UniqueConstraint(fields=["exchange", "stage"], name="one_wave_per_stage")]

    def __str__(self) -> str:
        return f"{self.exchange}, {self.stage} ({self.occurred_on:%d.%m.%Y})"
