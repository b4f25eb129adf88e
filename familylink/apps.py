from django.apps import AppConfig
from django.core import checks

from familylink.checks import dangerous_settings


class FamilyLinkConfig(AppConfig):
    """The project itself: commands and system checks, no models."""

    name = "familylink"
    verbose_name = "FamilyLink"

    def ready(self) -> None:
        checks.register(dangerous_settings)
