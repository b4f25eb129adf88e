"""One line of a list, kept as received, and the keys under which it may meet a missing person."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from familylink.reports.models.filing import FiledUnder, filing_triggers
from familylink.sealing import SealedBytesField, SealedJSONField, SealedTextField, blind_index
from matching.engine import BirthDate, Name, Person
from matching.models.source_list import SourceList


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

    def of_man(self, entry_id: uuid.UUID) -> "ListEntryQuerySet":
        """This row, and the others that stand on a list of its wave and are about the same man."""
        man = self.filter(pk=entry_id, cluster_index__isnull=False).values("cluster_index")
        return self.filter(Q(pk=entry_id) | Q(cluster_index__in=man, removed_at=None))

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
    # Short stands for long in the table of keys; null: not yet filed since there are numbers. Made by a trigger, and
    # read back.
    number = models.IntegerField(null=True, editable=False, db_default=None)
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
    def in_force(self) -> "ListEntry | None":
        """The line about the same man that stands now: this one, or what corrected lists have made of it."""
        row: ListEntry | None = self
        while row and row.removed_at:
            row = row.replaced_by
        return row

    @property
    def is_live(self) -> bool:
        """Whether it stands on a committed list now."""
        return self.removed_at is None and self.source_list.committed_at is not None

    def as_person(self) -> Person:
        """What was received, but for which word of a name stood in which column."""
        return Person(
            names=tuple(Name(full=text) for text in self.name_text.split("; ")),
            birth=BirthDate.parse(self.birth_date),
            sex=self.sex,
            place=self.place,
            unit=self.unit,
            rank=self.rank or "",
        )


class EntryKey(FiledUnder):
    """Of a list entry."""
