"""What the staff's pages show of two people side by side: their facts, and the evidence in words."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from familylink.reports.models import MissingPerson, Sex
from matching import engine
from matching.admin.letters import in_latin, marked
from matching.models import ListEntry

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
}


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
class ShownName:
    """One spelling of a name, and how to read it aloud."""

    text: str
    latin: str
    language: str
    kind: str = ""


def shown_people(person: MissingPerson, entry: ListEntry) -> dict[str, Any]:
    """What matching/people_table.html shows."""
    return {
        "person": person,
        "entry": entry,
        "person_sex": _sex_in_words(person),
        "entry_sex": _sex_in_words(entry),
        "person_names": [_name(name.text, name.kind == "other") for name in person.names.all()],
        "entry_names": [_name(entry.name_text)],
        "raw_row": [cell for cell in entry.raw if cell],
        "reports": person.reports.open().order_by("filed_at"),
    }


def _sex_in_words(one: MissingPerson | ListEntry) -> str:
    """As told; else as the names show it, which the page says."""
    sexes = dict(Sex.choices)
    if one.sex:
        return str(sexes.get(one.sex, ""))
    shown = engine.Profile.from_bytes(bytes(one.profile)).sex
    return _("%(sex)s, going by the name") % {"sex": sexes[shown]} if shown else ""


def shown_evidence(evidence: Iterable[engine.Evidence], caps: Iterable[str]) -> dict[str, Any]:
    """What matching/evidence_table.html shows beside the sum `points`, in the reader's language."""
    language = (get_language() or "uk")[:2]
    known = list(evidence)
    strongest = max((abs(line.points) for line in known), default=0.0) or 1.0
    lines = [_shown(line, language, strongest) for line in known]
    return {
        "evidence": lines,
        "points_for": sum(line.points for line in lines if line.points > 0),
        "points_against": sum(line.points for line in lines if line.points < 0),
        "caps": [engine.cap_sentence(code, language) for code in caps],
    }


def _shown(evidence: engine.Evidence, language: str, strongest: float) -> ShownEvidence:
    sign, verdict = verdict_in_words(evidence)
    wanted, found = marked(*(_in_words(evidence.feature, one) for one in (evidence.wanted, evidence.found)))
    return ShownEvidence(
        feature=feature_name(evidence.feature),
        wanted=wanted,
        found=found,
        points=evidence.points,
        sign=sign,
        verdict=verdict,
        sentence=evidence.sentence(language),
        bar=round(abs(evidence.points) / strongest * 100),
    )


def feature_name(feature: str) -> str:
    """Of the kind of evidence, in the reader's language."""
    return str(FEATURES.get(feature, feature))


def shown_sentence(evidence: engine.Evidence | None) -> str:
    """The line of evidence in words; a dash where there was none."""
    return evidence.sentence((get_language() or "uk")[:2]) if evidence else "—"


def _name(text: str, is_other: bool = False) -> ShownName:
    return ShownName(text, *in_latin(text), str(_("other spelling")) if is_other else "")


def _in_words(feature: str, original: str) -> str:
    return str(dict(Sex.choices).get(original, original)) if feature == "sex" else original


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
    """Never "100 %": no comparison of two sheets of paper is that sure."""
    return "> 99 %" if probability > 0.99 else f"{probability * 100:.0f} %"
