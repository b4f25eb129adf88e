"""Where everybody else asks: "tell this person this", "do not, after all", "how does it stand?"."""

import logging
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Now

from familylink.celery import wake
from notifications import follow_ups, messages, tasks
from notifications.addresses import RefusedAddress as RefusedAddress  # what callers catch
from notifications.addresses import index_of, normalised
from notifications.calling_back import call_back
from notifications.calling_back import write_anew as write_anew  # what callers ask for
from notifications.models import (
    NEEDLESS,
    FollowUp,
    Notification,
    NotificationQuerySet,
    Reply,
    SendingSwitch,
    State,
)
from notifications.reasons import (
    CANNOT_BE_WRITTEN,
    CORRECTION_CLOSED,
    CORRECTION_OPEN,
    HAS_HEARD,
    SENDING_OFF,
    TOLD_WITH_ANOTHER,
)
from notifications.reasons import KNOWN_ADDRESS as KNOWN_ADDRESS  # what owners of codes say

logger = logging.getLogger(__name__)

# Reasons to cancel that make nothing untrue of what has left.
STAYS_TRUE = ("report_withdrawn", "report_erased", "flag_raised")
LEFT = (State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.UNKNOWN)
LEFT_AND_LOOKED_AT = ("may_have_been_sent", "sent_after_cancel")


@dataclass(frozen=True)
class Standing:
    """How one notification stands, for the caller to show: no address, no text."""

    id: uuid.UUID
    channel: str
    message: str
    state: State
    reason: str
    posted_at: datetime
    settled_at: datetime | None

    @property
    def has_left(self) -> bool:
        """A provider has it, or may have it."""
        is_looked_at = self.state == State.REVIEW and self.reason in LEFT_AND_LOOKED_AT
        return is_looked_at or self.state in LEFT

    @property
    def counts(self) -> bool:
        """Owed, left, or not needed since they know already; not taken back."""
        return self.state != State.CANCELLED or self.reason in NEEDLESS


@transaction.atomic
def post(  # one argument for each thing that a message has
    *,
    reference: str,
    channel: str,
    to: str,
    message: str,
    language: str,
    context: Mapping[str, str],
    expires_at: datetime | None = None,
    hold_reason: str = "",
    basis: str = "",
    batch: str = "",
    after: timedelta = timedelta(0),
    is_needless: bool = False,
) -> Notification:
    """Owe this message, in the caller's transaction; posting the same again returns what is already owed.

    The same means: reference, message, channel and recipient. The text is rendered and frozen now: what
    leaves is what was approved. A cancelled one stays cancelled: a new decision needs a new reference.
    `to` is E.164 or a bare e-mail address. `basis` says what the owner decided on: its gate (settings.MESSAGE_GATES)
    gets it back right before the call; of a code, KNOWN_ADDRESS where no flood of codes may hold it up. `batch` names
    what can be stopped together ("wave-<id>").
    It leaves `after` so much time at the earliest; one that `is_needless`, since the same news is owed to this address
    under another report, is on record and never leaves.
    Without an approved wording it waits for a person, or is dropped where it is worth nothing later: what it is posted
    for goes on. Raises RefusedAddress, messages.RefusedMessage.
    """
    recipient = normalised(channel, to)
    state, reason = _beginning(hold_reason, is_needless)
    try:
        text = messages.render(message=message, language=language, channel=channel, context=context)
    except messages.NoWording as error:
        logger.error("%s", error)
        text = messages.UNWRITTEN
        if not is_needless:
            state, reason = messages.KINDS[message].unsent, CANNOT_BE_WRITTEN
    owed = Notification(
        reference=reference,
        channel=channel,
        message=message,
        language=language,
        to=recipient,
        to_index=index_of(channel, recipient),
        subject=text.subject,
        body=text.body,
        body_digest=messages.digest(text.subject, text.body),
        template_version=text.version,
        basis=basis,
        batch=batch,
        priority=messages.KINDS[message].priority,
        state=state,
        state_reason=reason,
        expires_at=expires_at,
        due_at=Now() + Value(after),
    )
    return _owe_once(owed)


def owed_in(batch: str, message: str) -> set[tuple[str, str, bytes]]:
    """Of this message in this batch, whatever became of it: reference, channel, and the keyed hash of the address."""
    rows = Notification.objects.filter(batch=batch, message=message)
    told = rows.values_list("reference", "channel", "to_index")
    return {(reference, channel, bytes(index)) for reference, channel, index in told.iterator()}


@transaction.atomic
def cancel(*, reference: str, reason: str) -> list[Standing]:
    """Cancel all that has not been handed to a provider; returns the rest, which somebody must follow up.

    One that is under way right now is among the rest, but will not be tried again if the provider refuses it.
    """
    call_back(reference, reason)
    left = [standing for standing in state_of(reference) if standing.state != State.CANCELLED]
    may_know = bool(left or follow_ups.shown_references([reference]))
    if may_know and reason not in STAYS_TRUE:
        follow_ups.take_back([reference])
    elif not may_know:
        follow_ups.call_off(reference)
    return left


def rest_on(*, reference: str, basis: str, batch: str) -> None:
    """The same news is true for another reason now. Sent messages follow, since one that returns is asked of again."""
    Notification.objects.filter(reference=reference).update(basis=basis, batch=batch)


def correction_closed(references: Collection[str]) -> None:
    """Somebody has spoken to them of earlier news. What was held for that does not leave by itself: the same call may
    have told it, and nobody is told twice. It waits for a person, as before, and no longer asks for the call made."""
    held = Notification.objects.filter(
        reference__in=references, state=State.HELD, state_reason=CORRECTION_OPEN
    )
    held.update(state_reason=CORRECTION_CLOSED)


def state_of(reference: str) -> list[Standing]:
    """How everything posted under this reference stands, oldest first."""
    return states_of([reference])[reference]


def states_of(references: Iterable[str]) -> dict[str, list[Standing]]:
    """The same of each of these, in one query."""
    found: dict[str, list[Standing]] = {reference: [] for reference in references}
    for row in _in_order(Notification.objects.filter(reference__in=found)):
        found[row.reference].append(_standing(row))
    return found


def _in_order(rows: NotificationQuerySet) -> NotificationQuerySet:
    return rows.without_text().order_by("posted_at", "pk")


def _standing(row: Notification) -> Standing:
    return Standing(
        row.pk,
        row.channel,
        row.message,
        State(row.state),
        row.state_reason,
        row.posted_at,
        row.settled_at,
    )


def told(*, to: Collection[tuple[str, str]], about: Collection[str]) -> list[Standing]:
    """What was ever posted to these (channel, address) under a reference that names one of these ids; oldest first."""
    addresses = Q(pk=None)
    for channel, address in to:
        addresses |= Q(channel=channel, to_index=index_of(channel, address))
    named = Q(pk=None)
    for each in about:
        named |= Q(reference__contains=each)
    return [_standing(row) for row in _in_order(Notification.objects.filter(addresses, named))]


def modes(message: str, ways: Iterable[tuple[str, str]], *, batch: str = "") -> dict[tuple[str, str], str]:
    """What becomes of a message posted now in this language over this channel.

    "send", "sending_off" (held) or "switch_off" (waits for a switch).
    """
    if settings.SENDING != "send":
        return dict.fromkeys(ways, SENDING_OFF)
    stopped = SendingSwitch.stopped()
    return {way: "switch_off" if _scopes(message, way, batch) & stopped else "send" for way in ways}


def _scopes(message: str, way: tuple[str, str], batch: str) -> set[str]:
    language, channel = way
    row = Notification(message=message, language=language, channel=channel, batch=batch)
    return SendingSwitch.scopes_of(row)


def told_references(references: Collection[str]) -> set[str]:
    """Those of these references under which a message counts, or somebody has told the family otherwise."""
    counting = Notification.objects.filter(reference__in=references).counting()
    found = set(counting.values_list("reference", flat=True)) | follow_ups.heard_references(references)
    return found - follow_ups.void_references(references)


def may_have_been_read(reference: str) -> bool:
    """Whether the family may know what is owed under this reference: their page has shown it, somebody has told them,
    or a provider has the message or may have it. Where another report has the same address, the message under that
    report's reference counts as well: only one of the two is sent."""
    if follow_ups.was_shown(reference):
        return True
    if not told_references([reference]):
        return False
    theirs = Notification.objects.filter(reference=reference)
    if follow_ups.heard_references([reference]) or theirs.filter(state_reason=HAS_HEARD).exists():
        return True
    beside = theirs.filter(
        state_reason=TOLD_WITH_ANOTHER,
        channel=OuterRef("channel"),
        to_index=OuterRef("to_index"),
        basis=OuterRef("basis"),
    )
    rings = Notification.objects.filter(Q(reference=reference) | Exists(beside))
    return any(_standing(row).has_left for row in rings.without_text())


def rung(references: Iterable[str]) -> set[tuple[str, str, bytes]]:
    """(reference, channel, `index_of` the address) of every message under these references that was not cancelled."""
    rows = Notification.objects.filter(reference__in=references).exclude(state=State.CANCELLED)
    found = rows.values_list("reference", "channel", "to_index")
    return {(reference, channel, bytes(index)) for reference, channel, index in found}


def count_by_state() -> list[tuple[str, str, int]]:
    """Each state that some message is in: its value, its name, and how many."""
    counts = dict(Notification.objects.order_by().values_list("state").annotate(Count("pk")))
    return [(state.value, str(state.label), counts[state]) for state in State if state in counts]


def live_bases(message: str) -> list[str]:
    """The `basis` of each message of this kind that is owed or has left."""
    rows = Notification.objects.filter(message=message).exclude(state=State.CANCELLED)
    return list(rows.values_list("basis", flat=True))


def awaiting_a_person() -> int:
    """How many messages stand still until a caseworker looks or calls."""
    return Notification.objects.awaiting_a_person().count()


@transaction.atomic
def forget(*, naming: str, addresses: Collection[tuple[str, str]]) -> None:
    """A family has had its report erased: address and text of its messages go as soon as they have ended.

    Its messages are those under a reference with `naming` in it, and all to these addresses (channel, address) that
    are nobody else's; what came from there goes at once. Nobody calls it any more.
    """
    indexes = [index_of(channel, to) for channel, to in addresses]
    theirs = Notification.objects.filter(Q(reference__contains=naming) | Q(to_index__in=indexes))
    theirs.update(is_forgotten=True)
    Reply.objects.filter(from_index__in=indexes).delete()
    for reference in set(theirs.filter(reference__contains=naming).values_list("reference", flat=True)):
        follow_ups.call_off(reference)


def _beginning(hold_reason: str, is_needless: bool) -> tuple[State, str]:
    if is_needless:
        return State.CANCELLED, TOLD_WITH_ANOTHER
    reason = hold_reason or ("" if settings.SENDING == "send" else SENDING_OFF)
    return (State.HELD if reason else State.QUEUED), reason


def _owe_once(owed: Notification) -> Notification:
    if messages.KINDS[owed.message].is_news:
        _follow_up(owed)
    # ON CONFLICT DO NOTHING waits for a rival's transaction to end, so afterwards exactly one row is visible.
    Notification.objects.bulk_create([owed], ignore_conflicts=True)
    standing = Notification.objects.without_text().get(
        reference=owed.reference, message=owed.message, channel=owed.channel, to_index=owed.to_index
    )
    # What can wait takes no nudge: the sweeps have time for it.
    is_pressing = not messages.KINDS[owed.message].is_courtesy
    if standing.pk == owed.pk and owed.state == State.QUEUED and is_pressing:
        _wake_after_commit()
    return standing


def _wake_after_commit() -> None:
    """One nudge for all that this transaction owes: whoever wakes finds the most pressing first."""
    if not any(work is _wake for _, work, _ in transaction.get_connection().run_on_commit):
        # robust: a broken broker must not turn a committed decision into an error page
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    wake(tasks.deliver)


def _follow_up(owed: Notification) -> None:
    """From now on somebody must know that this family has heard."""
    row = FollowUp(reference=owed.reference, language=owed.language)
    FollowUp.objects.bulk_create([row], ignore_conflicts=True)
