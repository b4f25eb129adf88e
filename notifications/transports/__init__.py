"""Which transport serves a channel: the settings TRANSPORTS and TRANSPORT_OPTIONS say it."""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.transports.base import Transport


def for_channel(channel: str) -> Transport:
    """A transport made from the settings as they are. Raises ImproperlyConfigured, ImportError, KeyError."""
    transport: Transport = import_string(settings.TRANSPORTS[channel])(
        channel, settings.TRANSPORT_OPTIONS.get(channel, {})
    )
    return transport
