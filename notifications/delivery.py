"""From due rows to settled ones: claim, open attempts, call the provider, settle.

Three transactions, and the calls outside them; a worker may die after any line, and `notifications.recovery`
finds what it leaves. So that nobody hears twice, an attempt is committed before its call, lease and fence
are read by the database's clock, and a worker that slept for half its lease gives up before it calls. What
remains is a machine frozen between that guard and the socket for longer than GRACE.

Several calls wait for their provider at once, since they take their time and no processor. Each step takes as many
messages as there are, most pressing first: a transaction for eight costs little more than one for one.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.models import F
from django.urls import reverse

from familylink.celery import STRIKES, leave_no_transaction
from familylink.damage import Damaged
from notifications import circuits, gates, home, messages, transports
from notifications.models import (
    Attempt,
    Channel,
    DbClock,
    Notification,
    NotificationQuerySet,
    SendingSwitch,
    State,
)
from notifications.settling import Ended, Result, back_off, settle
from notifications.transports.base import Accepted, OutcomeUnknown, Outgoing, Transport, TransportError

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
LOOK_AGAIN_S = 0.5  # for what has become due while the provider keeps all calls waiting
SETTLE_PAUSES_S = (0.2, 1.0, 3.0)  # a database that starts again must not turn known outcomes into doubts
UNSUBSCRIBE = "notifications.unsubscribe"  # salt of the links in e-mails
MAX_UNREADABLE = 12  # claims, not attempts: the key service may be away for a while
MAX_DAMAGED = 3  # claims of a row that no key opens


@dataclass(frozen=True)
class Claim:
    """A row is ours until the lease ends, or somebody raises the fence."""

    notification_id: uuid.UUID
    fence: int
    taken_at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Opened:
    """An attempt committed before its call."""

    claim: Claim
    attempt: Attempt
    transport: Transport
    outgoing: Outgoing
    before: "Opened | None" = None  # the try to which a provider that can be asked has said "later"


def deliver_due(
    *, go_on: Callable[[], bool] = lambda: True, when_full: Callable[[], object] = lambda: None
) -> None:
    """Send what is due, the most pressing first, until nothing is left or `go_on` says no.

    `when_full` is called once, as soon as there is as much as this process can have under way: it may wake another.
    """
    if settings.IN_FLIGHT == 1:
        while go_on() and (claimed := claim()):
            carry_out(claimed)
    else:
        _Window(settings.IN_FLIGHT, when_full).run(go_on)


def claim(most: int = 1, *, among: NotificationQuerySet | None = None) -> list[Claim]:
    """Take due rows for LEASE, the most pressing first; none that somebody else is taking."""
    if not gates.is_sending() or not home.is_here():
        return []
    due = SendingSwitch.without_stopped((Notification.objects.all() if among is None else among).due())
    with transaction.atomic(durable=True):
        ordered = due.order_by("priority", "due_at").select_for_update(skip_locked=True)
        taken = list(ordered.values_list("pk", "fence")[:most])
        if taken:
            rows = Notification.objects.filter(pk__in=[pk for pk, _ in taken])
            rows.move(State.CLAIMED, fence=F("fence") + 1, lease_until=DbClock() + models.Value(LEASE))
    return [Claim(pk, fence + 1) for pk, fence in taken]


def carry_out(claimed: Sequence[Claim]) -> None:
    """All that follows a claim, one call after the other."""
    if ended := [end for one in open_attempts(claimed) for end in ends_of(one)]:
        settle(ended)


def open_attempts(claimed: Sequence[Claim]) -> list[Opened]:
    """Commit an attempt for each that is still ours and that no gate stops; the others are where the gates leave them.

    Where the database refuses one of several, they are tried one by one; what it refuses waits for its lease to end.
    """
    if not claimed:
        return []
    try:
        return _open_together(claimed)
    except DatabaseError as error:
        if len(claimed) == 1:
            logger.error("notification %s: %s", claimed[0].notification_id, type(error).__name__)
            return []
    return [opened for one in claimed for opened in open_attempts([one])]


def outgoing_of(row: Notification, attempt: Attempt) -> Outgoing:
    """What the provider gets, opened from its seals. Raises Damaged; KeyIsAway."""
    link = "" if messages.is_secret(row.message) else unsubscribe_url(row)
    return Outgoing(attempt.reference, row.to, row.subject, row.body, row.language, link)


def unsubscribe_url(row: Notification) -> str:
    """Where one POST stops messages to this mailbox: signed, for ever good, and it names nobody. "" for an SMS."""
    if row.channel != Channel.EMAIL:
        return ""
    token = signing.dumps(str(row.pk), salt=UNSUBSCRIBE)
    return f"{settings.PUBLIC_URL}{reverse('notifications:unsubscribe', args=[token])}"


def ends_of(opened: Opened) -> list[Ended]:
    """The call to the provider, unless the try before it has arrived after all."""
    if opened.before and (found := _arrived(opened.before)):
        return [
            Ended(opened.before.attempt, Result(Attempt.Outcome.ACCEPTED, provider_id=found.provider_id)),
            Ended(opened.attempt, Result(Attempt.Outcome.ABORTED, "the_one_before_arrived")),
        ]
    return [Ended(opened.attempt, hand_over(opened))]


def hand_over(opened: Opened) -> Result:
    """The one call to the provider, outside any transaction."""
    if time.monotonic() - opened.claim.taken_at > LEASE.total_seconds() / 2:
        return Result(Attempt.Outcome.ABORTED, "woke_up_late")
    try:
        accepted = opened.transport.send(opened.outgoing)
    except TransportError as error:
        return Result(
            Attempt.Outcome.BUSY if error.is_busy else Attempt.Outcome.REFUSED,
            error.code,
            is_permanent=error.permanent,
            retry_after_s=error.retry_after_s,
        )
    except OutcomeUnknown as error:
        return Result(Attempt.Outcome.UNKNOWN, error.code)
    except Exception as error:  # a fault in a transport says nothing about what the provider got
        return Result(Attempt.Outcome.UNKNOWN, f"fault_{type(error).__name__}")
    return Result(
        Attempt.Outcome.ACCEPTED, provider_id=accepted.provider_id, is_delivered=accepted.is_delivered
    )


class _Window:
    """Calls of one process that wait for the provider, each in a thread; claims and outcomes by the caller alone."""

    def __init__(self, size: int, when_full: Callable[[], object]) -> None:
        self._size = size
        self._when_full = when_full
        self._was_full = False
        self._waiting: set[Future[list[Ended]]] = set()

    def run(self, go_on: Callable[[], bool]) -> None:
        with ThreadPoolExecutor(self._size) as threads:
            try:
                while (go_on() and self._begin(threads)) or self._waiting:
                    self._end(LOOK_AGAIN_S)
            except STRIKES:
                leave_no_transaction()
                raise
            finally:  # whatever broke: what is known of the calls under way is not forgotten
                while self._waiting:
                    self._end(None)

    def _begin(self, threads: ThreadPoolExecutor) -> bool:
        """Fill the window; whether anything was there to begin."""
        free = self._size - len(self._waiting)
        claimed = claim(free) if free else []
        for opened in open_attempts(claimed):
            self._waiting.add(threads.submit(_call, opened))
        if len(claimed) == self._size and not self._was_full:
            self._was_full = True
            self._when_full()
        return bool(claimed)

    def _end(self, at_most_s: float | None) -> None:
        """Settle what has come back."""
        done = wait(self._waiting, timeout=at_most_s, return_when=FIRST_COMPLETED).done
        try:
            if done:
                _settle_patiently(_ends(done))
        except STRIKES:
            leave_no_transaction()
            settle(_ends(done))
            raise
        finally:
            self._waiting -= done


def _ends(done: set[Future[list[Ended]]]) -> list[Ended]:
    return [end for call in done for end in call.result()]


def _call(opened: Opened) -> list[Ended]:
    try:
        return ends_of(opened)
    finally:
        connections.close_all()  # the sink writes into our database; no other transport has opened a connection


def _settle_patiently(ended: list[Ended]) -> None:
    for pause in SETTLE_PAUSES_S:
        try:
            settle(ended)
        except DatabaseError as error:
            logger.warning("outcomes cannot be written yet (%s)", type(error).__name__)
            time.sleep(pause)
        else:
            return
    settle(ended)


@transaction.atomic(durable=True)
def _open_together(claimed: Sequence[Claim]) -> list[Opened]:
    _survive_a_crash()
    by_pk = {one.notification_id: one for one in claimed}
    mine = Notification.objects.filter(pk__in=by_pk, state=State.CLAIMED, lease_until__gt=DbClock())
    locked = mine.order_by("pk").select_for_update()
    rows = [row for row in locked if row.fence == by_pk[row.pk].fence]
    look, shut_out = gates.look_at(rows), circuits.shut_out()
    opened = [one for row in rows if (one := _opened(row, by_pk[row.pk], look, shut_out))]
    Attempt.objects.bulk_create([one.attempt for one in opened])
    Notification.objects.filter(pk__in=[one.claim.notification_id for one in opened]).update(
        attempt_count=F("attempt_count") + 1
    )
    return opened


def _survive_a_crash() -> None:
    """This commit returns when it is written for good, however the server is set: an attempt that a crash of the
    database takes back would be made again, and the family told twice. Where it waits for a standby, that stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )


def _opened(row: Notification, claimed: Claim, look: gates.Look, shut_out: set[str]) -> Opened | None:
    """An attempt that is yet to be written; None where a gate is shut, and the row is moved to where that leaves it."""
    try:
        if shut := look.first_shut(row):
            _turn_back(row, shut)
            return None
        transport = _way(row, shut_out)
        if transport is None:
            _turn_back(row, gates.Shut(State.QUEUED, "provider_down", circuits.PAUSE))
            return None
        attempt = Attempt(
            notification=row, n=row.attempt_count + 1, fence=claimed.fence, transport=transport.name
        )
        opened = Opened(claimed, attempt, transport, outgoing_of(row, attempt), _before(row, claimed))
    except DatabaseError:
        raise
    except Exception as error:  # a key that is away, a transport set up wrongly: this row waits, others go on
        most = MAX_DAMAGED if isinstance(error, Damaged) else MAX_UNREADABLE
        _give_back(row, f"cannot_open_{type(error).__name__}", most)
        return None
    look.count(row)
    return opened


def _before(row: Notification, claimed: Claim) -> Opened | None:
    """The last try that was put off, to be asked for at the provider that did."""
    busy = row.attempts.filter(outcome=Attempt.Outcome.BUSY) if row.attempt_count else Attempt.objects.none()
    attempt = busy.order_by("-n").first()
    transport = attempt and transports.named(row.channel, attempt.transport)
    return Opened(claimed, attempt, transport, outgoing_of(row, attempt)) if attempt and transport else None


def _arrived(before: Opened) -> Accepted | None:
    """Whether the provider has it. Only a "yes" counts here: without an answer, its "later" stands."""
    try:
        answer = before.transport.look_up(before.outgoing, since=before.attempt.started_at)
    except Exception as error:
        logger.warning(
            "notification %s: look-up failed (%s)", before.attempt.notification_id, type(error).__name__
        )
        return None
    return answer if isinstance(answer, Accepted) else None


def _way(row: Notification, shut_out: set[str]) -> Transport | None:
    """The provider whose turn it is, or the next one that works. Whatever waits here no provider has."""
    for transport in transports.in_turn(row.channel, row.attempt_count + 1):
        if transport.name not in shut_out or circuits.may_probe(transport.name):
            return transport
    return None


def _turn_back(row: Notification, shut: gates.Shut) -> None:
    mine = Notification.objects.filter(pk=row.pk)
    if shut.then == State.QUEUED:
        mine.requeue(reason=shut.reason, after=shut.after)
    else:
        mine.move(shut.then, reason=shut.reason)


def _give_back(row: Notification, reason: str, most: int) -> None:
    logger.error("notification %s: %s", row.pk, reason)
    mine = Notification.objects.filter(pk=row.pk)
    if row.fence >= most:
        mine.move(State.REVIEW, reason=reason[:80])
    else:
        mine.requeue(reason=reason[:80], after=back_off(row.fence))
