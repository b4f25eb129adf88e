"""The gates right before the call: whatever has become untrue since a message was posted stops it here.

Each is read in the transaction that commits the attempt, while the message's row is locked. Whoever takes a
message back (`outbox.cancel`) needs the same lock: either the attempt finds it cancelled, or the canceller is told
that it is under way. A gate that cannot be read lets nothing through: the error puts the message back.
"""

import datetime as dt
import uuid
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, models
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from familylink import clock
from notifications import follow_ups, messages, reasons
from notifications.models import Attempt, Notification, Recipient, SendingSwitch, State
from notifications.models.recipient import USUAL_ZONE, quiet_for

LATER = "later:"  # before an owner's reason: ask again in an hour
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """What an owner's gate is asked: may this message still go?

    It answers "", or a short reason; a reason after LATER holds for now, and the gate is asked again.
    """

    reference: str
    basis: str
    channel: str
    to: str
    language: str


OwnersGate = Callable[[Question], str]


@dataclass(frozen=True)
class Shut:
    """Where a shut gate leaves the message, why, and for a queued one: when to look again."""

    then: State
    reason: str
    after: dt.timedelta = dt.timedelta(0)


@dataclass
class Look:
    """What the gates of a few messages share, read in the transaction that holds their rows locked."""

    now: dt.datetime  # the database's clock: a worker whose own is wrong wakes nobody
    stopped: set[str]
    wordings: set[tuple[str, str, str, str]]
    recipients: dict[tuple[str, bytes], Recipient]
    heard: set[str]  # references of those who know the news already
    recent: dict[tuple[bytes, str], set[uuid.UUID]]  # address and kind -> messages tried within a day
    calls_within_an_hour: Counter[bool]  # True: codes, which any stranger may ask for

    def first_shut(self, row: Notification) -> Shut | None:
        """The first gate that is shut for this message, which the caller holds locked; None: it may leave."""
        return next((shut for shut in self._all(row) if shut), None)

    def count(self, row: Notification) -> None:
        """This one leaves: it counts for those looked at after it."""
        self.recent.setdefault((bytes(row.to_index), row.message), set()).add(row.pk)
        self.calls_within_an_hour[messages.is_secret(row.message)] += 1

    def _all(self, row: Notification) -> Iterator[Shut | None]:
        """In this order: what stops everything, what stops this kind, what this person has asked, what is true."""
        kind = messages.KINDS[row.message]
        recipient = self.recipients.get((row.channel, bytes(row.to_index)))
        yield None if is_sending() else Shut(State.HELD, reasons.SENDING_OFF)
        yield Shut(State.QUEUED, "switch_off") if self.stopped & SendingSwitch.scopes_of(row) else None
        yield self._time(row)
        yield _text(row)
        yield self._wording(row, kind)
        yield self._heard(row, kind)
        yield _blocked(row, kind)
        yield _stopped(recipient, kind)
        yield _owner(row, kind)
        yield self._quiet(recipient, kind)
        yield self._often(row, kind)
        yield self._flood_of_codes(row) if kind.is_secret else self._flood()

    def _time(self, row: Notification) -> Shut | None:
        """No longer due: the sweep says what becomes of it."""
        is_over = row.expires_at is not None and row.expires_at <= self.now
        return Shut(State.QUEUED, "lapsed") if is_over else None

    def _wording(self, row: Notification, kind: messages.Kind) -> Shut | None:
        """The version that it was made from, not the newest: it must not have been retired."""
        is_good = (row.message, row.language, row.channel, row.template_version) in self.wordings
        return None if is_good else _turned_down(kind, "wording_retired")

    def _heard(self, row: Notification, kind: messages.Kind) -> Shut | None:
        """News that they have read on our page, or been told in a call, comes no second time."""
        return (
            Shut(State.CANCELLED, reasons.HAS_HEARD) if kind.is_news and row.reference in self.heard else None
        )

    def _quiet(self, recipient: Recipient | None, kind: messages.Kind) -> Shut | None:
        """Nobody is woken for what can wait; good news waits only for those who asked for quiet themselves."""
        if kind.is_answer:
            return None
        usual = settings.QUIET_HOURS if kind.is_courtesy else None
        hours = (recipient.own_hours if recipient else None) or usual
        if not hours:
            return None
        zone = recipient.zone if recipient else USUAL_ZONE
        wait = quiet_for(self.now.astimezone(zoneinfo.ZoneInfo(zone)), *hours)
        return Shut(State.QUEUED, reasons.QUIET_HOURS, wait) if wait else None

    def _often(self, row: Notification, kind: messages.Kind) -> Shut | None:
        """So many of this message to one recipient within a day, whatever reference: beyond it something is wrong."""
        others = self.recent.get((bytes(row.to_index), row.message), set()) - {row.pk}
        if len(others) < kind.per_day:
            return None
        if kind.is_courtesy:
            return Shut(State.QUEUED, "enough_for_today", DAY / 4)
        return _turned_down(kind, "too_many_for_one_recipient")

    def _flood(self) -> Shut | None:
        """More calls within an hour than any wave could need: everything stops until two people have looked."""
        if self.calls_within_an_hour[False] < int(settings.MAX_PER_HOUR):
            return None
        SendingSwitch.throw("all", reason="too_many_in_an_hour")
        return Shut(State.QUEUED, "too_many_in_an_hour")

    def _flood_of_codes(self, row: Notification) -> Shut | None:
        """Whoever asks for codes by the thousand must not stop anybody's news: only such codes wait, and lapse, as go
        where nothing else of ours has gone, to an address that only a form on the web has named."""
        if self.calls_within_an_hour[True] < int(settings.MAX_PER_HOUR) or _is_known(row):
            return None
        return Shut(State.QUEUED, "too_many_codes_in_an_hour", dt.timedelta(minutes=5))


def look_at(rows: Sequence[Notification]) -> Look:
    """Everything that the gates of these must know, as it is now. Their rows are locked."""
    indexes = sorted({bytes(row.to_index) for row in rows})
    _one_at_a_time(indexes)
    return Look(
        now=clock.now(),
        stopped=SendingSwitch.stopped(),
        wordings=messages.in_force({row.template_version for row in rows}),
        recipients={
            (one.channel, bytes(one.to_index)): one for one in Recipient.objects.filter(to_index__in=indexes)
        },
        heard=follow_ups.heard_references({row.reference for row in rows}),
        recent=_recent(indexes),
        calls_within_an_hour=Counter({is_code: _calls_within_an_hour(is_code) for is_code in (True, False)}),
    )


def is_sending() -> bool:
    """Whether messages may leave at all. Fails closed: only the exact word means yes."""
    return bool(settings.SENDING == "send")


def _text(row: Notification) -> Shut | None:
    is_same = messages.digest(row.subject, row.body) == bytes(row.body_digest)
    return None if is_same else Shut(State.REVIEW, "text_differs_from_what_was_posted")


def _blocked(row: Notification, kind: messages.Kind) -> Shut | None:
    """A number in a country whose networks the adversary reads: a person decides how this family hears."""
    is_blocked = row.channel == "sms" and row.to.startswith(tuple(settings.BLOCKED_PREFIXES))
    return _turned_down(kind, "number_is_not_safe") if is_blocked else None


def _stopped(recipient: Recipient | None, kind: messages.Kind) -> Shut | None:
    """Who asked for silence may still ask for a code, and only a code shows whose a doubted address is, or that a dead
    mailbox lives again; to a stranger nothing goes at all."""
    if recipient is None or not recipient.stop_reason:
        return None
    if kind.is_secret and recipient.stop_reason != Recipient.StopReason.NOT_ME:
        return None
    return _turned_down(kind, reasons.of_stop(recipient.stop_reason))


def _owner(row: Notification, kind: messages.Kind) -> Shut | None:
    """Whoever posted it says whether it is still true. News without such a gate never leaves."""
    path = settings.MESSAGE_GATES.get(row.message)
    if path is None:
        return _turned_down(kind, "no_gate") if kind.is_news else None
    gate: OwnersGate = import_string(path)
    reason = gate(Question(row.reference, row.basis, row.channel, row.to, row.language))
    if reason.startswith(LATER):
        return Shut(State.QUEUED, reason.removeprefix(LATER), dt.timedelta(hours=1))
    return _turned_down(kind, reason) if reason else None


def _turned_down(kind: messages.Kind, reason: str) -> Shut:
    """For good."""
    return Shut(kind.unsent, reason[:80])


def _one_at_a_time(indexes: Sequence[bytes]) -> None:
    """Two workers must not both see the last message allowed to one address. In order: nobody waits in a ring."""
    keys = sorted(int.from_bytes(index[:8], signed=True) for index in indexes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _recent(indexes: Sequence[bytes]) -> dict[tuple[bytes, str], set[uuid.UUID]]:
    tried = Attempt.objects.filter(
        notification__to_index__in=indexes, started_at__gt=Now() - models.Value(DAY)
    ).values_list("notification__to_index", "notification__message", "notification_id")
    recent: dict[tuple[bytes, str], set[uuid.UUID]] = {}
    for index, message, pk in tried.distinct():
        recent.setdefault((bytes(index), message), set()).add(pk)
    return recent


def _calls_within_an_hour(is_code: bool) -> int:
    """Up to the ceiling: no more is worth counting."""
    kinds = [name for name in messages.KINDS if messages.is_secret(name) == is_code]
    since = Now() - models.Value(dt.timedelta(hours=1))
    calls = Attempt.objects.filter(started_at__gt=since, notification__message__in=kinds)
    return calls[: int(settings.MAX_PER_HOUR)].count()


def _is_known(row: Notification) -> bool:
    """Whoever asked for it knows the address as a family's; or something that is no code has gone there, which somebody
    proved by a code before."""
    if row.basis == reasons.KNOWN_ADDRESS:
        return True
    there = Attempt.objects.filter(notification__channel=row.channel, notification__to_index=row.to_index)
    return there.exclude(notification__message=row.message).exists()
