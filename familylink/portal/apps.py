from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The families' pages. Holds no models: what it shows belongs to others."""

    name = "familylink.portal"
    label = "portal"
