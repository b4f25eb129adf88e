from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from notifications.checks import every_sms_fits


class NotificationsConfig(AppConfig):
    """From "tell this person this" to "delivered"; knows nothing of matching, reports or portal."""

    name = "notifications"
    verbose_name = _("Messages to families")

    def ready(self) -> None:
        checks.register(every_sms_fits)
