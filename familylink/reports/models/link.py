"""Two people of the staff say that a report names the same man as another one; it can be taken back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.kept import only_added
from familylink.reports.models.person import MissingPerson
from familylink.reports.models.report import Report
from familylink.sealing import SealedJSONField, SealedTextField


class ReportLinkQuerySet(models.QuerySet["ReportLink"]):
    def standing(self) -> "ReportLinkQuerySet":
        """Proposed or in force, and not ended."""
        return self.filter(ended_at=None)

    def in_force(self) -> "ReportLinkQuerySet":
        return self.standing().filter(confirmed_at__isnull=False)

    def concerning(self, person_id: uuid.UUID) -> "ReportLinkQuerySet":
        """From this missing person or to them: who sees either of the two shall see the link."""
        return self.filter(Q(from_person=person_id) | Q(to_person=person_id))

    def awaiting_second(self) -> "ReportLinkQuerySet":
        return self.standing().filter(confirmed_at=None)


class ReportLink(models.Model):
    """A report moved from its own missing person to another report's; in force once a second person agrees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links")
    from_person = models.ForeignKey(MissingPerson, on_delete=models.PROTECT, related_name="links_away")
    to_person = models.ForeignKey(MissingPerson, on_delete=models.PROTECT, related_name="links_here")
    note = SealedTextField(_("note"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now())
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    # What came with the report, and what the staff had told of the joint man before: taking it back takes the one and
    # leaves the other (`one_man.remembered`). Gone with what the family told, when that is erased.
    added_names = SealedJSONField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_note = SealedTextField(_("why it was ended"), null=True)

    objects = ReportLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of reports")
        verbose_name_plural = _("links of reports")
        ordering = ["proposed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_person=F("to_person")), name="a_link_joins_two_people"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="a_link_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) ^ Q(confirmed_by__isnull=False),
                name="a_confirmed_link_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(ended_at=None), name="one_standing_link_per_report"
            ),
        ]
        triggers = only_added(
            "links",
            sealed=("note", "added_names", "ended_note"),
            closing=(
                *("confirmed_by_id", "confirmed_at", "added_names"),
                *("ended_by_id", "ended_at", "ended_note"),
            ),
            emptied=("added_names",),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.from_person_id} {self.to_person_id}"
