"""What one relative told us, and the reference by which they find it again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familylink.reports.models.person import MissingPerson
from familylink.sealing import SealedJSONField, SealedTextField


class Relation(models.TextChoices):
    MOTHER = "mother", _("mother")
    FATHER = "father", _("father")
    SPOUSE = "spouse", _("wife or husband")
    CHILD = "child", _("son or daughter")
    SIBLING = "sibling", _("brother or sister")
    OTHER_RELATIVE = "relative", _("other relative")
    FRIEND = "friend", _("friend or fellow soldier")
    OTHER = "other", _("other")


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        """The family still looks; only withdrawal closes a report."""
        return self.filter(withdrawn_at=None)


class Report(models.Model):
    """One relative's report. Never deleted by a match, a score or an unsubscription."""

    class Source(models.TextChoices):
        WEB = "web", _("web form")
        STAFF = "staff", _("entered by staff")
        IMPORT = "import", _("imported")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference number"), max_length=12, unique=True, editable=False)
    missing_person = models.ForeignKey(
        MissingPerson, on_delete=models.PROTECT, related_name="reports", verbose_name=_("missing person")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.WEB)
    source_reference = models.CharField(_("number at the source"), max_length=100, blank=True)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    reporter_name = SealedTextField(_("reporter's name"), blank=True)
    circumstances = SealedTextField(_("circumstances"), blank=True)
    # What they told us, as typed, by question: theirs alone, also where several reports share one person.
    answers = SealedJSONField(_("answers"), null=True, editable=False)
    code_word = SealedTextField(_("code word"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    consent_version = models.CharField(_("version of the consent text"), max_length=20, blank=True)
    consented_at = models.DateTimeField(_("consent given at"), null=True)
    filed_at = models.DateTimeField(_("filed at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    # Rises when news was taken back: what is cancelled stays cancelled, so later news needs a reference of its own.
    news_round = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-filed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_reference"],
                name="an_imported_report_comes_in_once",
                condition=~Q(source_reference=""),
            ),
            models.CheckConstraint(
                condition=~Q(source="web") | Q(consented_at__isnull=False),
                name="a_web_report_has_consent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["missing_person"], name="report_open_of_person", condition=Q(withdrawn_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.reference
