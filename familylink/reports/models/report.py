"""What one relative told us, and the reference by which they find it again."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familylink.damage import opens
from familylink.reports.models.person import MissingPerson
from familylink.sealing import SealedJSONField, SealedTextField, blind_index

ASK_AGAIN = dt.timedelta(days=30)
MOST_ASKED = 2
# Asked to end and not ended yet; what was withdrawn earlier may still be erased.
STILL_ENDING = ~Q(ending="") & Q(erased_at=None) & (Q(withdrawn_at=None) | Q(ending="erased"))


class Relation(models.TextChoices):
    MOTHER = "mother", _("mother")
    FATHER = "father", _("father")
    SPOUSE = "spouse", _("wife or husband")
    CHILD = "child", _("son or daughter")
    SIBLING = "sibling", _("brother or sister")
    OTHER_RELATIVE = "relative", _("other relative")
    FRIEND = "friend", _("friend or fellow soldier")
    OTHER = "other", _("other")


class ToldHow(models.TextChoices):
    """How it came to a member of staff who entered it for a family."""

    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")
    PERSON = "person", _("face to face")


class Ending(models.TextChoices):
    """Why a family no longer searches, in their own words."""

    FOUND = "found", _("found")
    SELF = "self", _("the person sought has come forward")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ERASED = "erased", _("withdrawn and erased")


def source_index(source: str, reference: str) -> bytes | None:
    """The keyed hash by which a report is known when it comes again from the same source."""
    return blind_index("report at its source", f"{source} {reference}") if reference else None


def number_index(number: str) -> bytes | None:
    """The keyed hash by which the number that another organisation gave its report is found."""
    return blind_index("number at the source", number) if number else None


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        """The family still looks; only withdrawal closes a report."""
        return self.filter(withdrawn_at=None)

    def at_source(self, source: str, reference: str) -> "ReportQuerySet":
        """The one that came from this source under this reference."""
        return self.filter(source=source, source_index=source_index(source, reference))

    def ending(self) -> "ReportQuerySet":
        """Asked to end, and the time to change one's mind is over."""
        return self.filter(STILL_ENDING, ends_at__lte=Now())

    def to_be_asked(self) -> "ReportQuerySet":
        """Nothing heard for the time they chose, or no answer for a month; asked twice at the most."""
        chosen = Value(dt.timedelta(days=1)) * F("ask_after_days")
        first = Q(asked_count=0, searching_at__lte=ExpressionWrapper(Now() - chosen, models.DateTimeField()))
        again = Q(asked_count__range=(1, MOST_ASKED - 1), asked_at__lte=Now() - Value(ASK_AGAIN))
        return self.open().filter(first | again, ending="")


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
    # A draft's id, or what another organisation calls its report: that may be a passport's number, so it is sealed.
    source_reference = SealedTextField(
        _("number at the source"), blank=True, null=True, db_column="number_at_source"
    )
    # Keyed hashes: of all of it, by which a report is known when it comes again; of the other organisation's number.
    source_index = models.BinaryField(max_length=32, null=True, editable=False)
    number_index = models.BinaryField(max_length=32, null=True, editable=False)
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
    told_how = models.CharField(_("told how"), max_length=6, choices=ToldHow, blank=True)
    consent_version = models.CharField(_("version of the consent text"), max_length=20, blank=True)
    consented_at = models.DateTimeField(_("consent given at"), null=True)
    filed_at = models.DateTimeField(_("filed at"), default=timezone.now)
    ending = models.CharField(_("why it ends"), max_length=10, choices=Ending, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    searching_at = models.DateTimeField(_("last said to be searching"), default=timezone.now)
    ask_after_days = models.PositiveSmallIntegerField(_("asked again after days"), default=365)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    asked_count = models.PositiveSmallIntegerField(_("times asked"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    # Rises when news was taken back: what is cancelled stays cancelled, so later news needs a reference of its own.
    news_round = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-filed_at"]
        permissions = [("enter_report", "Can enter what a family tells by telephone or on paper")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_index"], name="an_imported_report_comes_in_once"
            ),
            models.CheckConstraint(
                condition=~Q(source="web") | Q(consented_at__isnull=False),
                name="a_web_report_has_consent",
            ),
            models.CheckConstraint(
                condition=~Q(source="staff") | (~Q(told_how="") & Q(entered_by__isnull=False)),
                name="what_staff_entered_says_who_and_how",
            ),
            models.CheckConstraint(
                condition=Q(ending="", ends_at=None) | (~Q(ending="") & Q(ends_at__isnull=False)),
                name="an_ending_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(withdrawn_at__isnull=False),
                name="what_is_erased_is_not_searched_for",
            ),
        ]
        indexes = [
            models.Index(fields=["number_index"], name="report_of_number"),
            models.Index(
                fields=["ends_at"],
                name="report_ending",
                condition=STILL_ENDING,
            ),
            models.Index(
                fields=["searching_at"], name="report_to_be_asked", condition=Q(withdrawn_at=None, ending="")
            ),
            models.Index(
                fields=["missing_person"], name="report_open_of_person", condition=Q(withdrawn_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_ending(self) -> bool:
        """Asked to end, and the ten minutes to undo it have not been used up by the sweep."""
        is_left = self.withdrawn_at is None or self.ending == Ending.ERASED
        return bool(self.ending) and self.erased_at is None and is_left

    @property
    def is_telling_lost(self) -> bool:
        """Something of what the family told is damaged: it is told anew, and the facts compared are another matter."""
        return not opens(self, "answers", "reporter_name", "circumstances")

    @property
    def is_code_word_lost(self) -> bool:
        """It is damaged: without it neither a code nor news can be sent."""
        return not opens(self, "code_word")
