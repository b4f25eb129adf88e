"""What the staff's pages show of two people side by side: their facts, and the evidence in words."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from familylink.reports.models import MissingPerson, Sex
from matching import engine
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
    wanted: str
    found: str
    points: float
    sign: str
    verdict: Any
    sentence: str


def shown_people(person: MissingPerson, entry: ListEntry) -> dict[str, Any]:
    """What matching/people_table.html shows."""
    return {
        "person": person,
        "entry": entry,
        "person_sex": dict(Sex.choices).get(person.sex, ""),
        "entry_sex": dict(Sex.choices).get(entry.sex, ""),
        "raw_row": [cell for cell in entry.raw if cell],
        "reports": person.reports.open().order_by("filed_at"),
    }


def shown_evidence(evidence: Iterable[engine.Evidence], caps: Iterable[str]) -> dict[str, Any]:
    """What matching/evidence_table.html shows beside the sum `points`, in the reader's language."""
    language = (get_language() or "uk")[:2]
    lines = [_shown(line, language) for line in evidence]
    return {
        "evidence": lines,
        "points_for": sum(line.points for line in lines if line.points > 0),
        "points_against": sum(line.points for line in lines if line.points < 0),
        "caps": [engine.cap_sentence(code, language) for code in caps],
    }


def _shown(evidence: engine.Evidence, language: str) -> ShownEvidence:
    sign, verdict = _verdict(evidence)
    return ShownEvidence(
        feature=str(FEATURES.get(evidence.feature, evidence.feature)),
        wanted=evidence.wanted,
        found=evidence.found,
        points=evidence.points,
        sign=sign,
        verdict=verdict,
        sentence=evidence.sentence(language),
    )


def _verdict(evidence: engine.Evidence) -> tuple[str, str]:
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
