"""What a relative agreed to, purpose by purpose, with the version of the words they read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familylink.reports.models.report import Report, ToldHow


class Purpose(models.TextChoices):
    SEARCH = "search", _("keep and compare with lists")
    CONTACT = "contact", _("write and call")
    SHARE = "share", _("pass on to official bodies")


class Consent(models.Model):
    """One purpose agreed to by one relative. Withdrawn, never deleted: it proves what we were allowed to do."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    version = models.CharField(_("version of the text"), max_length=20)
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    # Read aloud to them, or signed on paper; "" where they read it themselves.
    told_how = models.CharField(_("told how"), max_length=6, choices=ToldHow, blank=True)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="purpose_is_known"),
            models.UniqueConstraint(
                fields=["report", "purpose"],
                condition=Q(withdrawn_at=None),
                name="a_purpose_is_agreed_to_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.purpose}"
