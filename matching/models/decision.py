"""What reviewers said of a pair, and what opened it again: only ever added, as they saw it then."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink import whence
from familylink.kept import only_added
from familylink.sealing import SealedJSONField, SealedTextField


class Verdict(models.TextChoices):
    SAME = "same", _("the same person")
    DIFFERENT = "different", _("not the same person")
    UNSURE = "unsure", _("unsure")


class Reason(models.TextChoices):
    """Why, from a list: what can be counted later, and what the next reviewer understands at a glance."""

    EVIDENCE = "evidence", _("what the evidence on the page says")
    NAME_AND_DATE = "name_and_date", _("name and birth date agree")
    NAME_AND_FATHER = "name_and_father", _("name and father's name agree")
    DETAILS = "details", _("place, unit or circumstances agree")
    KIN = "kin", _("a brother, father or son")
    NAMESAKE = "namesake", _("a namesake")
    OTHER_DATE = "other_date", _("the birth dates cannot both be right")
    OTHER_NAME = "other_name", _("another name")
    INSUFFICIENT = "insufficient", _("too little is known")
    CONTRADICTORY = "contradictory", _("the evidence contradicts itself")
    OTHER = "other", _("another reason, written in the note")


REASONS: dict[str, tuple[Reason, ...]] = {
    Verdict.SAME: (Reason.NAME_AND_DATE, Reason.NAME_AND_FATHER, Reason.DETAILS, Reason.OTHER),
    Verdict.DIFFERENT: (Reason.KIN, Reason.NAMESAKE, Reason.OTHER_DATE, Reason.OTHER_NAME, Reason.OTHER),
    Verdict.UNSURE: (Reason.INSUFFICIENT, Reason.CONTRADICTORY, Reason.OTHER),
}


class Decision(models.Model):
    """One reviewer's verdict on one revision of a pair, with the evidence they saw. Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey("Match", on_delete=models.PROTECT, related_name="decisions")
    match_revision = models.PositiveIntegerField(_("revision"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=15, choices=Reason.choices, default=Reason.EVIDENCE)
    note = SealedTextField(_("note"), blank=True)
    evidence = SealedJSONField(null=True)
    evidence_index = models.BinaryField(max_length=32)
    # What the reviewer was shown of the messages to come: keyed bytes of recipients, texts and mode.
    plan_digest = models.BinaryField(max_length=32, null=True)
    # Those turned down together have one number, and are taken back together.
    bulk = models.UUIDField(null=True)
    decided_at = models.DateTimeField(_("decided at"), db_default=Now())
    from_where = models.BinaryField(max_length=whence.MARK_BYTES, null=True, default=whence.mark)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "match_revision", "reviewer"],
                condition=~Q(verdict=Verdict.UNSURE),
                name="one_verdict_per_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(bulk=None) | Q(verdict=Verdict.DIFFERENT), name="nobody_confirms_in_bulk"
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "-decided_at"], name="decisions_of_a_reviewer"),
            models.Index(
                fields=["-decided_at"],
                include=["match", "match_revision", "verdict", "reviewer"],
                name="decisions_by_time",
            ),
            models.Index(fields=["bulk"], name="decisions_in_bulk", condition=Q(bulk__isnull=False)),
        ]
        triggers = only_added("decisions", sealed=("note", "evidence"))

    def __str__(self) -> str:
        return f"{self.match_id}/{self.match_revision}"


class Reopening(models.Model):
    """A pair opens again, and why: the verdicts on the revision named here are void. Only ever added."""

    class Cause(models.TextChoices):
        UNDONE = "undone", _("the verdict was taken back")
        SETTLED_ANEW = "settled_anew", _("the pair that had settled it was taken back")
        NEW_EVIDENCE = "new_evidence", _("new evidence")
        CORRECTION = "correction", _("a correction after a message had left")
        LIST_CHANGED = "list_changed", _("the list was corrected or withdrawn")
        LINK_CHANGED = "link_changed", _("reports were linked or unlinked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    match = models.ForeignKey("Match", on_delete=models.PROTECT, related_name="reopenings")
    match_revision = models.PositiveIntegerField(_("revision"))
    cause = models.CharField(_("cause"), max_length=15, choices=Cause.choices)
    note = SealedTextField(_("note"), blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reopened_at = models.DateTimeField(_("reopened at"), db_default=Now())

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        ordering = ["reopened_at"]
        constraints = [
            models.UniqueConstraint(fields=["match", "match_revision"], name="a_revision_ends_once"),
            models.CheckConstraint(
                condition=Q(cause__in=["settled_anew", "list_changed"]) | Q(reopened_by__isnull=False),
                name="a_person_reopens",
            ),
        ]
        triggers = only_added("reopenings", sealed=("note",))

    def __str__(self) -> str:
        return f"{self.match_id}/{self.match_revision}"
