"""One file received from one source about a wave, and its entries, kept as received."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from familylink.reports.models.filing import filing_triggers
from familylink.sealing import SealedBytesField, SealedJSONField, SealedTextField, blind_index
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
    """A received file, sealed as it came. Lists lie: only kind *released* may ever lead to a message.

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
                fields=["content_index"],
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

    def __str__(self) -> str:
        return f"{self.source_name}, {self.wave}" + (f", v{self.version}" if self.version > 1 else "")


def sheet_index(list_id: uuid.UUID, sheet: str) -> bytes:
    """The keyed hash by which the rows of one sheet of a list are found; of no sheet, nothing."""
    return blind_index("sheet of a list", f"{list_id} {sheet}") if sheet else b""


# One man on two lists counts once, where whole name and full birth date say that it is he.
MEN = Count("cluster_index", distinct=True) + Count("pk", filter=Q(cluster_index=None))


class ListEntryQuerySet(models.QuerySet["ListEntry"]):
    def live(self) -> "ListEntryQuerySet":
        """On a committed list, and no later version has taken it back."""
        return self.filter(removed_at=None, source_list__committed_at__isnull=False)

    def men(self) -> int:
        """How many people these lines name."""
        return int(self.aggregate(men=MEN)["men"])

    def to_compare(self) -> "ListEntryQuerySet":
        """With what a comparison needs, and no other sealed value of thousands of lines."""
        return self.only("source_list", "profile", "removed_at", "is_too_common")

    def too_common(self) -> "ListEntryQuerySet":
        """Live, and not compared with everybody who shares a key with them: the list must tell more of them."""
        return self.live().filter(is_too_common=True)


class ListEntry(models.Model):
    """One line of a list: the raw cells, the name as written, and the engine's profile. All sealed.

    It stays with the version that first had it; `removed_in` is the version that no longer does (or the
    withdrawn list), `replaced_by` the line of that version which is about the same man.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_list = models.ForeignKey(SourceList, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField(_("position in the list"))
    # Null: its file has none. Somebody calls a sheet by the name of a man, so it is sealed; the keyed hash finds it.
    sheet = SealedTextField(_("sheet"), blank=True, null=True, db_column="sheet_name")
    sheet_index = models.BinaryField(max_length=32, default=bytes, db_default=b"", editable=False)
    row = models.PositiveIntegerField(_("row"))
    # One row may hold two people; a caseworker takes them apart, each as a part of it.
    part = models.PositiveSmallIntegerField(_("person of the row"), default=1, db_default=1)
    raw = SealedJSONField(_("row as received"))
    name_text = SealedTextField(_("name"))
    birth_date = SealedTextField(_("birth date"), blank=True)
    sex = SealedTextField(_("sex"), blank=True)
    place = SealedTextField(_("place"), blank=True)
    unit = SealedTextField(_("military unit"), blank=True)
    rank = SealedTextField(_("military rank"), blank=True, null=True)  # null: from before it was kept
    note = SealedTextField(_("note"), blank=True)
    profile = SealedBytesField()
    profile_version = models.CharField(max_length=40, db_index=True)
    # Short stands for long in the table of keys; null: not yet filed since there are numbers.
    number = models.IntegerField(
        null=True, editable=False, db_default=None
    )  # made by a trigger, and read back
    keys = ArrayField(models.IntegerField(), default=list, editable=False)
    # A key shared by thousands was left out: this entry needs a birth date to be matched safely.
    is_too_common = models.BooleanField(default=False)
    # The newest judging that is stored of it: one that began earlier comes too late.
    judged = models.BigIntegerField(default=0, db_default=0, editable=False)
    # Keyed hashes: of all that the line says, and of wave, whole name and full birth date (one man, several lists).
    content_index = models.BinaryField(max_length=32, null=True)
    cluster_index = models.BinaryField(max_length=32, null=True)
    removed_at = models.DateTimeField(_("taken back at"), null=True)
    removed_in = models.ForeignKey(SourceList, on_delete=models.PROTECT, null=True, related_name="removals")
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced")

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        indexes = [
            models.Index(fields=["cluster_index"], name="entry_of_one_man", condition=Q(removed_at=None)),
            models.Index(
                fields=["source_list", "position"], name="entry_too_common", condition=Q(is_too_common=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_in=None)
                | Q(removed_at__isnull=False, removed_in__isnull=False),
                name="a_row_taken_back_says_where",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(removed_at__isnull=False) & ~Q(replaced_by=F("pk")),
                name="only_a_row_taken_back_is_replaced",
            ),
            models.UniqueConstraint(
                fields=["source_list", "sheet_index", "row", "part"], name="one_entry_per_person_of_a_row"
            ),
            models.UniqueConstraint(fields=["source_list", "position"], name="one_entry_per_position"),
            models.UniqueConstraint(fields=["number"], name="one_entry_per_number"),
        ]
        triggers = filing_triggers(sequence="matching_listentry_number", keys="matching_entrykey")

    def __str__(self) -> str:
        return str(self.row)  # what a desk writes into its log stands there in the clear

    @property
    def is_live(self) -> bool:
        """Whether it stands on a committed list now."""
        return self.removed_at is None and self.source_list.committed_at is not None


class EntryKey(models.Model):
    """A keyed hash under which a list entry may meet a missing person.

    The database alone writes it, from the record's own `keys`."""

    pk = models.CompositePrimaryKey("key", "number")
    key = models.IntegerField()
    number = models.IntegerField()

    class Meta:
        verbose_name = _("blocking key")
        verbose_name_plural = _("blocking keys")

    def __str__(self) -> str:
        return str(self.key)


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
