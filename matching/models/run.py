"""One pass of matching, in batches: the rows are the queue and the progress, whatever the broker forgets."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching import engine
from matching.models.list_entry import ListEntry, ListEntryQuerySet
from matching.models.source_list import HEAVY, SourceList

MAX_ATTEMPTS = 5


class MatchRunQuerySet(models.QuerySet["MatchRun"]):
    def unfinished(self) -> "MatchRunQuerySet":
        return self.filter(finished_at=None)

    def of_whole_lists(self) -> "MatchRunQuerySet":
        """Set off by the commit of a list; any later one takes single rows, put right or once more."""
        earlier = self.model.objects.filter(source_list=OuterRef("source_list"), pk__lt=OuterRef("pk"))
        return self.filter(~Exists(earlier))

    def missed_at(self, matched_at: dt.datetime) -> "MatchRunQuerySet":
        """Unfinished, and begun before this moment: whoever was compared then has not met every entry of the list."""
        return self.unfinished().filter(started_at__lte=matched_at)

    def taking(self, source_list_id: uuid.UUID, positions: range, state: str = "waiting") -> "MatchRun":
        """The run of this list that is under way, which takes these positions too; else one of their own. The caller
        holds the list."""
        run = self.unfinished().select_for_update().filter(source_list=source_list_id).first()
        if run is None:
            run = self.create(
                source_list_id=source_list_id,
                engine_version=engine.ENGINE_VERSION,
                entry_count=0,
                planned_at=Now(),
            )
        self.filter(pk=run.pk).update(entry_count=F("entry_count") + len(positions))
        if run.planned_at is not None:
            run.batches.create(
                number=(run.batches.aggregate(last=Max("number"))["last"] or 0) + 1,
                first_position=positions[0],
                last_position=positions[-1],
                state=state,
            )
        return run

    def with_lists(self) -> "MatchRunQuerySet":
        """With list, wave and exchange, and without the sealed file."""
        joined = self.select_related("source_list__wave__exchange")
        return joined.defer(*(f"source_list__{column}" for column in HEAVY))


class MatchRun(models.Model):
    """A list against every open report, set off by its commit; or single rows of it, later."""

    source_list = models.ForeignKey(
        SourceList, on_delete=models.PROTECT, related_name="runs", verbose_name=_("list")
    )
    engine_version = models.CharField(_("engine"), max_length=40)
    entry_count = models.PositiveIntegerField(_("entries"))
    entries_done = models.PositiveIntegerField(_("entries done"), default=0)
    candidate_count = models.PositiveIntegerField(_("candidates compared"), default=0)
    match_count = models.PositiveIntegerField(_("matches proposed"), default=0)
    planned_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(_("started at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)

    objects = MatchRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("matching run")
        verbose_name_plural = _("matching runs")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entries_done__lte=F("entry_count")), name="no_entry_is_counted_twice"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(entries_done=F("entry_count")),
                name="a_finished_run_saw_every_entry",
            ),
            models.UniqueConstraint(
                fields=["source_list"], name="one_run_at_a_time_per_list", condition=Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def stuck_entries(self) -> ListEntryQuerySet:
        """Those that could not be compared: nobody knows whether a family looks for them."""
        return self._entries_in(self.batches.filter(state=BatchState.STUCK))

    def single_entries(self) -> ListEntryQuerySet:
        """Those that it takes by themselves; none where it takes a whole list."""
        is_whole = MatchRun.objects.of_whole_lists().filter(pk=self.pk).exists()
        return self._entries_in(self.batches.none() if is_whole else self.batches.all())

    def _entries_in(self, batches: "models.QuerySet[MatchBatch]") -> ListEntryQuerySet:
        held = batches.filter(
            first_position__lte=OuterRef("position"), last_position__gte=OuterRef("position")
        )
        return ListEntry.objects.filter(Exists(held), source_list=self.source_list_id).order_by("position")


class BatchState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    STUCK = "stuck", _("needs a technician")


class MatchBatchQuerySet(models.QuerySet["MatchBatch"]):
    def waiting(self) -> "MatchBatchQuerySet":
        return self.filter(state=BatchState.WAITING)

    def unfinished(self) -> "MatchBatchQuerySet":
        return self.exclude(state=BatchState.DONE)

    def at(self, position: int) -> "MatchBatchQuerySet":
        """That hold this position of their list."""
        return self.filter(first_position__lte=position, last_position__gte=position)


class MatchBatch(models.Model):
    """A slice of a run. Done once: its matches and its tick are one transaction, which holds the row's lock,
    so that a killed worker leaves the batch exactly as if it had never been taken up. One that fails is halved, so
    that a stuck one holds a single entry."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    first_position = models.PositiveIntegerField()
    last_position = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    objects = MatchBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_batch_per_number")]
        indexes = [
            models.Index(
                fields=["run", "number"], name="batch_waiting", condition=Q(state=BatchState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"

    def entries(self) -> ListEntryQuerySet:
        """The slice of the list that this batch is about."""
        return ListEntry.objects.filter(
            source_list=self.run.source_list_id,
            position__range=(self.first_position, self.last_position),
        )
