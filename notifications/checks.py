"""A service's name or number that makes an SMS too long is found at the start, not on the night."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from notifications import messages


def every_sms_fits(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Each SMS in each language with the longest values."""
    return [
        Error(
            f"The SMS {message!r} in {language!r} would not fit into two parts.",
            hint="Shorten FAMILYLINK_NAME or FAMILYLINK_PHONE.",
            id="notifications.E001",
        )
        for message in messages.KINDS
        for language in messages.LANGUAGES
        if not messages.fits_when_longest(messages.shipped(message, language, "sms"), message, language)
    ]
