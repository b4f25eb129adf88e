from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What families told us, and how to reach them."""

    name = "familylink.reports"
    label = "reports"
    verbose_name = _("Families and access")

    def ready(self) -> None:
        # Models can be imported only now that the apps are known.
        connection_created.connect(import_string("familylink.reports.known_keys.compare"))
