from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What families told us, and how to reach them."""

    name = "familylink.reports"
    label = "reports"
    verbose_name = _("Reports")
