"""What the staff's pages show of two people side by side: their facts, and the evidence in words."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from familylink.damage import opens
from familylink.reports.models import MissingPerson, Report, Sex
from matching import engine, lists_intake
from matching.admin.spellings import in_latin, marked
from matching.models import ListEntry, Match
from matching.templatetags.desk import in_figures, isolated
from notifications import outbox, reasons

FEATURES = {
    "surname": gettext_lazy("Surname"),
    "given": gettext_lazy("Given name"),
    "patronymic": gettext_lazy("Patronymic"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "place": gettext_lazy("Place"),
    "unit": gettext_lazy("Military unit"),
    "rank": gettext_lazy("Military rank"),
    "full_name": gettext_lazy("Namesakes"),
    "circumstances": gettext_lazy("Circumstances, note"),
}
PARTS_OF_A_NAME = ("surname", "given", "patronymic")


@dataclasses.dataclass(frozen=True)
class ShownEvidence:
    """One line of evidence as the page shows it."""

    feature: str
    wanted: SafeString
    found: SafeString
    points: float
    sign: str
    verdict: Any
    sentence: str
    bar: int  # width of its bar in the picture, 0-100 of the strongest line


@dataclasses.dataclass(frozen=True)
class ShownFact:
    """What both sides tell of one thing, and how that compares; a name is compared in its parts."""

    title: str
    wanted: str
    found: str
    compared: list[ShownEvidence]


@dataclasses.dataclass(frozen=True)
class ShownName:
    """One spelling of a name, and how to read it aloud."""

    text: str
    latin: str
    language: str
    kind: str = ""


def shown_people(
    person: MissingPerson, entry: ListEntry, evidence: Iterable[engine.Evidence]
) -> dict[str, Any]:
    """What matching/people_table.html shows: each fact beside its verdict, and in one line what nobody told."""
    lines = {line.feature: _shown(line, _language(), strongest=1.0) for line in evidence}
    reports = list(person.reports.open().order_by("filed_at"))
    told = [
        ShownFact(feature_name(feature), wanted, found, [lines[feature]] if feature in lines else [])
        for feature, wanted, found in _facts(person, entry, reports)
    ]
    return {
        "person": person,
        "entry": entry,
        "person_names": [_name(name.text, name.kind == "other") for name in person.names_in_order],
        "entry_names": [_name(entry.name_text)],
        "compared_names": [lines[part] for part in PARTS_OF_A_NAME if part in lines],
        "facts": [fact for fact in told if fact.wanted or fact.found],
        "told_by_nobody": [fact.title for fact in told if not (fact.wanted or fact.found)],
        "raw_row": lists_intake.cells_as_received(entry),
        "line_above": lists_intake.line_above(entry),
        "reports": reports,
    }


def _facts(
    person: MissingPerson, entry: ListEntry, reports: Iterable[Report]
) -> Iterator[tuple[str, str, str]]:
    """The feature, and what the report and the list tell of it: what decides most pairs comes first."""
    yield "birth_date", _birth_in_figures(person), _birth_in_figures(entry)
    yield "sex", _sex_in_words(person), _sex_in_words(entry)
    for feature in ("place", "unit", "rank"):
        yield feature, getattr(person, feature), getattr(entry, feature)
    circumstances = (report.circumstances for report in reports)
    yield "circumstances", "\n".join(one for one in circumstances if one), entry.note


def _birth_in_figures(one: MissingPerson | ListEntry) -> str:
    return in_figures(one.birth_date)


def _sex_in_words(one: MissingPerson | ListEntry) -> str:
    """As told; else as the names show it, which the page says."""
    sexes = dict(Sex.choices)
    if one.sex:
        return str(sexes.get(one.sex, ""))
    if not opens(one, "profile"):
        return ""
    shown = engine.Profile.from_bytes(bytes(one.profile)).sex
    return _("%(sex)s, going by the name") % {"sex": sexes[shown]} if shown else ""


def shown_evidence(evidence: Iterable[engine.Evidence], caps: Iterable[str]) -> dict[str, Any]:
    """What matching/evidence_table.html shows beside the sum `points`, in the reader's language."""
    language = _language()
    known = list(evidence)
    strongest = max((abs(line.points) for line in known), default=0.0) or 1.0
    lines = [_shown(line, language, strongest) for line in known if not _is_silent(line)]
    return {
        "evidence": lines,
        "silent": [feature_name(line.feature) for line in known if _is_silent(line)],
        "points_for": sum(line.points for line in lines if line.points > 0),
        "points_against": sum(line.points for line in lines if line.points < 0),
        "caps": [engine.cap_sentence(code, language) for code in caps],
    }


def shown_unlike(evidence: Iterable[engine.Evidence]) -> list[ShownEvidence]:
    """The lines in which the two are not the same: alike, or different."""
    lines = (_shown(line, _language(), strongest=1.0) for line in evidence)
    return [line for line in lines if line.sign in "≈≠"]


def names_in_short(match: Match) -> str:
    """Which two people a page is about, each by one name."""
    wanted = next(iter(match.missing_person.names_in_order), None)
    erased = _("erased, as the family wished")
    return f"{isolated(wanted.text) if wanted else erased} — {isolated(match.entry.name_text)}"


def with_numbers(person: str) -> "Prefetch[Any, Any, Any]":
    """What `numbers_of` this missing person needs, for a whole list at once: nothing sealed is opened for it."""
    reports = Report.objects.only("reference", "missing_person_id", "filed_at", "withdrawn_at")
    return Prefetch(f"{person}__reports", reports)


def numbers_of(person: MissingPerson) -> list[str]:
    """Of the open reports about them, or of all where every one has ended; the oldest first."""
    reports = sorted(person.reports.all(), key=lambda report: report.filed_at)
    return [one.reference for one in reports if one.withdrawn_at is None] or [
        one.reference for one in reports
    ]


def _is_silent(evidence: engine.Evidence) -> bool:
    return evidence.level == "not_given" and not evidence.points


def _shown(evidence: engine.Evidence, language: str, strongest: float) -> ShownEvidence:
    sign, verdict = verdict_in_words(evidence)
    said = _said(evidence)
    # What one side does not tell differs from nothing.
    wanted, found = marked("", "") if evidence.level == "not_given" else marked(said.wanted, said.found)
    return ShownEvidence(
        feature=feature_name(evidence.feature),
        wanted=wanted,
        found=found,
        points=evidence.points,
        sign=sign,
        verdict=verdict,
        sentence=_sentence(said, language),
        bar=round(abs(evidence.points) / strongest * 100),
    )


def feature_name(feature: str) -> str:
    """Of the kind of evidence, in the reader's language."""
    return str(FEATURES.get(feature, feature))


def shown_sentence(evidence: engine.Evidence | None) -> str:
    """The line of evidence in words; a dash where there was none."""
    return _sentence(_said(evidence), _language()) if evidence else "—"


def _sentence(said: engine.Evidence, language: str) -> str:
    kept_apart = dataclasses.replace(said, wanted=isolated(said.wanted), found=isolated(said.found))
    return kept_apart.sentence(language)


def _language() -> str:
    return (get_language() or "uk")[:2]


def _name(text: str, is_other: bool = False) -> ShownName:
    return ShownName(text, *in_latin(text), str(_("other spelling")) if is_other else "")


def _in_words(feature: str, original: str) -> str:
    if feature == "birth_date":
        return engine.BirthDate.parse(original).in_figures
    return str(dict(Sex.choices).get(original, original)) if feature == "sex" else original


def _said(evidence: engine.Evidence) -> engine.Evidence:
    """The same, in which both sides read as the reader writes them."""
    wanted, found = (_in_words(evidence.feature, one) for one in (evidence.wanted, evidence.found))
    return dataclasses.replace(evidence, wanted=wanted, found=found)


def verdict_in_words(evidence: engine.Evidence) -> tuple[str, str]:
    """A sign and a word: never colour alone."""
    if evidence.feature == "full_name":
        return "·", _("how common")
    if evidence.level == "not_given":
        return "·", _("not given")
    if evidence.points > 0:
        return ("=", _("the same")) if evidence.level.startswith("same") else ("≈", _("alike"))
    return ("≠", _("differs")) if evidence.points < 0 else ("·", _("says nothing"))


def percent(probability: float) -> str:
    """Never "100 %": no comparison of two sheets of paper is that sure. Never broken over two lines."""
    said = "> 99 %" if probability > 0.99 else f"{probability * 100:.0f} %"
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def is_held_lower(match: Match) -> bool:
    """Whether the probability alone would give a higher band: something contradicts, or too little is told."""
    bands = engine.BANDS
    return bands.index(match.band) < bands.index(engine.band_of(match.probability))


def shown_probability(match: Match) -> str:
    """Beside a band; a reader who wonders why that is not higher learns where it is said."""
    if not is_held_lower(match):
        return percent(match.probability)
    note = _("yet not a higher band: the pair's page says why")
    return format_html("<div>{}<br><small>{}</small></div>", percent(match.probability), note)


def how_it_stands(message: outbox.Standing) -> str:
    """Where a message is, and why: "held" alone does not say whom it waits for."""
    why = reasons.in_words(message.reason)
    return f"{message.state.label} ({why})" if why else str(message.state.label)
