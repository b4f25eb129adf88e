"""The switch that stops sending within seconds; two people let it go on."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import Channel

if TYPE_CHECKING:
    from notifications.models.notification import Notification, NotificationQuerySet


class SendingSwitch(models.Model):
    """Read when a message is claimed and again right before the call. A scope without a row is on.

    Scopes: "all"; a channel; "message:news"; "template:news.uk.sms"; "batch:wave-<id>".
    It only stops: that messages may leave at all is the setting SENDING.
    """

    ALL = "all"

    scope = models.CharField(_("scope"), max_length=120, primary_key=True)
    is_on = models.BooleanField(_("sending is on"), default=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now())
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("stopped by"),
    )
    resumed_first = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("first to let it go on"),
    )
    resumed_second = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("second to let it go on"),
    )

    class Meta:
        verbose_name = _("sending switch")
        verbose_name_plural = _("sending switches")
        triggers = [
            pgtrigger.Trigger(
                name="two_people_let_sending_go_on",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__is_on=False, new__is_on=True),
                func="""
                    IF NEW.resumed_first_id IS NULL OR NEW.resumed_second_id IS NULL
                        OR NEW.resumed_first_id = NEW.resumed_second_id THEN
                        RAISE EXCEPTION 'two different people let sending go on' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="a_thrown_switch_is_not_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__is_on=False),
            ),
        ]

    def __str__(self) -> str:
        return self.scope

    @classmethod
    def stopped(cls) -> set[str]:
        """The scopes in which nothing may leave now."""
        return set(cls.objects.filter(is_on=False).values_list("scope", flat=True))

    @classmethod
    def throw(cls, scope: str, *, reason: str, by: int | None = None) -> None:
        """Stop sending in this scope. Who was about to let it go on must look again."""
        changes = {"is_on": False, "reason": reason[:200], "changed_at": Now(), "stopped_by_id": by}
        cls.objects.update_or_create(
            scope=scope, defaults={**changes, "resumed_first": None, "resumed_second": None}
        )

    @classmethod
    def scopes_of(cls, row: "Notification") -> set[str]:
        """Every scope that this message lies in."""
        return {
            cls.ALL,
            row.channel,
            f"message:{row.message}",
            f"template:{row.message}.{row.language}.{row.channel}",
            f"batch:{row.batch}",
        }

    @classmethod
    def without_stopped(cls, rows: "NotificationQuerySet") -> "NotificationQuerySet":
        """Those of the rows that no switch stops."""
        for scope in cls.stopped():
            rows = rows.exclude(_within(scope))
        return rows


def is_scope(text: str) -> bool:
    """Whether this names something that can be stopped."""
    kind, _, name = text.partition(":")
    if kind == "template":
        return name.count(".") == 2
    return (
        text == SendingSwitch.ALL or text in Channel.values or (kind in ("message", "batch") and bool(name))
    )


def _within(scope: str) -> Q:
    kind, _, name = scope.partition(":")
    if kind == "template":
        message, language, channel = name.split(".")
        return Q(message=message, language=language, channel=channel)
    if kind in ("message", "batch"):
        return Q(**{kind: name})
    return Q(channel=scope) if scope in Channel.values else Q(pk__isnull=False)
