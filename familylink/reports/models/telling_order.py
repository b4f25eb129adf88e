"""In which order several relatives of one missing person are told; the newest one counts, all stay on record."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.kept import only_added
from familylink.reports.models.person import MissingPerson
from familylink.sealing import SealedTextField


class TellingOrder(models.Model):
    """Agreed on by staff with a reason: `reports` from the first to the last. Whoever is not named comes after them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    missing_person = models.ForeignKey(
        MissingPerson,
        on_delete=models.PROTECT,
        related_name="telling_orders",
        verbose_name=_("missing person"),
    )
    reports = ArrayField(models.UUIDField())
    note = SealedTextField(_("reason"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"), db_default=Now())

    class Meta:
        verbose_name = _("order of telling")
        verbose_name_plural = _("orders of telling")
        ordering = ["-set_at"]
        triggers = only_added("telling_orders", sealed=("note",))

    def __str__(self) -> str:
        return str(self.pk)
