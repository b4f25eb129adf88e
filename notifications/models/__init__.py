"""What is owed, what was tried, what came back; and what the person behind an address wants."""

from notifications.models.circuit import Circuit
from notifications.models.follow_up import Call, FollowUp
from notifications.models.home import Home
from notifications.models.notification import (
    NEEDLESS,
    Attempt,
    Channel,
    DbClock,
    Notification,
    NotificationQuerySet,
    Receipt,
    State,
)
from notifications.models.recipient import Recipient
from notifications.models.reconciliation import Reconciliation
from notifications.models.reply import Reply
from notifications.models.sunk import SunkMessage
from notifications.models.switch import SendingSwitch
from notifications.models.template import Template

__all__ = [
    "NEEDLESS",
    "Attempt",
    "Call",
    "Channel",
    "Circuit",
    "DbClock",
    "FollowUp",
    "Home",
    "Notification",
    "NotificationQuerySet",
    "Receipt",
    "Recipient",
    "Reconciliation",
    "Reply",
    "SendingSwitch",
    "State",
    "SunkMessage",
    "Template",
]
