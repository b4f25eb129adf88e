"""ASK: stop sending at once, by anybody who may; let it go on, by two different people."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.models import SendingSwitch
from notifications.models.switch import is_scope

logger = logging.getLogger(__name__)


class UnknownScope(ValueError):
    """Nothing is called that: all, sms, email, message:KEY, template:KEY.LANGUAGE.CHANNEL, batch:NAME."""


class SamePerson(Exception):
    """Sending goes on when a second, different person says so."""


def stop(scope: str, *, reason: str, by: User | None = None) -> None:
    """Nothing of this scope begins to leave any more, from the next look at the switch on. Raises UnknownScope."""
    if not is_scope(scope):
        raise UnknownScope(scope)
    SendingSwitch.throw(scope, reason=reason, by=by.pk if by else None)
    logger.warning("sending of %s stopped", scope)


@transaction.atomic
def resume(scope: str, *, by: User) -> bool:
    """This person says that sending may go on. False: it waits for a second one. Raises SamePerson."""
    row = SendingSwitch.objects.select_for_update().filter(scope=scope).first()
    if row is None or row.is_on:
        return True
    if row.resumed_first_id is None:
        SendingSwitch.objects.filter(scope=scope).update(resumed_first=by)
        return False
    if row.resumed_first_id == by.pk:
        raise SamePerson
    SendingSwitch.objects.filter(scope=scope).update(resumed_second=by, is_on=True, changed_at=Now())
    logger.warning("sending of %s goes on", scope)
    return True


def how_sending_stands() -> Any:
    """A sentence for whoever may turn the switch: a page of switches without one says nothing of it."""
    if settings.SENDING != "send":
        return _("Sending is off in the settings of this service: every message is held.")
    thrown = SendingSwitch.objects.filter(is_on=False)
    if not thrown.exists():
        return _("Sending is on: nothing is stopped.")
    if thrown.exclude(resumed_first=None).exists():
        return _(
            "Sending is stopped, and one person has said that it may go on: a second one must say the same."
        )
    if SendingSwitch.ALL in SendingSwitch.stopped():
        return _("Sending is stopped: nothing leaves.")
    return _("A part of sending is stopped, the rest goes on.")


def stopped() -> list[str]:
    """The scopes in which nothing leaves now."""
    return sorted(SendingSwitch.stopped())
