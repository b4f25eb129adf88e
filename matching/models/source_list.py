"""One file received from one source about a wave, kept as received, and the parts in which it is committed."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.sealing import SealedBytesField, SealedJSONField, SealedTextField
from matching.models.exchange import Wave


class ListKind(models.TextChoices):
    RELEASED = "released", _("released, official")
    PLANNED = "planned", _("planned for exchange")
    REGIONAL = "regional", _("regional announcement")
    MEDIA = "media", _("media")
    ADVERSARY = "adversary", _("adversary's claim")
    CLAIMED_DEAD = "claimed_dead", _("claimed dead")


class Reliability(models.TextChoices):
    A = "A", _("A: confirmed by the authority itself")
    B = "B", _("B: usually right")
    C = "C", _("C: not checked")
    D = "D", _("D: often wrong")
    E = "E", _("E: known to mislead")


TRUSTED = (Reliability.A, Reliability.B)  # whose word may be told to a family, as a list of the released


class ListState(models.TextChoices):
    READING = "reading", _("being read")
    UNREADABLE = "unreadable", _("could not be read")
    KNOWN = "known", _("already received")
    RECEIVED = "received", _("received, not committed")
    COMMITTING = "committing", _("being committed")
    COMMITTED = "committed", _("committed")
    SUPERSEDED = "superseded", _("replaced by a later version")
    WITHDRAWN = "withdrawn", _("withdrawn")


# What comes in again while such a list stands is the same thing; what was replaced or withdrawn may be put back.
STANDING = (ListState.READING, ListState.RECEIVED, ListState.COMMITTING, ListState.COMMITTED)
AT_WORK = (ListState.READING, ListState.COMMITTING)
# What came in and gave nothing: it says why, and may be read in another way.
REFUSED = (ListState.UNREADABLE, ListState.KNOWN)
UNCOMMITTED = (ListState.READING, *REFUSED, ListState.RECEIVED, ListState.COMMITTING)


# The sealed file and what was read of it: megabytes, which nobody wants with each row that is joined to a list.
HEAVY = ("content", "preview")


class SourceListQuerySet(models.QuerySet["SourceList"]):
    def committed(self) -> "SourceListQuerySet":
        return self.filter(state=ListState.COMMITTED)

    def standing(self) -> "SourceListQuerySet":
        return self.filter(state__in=STANDING)

    def uncommitted(self) -> "SourceListQuerySet":
        """Nothing of it is in force yet, so that it may still be read anew or dropped."""
        return self.filter(state__in=UNCOMMITTED)

    def to_read(self) -> "SourceListQuerySet":
        """Waits for a worker: nobody reads it, or whoever did has not been heard of since its lease ended."""
        free = Q(lease_until=None) | Q(lease_until__lte=Now())
        return self.filter(free, state=ListState.READING, stopped_at=None)

    def being_written(self) -> "SourceListQuerySet":
        return self.filter(state=ListState.COMMITTING, stopped_at=None)

    def replaceable(self) -> "SourceListQuerySet":
        """The latest version of each series: what a corrected list may say that it replaces."""
        return self.filter(state__in=[ListState.COMMITTED, ListState.WITHDRAWN])


_Manager = models.Manager.from_queryset(SourceListQuerySet)


class SourceListManager(_Manager["SourceList"]):
    """Lists without what is heavy, which is fetched when somebody asks a list for it."""

    def get_queryset(self) -> SourceListQuerySet:
        return SourceListQuerySet(self.model, using=self._db).defer(*HEAVY)


class SourceList(models.Model):
    """A received file, sealed as it came. Lists lie: only kind *released* may ever lead to a message, and only whom one
    trusts says that somebody is released.

    Lists that replace one another are the versions of one `series`. A version owns only the entries that were
    new in it; an entry stands until a version says otherwise (`ListEntry.removed_in`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="lists", verbose_name=_("wave"))
    source_name = models.CharField(_("source"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=ListKind.choices)
    reliability = models.CharField(_("reliability"), max_length=1, choices=Reliability.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=ListState.choices, default=ListState.RECEIVED, editable=False
    )
    filename = SealedTextField(editable=False)
    content = SealedBytesField(editable=False)
    # A keyed hash: the plain sha256 of a known list would tell a thief that we hold it.
    content_index = models.BinaryField(max_length=32, editable=False)
    # The same over its rows, in whatever order and encoding they came.
    rows_index = models.BinaryField(max_length=32, null=True, editable=False)
    series = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name=_("replaces"),
        editable=False,
    )
    # How it is to be read: `read_as` and `mapping` as matching.lists gives them, `header_lines` by sheet. Null: as it
    # comes. Sealed, since it names sheets.
    reading = SealedJSONField(null=True, editable=False, db_column="how_read")
    # What a reading found, for the page (matching.staging.summary), or why there is none.
    preview = SealedJSONField(null=True, editable=False)
    # The work of a worker, as data: what is done of how much, since when, by whom until when.
    rows_done = models.PositiveIntegerField(default=0, editable=False)
    rows_total = models.PositiveIntegerField(default=0, editable=False)
    work_began_at = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("received by"),
        editable=False,
    )
    committed_at = models.DateTimeField(_("committed at"), null=True, editable=False)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("committed by"),
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
        editable=False,
    )
    entry_count = models.PositiveIntegerField(_("entries"), default=0, editable=False)
    refused_count = models.PositiveIntegerField(_("refused rows"), default=0, editable=False)

    objects = SourceListManager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["-received_at"]
        permissions = [("commit_sourcelist", "Can commit a list, which starts the matching")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_index"],
                condition=Q(state__in=STANDING),
                name="the_same_file_comes_in_once",
            ),
            models.UniqueConstraint(
                fields=["wave", "kind", "rows_index"],
                condition=Q(state__in=STANDING),
                name="the_same_rows_come_in_once",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state__in=UNCOMMITTED),
                name="a_list_is_replaced_once",
            ),
            models.UniqueConstraint(
                fields=["series", "version"],
                condition=~Q(state__in=UNCOMMITTED),
                name="one_list_per_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNCOMMITTED) ^ Q(committed_at__isnull=False),
                name="a_committed_list_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=ListState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="a_withdrawn_list_says_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="only_the_trusted_say_who_is_released",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind=ListKind.RELEASED.value)
                & ~pgtrigger.Q(new__reliability__in=[one.value for one in TRUSTED]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_name}, {self.wave}" + (f", v{self.version}" if self.version > 1 else "")


class ListSlice(models.Model):
    """Some rows of a list that was read, waiting for its commit: written as entries once, by whoever locks it.

    `rows` are as matching.staging.rows gives them; `removed` are entries that the commit takes back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_list = models.ForeignKey(SourceList, on_delete=models.CASCADE, related_name="slices")
    number = models.PositiveIntegerField()
    rows = SealedJSONField()
    removed = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("part of a list")
        verbose_name_plural = _("parts of a list")
        constraints = [models.UniqueConstraint(fields=["source_list", "number"], name="one_part_per_number")]
        indexes = [
            models.Index(fields=["source_list", "number"], name="part_to_write", condition=Q(written_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.source_list_id}/{self.number}"


class SourceLayout(models.Model):
    """The columns as a caseworker last put them right for a source: offered when its next list comes."""

    source_name = models.CharField(_("source"), max_length=200, unique=True)
    mapping = models.JSONField()
    changed_at = models.DateTimeField(_("changed at"), db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("layout of a source")
        verbose_name_plural = _("layouts of sources")

    def __str__(self) -> str:
        return self.source_name
