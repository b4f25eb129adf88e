"""ASK: what the person behind an address wants of us, kept by its keyed hash. Each change holds from the next call on.

A stop stops messages and closes nothing: a family that is owed news is called instead.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now

from familylink import clock
from notifications import follow_ups, reasons
from notifications.addresses import index_of
from notifications.models import Call, Channel, FollowUp, Notification, Recipient
from notifications.models.recipient import USUAL_ZONE

StopReason = Recipient.StopReason
# Whose an address is outweighs what was asked of us there.
OUTWEIGHED_BY: dict[str, tuple[str, ...]] = {
    StopReason.NOT_ME: (),
    StopReason.DOUBTED: (StopReason.NOT_ME,),
}
OWN_WISHES = (StopReason.ASKED, StopReason.COMPLAINED)


@dataclass(frozen=True)
class Wishes:
    """What holds for one address. Quiet hours are by the clock of `zone`; the end may lie on the next day."""

    stop_reason: str = ""  # "" while messages may go there, else one of StopReason
    zone: str = USUAL_ZONE
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    wants_checks: bool = False

    @property
    def is_stopped(self) -> bool:
        return bool(self.stop_reason)


def wishes_of(*, channel: str, to: str) -> Wishes:
    """What this address has asked for. Raises RefusedAddress."""
    row = Recipient.objects.filter(channel=channel, to_index=index_of(channel, to)).first()
    if row is None:
        return Wishes()
    return Wishes(row.stop_reason, row.zone, row.quiet_from, row.quiet_until, row.wants_checks)


def why_stopped(addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Of these, by channel and address, those to which nothing is sent now: the reason that a message would keep.

    Raises RefusedAddress.
    """
    return {address: reasons.of_stop(reason) for address, reason in stop_reasons(addresses).items()}


def stop_reasons(addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The same, each as its StopReason. Raises RefusedAddress."""
    indexes = {address: index_of(*address) for address in addresses}
    rows = Recipient.objects.filter(to_index__in=set(indexes.values())).exclude(stop_reason="")
    stopped = {bytes(row.to_index): row.stop_reason for row in rows}
    return {address: stopped[index] for address, index in indexes.items() if index in stopped}


def quiet_ends(addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dt.datetime]:
    """Of these, by channel and address, those that asked for quiet at this hour: when news may leave to them.

    Raises RefusedAddress.
    """
    indexes = {index_of(*address): address for address in addresses}
    asked = list(Recipient.objects.filter(to_index__in=list(indexes), quiet_from__isnull=False))
    if not asked:
        return {}
    now = clock.now()
    ends = ((indexes[bytes(row.to_index)], row.own_quiet_ends_at(now)) for row in asked)
    return {address: end for address, end in ends if end}


def set_quiet_hours(
    *,
    channel: str,
    to: str,
    begin: dt.time | None,
    end: dt.time | None,
    zone: str = USUAL_ZONE,
) -> None:
    """No message but a code asked for leaves between these times; both None: they want no quiet hours.

    Raises ValueError for an unknown zone or one time without the other; RefusedAddress.
    """
    if zone not in zoneinfo.available_timezones() or (begin is None) != (end is None):
        raise ValueError("quiet hours need two times and a known zone")
    _write(channel, index_of(channel, to), zone=zone, quiet_from=begin, quiet_until=end)


def want_checks(*, channel: str, to: str, wanted: bool) -> None:
    """Whether they hear after each wave that nobody certain was found. Raises RefusedAddress."""
    _write(channel, index_of(channel, to), wants_checks=wanted)


def stop(*, channel: str, to: str, reason: str = StopReason.ASKED) -> None:
    """Nothing more goes to this address; whoever is owed news there is called. Raises RefusedAddress."""
    stop_index(channel, index_of(channel, to), reason)


def allow_again(*, channel: str, to: str) -> None:
    """The person behind the address, proven by a code, wants messages again. Raises RefusedAddress."""
    _write(channel, index_of(channel, to), stopped_at=None, stop_reason="", own_wish="")


@transaction.atomic
def stop_index(channel: str, to_index: bytes, reason: str) -> None:
    """`stop` for those who know an address by its keyed hash only. A stranger's "not me" outweighs any other."""
    reason = StopReason(reason)
    row = _write(channel, to_index)
    kept = Recipient.objects.filter(pk=row.pk)
    if reason in OWN_WISHES:  # that of a stranger would bind whoever has the address after him
        kept.exclude(stop_reason=StopReason.NOT_ME).update(own_wish=reason)
    outweighing = OUTWEIGHED_BY.get(reason, (StopReason.NOT_ME, StopReason.DOUBTED))
    kept.exclude(stop_reason__in=outweighing).update(stopped_at=Now(), stop_reason=reason)
    # Whoever had its report erased is not called any more, whoever has the number now.
    theirs = Notification.objects.filter(channel=channel, to_index=to_index, is_forgotten=False)
    told = FollowUp.objects.filter(reference__in=theirs.values("reference"))
    if reason == StopReason.NOT_ME:
        # Of news that was taken back nobody is told any more: what is to be said then is a task of its own.
        follow_ups.reopen(told.exclude(call_reason=FollowUp.Why.TAKEN_BACK), FollowUp.Why.WRONG_ADDRESS)
    elif reason == StopReason.DOUBTED:
        follow_ups.call_for(told, FollowUp.Why.WROTE_BACK)
    elif reason == StopReason.DEAD:
        follow_ups.call_for(told, FollowUp.Why.NOT_DELIVERED)
    else:
        follow_ups.call_for(told, FollowUp.Why.STOPPED)


def holds_again(reference: str) -> None:
    """News that was taken back is true all the same, and its family was told so: it is owed like any other again.

    Somebody must call where a stranger has written that he is the one whom it reached, and nobody has spoken to the
    family since.
    """
    taken_back = FollowUp.objects.filter(reference=reference, call_reason=FollowUp.Why.TAKEN_BACK)
    theirs = Notification.objects.filter(reference=OuterRef("reference"), is_forgotten=False)
    stranger = Recipient.objects.filter(
        stop_reason=StopReason.NOT_ME, channel=OuterRef("channel"), to_index=OuterRef("to_index")
    )
    spoke = Call.objects.filter(
        outcome=Call.Outcome.SPOKE, follow_up__reference=reference, called_at__gte=OuterRef("stopped_at")
    )
    reached = theirs.filter(Exists(stranger.exclude(Exists(spoke))))
    follow_ups.reopen(taken_back.filter(Exists(reached)), FollowUp.Why.WRONG_ADDRESS)
    taken_back.update(call_reason="", call_since=None)


def doubt_whether_a_strangers(channel: str, to_index: bytes) -> bool:
    """A person has learned that "not me" was not so. A code may go there again, and only a code ends the doubt; False:
    it counted as no stranger's."""
    strangers = _strangers(channel, to_index)
    return strangers.update(stop_reason=StopReason.DOUBTED) == 1


def is_a_strangers(channel: str, to_index: bytes) -> bool:
    """Whether somebody there said "not me", and nobody has learned that it was not so."""
    return _strangers(channel, to_index).exists()


def _strangers(channel: str, to_index: bytes) -> QuerySet[Recipient]:
    return Recipient.objects.filter(channel=channel, to_index=to_index, stop_reason=StopReason.NOT_ME)


def has_read(*, channel: str, to: str) -> None:
    """A code that went to this address was typed: it is neither dead nor in doubt. What was asked of us there holds.

    Raises RefusedAddress."""
    row = Recipient.objects.filter(channel=channel, to_index=index_of(channel, to))
    ended = row.filter(stop_reason__in=[StopReason.DOUBTED, StopReason.DEAD])
    ended.filter(own_wish="").update(stopped_at=None, stop_reason="")
    ended.exclude(own_wish="").update(stop_reason=F("own_wish"))


def who_wants_checks() -> dict[str, set[bytes]]:
    """Channel -> keyed hashes of the addresses that want to hear after each wave, and may be written to."""
    wanting: dict[str, set[bytes]] = {channel: set() for channel in Channel.values}
    rows = Recipient.objects.filter(wants_checks=True, stopped_at=None)
    for channel, to_index in rows.values_list("channel", "to_index"):
        wanting[channel].add(bytes(to_index))
    return wanting


def _write(channel: str, to_index: bytes, **changes: object) -> Recipient:
    row, _ = Recipient.objects.update_or_create(channel=channel, to_index=to_index, defaults=changes)
    return row
