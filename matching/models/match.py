"""A stored proposal that a missing person and a list entry are one, and where it stands.

The database keeps the two promises that matter most: no match is confirmed unless two different people
said "the same person" about the same evidence, and nothing that a person decided is changed by a run.
"""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Cast, Concat, Now
from django.utils.translation import gettext_lazy as _

from familylink.reports.models import Flag, MissingPerson
from familylink.sealing import SealedJSONField, is_only_resealed
from matching.models.decision import Decision, Verdict
from matching.models.list_entry import ListEntry
from matching.models.source_list import HEAVY, ListKind
from matching.models.yardstick import Calibration, NameSnapshot

# What a member of staff must be allowed, for the one and for the other.
DECIDE = "matching.decide_match"
LEAD = "matching.lead_match"


class Band(models.TextChoices):
    CERTAIN = "certain", _("certain")
    PROBABLE = "probable", _("probable")
    POSSIBLE = "possible", _("possible")


class MatchState(models.TextChoices):
    OPEN = "open", _("open")
    AWAITING_SECOND = "awaiting_second", _("awaiting the second reviewer")
    DISPUTED = "disputed", _("reviewers disagree")
    CONFIRMED = "confirmed", _("confirmed by two")
    REJECTED = "rejected", _("not the same person")
    SETTLED = "settled", _("settled: another pair was confirmed")
    LAPSED = "lapsed", _("no longer proposed")
    RETRACTED = "retracted", _("confirmed, then taken back by the list")


# A man is on a list once, and an entry is one man: the pairs beside a confirmed one are settled with it.
DECIDED = (MatchState.CONFIRMED, MatchState.REJECTED, MatchState.SETTLED)
UNDECIDED = (MatchState.OPEN, MatchState.AWAITING_SECOND, MatchState.DISPUTED)
GONE = (MatchState.LAPSED, MatchState.RETRACTED)

CONFIRMED_BY_TWO = """
    IF (SELECT count(DISTINCT reviewer_id) FROM matching_decision
        WHERE match_id = NEW.id AND match_revision = NEW.revision AND verdict = 'same') < 2
    THEN RAISE EXCEPTION 'a match is confirmed by two different people'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
# Both let a change of the sealing key through and nothing else. `evidence_index`, a keyed hash of the evidence,
# stays: so whoever has the index key can prove that the evidence is still the one decided on.
DECIDED_STAYS = f"""
    IF (NEW.evidence_index, NEW.points, NEW.probability, NEW.band, NEW.revision)
        IS DISTINCT FROM (OLD.evidence_index, OLD.points, OLD.probability, OLD.band, OLD.revision)
    OR (NEW.evidence <> OLD.evidence AND NOT {is_only_resealed("evidence")})
    THEN RAISE EXCEPTION 'a decided match keeps the evidence it was decided on'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
REOPENED_ON_RECORD = """
    IF NEW.revision <= OLD.revision OR NOT EXISTS (
        SELECT 1 FROM matching_reopening WHERE match_id = OLD.id AND match_revision = OLD.revision
    ) THEN RAISE EXCEPTION 'a decided match opens again by a recorded event, on a new revision'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class MatchQuerySet(models.QuerySet["Match"]):
    def undecided(self) -> "MatchQuerySet":
        return self.filter(state__in=UNDECIDED)

    def confirmed(self) -> "MatchQuerySet":
        return self.filter(state=MatchState.CONFIRMED)

    def unclaimed_by_others(self, reviewer_id: int | None) -> "MatchQuerySet":
        """Nobody else looks at it right now, by the database's clock."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=reviewer_id) | Q(claimed_until__lte=Now()))

    def claimed(self) -> "MatchQuerySet":
        """Somebody looks at it right now."""
        return self.filter(claimed_until__gt=Now())

    def unjudged_by(self, reviewer_id: int | None) -> "MatchQuerySet":
        """Undecided, and this reviewer has given no verdict on the evidence as it is now."""
        given = Decision.objects.filter(
            match=models.OuterRef("pk"), match_revision=models.OuterRef("revision"), reviewer=reviewer_id
        ).exclude(verdict=Verdict.UNSURE)
        # The first verdict ends "open": among very many open pairs no decision is looked for.
        return self.undecided().filter(Q(state=MatchState.OPEN) | ~models.Exists(given))

    def judged_differently(self) -> "MatchQuerySet":
        """Two people said different things of the same evidence, however it ended."""
        said = Decision.objects.exclude(verdict=Verdict.UNSURE).order_by()
        by_evidence = said.values("match", "match_revision").annotate(said=Count("verdict", distinct=True))
        return self.filter(pk__in=by_evidence.filter(said__gte=2).values("match"))

    def flagged_since(self) -> "MatchQuerySet":
        """Confirmed, and somebody of the staff has had a doubt since then."""
        flags = Flag.objects.standing().filter(missing_person=models.OuterRef("missing_person"))
        return self.confirmed().filter(
            models.Exists(flags.filter(raised_at__gt=models.OuterRef("decided_at")))
        )

    def one_per_man(self) -> "MatchQuerySet":
        """A man whom two lists of a wave name is looked at once: where his family can be told of him, where he is
        confirmed already, then by the better source. Once that pair is turned down, the other comes up."""
        better = _of_the_same_man().alias(place=_place()).filter(place__lt=models.OuterRef("place"))
        return self.alias(place=_place()).exclude(models.Exists(better))

    def with_other_source(self) -> "MatchQuerySet":
        """`other_source`: who else names this man, or None. For the rows of one page, since it asks for each."""
        others = _of_the_same_man().alias(place=_place()).order_by("place")
        return self.annotate(
            other_source=models.Subquery(others.values("entry__source_list__source_name")[:1])
        )

    def beside(self, match: "Match") -> "MatchQuerySet":
        """The pairs of the same missing person with the other rows about one man, whatever was decided on them."""
        of_person = self.of_man(match.entry).filter(missing_person=match.missing_person_id)
        return of_person.exclude(pk=match.pk).exclude(state__in=GONE)

    def of_man(self, entry: ListEntry) -> "MatchQuerySet":
        """With this row, or another that stands on a list of its wave and is about the same man."""
        rows = Q(entry=entry.pk)
        if entry.cluster_index:
            rows |= Q(entry__cluster_index=entry.cluster_index, entry__removed_at=None)
        return self.filter(rows)

    def with_lists(self) -> "MatchQuerySet":
        """With entry, list, wave and exchange, and without the sealed files that the lists came as."""
        path = "entry__source_list"
        joined = self.select_related(f"{path}__wave__exchange")
        return joined.defer(*(f"{path}__{column}" for column in HEAVY))


def _of_the_same_man() -> MatchQuerySet:
    """Of each pair: the others that still stand, of the same missing person with a row about the same man."""
    return Match.objects.filter(
        missing_person=models.OuterRef("missing_person"),
        entry__cluster_index=models.OuterRef("entry__cluster_index"),
        entry__removed_at=None,
        state__in=[*UNDECIDED, MatchState.CONFIRMED],
    ).exclude(pk=models.OuterRef("pk"))


def _place() -> Concat:
    """In what order the pairs of one man are looked at; no two have the same."""
    is_released = Q(entry__source_list__kind=ListKind.RELEASED)
    return Concat(
        models.Case(models.When(is_released, then=models.Value("0")), default=models.Value("1")),
        models.Case(
            models.When(state=MatchState.CONFIRMED, then=models.Value("0")), default=models.Value("1")
        ),
        F("entry__source_list__reliability"),
        Cast("pk", models.CharField()),
        output_field=models.CharField(),
    )


class Match(models.Model):
    """A pair, the evidence as it was when last compared, and where it stands.

    `revision` rises when the evidence of an undecided pair changes: verdicts given before are void.
    `new_evidence_at` is all that a run may leave on a decided pair.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    missing_person = models.ForeignKey(MissingPerson, on_delete=models.PROTECT, related_name="matches")
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="matches")
    points = models.FloatField(_("points"))
    probability = models.FloatField(_("probability"))
    band = models.CharField(_("band"), max_length=8, choices=Band.choices)
    evidence = SealedJSONField(_("evidence"))
    evidence_index = models.BinaryField(max_length=32)
    engine_version = models.CharField(_("engine"), max_length=40)
    tables_version = models.CharField(_("tables"), max_length=40)
    # The probability of the pair by itself, before the person's other pairs of the same list had their share and before
    # the calibration (null: of an earlier release); and what the rivals for the entry come to together, 1 or more.
    alone = models.FloatField(null=True)
    crowding = models.FloatField(default=1.0, db_default=1.0)
    # The probability before the calibration, by which later ones are fitted; null: none was in force.
    uncalibrated = models.FloatField(null=True)
    calibration = models.ForeignKey(
        Calibration, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    name_snapshot = models.ForeignKey(
        NameSnapshot, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person_revision = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=15, choices=MatchState.choices, default=MatchState.OPEN)
    first_verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True)
    first_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now())
    decided_at = models.DateTimeField(_("decided at"), null=True)
    new_evidence_at = models.DateTimeField(_("new evidence at"), null=True)
    settled_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="settles")
    # A courtesy with an end: who has the page open. What is decided does not depend on it.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_until = models.DateTimeField(_("claimed until"), null=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-probability", "-points", "id"]
        permissions = [
            ("decide_match", "Can decide whether a pair is one person"),
            ("lead_match", "Can settle disagreements, corrections and flags"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["missing_person", "entry"], name="one_match_per_pair"),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="probability_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(second_reviewer=None) | ~Q(first_reviewer=F("second_reviewer")),
                name="second_reviewer_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=MatchState.CONFIRMED)
                | Q(first_reviewer__isnull=False, second_reviewer__isnull=False),
                name="a_confirmed_match_has_two_reviewers",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False),
                name="a_decided_match_says_when",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=MatchState.CONFIRMED), name="an_entry_is_one_person"
            ),
            models.CheckConstraint(
                condition=Q(state=MatchState.SETTLED) ^ Q(settled_by=None),
                name="a_settled_match_says_by_which",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None) ^ Q(claimed_until__isnull=False), name="a_claim_has_an_end"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-probability"], name="match_queue"),
            models.Index(
                fields=["-probability", "-points", "id"],
                include=["state", "revision", "band"],
                name="match_best_waiting",
                condition=Q(state__in=UNDECIDED),
            ),
            models.Index(
                fields=["proposed_at", "-id"],
                include=["state", "revision", "band"],
                name="match_oldest_waiting",
                condition=Q(state__in=UNDECIDED),
            ),
            models.Index(
                fields=["entry"],
                include=["state", "band"],
                name="match_waiting_of_entry",
                condition=Q(state__in=UNDECIDED),
            ),
            models.Index(
                fields=["new_evidence_at"],
                name="match_new_evidence",
                condition=Q(new_evidence_at__isnull=False),
            ),
            models.Index(fields=["-decided_at"], name="match_decided", condition=Q(state__in=DECIDED)),
            models.Index(
                fields=["claimed_until"], name="match_claimed", condition=Q(claimed_until__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="confirmed_by_two",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state=MatchState.CONFIRMED.value),
                func=CONFIRMED_BY_TWO,
            ),
            pgtrigger.Trigger(
                name="decided_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[state.value for state in DECIDED])
                & pgtrigger.Q(new__state=pgtrigger.F("old__state")),
                func=DECIDED_STAYS,
            ),
            pgtrigger.Trigger(
                name="reopened_on_record",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[state.value for state in DECIDED])
                & pgtrigger.Q(new__state__in=[state.value for state in (*UNDECIDED, MatchState.LAPSED)]),
                func=REOPENED_ON_RECORD,
            ),
            pgtrigger.Protect(name="matches_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]
