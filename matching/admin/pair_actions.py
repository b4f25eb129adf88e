"""What else can be done on the pair page: each takes the posted form, and says in words what was done."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from familylink.reports.models import FlagKind, ReportLink
from familylink.staff import signed_in
from matching import review
from matching.models import Match, MatchState


def _claim(request: HttpRequest, match: Match) -> str:
    review.claim(match.pk, by=signed_in(request))
    return _("The pair is yours for a quarter of an hour.")


def _release(request: HttpRequest, match: Match) -> str:
    review.release(match.pk, by=signed_in(request))
    return _("The pair is free for others again.")


def _undo(request: HttpRequest, match: Match) -> str:
    review.undo(match.pk, by=signed_in(request), note=_note(request))
    return _("The verdict was taken back. The pair is open again, and nobody is told.")


def _reopen(request: HttpRequest, match: Match) -> str:
    review.reopen(match.pk, by=signed_in(request), note=_note(request))
    return _("The pair is open again and will be compared anew.")


def _correct(request: HttpRequest, match: Match) -> str:
    tasks = review.correct(match.pk, by=signed_in(request), note=_note(request))
    said = ngettext(
        "The pair is open again. %(count)d family must be called by a person.",
        "The pair is open again. %(count)d families must be called by a person.",
        len(tasks),
    )
    return said % {"count": len(tasks)}


def _close_correction(request: HttpRequest, match: Match) -> str:
    correction = match.corrections.get(pk=_id(request, "correction"))
    review.close_correction(correction.pk, by=signed_in(request), note=_note(request))
    return _("Recorded. The correction is closed.")


def _tell(request: HttpRequest, match: Match) -> str:
    owed = review.tell(match.pk, by=signed_in(request), seen=_digest(request))
    messages = ngettext("%(count)d message was written.", "%(count)d messages were written.", owed.messages)
    calls = ngettext("%(count)d family is to be called.", "%(count)d families are to be called.", owed.calls)
    said = [(messages, owed.messages), *([(calls, owed.calls)] if owed.calls else [])]
    return " ".join(words % {"count": count} for words, count in said)


def _raise_flag(request: HttpRequest, match: Match) -> str:
    kind = request.POST.get("kind", "")
    if kind not in FlagKind.values:
        raise review.ReasonRequired
    review.raise_flag(match.missing_person_id, kind=kind, by=signed_in(request), note=_note(request))
    return _("The flag stands, and everybody who opens the pair sees it.")


def _lower_flag(request: HttpRequest, match: Match) -> str:
    flag = match.missing_person.flags.get(pk=_id(request, "flag"))
    review.lower_flag(flag.pk, by=signed_in(request), note=_note(request))
    return _("The flag was lowered. Nobody is told by that alone.")


def _propose_link(request: HttpRequest, match: Match) -> str:
    rival = Match.objects.get(pk=_id(request, "rival"), entry=match.entry_id)
    # Whose entry is confirmed stays where they are: nobody is linked away from what their family was told.
    moved, to = (match, rival) if rival.state == MatchState.CONFIRMED else (rival, match)
    review.propose_links(
        moved.missing_person_id, to.missing_person_id, by=signed_in(request), note=_note(request)
    )
    # Somebody else must agree now, and is brought no pair that is held.
    review.release(moved.pk, by=signed_in(request))
    return _("Proposed. A second person must agree that both reports are about one missing person.")


def _confirm_link(request: HttpRequest, match: Match) -> str:
    review.confirm_link(_link(request, match).pk, by=signed_in(request))
    return _("Linked. Both families are told together, once each.")


def _end_link(request: HttpRequest, match: Match) -> str:
    review.end_link(_link(request, match).pk, by=signed_in(request), note=_note(request))
    return _("The reports stand apart again.")


def _set_order(request: HttpRequest, match: Match) -> str:
    named = [name for name in request.POST if name.startswith("place-")]
    places = {_id_of(name): _number(str(request.POST[name])) for name in named}
    in_order = sorted(places, key=lambda report: (places[report], str(report)))
    review.set_order(match.missing_person_id, in_order, by=signed_in(request), note=_note(request))
    return _("The order stands. The plan on this page follows it.")


def _link(request: HttpRequest, match: Match) -> ReportLink:
    return ReportLink.objects.concerning(match.missing_person_id).get(pk=_id(request, "link"))


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "")


def _digest(request: HttpRequest) -> bytes:
    try:
        return bytes.fromhex(request.POST.get("digest", ""))
    except ValueError:
        raise review.PlanChanged from None


def _id(request: HttpRequest, name: str) -> uuid.UUID:
    return _uuid(request.POST.get(name, ""))


def _id_of(name: str) -> uuid.UUID:
    return _uuid(name.removeprefix("place-"))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise review.Refused from None


def _number(text: str) -> int:
    if not (text.isdecimal() and len(text) < 4):
        raise review.OrderRefused
    return int(text)


ACTIONS: dict[str, Callable[[HttpRequest, Match], str]] = {
    "claim": _claim,
    "release": _release,
    "undo": _undo,
    "reopen": _reopen,
    "correct": _correct,
    "close_correction": _close_correction,
    "tell": _tell,
    "set_order": _set_order,
    "raise_flag": _raise_flag,
    "lower_flag": _lower_flag,
    "propose_link": _propose_link,
    "confirm_link": _confirm_link,
    "end_link": _end_link,
}
# After these a message may leave, as after "the same person".
TELLING = frozenset({"tell", "confirm_link"})


def recorded(match: Match, said: str) -> SafeString:
    """With the way back: a slip of a finger is seen when the next pair is already there."""
    address = reverse("admin:matching_match_change", args=[match.pk])
    back = '{} <a class="desk-link" href="{}" data-key="z">{} <kbd class="desk-key">z</kbd></a>'
    return format_html(back, said, address, _("Back to that pair"))


def said_of(match: Match) -> str:
    """What has come of a verdict that was just given."""
    return {
        MatchState.OPEN: _("Recorded as unsure. The pair stays in the queue."),
        MatchState.AWAITING_SECOND: _(
            "Recorded. A second reviewer must now look, without seeing your verdict."
        ),
        MatchState.DISPUTED: _("Recorded. The reviewers disagree: a lead must decide."),
        MatchState.CONFIRMED: _("Confirmed by two people."),
        MatchState.REJECTED: _("Recorded: not the same person."),
    }[MatchState(match.state)]
