"""ASK: has this family heard? Known from the family or from whoever spoke to it, never from a delivery receipt."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Now

from notifications.calling_back import call_back
from notifications.models import Call, FollowUp
from notifications.models.follow_up import FollowUpQuerySet
from notifications.reasons import HAS_HEARD

Why = FollowUp.Why
Outcome = FollowUp.Outcome


@dataclass(frozen=True)
class Family:
    """How its owner says that a family can be reached now, and on which page stands what the caller must say."""

    addresses: tuple[str, ...] = ()
    name: str = ""
    page: str = ""
    # The page where somebody first has to speak to them of news that was wrong, and says so.
    correction: str = ""
    cautions: tuple[str, ...] = ()  # what the caller must know of them before the call


@dataclass(frozen=True)
class Heard:
    """Where a family that is owed news stands: `heard_at` None until it is known to have heard."""

    heard_at: datetime | None
    how: str
    call_reason: str
    call_since: datetime | None


def standing(reference: str) -> Heard | None:
    """None: no news was ever owed under this reference."""
    row = FollowUp.objects.filter(reference=reference).first()
    if row is None:
        return None
    has_heard = row.outcome not in ("", Outcome.CANCELLED)
    return Heard(row.closed_at if has_heard else None, row.outcome, row.call_reason, row.call_since)


@transaction.atomic
def heard(*, reference: str, how: str = Outcome.PORTAL) -> bool:
    """The family itself says that it has heard: on our page, or by a reply. False: nobody need be told so.

    Whoever has read it on our page gets no more messages of it and no call. Who has replied has read that there is
    news, and not which: somebody calls them.
    """
    row = FollowUp.objects.filter(reference=reference)
    if how == Outcome.REPLY:
        replied = {"call_reason": Why.WROTE_BACK, "call_since": Now()}
        holds = row.open().exclude(call_reason=Why.TAKEN_BACK)  # else they thank for what is no longer so
        return holds.update(closed_at=Now(), outcome=Outcome.REPLY, **replied) == 1
    if how != Outcome.PORTAL:
        raise ValueError("a family confirms on our page or by a reply")
    call_back(reference, HAS_HEARD)
    return _close(row.not_heard(), Outcome.PORTAL) == 1


def shown(*, reference: str) -> bool:
    """Their page is about to show the news. False: for the first time, and perhaps it was taken back until this was
    kept, so that whoever shows it has to look once more."""
    if was_shown(reference):
        return True
    rows = FollowUp.objects.filter(reference=reference, shown_at=None)
    rows.exclude(outcome=Outcome.CANCELLED).update(shown_at=Now())
    return False


@transaction.atomic
def owe_call(*, reference: str, language: str, why: str = Why.NO_ADDRESS) -> None:
    """This family is owed news and must be called, whether or not a message goes out."""
    FollowUp.objects.bulk_create([FollowUp(reference=reference, language=language)], ignore_conflicts=True)
    call_for(FollowUp.objects.filter(reference=reference), why)


@transaction.atomic
def record_call(follow_up_id: uuid.UUID, *, caller: User, outcome: str) -> FollowUp:
    """What came of a call. Only having spoken closes it; after any other the family stays to be called."""
    if outcome == Call.Outcome.SPOKE:  # messages first: whoever takes news back locks in this order
        call_back(FollowUp.objects.get(pk=follow_up_id).reference, HAS_HEARD)
    row = FollowUp.objects.select_for_update().get(pk=follow_up_id)
    Call.objects.create(follow_up=row, caller=caller, outcome=Call.Outcome(outcome))
    this = FollowUp.objects.filter(pk=row.pk)
    if outcome == Call.Outcome.SPOKE:
        _close(this.not_heard(), Outcome.CALL, caller)
    elif outcome == Call.Outcome.WRONG_NUMBER:
        reopen(this, Why.WRONG_ADDRESS)
    else:
        call_for(this, Why.CALLED)
    row.refresh_from_db()
    return row


def call_for(rows: FollowUpQuerySet, why: str) -> int:
    """Have these families called, unless they have heard or are to be called already."""
    return rows.open().filter(call_reason="").update(call_reason=Why(why), call_since=Now())


def need_not_call(rows: FollowUpQuerySet) -> int:
    """The reason to call these is gone, and nobody has begun to call them: whom we promised a call, we call."""
    calls = Call.objects.filter(follow_up=OuterRef("pk"))
    return rows.open().filter(~Exists(calls)).update(call_reason="", call_since=None)


def reopen(rows: FollowUpQuerySet, why: str) -> int:
    """What we took for their having heard was somebody else, or no longer holds: somebody must call."""
    return rows.exclude(outcome=Outcome.CANCELLED).update(
        closed_at=None, closed_by=None, outcome="", call_reason=Why(why), call_since=Now()
    )


def take_back(references: Collection[str]) -> int:
    """What these know is no longer so: somebody must call and say it."""
    return reopen(FollowUp.objects.filter(reference__in=references), Why.TAKEN_BACK)


def call_off(reference: str) -> None:
    """Nobody need call any more: all was taken back before it left, or the family has had its report erased."""
    rows = FollowUp.objects.filter(reference=reference)
    _close(rows.open(), Outcome.CANCELLED)
    rows.unspoken().update(call_reason="", call_since=None)  # who has replied waits for a call as well


def call_off_void(reference: str) -> bool:
    """Nothing stands of the news that was owed under this reference: nobody looks after it. False: something does.

    To the end of the transaction whoever has spoken to them waits for us, or was before us.
    """
    void = FollowUp.objects.void().filter(reference=reference)
    _close(void.open(), Outcome.CANCELLED)
    return void.select_for_update().first() is not None


def set_right(references: Iterable[str], by: User) -> None:
    """Somebody has spoken to them of news that was taken back: nobody calls a second time to say so."""
    rows = FollowUp.objects.open().filter(reference__in=references, call_reason=Why.TAKEN_BACK)
    _close(rows, Outcome.CALL, by)


def strangers_met(references: Collection[str]) -> dict[str, datetime]:
    """When somebody who called about news under one of these last had another person on the telephone."""
    met = Call.objects.filter(follow_up__reference__in=references, outcome=Call.Outcome.WRONG_NUMBER)
    last = met.values_list("follow_up__reference").annotate(last=Max("called_at")) if references else []
    return dict(last)


def heard_references(references: Collection[str]) -> set[str]:
    """Under which of these a family is known to have heard: from itself on our page, or from whoever called."""
    rows = FollowUp.objects.filter(reference__in=references, outcome__in=[Outcome.PORTAL, Outcome.CALL])
    return set(rows.values_list("reference", flat=True))


def was_shown(reference: str) -> bool:
    """Whether their page has shown them what is owed under this reference, and they are not called off."""
    rows = FollowUp.objects.filter(reference=reference, shown_at__isnull=False)
    return rows.exclude(outcome=Outcome.CANCELLED).exists()


def shown_references(references: Collection[str]) -> set[str]:
    """Under which of these a family has had the news before its eyes. In the caller's transaction, which takes it back:
    a page that shows it for the first time waits until that is done, and then shows it no more."""
    rows = FollowUp.objects.filter(reference__in=references).order_by("pk").select_for_update()
    return {reference for reference, at in rows.values_list("reference", "shown_at") if at}


def void_references(references: Collection[str]) -> set[str]:
    """Under which of these news was owed, and nothing of it stands: this family would have to be told anew."""
    rows = FollowUp.objects.void().filter(reference__in=references)
    return set(rows.values_list("reference", flat=True))


def owed_references(references: Collection[str]) -> set[str]:
    """Under which of these news is owed, or has been told, by a message or a call."""
    rows = FollowUp.objects.filter(reference__in=references)
    return set(rows.values_list("reference", flat=True)) - void_references(references)


def to_be_called(references: Collection[str]) -> set[str]:
    """Under which of these somebody must call a family."""
    rows = FollowUp.objects.awaiting_a_call().filter(reference__in=references)
    return set(rows.values_list("reference", flat=True))


def awaiting_a_call() -> int:
    """How many families somebody must call."""
    return FollowUp.objects.awaiting_a_call().count()


def _close(rows: FollowUpQuerySet, outcome: Outcome, by: User | None = None) -> int:
    return rows.update(closed_at=Now(), outcome=outcome, closed_by=by)
