"""Which transport serves a channel: the settings TRANSPORTS and TRANSPORT_OPTIONS say it.

A channel may have several, the usual one first. The next one gets a message only after the one before has certainly
not taken it: an unknown outcome is never tried elsewhere, since no provider knows what another has sent.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.transports.base import Transport


def in_turn(channel: str, n: int) -> Iterator[Transport]:
    """The transports of a channel, the one of the n-th attempt first, each made from the settings when it is asked for.

    Raises ImproperlyConfigured, ImportError, KeyError.
    """
    paths = _paths(channel)
    first = (n - 1) % len(paths)
    return (_made(channel, path) for path in paths[first:] + paths[:first])


def named(channel: str, name: str) -> Transport | None:
    """The transport that an earlier attempt went over; None if this channel has it no more."""
    return next((one for one in all_of(channel) if one.name == name), None)


def all_of(channel: str) -> list[Transport]:
    """Every transport of this channel."""
    return [_made(channel, path) for path in _paths(channel)]


def _paths(channel: str) -> list[str]:
    paths: Any = settings.TRANSPORTS[channel]
    return [paths] if isinstance(paths, str) else list(paths)


def _made(channel: str, path: str) -> Transport:
    transport: Transport = import_string(path)(channel, settings.TRANSPORT_OPTIONS.get(channel, {}))
    return transport
