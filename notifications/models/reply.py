"""What somebody wrote back."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.sealing import SealedTextField
from notifications.models.notification import Channel


class Reply(models.Model):
    """One SMS from a family to us, as it came, and how we took it."""

    class Meaning(models.TextChoices):
        STOP = "stop", _("no more messages")
        NOT_ME = "not_me", _("wrong number")
        HEARD = "heard", _("has read it")
        OTHER = "other", _("something else: please read")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transport = models.CharField(_("transport"), max_length=40)
    event_id = models.CharField(_("event"), max_length=120)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    from_index = models.BinaryField(max_length=32, editable=False)
    sender = SealedTextField(verbose_name=_("from"))
    text = SealedTextField(verbose_name=_("text"))
    meaning = models.CharField(_("taken as"), max_length=8, choices=Meaning)
    received_at = models.DateTimeField(_("received at"), db_default=Now())

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = [
            models.UniqueConstraint(fields=["transport", "event_id"], name="one_reply_per_event"),
        ]
        indexes = [models.Index(fields=["-received_at"], name="reply_newest")]

    def __str__(self) -> str:
        return str(self.pk)
