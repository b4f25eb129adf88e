"""Two profiles -> the evidence, its sum, and the reasons that cap what may be concluded from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from matching.engine import facts, features, surnames, words
from matching.engine.evidence import SAME, Evidence
from matching.engine.population import Population
from matching.engine.profiles import Profile, Spelling
from matching.engine.saying import say
from matching.engine.scoring import AGREEMENT, COMMON_BEARERS, DATE_AGREEMENT, ENOUGH_AGREEMENT, POPULATION

_ALIKE = SAME | {"alike", "related", "one_of_two"}
_CONFLICTS = frozenset({"differs", "initial_differs", "sex_differs", "hardly_alike", "somewhat_alike"})
_DATE_CONFLICTS = frozenset({"differs", "only_year_same"})
# How much rarer a namesake is when this much of the date agrees too.
_DATE_SHARE = {
    "year_same": 1 / 50,
    "year_month_same": 1 / 600,
    "day_month_same": 1 / 365,
    "range_fits": 1 / 15,
    "one_digit": 1 / 50,
}
_SURE_DATES = frozenset({"same", "day_month_swapped"})
# A year alone is shared by one namesake in fifty: too many for certainty about a family.
_NEARLY_FULL_DATES = frozenset({"year_month_same"})
_OTHER_GIVEN = frozenset({"differs", "initial_differs"})
_SILENT_NAMES = frozenset({"not_given", "initial"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair compared: `points` is the sum of the evidence, `caps` are codes of what forbids a higher band.
    Reports with one non-empty `cluster` are surely duplicates of one person; it tells the name and birth date,
    so it is for ranking and never for storing."""

    points: float
    evidence: tuple[Evidence, ...]
    caps: tuple[str, ...]
    cluster: str


def compare(wanted: Profile, found: Profile, population: Population) -> Comparison:
    """All evidence on whether `found` is `wanted`. Symmetric in its points."""
    names, spellings = _best_names(wanted, found, population)
    birth = facts.birth_date(wanted.birth, found.birth)
    bearers = _expected_bearers(names, spellings, population)
    sex = facts.shown_sex(wanted, found)
    evidence = (
        *names,
        features.namesakes(max(1, int(bearers))),
        birth,
        sex,
        facts.place(wanted, found),
        facts.unit(wanted, found),
        facts.rank(wanted, found),
    )
    is_common = bearers * _DATE_SHARE.get(birth.level, 1.0) > COMMON_BEARERS
    levels = Levels(*(one.level for one in (*names, birth, sex)))
    caps = _caps(levels, is_common, levels.given in _OTHER_GIVEN and _is_inverted(*spellings))
    return Comparison(sum(one.points for one in evidence), evidence, caps, wanted.cluster)


class Levels(NamedTuple):
    """The levels that the caps look at."""

    surname: str
    given: str
    patronymic: str
    birth_date: str
    sex: str


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
        surnames.surname(*pair, population),
        features.given(*pair, population),
        features.patronymic(*pair, population),
    )


def _expected_bearers(names: Names, pair: Spellings, population: Population) -> float:
    """How many people of the country bear what agrees of the name, by the commoner of both spellings: of two men called
    Олександр one may be misspelt. All of them when no surname agrees."""
    surname, given, patronymic = names
    if surname.level not in _ALIKE:
        return POPULATION
    share = max(surnames.surname_share(word, population) for one in pair for word in one.surnames)
    if given.level in _ALIKE:
        classes = (name for side in pair for one in side.given_classes for name in one.classes)
        share *= max(map(population.given, classes))
    if patronymic.level in _ALIKE:
        fathers = (name for side in pair if side.father for name in side.father.classes)
        share *= max(map(population.father, fathers), default=1.0)
    return share * POPULATION


# --------------------------------------------------------------------------------------------------- caps


@lru_cache(maxsize=1 << 12)
def _caps(levels: Levels, is_common: bool, is_inverted: bool) -> tuple[str, ...]:
    reasons = {
        **_kin(levels, is_inverted),
        "another_surname": _is_another_surname(levels),
        "birth_date_conflict": levels.birth_date in _DATE_CONFLICTS,
        "sex_conflict": levels.sex == "differs",
        "name_conflict": not _CONFLICTS.isdisjoint(levels[:3]),
        "initials_only": "initial" in levels.given,
        "surname_missing": "not_given" in (levels.surname, levels.given),
        "common_name_only": is_common and levels.birth_date not in _SURE_DATES,
        "too_little_agrees": _agreement(levels) < ENOUGH_AGREEMENT,
        "no_full_agreement": not _may_be_certain(levels),
    }
    return tuple(code for code, applies in reasons.items() if applies)


def _kin(levels: Levels, is_inverted: bool) -> dict[str, bool]:
    """A relative is an alternative explanation of the same evidence, not an afterthought."""
    same_surname = levels.surname in _ALIKE
    same_father = levels.patronymic in _ALIKE | {"sex_differs"}
    other_sex = levels.sex == "differs" or levels.patronymic == "sex_differs"
    return {
        "sister_suspect": same_surname and same_father and other_sex,
        "brother_suspect": same_surname and same_father and levels.given in _OTHER_GIVEN and not other_sex,
        "father_or_son_suspect": same_surname and is_inverted,
    }


def _is_another_surname(levels: Levels) -> bool:
    """All but the surname agrees: a marriage, a name taken anew, or chance."""
    others_agree = levels.given in SAME and levels.patronymic in SAME and levels.birth_date in DATE_AGREEMENT
    return others_agree and levels.surname in _CONFLICTS


def _is_inverted(one: Spelling, other: Spelling) -> bool:
    """Микола Олександрович and Олександр Миколайович, or Олександр and Петро Олександрович."""
    return _is_father(one, other) or _is_father(other, one)


def _is_father(parent: Spelling, child: Spelling) -> bool:
    if child.father is None:
        return False
    return any((given.classes | given.halves) & child.father.classes for given in parent.given_classes)


def _agreement(levels: Levels) -> float:
    return sum(AGREEMENT.get(level, 0.0) for level in levels[:3]) + DATE_AGREEMENT.get(levels.birth_date, 0.0)


def _may_be_certain(levels: Levels) -> bool:
    """Surname and given name agree, and the full date, or patronymic with month and year of birth."""
    if levels.surname not in SAME or levels.given not in SAME:
        return False
    if levels.patronymic not in SAME | _SILENT_NAMES:
        return False
    return levels.birth_date == "same" or (
        levels.birth_date in _NEARLY_FULL_DATES and levels.patronymic in SAME
    )


def cap_sentence(code: str, language: str) -> str:
    """Why the band may not be higher, in "uk", "en" or "ru"."""
    return say(words.CAPS, code, language)
