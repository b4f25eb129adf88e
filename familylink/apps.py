from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate

from familylink.checks import dangerous_settings
from familylink.roles import renew_roles


class FamilyLinkConfig(AppConfig):
    """The project itself: commands and system checks, no models."""

    name = "familylink"
    verbose_name = "FamilyLink"

    def ready(self) -> None:
        checks.register(dangerous_settings)
        # Connected after auth's own, which makes the permissions.
        post_migrate.connect(renew_roles)
