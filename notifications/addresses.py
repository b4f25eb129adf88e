"""One spelling per recipient, and the keyed hash by which everything about an address is found."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from familylink.sealing import blind_index
from notifications.models import Channel

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


class RefusedAddress(ValueError):
    """Not an address that this channel could reach. Never says the address."""


def normalised(channel: str, to: str) -> str:
    """One spelling per recipient, since "owed once" compares it. Raises RefusedAddress."""
    to = to.strip()
    if channel == Channel.SMS and _E164.fullmatch(to):
        return to
    if channel == Channel.EMAIL:
        try:
            validate_email(to)
        except ValidationError:
            raise RefusedAddress("not an e-mail address") from None
        return to.lower()
    raise RefusedAddress("not a number or address of this channel")


def index_of(channel: str, to: str) -> bytes:
    """32 keyed bytes for this address in any spelling. Raises RefusedAddress."""
    return blind_index("notification.to", normalised(channel, to))
