from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """From "tell this person this" to "delivered"; knows nothing of matching, reports or portal."""

    name = "notifications"
    verbose_name = _("Messages to families")

    def ready(self) -> None:
        # Models can be imported only now that the apps are known.
        install_shipped = import_string("notifications.wording.install_shipped")
        every_sms_fits = import_string("notifications.checks.every_sms_fits")
        checks.register(every_sms_fits)
        post_migrate.connect(install_shipped, sender=self)
