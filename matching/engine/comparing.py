"""Two profiles -> the evidence, its sum, and the reasons that cap what may be concluded from it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from matching.engine import features, words
from matching.engine.evidence import SAME, Evidence
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.scoring import BEYOND_CEILING, COMMON_BEARERS, NAMESAKE_CEILING, POPULATION

_ALIKE = SAME | {"alike", "one_of_two"}
_CONFLICTS = frozenset({"differs", "initial_differs", "sex_differs", "hardly_alike", "somewhat_alike"})
_DATE_CONFLICTS = frozenset({"differs", "only_year_same"})
# How much rarer a namesake is when this much of the date agrees too.
_DATE_SHARE = {"year_same": 1 / 50, "year_month_same": 1 / 600, "day_month_same": 1 / 365, "range_fits": 1 / 15,
               "one_digit": 1 / 50, "day_month_swapped": 0.0, "same": 0.0}  # fmt: skip
_SILENT_NAMES = frozenset({"not_given", "initial"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair compared: `points` is the sum of the evidence; `caps` are codes of reasons against a higher band;
    reports with one non-empty `cluster` are surely duplicates of one person."""

    points: float
    evidence: tuple[Evidence, ...]
    caps: tuple[str, ...]
    cluster: str


def compare(wanted: Profile, found: Profile, population: Population) -> Comparison:
    """All evidence on whether `found` is `wanted`. Symmetric in its points."""
    names, spellings = _best_names(wanted, found, population)
    birth = features.birth_date(wanted.birth, found.birth)
    bearers = _expected_bearers(names, spellings, population)
    evidence = (
        *names,
        _namesakes(names, bearers),
        birth,
        features.sex(wanted, found),
        features.place(wanted, found),
        features.unit(wanted, found),
    )
    caps = _caps(names, spellings, evidence, bearers * _DATE_SHARE.get(birth.level, 1.0))
    return Comparison(sum(one.points for one in evidence), evidence, caps, _cluster(wanted))


Names = tuple[Evidence, Evidence, Evidence]
Spellings = tuple[Spelling, Spelling]


def _best_names(wanted: Profile, found: Profile, population: Population) -> tuple[Names, Spellings]:
    """The pair of spellings that agrees best; on a tie the first, which is the likeliest reading."""
    if len(wanted.spellings) == 1 and len(found.spellings) == 1:
        only = (wanted.spellings[0], found.spellings[0])
        return _names(only, population), only
    pairs = [(_names(pair, population), pair) for pair in product(wanted.spellings, found.spellings)]
    return max(pairs, key=lambda one: sum(evidence.points for evidence in one[0]))


def _names(pair: Spellings, population: Population) -> Names:
    return (
        features.surname(*pair, population),
        features.given(*pair, population),
        features.patronymic(*pair, population),
    )


def _expected_bearers(names: Names, pair: Spellings, population: Population) -> float:
    """How many people of the country bear what agrees of the name."""
    surname, given, patronymic = names
    share = 1.0
    if surname.level in _ALIKE:
        share *= max(population.surname(loose) for word in pair[0].surnames for loose in word.loose)
    if given.level in _ALIKE:
        share *= max(population.given(name) for one in pair[0].given_classes for name in one.classes)
    if patronymic.level in _ALIKE and pair[0].father is not None:
        share *= max(map(population.father, pair[0].father.classes))
    return share * POPULATION


def _namesakes(names: Names, bearers: float) -> Evidence:
    """A rare triple is shared by kin and namesakes more often than its parts multiply: the sum is held down."""
    total = sum(one.points for one in names)
    beyond = max(0.0, total - NAMESAKE_CEILING)
    params = {"bearers": features.count_text(max(1.0, bearers))}
    points = -beyond * (1 - BEYOND_CEILING)
    return Evidence("full_name", "namesakes", points, "", "", "full_name.namesakes", params)


def _cluster(person: Profile) -> str:
    """Reports with the same surname, given name and full date are of one person; without a date nobody knows."""
    first = person.spellings[0]
    if not person.birth.is_full or not first.surnames or not first.given_classes:
        return ""
    return f"{first.surnames[0].loose[0]}|{min(first.given_classes[0].classes)}|{person.birth}"


# --------------------------------------------------------------------------------------------------- caps


def _caps(names: Names, pair: Spellings, evidence: tuple[Evidence, ...], bearers: float) -> tuple[str, ...]:
    levels = {one.feature: one.level for one in evidence}
    found = [code for code, applies in _kin(levels, pair) if applies]
    if levels["birth_date"] in _DATE_CONFLICTS:
        found.append("birth_date_conflict")
    if levels["sex"] == "differs":
        found.append("sex_conflict")
    if any(one.level in _CONFLICTS for one in names):
        found.append("name_conflict")
    found += _too_little(levels, bearers)
    if not _may_be_certain(levels):
        found.append("no_full_agreement")
    return tuple(dict.fromkeys(found))


def _kin(levels: dict[str, str], pair: Spellings) -> list[tuple[str, bool]]:
    same_surname = levels["surname"] in _ALIKE
    same_father = levels["patronymic"] in _ALIKE | {"sex_differs"}
    other_given = levels["given"] in {"differs", "initial_differs"}
    other_sex = levels["sex"] == "differs" or levels["patronymic"] == "sex_differs"
    return [
        ("sister_suspect", same_surname and same_father and other_sex),
        ("brother_suspect", same_surname and same_father and other_given and not other_sex),
        ("father_or_son_suspect", same_surname and other_given and _is_inverted(*pair)),
    ]


def _is_inverted(one: Spelling, other: Spelling) -> bool:
    """Микола Олександрович and Олександр Миколайович, or Олександр and Петро Олександрович."""
    return _is_father(one, other) or _is_father(other, one)


def _is_father(parent: Spelling, child: Spelling) -> bool:
    if child.father is None:
        return False
    return any(given.classes & child.father.classes for given in parent.given_classes)


def _too_little(levels: dict[str, str], bearers: float) -> list[str]:
    found = []
    if "initial" in levels["given"]:
        found.append("initials_only")
    if "not_given" in (levels["surname"], levels["given"]):
        found.append("surname_missing")
    if levels["birth_date"] not in {"same", "day_month_swapped"} and bearers > COMMON_BEARERS:
        found.append("common_name_only")
    return found


def _may_be_certain(levels: dict[str, str]) -> bool:
    """Surname and given name agree, with the full date, or with the patronymic and what is known of the date."""
    if levels["surname"] not in SAME or levels["given"] not in SAME:
        return False
    if levels["patronymic"] not in SAME | _SILENT_NAMES:
        return False
    is_half_date = levels["birth_date"] in {"year_same", "year_month_same"}
    return levels["birth_date"] == "same" or (is_half_date and levels["patronymic"] in SAME)


def cap_sentence(code: str, language: str) -> str:
    """Why the band may not be higher, in "uk", "en" or "ru"."""
    return words.say(words.CAPS, code, language)
