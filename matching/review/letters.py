"""Who would be told of a confirmed pair, over what and in which words: what the reviewers read before they decide."""

import dataclasses
import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Self

from familylink.damage import opens
from familylink.reports.models import Contact, Flag, FlagKind, Report, TellingOrder
from familylink.reports.proof import met_a_stranger
from familylink.reports.references import news_reference
from familylink.sealing import blind_index
from matching.models import ListKind, Match
from matching.news import corrections
from matching.news.basis import batch_of
from matching.news.grown_up import minor_doubt
from notifications import follow_ups, messages, outbox, reasons, recipients
from notifications.addresses import index_of

NEWS = "news"
NOT_RELEASED = "not_released"
TAKEN_BACK = "taken_back"
# What holds every message back and no call.
TOLD_BY_A_PERSON = {FlagKind.MINOR, reasons.BIRTH_DATE_DAMAGED}
# Whoever was agreed to hear first shall not hear it from the next one.
APART = timedelta(minutes=2)


@dataclasses.dataclass(frozen=True)
class Addressee:
    """One contact that would be told, or the report that has none."""

    report: Report
    contact: Contact | None


@dataclasses.dataclass(frozen=True)
class Letter:
    """One message to one contact as it would leave; without a contact or with a `problem` a person must call."""

    report: Report
    contact: Contact | None
    subject: str = ""
    body: str = ""
    sms_parts: int = 0
    problem: str = ""
    mode: str = ""
    hold_reason: str = ""  # what keeps it back until a person looks
    posted: tuple[outbox.Standing, ...] = ()
    is_told: bool = False  # something about this stands posted to the family, or somebody has told them
    awaits_call: bool = False
    is_shared: bool = False  # the same telephone or mailbox hears it under another relative's report
    after: timedelta = timedelta(0)
    leaves_at: datetime | None = None  # the end of the quiet hours that they asked for, while it waits for it

    @property
    def can_go(self) -> bool:
        return bool(self.contact and not self.problem and not self.is_shared)


@dataclasses.dataclass(frozen=True)
class Plan:
    """All that a confirmation would send, in the order agreed on, else of filing; nothing while `blocks` has a code."""

    letters: tuple[Letter, ...]
    blocks: tuple[str, ...]

    @property
    def digest(self) -> bytes:
        """32 keyed bytes: equal exactly where a reviewer would read the same."""
        shown = [
            [
                str(letter.report.pk),
                str(letter.contact.pk) if letter.contact else "",
                *(letter.subject, letter.body, letter.problem, letter.mode, letter.is_told),
                letter.after.total_seconds(),
                letter.leaves_at.isoformat() if letter.leaves_at else "",
            ]
            for letter in self.letters
        ]
        return blind_index("news.plan", json.dumps([shown, self.blocks], ensure_ascii=False))

    @property
    def owed(self) -> list[Letter]:
        """What would be posted: a family that was told, however long ago and to which number, is not told again."""
        if self.blocks:
            return []
        return [letter for letter in self.letters if letter.can_go and not letter.is_told]

    @property
    def is_due(self) -> bool:
        """Whether somebody is yet to be told, or to be put on record as told over another report's address."""
        return bool(self.owed or self.shared or self.call)

    @property
    def has_left(self) -> bool:
        """Whether some family may have read it: nobody can call that back."""
        return any(standing.has_left for letter in self.letters for standing in letter.posted)

    @property
    def shared(self) -> list[Letter]:
        """What is only put on record: that this family hears over an address that another report has, too."""
        return [] if self.blocks else [one for one in self.letters if one.is_shared and not one.is_told]

    @property
    def call(self) -> list[Letter]:
        """Whom no message will reach by itself and nobody is to call yet. Of a minor every family is told so; while
        others block, nobody is."""
        if set(self.blocks) - TOLD_BY_A_PERSON:
            return []
        waiting = [letter for letter in self.letters if not (letter.is_told or letter.awaits_call)]
        return [letter for letter in waiting if self.blocks or letter.problem or not letter.contact]


def may_tell(match: Match) -> bool:
    """Only a row that stands on a list of the released may lead to a message."""
    return not list(_barred(match))


def _barred(match: Match) -> Iterator[str]:
    """Why nobody may be told, going by the list alone."""
    if match.entry.source_list.kind != ListKind.RELEASED:
        yield NOT_RELEASED
    if match.entry.removed_at is not None:
        yield TAKEN_BACK


def plan(match: Match) -> Plan:
    """What a confirmation of this pair would send now."""
    return Plan(tuple(_letters(match)), blocks([match])[match.pk])


def blocks(matches: Collection[Match]) -> dict[uuid.UUID, tuple[str, ...]]:
    """By pair, why no message would leave: the `blocks` of its plan, of many pairs at once."""
    standing = Flag.objects.filter(
        missing_person__in={match.missing_person_id for match in matches}
    ).blocking()
    kinds: dict[uuid.UUID, set[str]] = defaultdict(set)
    for person_id, kind in standing.values_list("missing_person", "kind"):
        kinds[person_id].add(kind)
    return {match.pk: tuple(_blocks(match, kinds[match.missing_person_id])) for match in matches}


def _blocks(match: Match, kinds: Set[str]) -> Iterator[str]:
    yield from _barred(match)
    flags = set(kinds)
    if doubt := minor_doubt(match):
        # A flag of a damaged date is raised by the confirmation: what is known stands here, not what is feared.
        flags.discard(FlagKind.MINOR)
        flags.add(FlagKind.MINOR if doubt == reasons.MAY_BE_A_MINOR else doubt)
    yield from sorted(flags)


def _addressees(match: Match, agreed: Sequence[uuid.UUID]) -> Iterator[Addressee]:
    reports = Report.objects.open().filter(missing_person=match.missing_person_id)
    in_order = list(reports.order_by("filed_at", "pk").prefetch_related("contacts"))
    in_order.sort(key=lambda report: agreed.index(report.pk) if report.pk in agreed else len(agreed))
    for report in in_order:
        contacts = [contact for contact in report.contacts.all() if contact.stopped_at is None]
        for contact in contacts:
            yield Addressee(report, contact)
        if not contacts:
            yield Addressee(report, None)


def _agreed(match: Match) -> list[uuid.UUID]:
    """Reports in the order that staff have set for this person; none as long as nobody has."""
    order = TellingOrder.objects.filter(missing_person=match.missing_person_id).first()
    return list(order.reports) if order else []


def _letters(match: Match) -> list[Letter]:
    agreed = _agreed(match)
    letters = _each_address_once(list(_in_turn(match, agreed)))
    if not agreed:
        return letters
    waiting = list(
        dict.fromkeys(letter.report.pk for letter in letters if letter.can_go and not letter.is_told)
    )
    return [
        dataclasses.replace(letter, after=APART * waiting.index(letter.report.pk))
        if letter.report.pk in waiting
        else letter
        for letter in letters
    ]


def _each_address_once(letters: list[Letter]) -> list[Letter]:
    """One telephone or mailbox in several reports about one man rings once, for the report that has proven it."""
    references = {letter.report.pk: news_reference(letter.report) for letter in letters}
    if len(references) == 1:
        return letters
    rings: dict[tuple[str, str], uuid.UUID] = {}
    for letter in sorted(
        letters, key=lambda letter: not (letter.contact and letter.contact.is_proven_lately)
    ):
        if letter.can_go and letter.contact:
            rings.setdefault(_address(letter.contact), letter.report.pk)
    rung = outbox.rung(references.values())
    return [_beside(letter, rings, references, rung) for letter in letters]


def _beside(
    letter: Letter,
    rings: Mapping[tuple[str, str], uuid.UUID],
    references: Mapping[uuid.UUID, str],
    rung: Set[tuple[str, str, bytes]],
) -> Letter:
    if not letter.can_go or not letter.contact or letter.is_told:
        return letter
    channel, address = _address(letter.contact)
    index = index_of(channel, address)
    others = [reference for pk, reference in references.items() if pk != letter.report.pk]
    is_first = rings[channel, address] == letter.report.pk
    if is_first and not any((reference, channel, index) in rung for reference in others):
        return letter
    return dataclasses.replace(letter, is_shared=True, mode=reasons.TOLD_WITH_ANOTHER)


def _address(contact: Contact) -> tuple[str, str]:
    return contact.channel, contact.address.lower()


def _in_turn(match: Match, agreed: Sequence[uuid.UUID]) -> Iterator[Letter]:
    addressees = list(_addressees(match, agreed))
    references = {one.report.pk: news_reference(one.report) for one in addressees}
    posted = outbox.states_of(references.values())
    to_call = follow_ups.to_be_called(posted)
    # Whose message was taken back while somebody is to call them: they hear it from whoever calls.
    told = outbox.told_references(posted) | {reference for reference in to_call if posted[reference]}
    desk = _Desk.of(match, addressees)
    for one in addressees:
        reference = references[one.report.pk]
        before = Letter(
            one.report,
            one.contact,
            posted=tuple(posted[reference]),
            is_told=reference in told,
            awaits_call=reference in to_call,
        )
        yield desk.written(before, one.contact) if one.contact else before


@dataclasses.dataclass(frozen=True)
class _Desk:
    """What all letters of a pair are written with, read once."""

    wordings: messages.Wordings
    modes: Mapping[tuple[str, str], str]
    is_corrected: bool
    strangers: Set[uuid.UUID]
    stopped: Mapping[tuple[str, str], str]
    quiet_ends: Mapping[tuple[str, str], datetime]

    @classmethod
    def of(cls, match: Match, told: Sequence[Addressee]) -> Self:
        ways = {(one.report.language, one.contact.channel) for one in told if one.contact}
        contacts = [one.contact for one in told if one.contact and opens(one.contact, "address")]
        return cls(
            messages.wordings(NEWS),
            outbox.modes(NEWS, ways, batch=batch_of(match)),
            corrections.is_open_for(match.missing_person_id),
            met_a_stranger(contacts),
            recipients.why_stopped(map(_address, contacts)),
            recipients.quiet_ends(map(_address, contacts)),
        )

    def written(self, letter: Letter, contact: Contact) -> Letter:
        report, way = letter.report, (letter.report.language, contact.channel)
        if not (opens(contact, "address") and opens(report, "code_word")):
            return dataclasses.replace(letter, problem="cannot_be_opened")
        about = {"message": NEWS, "language": report.language, "channel": contact.channel}
        try:
            text = messages.render(**about, context=context_of(report), among=self.wordings)
        except messages.RefusedMessage:
            return dataclasses.replace(letter, problem=reasons.CANNOT_BE_WRITTEN)
        hold_reason = self._hold_reason(contact)
        mode = hold_reason or self.stopped.get(_address(contact)) or self.modes[way]
        leaves_at = self.quiet_ends.get(_address(contact)) if mode == "send" else None
        return dataclasses.replace(
            letter,
            subject=text.subject,
            body=text.body,
            sms_parts=messages.sms_parts(text.body) if contact.channel == "sms" else 0,
            mode=reasons.QUIET_HOURS if leaves_at else mode,
            hold_reason=hold_reason,
            leaves_at=leaves_at,
        )

    def _hold_reason(self, contact: Contact) -> str:
        # First: a code that proves the address must not let it out before somebody has called.
        if self.is_corrected:
            return reasons.CORRECTION_OPEN
        if not contact.confirmed_at:
            return reasons.CONTACT_UNCONFIRMED
        if contact.pk in self.strangers:
            return reasons.STRANGER_MET
        return "" if contact.is_proven_lately else reasons.PROOF_TOO_OLD


def context_of(report: Report) -> dict[str, str]:
    return {"reference": report.reference, "code_word": report.code_word}
