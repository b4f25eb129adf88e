"""The words in which the staff read what a message is about, and what a switch stops."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, Reply, SunkMessage

MESSAGES = {
    "contact_code": _("one-time code"),
    "news": _("news: please look"),
    "report_received": _("report received"),
    "report_withdrawn": _("report withdrawn"),
    "report_erased": _("report erased"),
    "call_us": _("please call us"),
    "please_complete": _("please complete the report"),
    "still_searching": _("are you still searching?"),
    "prove_again": _("is this still your address?"),
    "checked": _("checked, nobody certain found"),
}
# A switch's scope, or its kind before the colon.
SCOPES = {
    "all": _("everything"),
    **dict(Channel.choices),
    "message": _("messages of this kind"),
    "template": _("messages with this wording"),
    "batch": _("messages of this wave"),
}


def came(message: Reply | SunkMessage) -> str:
    """What has come, by its channel and second: it has no name of its own."""
    hour = date_format(localtime(message.received_at), "d.m.Y H:i:s")
    return f"{message.get_channel_display()}, {hour}"


def scope_in_words(scope: str) -> str:
    """What a switch stops: everything, a channel, one kind of message, one wording, the messages of one wave."""
    kind, _colon, what = scope.partition(":")
    said = str(SCOPES.get(kind, kind))
    return f"{said}: {MESSAGES.get(what, what)}" if what else said
