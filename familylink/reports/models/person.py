"""Who is looked for. Several reports may name the same missing person; only staff link them."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from familylink.damage import Damaged, opens
from familylink.reports.models.filing import FiledUnder, filing_triggers
from familylink.sealing import SealedBytesField, SealedTextField
from matching.engine import BirthDate, Name, Person, Profile

MAX_FAILURES = 5
FACTS = ("birth_date", "sex", "place", "unit", "rank")
PARTS = ("surname", "given_name", "patronymic", "full_name")
MATCHED_BY_OTHER_RULES = 0  # as `matched_revision`: the facts are the same, the engine's rules are not


class Sex(models.TextChoices):
    UNKNOWN = "", _("not known")
    MALE = "m", _("male")
    FEMALE = "f", _("female")


class Known(NamedTuple):
    """What can be read of a missing person. `missing` are the facts of which nothing is left, "names" among them."""

    facts: Person
    is_damaged: bool = False
    missing: tuple[str, ...] = ()


class MissingPersonQuerySet(models.QuerySet["MissingPerson"]):
    def sought(self) -> "MissingPersonQuerySet":
        """Somebody still looks for them: at least one open report."""
        with_open_report = self.model.objects.filter(reports__isnull=False, reports__withdrawn_at=None)
        return self.filter(pk__in=with_open_report.values("pk"))

    def unmatched(self) -> "MissingPersonQuerySet":
        """New, or changed since they were last matched against the lists."""
        return self.sought().filter(Q(matched_revision=None) | Q(matched_revision__lt=F("revision")))

    def awaiting_matching(self) -> "MissingPersonQuerySet":
        """To be matched, and not failed again and again: those wait for a technician, who sees them."""
        return self.unmatched().filter(match_failures__lt=MAX_FAILURES)

    def by_urgency(self) -> "MissingPersonQuerySet":
        """Of who waits to be matched: the new first, then the changed, then those matched by other rules."""
        latest = F("matched_revision").desc(nulls_first=True)
        return self.order_by("match_failures", latest, "created_at")

    def stuck(self) -> "MissingPersonQuerySet":
        """Failed again and again: found on no list until a technician has looked."""
        return self.unmatched().filter(match_failures__gte=MAX_FAILURES)


class MissingPerson(models.Model):
    """The facts compared, sealed, with the engine's compiled profile of them.

    `revision` rises with every change of the facts; `matched_revision` follows when the person has been
    matched against every committed list. That difference is the queue. Null: never matched; 0: by other rules.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    birth_date = SealedTextField(_("birth date"), blank=True)
    sex = SealedTextField(_("sex"), blank=True)
    place = SealedTextField(_("place"), blank=True)
    unit = SealedTextField(_("military unit"), blank=True)
    rank = SealedTextField(_("military rank"), blank=True, null=True)  # null: from before it was asked
    profile = SealedBytesField(editable=False)
    profile_version = models.CharField(max_length=40, editable=False, db_index=True)
    # Short stands for long in the table of keys; null: not yet filed since there are numbers. Made by a trigger, and
    # read back.
    number = models.IntegerField(null=True, editable=False, db_default=None)
    keys = ArrayField(models.IntegerField(), default=list, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    matched_revision = models.PositiveIntegerField(null=True, editable=False)
    matched_at = models.DateTimeField(null=True, editable=False)
    match_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    # A key shared by thousands of list entries was left out: without a birth date or a fuller name he may be missed.
    is_too_common = models.BooleanField(
        _("too common a name"), default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MissingPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("missing person")
        verbose_name_plural = _("missing persons")
        constraints = [
            models.CheckConstraint(
                condition=Q(matched_revision=None) | Q(matched_revision__lte=F("revision")),
                name="nobody_is_matched_ahead_of_their_facts",
            ),
            models.UniqueConstraint(fields=["number"], name="one_person_per_number"),
        ]
        indexes = [
            models.Index(
                fields=["match_failures", "-matched_revision", "created_at"],
                name="person_by_urgency",
                condition=Q(matched_revision=None) | Q(matched_revision__lt=F("revision")),
            ),
            models.Index(fields=["id"], name="person_too_common", condition=Q(is_too_common=True)),
        ]
        triggers = filing_triggers(sequence="reports_missingperson_number", keys="reports_missingpersonkey")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_sought(self) -> bool:
        """As `sought`, for one whose reports are read already."""
        return any(report.withdrawn_at is None for report in self.reports.all())

    @property
    def names_in_order(self) -> "list[PersonName]":
        """The name itself, then its other spellings."""
        return sorted(self.names.all(), key=lambda name: name.position)

    def as_person(self) -> Person:
        """What the engine may know of them."""
        return self._of(FACTS, self.names_in_order)

    def take(self, facts: Person) -> None:
        """These facts, but for the names, in the place of any before."""
        self.birth_date, self.sex, self.place = str(facts.birth), facts.sex, facts.place
        self.unit, self.rank = facts.unit, facts.rank

    def known(self) -> Known:
        """The facts; where one is damaged, all of them as the profile has them; where that is too, those that open.
        Raises KeyIsAway."""
        facts = [name for name in FACTS if opens(self, name)]
        spellings = [name for name in self.names_in_order if opens(name, *PARTS)]
        missing = [name for name in FACTS if name not in facts]
        missing += ["names"] if len(spellings) < len(self.names_in_order) else []
        if not missing:
            return Known(self.as_person())
        try:
            return Known(Profile.from_bytes(bytes(self.profile)).person, is_damaged=True)
        except (Damaged, ValueError):
            return Known(self._of(facts, spellings), is_damaged=True, missing=tuple(missing))

    def _of(self, facts: Iterable[str], spellings: "list[PersonName]") -> Person:
        told = {name: getattr(self, name) or "" for name in facts}
        birth = BirthDate.parse(told.pop("birth_date", ""))
        return Person(tuple(name.as_name() for name in spellings), birth, **told)


class PersonName(models.Model):
    """One spelling of a missing person's name, as the family wrote it."""

    class Kind(models.TextChoices):
        MAIN = "main", _("name")
        OTHER = "other", _("other spelling")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    missing_person = models.ForeignKey(MissingPerson, on_delete=models.CASCADE, related_name="names")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MAIN)
    surname = SealedTextField(_("surname"), blank=True)
    given_name = SealedTextField(_("given name"), blank=True)
    patronymic = SealedTextField(_("patronymic"), blank=True)
    full_name = SealedTextField(_("full name"), blank=True)

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [
            models.UniqueConstraint(fields=["missing_person", "position"], name="one_name_per_position")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def as_name(self) -> Name:
        return Name(
            surname=self.surname, given=self.given_name, patronymic=self.patronymic, full=self.full_name
        )

    def take(self, name: Name) -> "PersonName":
        """These words, in the place of any before."""
        self.surname, self.given_name, self.patronymic = name.surname, name.given, name.patronymic
        self.full_name = name.full
        return self

    @property
    def text(self) -> str:
        """The name as a reviewer reads it: surname, given name, patronymic."""
        parts = [self.surname, self.given_name, self.patronymic]
        return " ".join(part for part in parts if part) or self.full_name


class MissingPersonKey(FiledUnder):
    """Of a missing person."""
