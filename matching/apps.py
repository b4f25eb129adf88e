from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """From a received list to a decided match."""

    name = "matching"
    verbose_name = _("Matching")
