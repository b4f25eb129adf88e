"""What a family may read about their own report. A match that two have not confirmed leaves no trace here."""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Iterable, Mapping, Set
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from familylink.portal.addresses import masked
from familylink.portal.calling import NOBODY_OF_THEIRS
from familylink.portal.lost import Lost, lost_of
from familylink.reports.answers import Answers, person_of
from familylink.reports.models import Channel, Contact, MissingPerson, Report
from familylink.reports.references import news_reference
from matching.engine import BirthDate, Name
from matching.news import corrections, family_view
from matching.news.family_view import CheckedWave
from notifications import follow_ups, outbox, reasons, recipients

UNKNOWN_PART = "—"
ON_ITS_WAY, UNSURE = _("on its way"), _("we do not know whether it arrived")
OUTCOMES = {
    "delivered": _("arrived"),
    "undelivered": _("did not arrive"),
    "unknown": UNSURE,
    "review": UNSURE,
}
MESSAGES = {
    "news": _("There is news about your report"),
    "report_received": _("We have your report"),
    "report_withdrawn": _("The report is closed"),
    "report_erased": _("The report is erased"),
    "call_us": _("We ask you to call us"),
    "please_complete": _("We ask you to add to your report"),
    "prove_again": _("We ask whether this is still your number or address"),
    "still_searching": _("We ask whether you are still searching"),
    "checked": _("A list was checked, and nobody certain was found"),
}
AT_THEIR_WISH = _("nothing is sent there, since somebody there asked us to stop")
NOT_FOR_THEM = _("nothing is sent there, since somebody there wrote that this is not for them")
NUMBER_AGAIN = _("If you want messages there again, add this number below once more.")
MAILBOX_AGAIN = _("If you want messages there again, add this address below once more.")
# Why nothing is sent to an address, and what its family can do. It sees two digits of a number or one letter of an
# address: it is never asked whether that is written correctly.
STOPPED: dict[tuple[str, str], tuple[Any, Any]] = {
    (Channel.SMS, reasons.ASKED_TO_STOP): (AT_THEIR_WISH, NUMBER_AGAIN),
    (Channel.SMS, reasons.COMPLAINED): (AT_THEIR_WISH, NUMBER_AGAIN),
    (Channel.SMS, reasons.DEAD_ADDRESS): (
        _("nothing is sent there, since our messages did not arrive"),
        _("If the number works again, add it below once more. Or add another one."),
    ),
    (Channel.SMS, reasons.DOUBTED): (
        NOT_FOR_THEM,
        _("If the number is yours, add it below once more: we send a code there."),
    ),
    (Channel.SMS, reasons.NOT_THEIRS): (
        NOT_FOR_THEM,
        _("If the number is yours, please call us: not even a code goes there. Or add another one below."),
    ),
    (Channel.EMAIL, reasons.ASKED_TO_STOP): (AT_THEIR_WISH, MAILBOX_AGAIN),
    (Channel.EMAIL, reasons.COMPLAINED): (AT_THEIR_WISH, MAILBOX_AGAIN),
    (Channel.EMAIL, reasons.DEAD_ADDRESS): (
        _("nothing is sent there, since our messages came back"),
        _("If the mailbox works again, add its address below once more. Or add another one."),
    ),
    (Channel.EMAIL, reasons.DOUBTED): (
        NOT_FOR_THEM,
        _("If the address is yours, add it below once more: we send a code there."),
    ),
    (Channel.EMAIL, reasons.NOT_THEIRS): (
        NOT_FOR_THEM,
        _("If the address is yours, please call us: not even a code goes there. Or add another one below."),
    ),
}
# Where a caller would find a stranger or nobody.
NOT_CALLED = set(map(reasons.of_stop, NOBODY_OF_THEIRS))
WANTED = {
    "birth": _("the whole birth date"),
    "name": _("the patronymic"),
    "spellings": _("the name in Russian or as in the passport"),
    "service": _("the military unit"),
    "photo": _("a photo"),
    "contacts": _("one more confirmed way to reach you"),
    "phone": _("a telephone number on which we can call you"),
}


class Wanted(NamedTuple):
    """Something that would help, and the question under which it is told."""

    slug: str
    words: Any


class Stage(enum.StrEnum):
    """Where a report stands, in the only words there are for it."""

    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    NEWS = "news"
    TO_SPEAK = "to_speak"  # what they were told no longer holds, and only a person says so
    REREAD = "reread"  # the row that their news rests on was put right: two people compare it again
    UNPROVEN = "unproven"
    SEARCHING = "searching"


@dataclasses.dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact as its owner knows it again, whether it was ever proven, and whether that counts still.

    `stopped`: why nothing goes there, and `advice` what to do; else both are empty. Of an address that they have not
    proven it is not said: it may be a stranger's.
    """

    id: uuid.UUID
    address: str
    was_proven: bool
    is_proven: bool
    stopped: Any
    advice: Any


class ShownMessage(NamedTuple):
    """One message of ours, so that a family can tell it from a stranger's."""

    words: Any
    channel: str
    posted_at: dt.datetime
    state: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """All that the status page says. `released_on` only with NEWS; `unheard` only with WITHDRAWN: what somebody has
    still to tell them all the same, NEWS or TO_SPEAK; `ends_at` while it can be undone; `goes_on` is the search, while
    nothing keeps the person from being compared. What the page promises them hangs on whether a message may go to any
    address of theirs, and on whether we have a number to call that they have proven. Staff call one that they have not,
    too, unless a stranger was met there; then a promise would not hold, and its absence would tell them what a stranger
    has said: of such a number nothing is promised at all."""

    stage: Stage
    unheard: Stage | None
    reference: str
    names: list[str]
    birth_date: str
    contacts: list[ShownContact]
    can_be_written_to: bool
    can_be_called: bool
    has_unproven_number: bool
    waves: list[CheckedWave]
    released_on: dt.date | None
    news_round: int
    has_heard: bool
    ending: str
    ends_at: dt.datetime | None
    messages: list[ShownMessage]
    wanted: list[Wanted]
    lost: Lost
    goes_on: bool

    @property
    def is_damaged(self) -> bool:
        """Something that this family told us is gone; the facts compared are a copy of it, and another matter."""
        return self.lost.answers or self.lost.code_word or self.lost.address


def standing_of(report: Report) -> Standing:
    """How the report stands now: what this relative told and was told, and nothing that another one did."""
    match = family_view.news_for(report)
    kept = report.contacts.filter(stopped_at=None).order_by("created_at")
    lost, contacts = lost_of(report, kept), kept.opened()
    answers = (not lost.answers and report.answers) or {}
    told = person_of(answers)
    stage = _stage(report, kept, has_news=match is not None)
    is_sought = stage in (Stage.SEARCHING, Stage.UNPROVEN, Stage.TO_SPEAK, Stage.REREAD)
    stopped = recipients.why_stopped((one.channel, one.address) for one in contacts if one.confirmed_at)
    shown = [_shown(one, stopped.get((one.channel, one.address), "")) for one in contacts]
    reaching = sum(one.is_proven and not one.stopped for one in shown)
    numbers = [one for one in contacts if one.channel == Channel.SMS]
    can_be_called = any(_can_be_called(one, stopped) for one in numbers)
    has_unproven_number = any(one.confirmed_at is None for one in numbers)
    has_heard = bool(follow_ups.heard_references([news_reference(report)]))
    return Standing(
        stage=stage,
        unheard=_unheard(report, has_news=match is not None, has_heard=has_heard)
        if stage == Stage.WITHDRAWN
        else None,
        reference=report.reference,
        names=[_whole(name) for name in told.names],
        birth_date=birth_words(told.birth),
        contacts=shown,
        can_be_written_to=reaching > 0,
        can_be_called=can_be_called,
        has_unproven_number=has_unproven_number,
        waves=family_view.checked_waves(report.missing_person),
        released_on=match.entry.source_list.wave.occurred_on if match and stage == Stage.NEWS else None,
        news_round=report.news_round,
        has_heard=has_heard,
        ending=report.ending,
        ends_at=report.ends_at if report.is_ending else None,
        messages=_messages(report, has_news=match is not None),
        wanted=_wanted(report, answers, reaching, can_be_called or has_unproven_number)
        if is_sought and not lost.answers
        else [],
        lost=lost,
        goes_on=is_sought and not lost.facts and not _is_stuck(report),
    )


def _is_stuck(report: Report) -> bool:
    return MissingPerson.objects.stuck().filter(pk=report.missing_person_id).exists()


def _shown(contact: Contact, why_stopped: str) -> ShownContact:
    return ShownContact(
        contact.pk,
        masked(contact.address),
        contact.confirmed_at is not None,
        contact.is_proven_lately,
        *STOPPED.get((contact.channel, why_stopped), ("", "")),
    )


def _can_be_called(contact: Contact, stopped: Mapping[tuple[str, str], str]) -> bool:
    """Staff call one whose owner wants no messages, too."""
    why = stopped.get((contact.channel, contact.address), "")
    return contact.confirmed_at is not None and why not in NOT_CALLED


def birth_words(birth: BirthDate) -> str:
    """The date as it is written in the reader's language: unknown parts as a dash, an unknown date as ""."""
    if birth.year and birth.month and birth.day:
        return str(formats.date_format(dt.date(birth.year, birth.month, birth.day), "j E Y"))
    if birth.year_to or not (birth.month or birth.day):
        return "–".join(str(year) for year in (birth.year, birth.year_to) if year)
    parts = [birth.day and f"{birth.day:02d}", birth.month and f"{birth.month:02d}", birth.year]
    return ".".join(str(part or UNKNOWN_PART) for part in parts)


def _stage(report: Report, contacts: Iterable[Contact], *, has_news: bool) -> Stage:
    if report.erased_at is not None:
        return Stage.ERASED
    if report.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if not any(contact.confirmed_at for contact in contacts):
        return Stage.UNPROVEN
    if has_news:
        return Stage.NEWS
    if not corrections.is_owed_to(report):
        return Stage.SEARCHING
    return Stage.REREAD if family_view.is_compared_again(report) else Stage.TO_SPEAK


def _unheard(report: Report, *, has_news: bool, has_heard: bool) -> Stage | None:
    """Of a report that has ended: what left before is named among its messages, and a person calls them. What never
    left is called back with the report, and leaves no trace."""
    if has_news and outbox.may_have_been_read(news_reference(report)):
        return None if has_heard else Stage.NEWS
    return Stage.TO_SPEAK if corrections.is_owed_to(report) else None


def messages_to(report: Report) -> list[outbox.Standing]:
    """What we ever wrote about this report, the oldest first. Codes are not among them: they are nobody's news."""
    addresses = [(contact.channel, contact.address) for contact in report.contacts.all().opened()]
    questions = report.questions.values_list("pk", flat=True)
    return outbox.told(to=addresses, about=[str(report.pk), *map(str, questions)])


def _messages(report: Report, *, has_news: bool) -> list[ShownMessage]:
    may_not_be_so = {"checked"} if has_news else {"checked", "news"}
    return [
        ShownMessage(
            MESSAGES.get(each.message, each.message),
            each.channel,
            each.posted_at,
            OUTCOMES.get(each.state, ON_ITS_WAY),
        )
        for each in reversed(messages_to(report))
        if _is_listed(each, may_not_be_so)
    ]


def _is_listed(each: outbox.Standing, may_not_be_so: Set[str]) -> bool:
    """What a family may have read must be listed: the page calls every other message a stranger's. What waits as long
    as it may not be so is listed only where it has left, or leaves just now."""
    if each.has_left or each.state == "claimed":
        return True
    return each.state == "queued" and each.message not in may_not_be_so


def _wanted(report: Report, answers: Answers, reaching: int, has_number: bool) -> list[Wanted]:
    """What would help to find them, or to tell it, and is not known yet; `reaching` addresses may be written to. The
    same is asked of everybody, match or none."""
    missing = {
        "birth": not person_of(answers).birth.is_full,
        "name": not answers.get("patronymic"),
        "spellings": not (answers.get("passport_name") or answers.get("russian_name")),
        "service": not answers.get("unit") and answers.get("category") != "civilian",
        "photo": not report.pictures.filter(kind="photo").exists(),
        "phone": not has_number,
        "contacts": has_number and reaching < 2,
    }
    return [Wanted(slug, WANTED[slug]) for slug, is_missing in missing.items() if is_missing]


def _whole(name: Name) -> str:
    return " ".join(part for part in (name.surname, name.given, name.patronymic) if part) or name.full
