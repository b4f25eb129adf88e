"""What a confirmation would send, to whom and when, in words for whoever decides."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from familylink.reports.models import Channel, FlagKind
from matching import review
from matching.admin.pairs import how_it_stands
from matching.models import Match, MatchState
from notifications import reasons

BLOCKS = {
    "not_released": gettext_lazy("this is not a list of the released"),
    "taken_back": gettext_lazy("the list no longer names this person: it was corrected or withdrawn"),
    "taken": gettext_lazy("this list entry is confirmed for another missing person"),
    FlagKind.HOLD: gettext_lazy("a flag says to hold"),
    FlagKind.CONFLICT: gettext_lazy("the relatives are in conflict"),
    FlagKind.MINOR: reasons.WORDS[reasons.MAY_BE_A_MINOR],
    reasons.BIRTH_DATE_DAMAGED: reasons.WORDS[reasons.BIRTH_DATE_DAMAGED],
}
MODES = {
    "send": gettext_lazy("is sent at once"),
    reasons.QUIET_HOURS: gettext_lazy("waits: they asked for quiet at this hour"),
    reasons.SENDING_OFF: gettext_lazy("is held: sending is off"),
    "switch_off": gettext_lazy("waits: the sending switch is off"),
    reasons.CORRECTION_OPEN: gettext_lazy(
        "is held: a person must first speak to the family about an earlier message"
    ),
    reasons.TOLD_WITH_ANOTHER: gettext_lazy("is not sent twice: this address hears it under another report"),
    reasons.PROOF_TOO_OLD: gettext_lazy("is held: the address was confirmed long ago, a person must call"),
    reasons.CONTACT_UNCONFIRMED: gettext_lazy("is held: the address is not confirmed, a person must call"),
    reasons.STRANGER_MET: gettext_lazy(
        "is held: a caller has met a stranger at the number, a person must call"
    ),
}
# What the owner of an address has said of it: the message is posted, and stopped right before it would leave.
STOPPED = {
    reasons.ASKED_TO_STOP: gettext_lazy("is not sent: they asked us to stop, a person must call"),
    reasons.NOT_THEIRS: gettext_lazy("is not sent: a stranger has this address, a person must call"),
    reasons.DOUBTED: gettext_lazy(
        "is not sent: somebody there said that this is not for them, a person must call"
    ),
    reasons.COMPLAINED: gettext_lazy("is not sent: they called our e-mail spam, a person must call"),
    reasons.DEAD_ADDRESS: gettext_lazy("is not sent: the address does not exist, a person must call"),
}


def shown_plan(match: Match, planned: review.Plan, barred: list[str]) -> dict[str, Any]:
    """Who would be told, over what, in which words, and what becomes of it now; nothing while the pair is barred from
    being confirmed."""
    last = {letter.report.pk: letter for letter in planned.letters}
    letters = [
        {
            "report": letter.report,
            "channel": Channel(letter.contact.channel).label if letter.contact else None,
            "subject": letter.subject,
            "body": letter.body,
            "sms_parts": letter.sms_parts,
            "mode": _when_it_goes(letter),
            "problem": letter.problem,
            # Of the report, whatever the address: below the last of its letters.
            "posted": [
                (one.posted_at, Channel(one.channel).label, how_it_stands(one))
                for one in (letter.posted if letter is last[letter.report.pk] else ())
            ],
            "minutes_after": 0 if letter.leaves_at else round(letter.after.total_seconds() / 60),
            "is_told": letter.is_told,
        }
        for letter in planned.letters
    ]
    in_order = list({letter.report.pk: letter.report for letter in planned.letters}.values())
    return {
        "letters": letters,
        "letters_owed": 0 if barred else sum(letter.mode not in STOPPED for letter in planned.owed),
        "families": len(in_order),
        "in_order": in_order,
        "blocks": blocks_in_words((*planned.blocks, *barred)),
        "plan_digest": planned.digest.hex(),
        "may_tell": match.state == MatchState.CONFIRMED and planned.is_due,
    }


def blocks_in_words(codes: Iterable[str]) -> list[str]:
    """Why nobody is sent a message, whatever the plan says of each."""
    return [str(BLOCKS.get(code, code)) for code in codes]


def told_codes(planned: review.Plan) -> list[list[str]]:
    """Each letter of the plan and what becomes of it; what blocks them all."""
    letters = [
        [
            letter.report.reference,
            letter.contact.channel if letter.contact else "",
            letter.problem or letter.mode,
        ]
        for letter in planned.letters
    ]
    return [*letters, *(["", "", code] for code in planned.blocks)]


def told_in_words(codes: list[list[str]]) -> str:
    """What becomes of each letter; of none where something blocks them all: it would not leave, whatever its mode."""
    channels = dict(Channel.choices)
    if blocks := blocks_in_words(code for report, _channel, code in codes if not report):
        return f"{_('Nothing is sent:').lower()} {'; '.join(blocks)}"
    lines = [
        " ".join(str(part) for part in (report, channels.get(channel, ""), _what_becomes_of_it(code)) if part)
        for report, channel, code in codes
    ]
    return "; ".join(lines) or _("nobody is told: no report is open")


def _when_it_goes(letter: review.Letter) -> str:
    if letter.leaves_at:
        told = {"time": date_format(localtime(letter.leaves_at), "DATETIME_FORMAT")}
        return _("is sent on %(time)s: they asked for quiet until then") % told
    return _("is sent") if letter.after and letter.mode == "send" else _what_becomes_of_it(letter.mode)


def _what_becomes_of_it(mode: str) -> str:
    return str({**MODES, **STOPPED}.get(mode, ""))
