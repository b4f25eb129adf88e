"""Everything the pair page shows, in the reviewer's language; what it may not show yet stays out."""

from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from familylink.reports.models import Flag, FlagKind, Report, ReportLink
from familylink.staff import signed_in
from matching import changed_facts, engine, pair_insight, review, workload
from matching.admin.pairs import (
    feature_name,
    is_held_lower,
    numbers_of,
    percent,
    shown_evidence,
    shown_people,
    shown_sentence,
    verdict_in_words,
    with_numbers,
)
from matching.admin.photos import photos
from matching.admin.shown_plan import shown_plan, told_codes, told_in_words
from matching.admin.timeline import timeline
from matching.models import (
    Correction,
    CorrectionReason,
    Decision,
    ListEntry,
    Match,
    MatchState,
    Reason,
    Verdict,
)
from matching.models.decision import REASONS
from matching.models.match import DECIDE, DECIDED, LEAD, UNDECIDED

MOST_RIVALS = 10
VERDICTS = {
    Verdict.SAME: ("=", gettext_lazy("The same person"), "x"),
    Verdict.DIFFERENT: ("≠", gettext_lazy("Not the same person"), "n"),
    Verdict.UNSURE: ("?", gettext_lazy("Unsure"), "u"),
}
# By which sign beside which evidence the page speaks for a reason.
SPEAKS_FOR: dict[Reason, tuple[str, set[str]]] = {
    Reason.NAME_AND_DATE: ("=", {"birth_date"}),
    Reason.NAME_AND_FATHER: ("=", {"patronymic"}),
    Reason.DETAILS: ("=", {"place", "unit", "rank"}),
    Reason.OTHER_DATE: ("≠", {"birth_date"}),
    Reason.OTHER_NAME: ("≠", {"surname", "given"}),
}


def shown_pair(request: HttpRequest, match: Match) -> dict[str, Any]:
    """The context of matching/pair_page.html."""
    reviewer = signed_in(request)
    gave_verdict = review.already_gave_verdict(match, reviewer)
    may_decide = _may_decide(request, match, gave_verdict)
    evidence = changed_facts.evidence_of(match.evidence)
    planned = review.plan(match)
    missing, (rivals, more) = pair_insight.what_would_decide(match), _rivals(match)
    links, elsewhere = _links(match), pair_insight.named_elsewhere(match)
    # The second reviewer judges the evidence, not the first one's verdict.
    may_see_verdicts = gave_verdict or match.state in DECIDED or match.state == MatchState.DISPUTED
    return {
        **shown_people(match.missing_person, match.entry, evidence),
        **shown_evidence(evidence, match.evidence["caps"]),
        **shown_plan(match, planned, ["taken"] if rivals["taken"] else []),
        "photos": photos(request, match),
        "match": match,
        "probability": percent(match.probability),
        "is_held_lower": is_held_lower(match),
        "points": match.points,
        "missing": [(feature_name(one.feature), one) for one in missing],
        "changes": shown_changes(pair_insight.changes_since_decision(match)),
        "rivals": rivals,
        "more": more,
        "flags": Flag.objects.standing().filter(missing_person=match.missing_person_id),
        "flag_kinds": FlagKind.choices,
        "links": links,
        "linked": {pk for link, _others in links for pk in (link.from_person_id, link.to_person_id)},
        "gave_verdict": gave_verdict,
        "may_decide": may_decide,
        "load": workload.load_of(reviewer) if may_decide else None,
        "may_lead": request.user.has_perm(LEAD),
        "verdicts": [*_verdicts(evidence, rivals["taken"]), _question(missing)] if may_decide else [],
        "questions": [
            (question, feature_name(question.feature))
            for question in match.questions.select_related("report__missing_person", "asked_by")
        ],
        "disagreed": _disagreed(match) if may_decide and match.state == MatchState.DISPUTED else [],
        "claimed_by": _claimed_by(match, reviewer),
        "is_mine": match.claimed_by_id == reviewer.pk,
        "undoable": review.undoable(reviewer, match) if not planned.has_left else None,
        "is_heard": match.state == MatchState.CONFIRMED and planned.has_left,
        "corrections": [
            _to_correct(task, match, elsewhere) for task in match.corrections.open().select_related("report")
        ],
        "elsewhere": elsewhere,
        "timeline": timeline(match) if may_see_verdicts else [],
        "seen": seen_now(match, evidence, planned),
        "note": request.POST.get("note", ""),
        "chosen": request.POST.get("choice", ""),
    }


def seen_now(match: Match, evidence: list[engine.Evidence], planned: review.Plan) -> str:
    """What this page shows, signed: it comes back with the verdict, and a refusal can say what has changed."""
    return signing.dumps(
        {
            "plan": planned.digest.hex(),
            "evidence": [line.as_dict() for line in evidence],
            "state": match.state,
            "told": told_codes(planned),
        },
        salt=f"pair-{match.pk}",
        compress=True,
    )


def seen_before(match: Match, text: str) -> dict[str, Any]:
    """What the page had shown to whoever sends this; nothing where it is not ours."""
    try:
        found: dict[str, Any] = signing.loads(
            text, salt=f"pair-{match.pk}", max_age=settings.SESSION_COOKIE_AGE
        )
    except signing.BadSignature:
        return {}
    return found


def changes_since(match: Match, before: dict[str, Any]) -> list[dict[str, str]]:
    """The difference between what a page had shown and what is so now: evidence, state, what would be sent."""
    if not before:
        return []
    evidence = changed_facts.evidence_of(match.evidence)
    changes = shown_changes(changed_facts.changes(changed_facts.evidence_of(before), evidence))
    states = [MatchState(state).label for state in (before["state"], match.state)]
    told = [told_in_words(codes) for codes in (before["told"], told_codes(review.plan(match)))]
    for feature, (earlier, now) in ((_("State"), states), (_("What would be sent"), told)):
        if earlier != now:
            changes.append({"feature": feature, "before": str(earlier), "now": str(now)})
    return changes


def shown_changes(changes: list[changed_facts.Change]) -> list[dict[str, str]]:
    return [
        {
            "feature": feature_name(change.feature),
            "before": shown_sentence(change.before),
            "now": shown_sentence(change.now),
        }
        for change in changes
    ]


class _ToCorrect(NamedTuple):
    """A task: whether what was heard is true all the same; the row, where it stands put right and no two people have
    said anything of it; and whom to call with which words."""

    task: Correction
    holds: bool
    put_right: ListEntry | None
    told: list[tuple[Report, list[str]]]


def _to_correct(task: Correction, match: Match, elsewhere: list[Match]) -> _ToCorrect:
    """What to say in each family's language: never to a relative for whom the news was right. Who was linked to him by
    mistake looks for another man."""
    holds = task.report is None and any(other.state == MatchState.CONFIRMED for other in elsewhere)
    put_right = None if elsewhere else _put_right(task, match)
    reports = [task.report] if task.report else match.missing_person.reports.order_by("filed_at")
    told = [
        (report, review.script(report, holds=holds, is_put_right=put_right is not None))
        for report in reports
        if report.erased_at is None
    ]
    return _ToCorrect(task, holds, put_right, told)


def _put_right(task: Correction, match: Match) -> ListEntry | None:
    """Of a family whose report is closed nothing is compared anew; nor of any until a worker has come to it."""
    row = match.entry.in_force if task.reason == CorrectionReason.ROW_CHANGED else None
    sought = task.report.missing_person_id if task.report else match.missing_person_id
    said = Match.objects.filter(missing_person=sought, entry=row, state=MatchState.REJECTED)
    return None if row is None or said.exists() else row


def _may_decide(request: HttpRequest, match: Match, gave_verdict: bool) -> bool:
    if gave_verdict or match.state not in UNDECIDED or not request.user.has_perm(DECIDE):
        return False
    return match.state != MatchState.DISPUTED or request.user.has_perm(LEAD)


def _disagreed(match: Match) -> list[Decision]:
    """What the reviewers said of this evidence, for the lead who must settle it."""
    said = match.decisions.filter(match_revision=match.revision).exclude(verdict=Verdict.UNSURE)
    return list(said.select_related("reviewer"))


def _verdicts(evidence: list[engine.Evidence], taken: list[Match]) -> list[dict[str, Any]]:
    barred = {Verdict.SAME: review.EntryTaken.words} if taken else {}
    return [
        {
            "value": verdict.value,
            "sign": sign,
            "title": title,
            "key": key,
            "reasons": [(Reason(reason).value, Reason(reason).label) for reason in REASONS[verdict]],
            "fits": _first_that_fits(verdict, evidence),
            "barred": barred.get(verdict, ""),
        }
        for verdict, (sign, title, key) in VERDICTS.items()
    ]


def _first_that_fits(verdict: Verdict, evidence: list[engine.Evidence]) -> int:
    """The place of the reason that the verdict's key may choose; -1: a person must choose it.

    At pair 200 a key and Enter would else put a reason on record that the page contradicts.
    """
    if verdict == Verdict.UNSURE:
        return 0
    shown: dict[str, set[str]] = {}
    for line in evidence:
        shown.setdefault(verdict_in_words(line)[0], set()).add(line.feature)
    for place, reason in enumerate(REASONS[verdict]):
        sign, features = SPEAKS_FOR.get(reason, ("", set()))
        if features & shown.get(sign, set()):
            return place
    return -1


def _question(missing: list[pair_insight.Missing]) -> dict[str, Any]:
    """What the report does not tell comes first: the rest may be asked too, to be sure of it."""
    lacking = [one.feature for one in missing if one.report_lacks and one.feature in review.ASKABLE]
    features = dict.fromkeys([*lacking, "birth_date", "patronymic"])
    return {
        "value": "ask",
        "sign": "✉",
        "title": gettext_lazy("Ask the family, neutrally"),
        "key": "f",
        "reasons": [(feature, feature_name(feature)) for feature in features],
        "fits": 0,
    }


def _claimed_by(match: Match, reviewer: Any) -> Any:
    others = not Match.objects.filter(pk=match.pk).unclaimed_by_others(reviewer.pk).exists()
    return match.claimed_by if others else None


def _links(match: Match) -> list[tuple[ReportLink, list[str]]]:
    """Each with the numbers of the reports that the linked one is, or would be, one with."""
    links = ReportLink.objects.standing().concerning(match.missing_person_id).select_related("report")
    return [
        (link, [number for number in numbers_of(link.to_person) if number != link.report.reference])
        for link in links.prefetch_related(with_numbers("to_person"))
    ]


def _rivals(match: Match) -> tuple[dict[str, list[Match]], dict[str, int]]:
    """Beside each side, and how many more there are; who is confirmed comes first, because then this pair is most
    likely wrong."""
    others = Match.objects.exclude(pk=match.pk).exclude(state=MatchState.LAPSED)
    sources = Match.objects.beside(match)
    for_entry = others.filter(entry=match.entry_id).select_related("missing_person")
    for_entry = for_entry.prefetch_related("missing_person__names", "missing_person__reports")
    for_person = others.filter(missing_person=match.missing_person_id).exclude(pk__in=sources).with_lists()
    sides = {"for_entry": for_entry, "for_person": for_person, "sources": sources.with_lists()}
    cut = {side: _at_most(MOST_RIVALS, found) for side, found in sides.items()}
    shown = {side: rivals for side, (rivals, _more) in cut.items()}
    taken = list(for_entry.filter(state=MatchState.CONFIRMED))
    return {**shown, "taken": taken}, {side: more for side, (_rivals, more) in cut.items()}


def _at_most(most: int, matches: QuerySet[Match]) -> tuple[list[Match], int]:
    """The first of them, and how many more there are: whoever reads ten must know that there are thirteen."""
    shown = list(matches[: most + 1])
    return shown[:most], matches.count() - most if len(shown) > most else 0
