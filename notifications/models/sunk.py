"""The sink: where a demo's messages arrive."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.sealing import SealedTextField
from notifications.models.notification import Channel


class SunkMessage(models.Model):
    """What the local sink "delivered": the phones and mailboxes of a demo, readable by staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt_reference = models.UUIDField(_("provider reference"), unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    to = SealedTextField(verbose_name=_("to"))
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    body = SealedTextField(verbose_name=_("text"))
    received_at = models.DateTimeField(_("received at"), db_default=Now())

    class Meta:
        verbose_name = _("message in the sink")
        verbose_name_plural = _("demo phones and mailboxes")
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["-received_at"], name="sunk_message_newest")]

    def __str__(self) -> str:
        return str(self.attempt_reference)
