"""What birth date, sex, place, unit and rank say: one small pure function each."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from matching.engine.dates import BirthDate
from matching.engine.evidence import NOT_GIVEN, Evidence, fixed, silent
from matching.engine.profiles import Profile
from matching.engine.scoring import APART_STEPS, LONG_ENOUGH_TO_SLIP, NEAR_STEPS, POINTS, SENIOR_STEP

_CACHE = 1 << 16
_SAME_DATE, _OTHER_DATE = POINTS["birth_date"]["same"], POINTS["birth_date"]["differs"]

# --------------------------------------------------------------------------------------------- birth date


@lru_cache(maxsize=_CACHE)
def birth_date(wanted: BirthDate, found: BirthDate) -> Evidence:
    """How nearly the birth dates agree, as far as both are known."""
    level = _date_level(wanted, found) if wanted and found else ""
    if not level:
        return silent("birth_date", str(wanted), str(found))
    return fixed("birth_date", level, str(wanted), str(found))


def _date_level(wanted: BirthDate, found: BirthDate) -> str:
    if wanted.year_to is not None or found.year_to is not None:
        return _range_level(wanted, found)
    if wanted.is_full and found.is_full:
        return _full_level(wanted, found)
    return _partial_level(wanted, found)


def _range_level(wanted: BirthDate, found: BirthDate) -> str:
    if wanted.year is None or found.year is None:
        return ""
    first, last = (
        max(wanted.year, found.year),
        min(wanted.year_to or wanted.year, found.year_to or found.year),
    )
    if first <= last:
        return "range_fits"
    return "year_near" if first - last == 1 else "differs"


def _full_level(wanted: BirthDate, found: BirthDate) -> str:
    if wanted == found:
        return "same"
    if wanted.year == found.year and (wanted.day, wanted.month) == (found.month, found.day):
        return "day_month_swapped"
    parts = [(wanted.year, found.year), (wanted.month, found.month), (wanted.day, found.day)]
    differing = [(one or 0, other or 0) for one, other in parts if one != other]
    if len(differing) == 1:
        return "one_digit" if _is_one_digit(*differing[0]) else "one_part_differs"
    return "only_year_same" if wanted.year == found.year else "differs"


def _is_one_digit(one: int, other: int) -> bool:
    """12 / 13, 12 / 22, 1987 / 1988, 1989 / 1990: a slip of one key, or counted one too far."""
    a, b = f"{one:04d}", f"{other:04d}"
    is_swap = sorted(a) == sorted(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 2
    return is_swap or abs(one - other) == 1 or sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _partial_level(wanted: BirthDate, found: BirthDate) -> str:
    """At least one side has an unknown part: only what both know is compared."""
    months = wanted.month is not None and found.month is not None
    days = wanted.day is not None and found.day is not None
    differs = (months and wanted.month != found.month) or (days and wanted.day != found.day)
    if wanted.year is None or found.year is None:
        return (
            ("differs" if differs else "day_month_same" if months and days else "") if months or days else ""
        )
    gap = abs(wanted.year - found.year)
    if gap:
        return "year_near" if gap == 1 else "differs"
    if differs:
        return "only_year_same"
    return "year_month_same" if months else "year_same"


def birth_points(wanted: Profile, found: Profile) -> float:
    """The points of `birth_date` without its sentence."""
    one, other = wanted.full_birth, found.full_birth
    if one is not None and other is not None:
        if one == other:
            return _SAME_DATE
        # They agree in neither year nor month: most pairs, told before any date is hashed.
        if one[0] != other[0] and one[1] != other[1]:
            return _OTHER_DATE
    elif not wanted.birth or not found.birth:
        return 0.0
    return birth_date(wanted.birth, found.birth).points


# --------------------------------------------------------------------------------- sex, place, unit, rank


@lru_cache(maxsize=_CACHE)
def sex(wanted: str, found: str) -> Evidence:
    """A man and a woman are two people, unless a form was ticked wrongly."""
    if not wanted or not found:
        return silent("sex", wanted, found)
    return fixed("sex", "same" if wanted == found else "differs", wanted, found)


def shown_sex(wanted: Profile, found: Profile) -> Evidence:
    """As `sex`, and says so where nobody told it and a name or a patronymic shows it."""
    seen = sex(wanted.sex, found.sex)
    is_inferred = seen.level != NOT_GIVEN and not (wanted.sex_is_told and found.sex_is_told)
    return replace(seen, code=f"{seen.code}.inferred") if is_inferred else seen


def place(wanted: Profile, found: Profile) -> Evidence:
    """A shared word of the places; a different place says little, since people move and are moved."""
    if not wanted.place or not found.place:
        return silent("place", wanted.person.place, found.person.place)
    level = "same" if _is_one_place(wanted.place, found.place) else "differs"
    return fixed("place", level, wanted.person.place, found.person.place)


@lru_cache(maxsize=_CACHE)
def _is_one_place(wanted: frozenset[str], found: frozenset[str]) -> bool:
    """Харків and Харьков are one letter apart even loosely; in short words one letter makes another place."""
    if not wanted.isdisjoint(found):
        return True
    return any(
        min(len(one), len(other)) >= LONG_ENOUGH_TO_SLIP and OSA.distance(one, other, score_cutoff=1) <= 1
        for one in wanted
        for other in found
    )


def unit(wanted: Profile, found: Profile) -> Evidence:
    """A shared number of the military units."""
    if not wanted.unit or not found.unit:
        return silent("unit", wanted.person.unit, found.person.unit)
    level = "same" if wanted.unit & found.unit else "differs"
    return fixed("unit", level, wanted.person.unit, found.person.unit)


def rank(wanted: Profile, found: Profile) -> Evidence:
    """How far apart the military ranks stand: a step or two is a promotion, a private is hardly a colonel."""
    if not wanted.rank or not found.rank:
        return silent("rank", wanted.person.rank, found.person.rank)
    return fixed("rank", rank_level(wanted.rank, found.rank), wanted.person.rank, found.person.rank)


@lru_cache(maxsize=1 << 10)
def rank_level(wanted: int, found: int) -> str:
    """The level of two known steps of the ladder of ranks."""
    between = abs(wanted - found)
    if not between:
        return "same_senior" if wanted >= SENIOR_STEP else "same"
    return "near" if between <= NEAR_STEPS else "apart" if between <= APART_STEPS else "differs"
