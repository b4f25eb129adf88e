"""What the person behind one address has asked of us. Only the keyed hash of the address is kept."""

import datetime as dt
import zoneinfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import Channel

USUAL_ZONE = "Europe/Kyiv"
DAY = dt.timedelta(days=1)


class Recipient(models.Model):
    """An address about which something is known; most have no row, and then nothing was asked."""

    class StopReason(models.TextChoices):
        ASKED = "asked", _("asked us to stop")
        NOT_ME = "not_me", _("says that it is the wrong address")
        DOUBTED = "doubted", _("said that this is not for them: is it still theirs?")
        COMPLAINED = "complained", _("called our e-mail spam")
        DEAD = "dead_address", _("the address does not exist")

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    to_index = models.BinaryField(max_length=32, editable=False)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    stop_reason = models.CharField(_("stopped because"), max_length=12, choices=StopReason, blank=True)
    # That they asked us to stop outlives a doubt about whose address it is: ASKED, COMPLAINED or nothing.
    own_wish = models.CharField(
        _("wish to stop"), max_length=12, choices=StopReason, blank=True, db_default=""
    )
    zone = models.CharField(_("time zone"), max_length=40, default=USUAL_ZONE)
    # By the clock on their wall; the end may lie on the next day. None: they have said nothing.
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    wants_checks = models.BooleanField(_("wants to hear after each wave"), default=False)

    class Meta:
        verbose_name = _("wish of a recipient")
        verbose_name_plural = _("wishes of recipients")
        constraints = [
            models.UniqueConstraint(fields=["channel", "to_index"], name="one_row_of_wishes_per_address"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) ^ ~Q(stop_reason=""), name="a_stop_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def own_hours(self) -> tuple[dt.time, dt.time] | None:
        """When this address itself asked for quiet."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return self.quiet_from, self.quiet_until

    def own_quiet_ends_at(self, moment: dt.datetime) -> dt.datetime | None:
        """When the quiet ends that this address asked for and that holds at this moment; None: it holds not."""
        if self.own_hours is None:
            return None
        wait = quiet_for(moment.astimezone(zoneinfo.ZoneInfo(self.zone)), *self.own_hours)
        return moment + wait if wait else None


def quiet_for(local: dt.datetime, begin: dt.time, end: dt.time) -> dt.timedelta:
    """How long from this local moment until the quiet hours end; nothing outside them. Changes of the clock count."""
    if begin == end:
        return dt.timedelta(0)
    time = local.time()
    is_quiet = begin <= time < end if begin < end else time >= begin or time < end
    if not is_quiet:
        return dt.timedelta(0)
    day = local.date() if time < end else local.date() + DAY
    wakes = dt.datetime.combine(day, end, tzinfo=local.tzinfo)
    return wakes.astimezone(dt.UTC) - local.astimezone(dt.UTC)
