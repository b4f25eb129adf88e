"""What happened to a wave, when, and by whom. Only ever added."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.models.exchange import Wave
from matching.models.source_list import SourceList


class EventKind(models.TextChoices):
    RECEIVED = "received", _("list received")
    PREVIEWED = "previewed", _("list looked at before the commit")
    CHANGED = "changed", _("reading of the list changed")
    ROW_CORRECTED = "row_corrected", _("refused row corrected")
    ROW_ASIDE = "row_aside", _("refused row set aside")
    ROW_BACK = "row_back", _("row brought back that was set aside")
    DROPPED = "dropped", _("list dropped before the commit")
    STOPPED = "stopped", _("work on the list stopped")
    RESUMED = "resumed", _("work on the list resumed")
    COMMITTED = "committed", _("list committed")
    SUPERSEDED = "superseded", _("list replaced by a later version")
    WITHDRAWN = "withdrawn", _("list withdrawn")


class WaveEvent(models.Model):
    """One thing done to one list of a wave. `numbers` are counts, never names."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="events")
    # No constraint: a list that was dropped before its commit stays on the timeline by its number.
    source_list = models.ForeignKey(
        SourceList, on_delete=models.DO_NOTHING, db_constraint=False, related_name="events"
    )
    kind = models.CharField(_("what"), max_length=14, choices=EventKind.choices)
    happened_at = models.DateTimeField(_("when"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    numbers = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event of a wave")
        verbose_name_plural = _("timeline")
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["wave", "-happened_at"], name="timeline_of_wave")]
        triggers = [
            pgtrigger.Protect(name="the_timeline_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.source_list_id} {self.kind}"
